"""Writes of profiles, class decisions and plans."""
