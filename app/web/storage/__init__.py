"""Pages of storage: registering a package, containers and their labels, facilities and zones, waste streams."""

from app.web.storage import (
    batches,
    container,
    containers,
    counts,
    exemptions,
    facilities,
    facility_forms,
    floor_plans,
    handling,
    labels,
    package_types,
    register,
    scales,
    signs,
    streams,
    ticked,
    upkeep,
)
from app.web.storage.blueprint import bp

__all__ = [
    "batches",
    "bp",
    "container",
    "containers",
    "counts",
    "exemptions",
    "facilities",
    "facility_forms",
    "floor_plans",
    "handling",
    "labels",
    "package_types",
    "register",
    "scales",
    "signs",
    "streams",
    "ticked",
    "upkeep",
]
