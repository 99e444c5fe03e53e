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
    register: Mapping[str, object] = field(default_factory=dict)
    """Answers by key of `storage.register`."""


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
    register: Mapping[str, object] = field(default_factory=dict)
    """Answers by key of `storage.register`."""


@dataclass(frozen=True)
class ReviseZone:
    name: str
    capacity: Grams
    allowed: tuple[str, ...]
    forms: tuple[str, ...]
    open_to: tuple[str, ...]
    seen_version: int | None = None
    register: Mapping[str, object] | None = None
    """None: left as it is."""


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
    package_type_id: UUID | None = None
    """One of the firm's kinds of package, from which it has its material."""
    packed_at: datetime | None = None
    weighed_at: datetime | None = None
    """When it was closed and when it was weighed; None: now."""


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


@dataclass(frozen=True)
class StartFilling:
    seen_version: int | None = None


@dataclass(frozen=True)
class SealContainer(WeighContainer):
    """Close a package for good. With weights it is weighed in the same act, else weighing is due."""

    fill_percent: int | None = None
    is_closed: bool | None = None


@dataclass(frozen=True)
class ReportDamage:
    """Leaking, corroded, burst: what is wrong, and a photo of it."""

    note: str
    photo: bytes | None = None
    photo_name: str = ""
    seen_version: int | None = None


@dataclass(frozen=True)
class NewPackage:
    """A package that takes over mass of others. `tare`: its empty weight, when known."""

    package: str
    volume_ml: int
    tare: Grams | None = None
    material: str = ""
    is_closed: bool | None = None
    local_label: str = ""
    package_type_id: UUID | None = None


@dataclass(frozen=True)
class RepackContainer:
    """All of it into one new package."""

    package: NewPackage
    seen_version: int | None = None


@dataclass(frozen=True)
class Part:
    """Mass that goes into a new package."""

    mass: Grams
    package: NewPackage


@dataclass(frozen=True)
class SplitContainer:
    """Parts of it into new packages; what is left stays in it."""

    parts: tuple[Part, ...]
    seen_version: int | None = None


@dataclass(frozen=True)
class MergeContainers:
    """All of several containers into one new package. `stream_id`: the waste it is then; None: the same as before."""

    containers: tuple[str, ...]
    """Ids, 37-character codes or short codes."""
    package: NewPackage
    stream_id: UUID | None = None


@dataclass(frozen=True)
class TreatContainer:
    """Own use or disposal of a container, or of a part of it. `mass`: None means all."""

    method_code: str
    facility_code: str
    """Of the facility that treats it (table B.4)."""
    operator: str = ""
    mass: Grams | None = None
    finished_at: datetime | None = None
    """None: now."""
    seen_version: int | None = None
