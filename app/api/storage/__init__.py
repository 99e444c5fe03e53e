"""Waste streams, storage facilities with their zones, and containers."""

from app.api.storage import containers, facilities, labels, streams
from app.api.storage.blueprint import bp

__all__ = ["bp", "containers", "facilities", "labels", "streams"]
