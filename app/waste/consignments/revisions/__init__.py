"""Corrections after signing: asked for with a difference, agreed to by everybody they touch, never written over."""
