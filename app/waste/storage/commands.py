"""What may be asked of storage."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.foundation.core.units import Grams
from app.waste.storage.models import FacilityType


@dataclass(frozen=True)
class AddFacility:
    site_id: UUID
    code: str
    """TS001-style code of HJ 608."""
    name: str
    type: FacilityType
    capacity: Grams
    keeper: str = ""


@dataclass(frozen=True)
class AddZone:
    facility_id: UUID
    code: str
    name: str
    capacity: Grams
    allowed: tuple[str, ...]
    """Waste codes and categories assigned to the zone."""
    forms: tuple[str, ...] = ()
    """Empty: every form."""
    open_to: tuple[str, ...] = ()
    """Codes of neighbouring zones with no separation between."""


@dataclass(frozen=True)
class ReviseZone:
    name: str
    capacity: Grams
    allowed: tuple[str, ...]
    forms: tuple[str, ...]
    open_to: tuple[str, ...]
    seen_version: int | None = None


@dataclass(frozen=True)
class RegisterContainer:
    """A package filled at the producer. Without any weight it is registered for a label with the weight blank."""

    stream_id: UUID
    package: str
    volume_ml: int
    generated_at: datetime
    gross: Grams | None = None
    tare: Grams | None = None
    net: Grams | None = None
    local_label: str = ""
    remarks: str = ""
    source_facility: str = ""
    producer_operator: str = ""
    destination: str = ""
    photo: bytes | None = None
    photo_name: str = ""


@dataclass(frozen=True)
class WeighContainer:
    gross: Grams | None = None
    tare: Grams | None = None
    net: Grams | None = None
    seen_version: int | None = None


@dataclass(frozen=True)
class PutAway:
    """Put a container into a zone, or move it to another. `overrides`: reason by rule id."""

    zone_id: UUID
    overrides: Mapping[str, str] = field(default_factory=dict)
    seen_version: int | None = None
    mover: str = ""
    """Who brought it and who took it in, as table B.2 names them; empty: the person who acts."""
    keeper: str = ""


@dataclass(frozen=True)
class PrintLabel:
    reason: str = ""
    """Why it is printed again; needed from the second print of the same weight on."""


@dataclass(frozen=True)
class VoidContainer:
    reason: str
    seen_version: int | None = None
