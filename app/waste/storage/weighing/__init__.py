"""Scales of a site and the readings they send."""
