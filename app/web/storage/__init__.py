"""Pages of storage: registering a package, containers and their labels, facilities and zones, waste streams."""

from app.web.storage import (
    container,
    containers,
    counts,
    exemptions,
    facilities,
    handling,
    labels,
    register,
    scales,
    streams,
)
from app.web.storage.blueprint import bp

__all__ = [
    "bp",
    "container",
    "containers",
    "counts",
    "exemptions",
    "facilities",
    "handling",
    "labels",
    "register",
    "scales",
    "streams",
]
