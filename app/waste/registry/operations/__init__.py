"""Writes of the registry: streams, generations, and ledgers brought in."""
