"""Writes of storage: facilities and zones, containers and their labels, put-away and moves."""
