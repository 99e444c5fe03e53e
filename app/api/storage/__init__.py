"""Waste streams, storage facilities with their zones, and containers."""

from app.api.storage import (
    container_life,
    containers,
    exemptions,
    facilities,
    labels,
    package_types,
    registrations,
    scales,
    streams,
    upkeep,
)
from app.api.storage.blueprint import bp

__all__ = [
    "bp",
    "container_life",
    "containers",
    "exemptions",
    "facilities",
    "labels",
    "package_types",
    "registrations",
    "scales",
    "streams",
    "upkeep",
]
