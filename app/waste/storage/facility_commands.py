"""What may be asked of facilities and zones that stand already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from app.foundation.core.units import Grams
from app.waste.storage.floor_plan import Door, Rect
from app.waste.storage.models import FacilityType


@dataclass(frozen=True)
class ReviseFacility:
    """A facility as it shall be. `register`: answers by key of `storage.register`; None: left as it is."""

    name: str
    type: FacilityType
    capacity: Grams
    keeper: str = ""
    register: Mapping[str, object] | None = None
    seen_version: int | None = None


@dataclass(frozen=True)
class EndFacility:
    """Close a facility for good."""

    seen_version: int | None = None


@dataclass(frozen=True)
class DrawnZone:
    """Where a zone lies; None: not on the plan."""

    zone_id: UUID
    place: Rect | None


@dataclass(frozen=True)
class DrawPlan:
    """The floor plan of a facility as it shall be, in decimetres. Zones not named stay where they are."""

    width: int
    depth: int
    doors: tuple[Door, ...] = ()
    aisles: tuple[Rect, ...] = ()
    zones: tuple[DrawnZone, ...] = field(default_factory=tuple)
    seen_version: int | None = None


@dataclass(frozen=True)
class OpenZones:
    """Two zones of a facility with no separation between them, by code."""

    one: str
    other: str
