"""Waste streams, storage facilities with their zones, and containers."""

from app.api.storage import containers, facilities, labels, package_types, streams
from app.api.storage.blueprint import bp

__all__ = ["bp", "containers", "facilities", "labels", "package_types", "streams"]
