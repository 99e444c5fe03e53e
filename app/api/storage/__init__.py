"""Waste streams, storage facilities with their zones, and containers."""

from app.api.storage import (
    batches,
    container_life,
    containers,
    counts,
    exemptions,
    facilities,
    label_batches,
    labels,
    package_types,
    registrations,
    scales,
    signs,
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
    "label_batches",
    "labels",
    "package_types",
    "registrations",
    "scales",
    "signs",
    "streams",
    "upkeep",
]
