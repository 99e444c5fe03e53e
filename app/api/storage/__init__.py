"""Waste streams, storage facilities with their zones, and containers."""

from app.api.storage import (
    batches,
    container_life,
    containers,
    counts,
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
    "batches",
    "bp",
    "container_life",
    "containers",
    "counts",
    "exemptions",
    "facilities",
    "labels",
    "package_types",
    "registrations",
    "scales",
    "streams",
    "upkeep",
]
