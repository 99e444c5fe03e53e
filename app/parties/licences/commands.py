"""What may be asked of licences."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.foundation.core.units import Grams
from app.parties.licences.models import LicenceKind, LicenceState, Mode


@dataclass(frozen=True)
class LicensedWaste:
    """A category of a licence, or one code of it."""

    category: str
    waste_code: str = ""
    """Empty: every code of the category."""
    yearly_scale: Grams | None = None


@dataclass(frozen=True)
class RegisterLicence:
    organisation_id: UUID
    number: str
    issuer: str
    kind: LicenceKind
    modes: tuple[Mode, ...]
    issued_on: date
    valid_from: date
    valid_to: date
    yearly_scale: Grams
    lines: tuple[LicensedWaste, ...]


@dataclass(frozen=True)
class ChangeLicenceState:
    state: LicenceState
    seen_version: int


@dataclass(frozen=True)
class RegisterCarrierPermit:
    organisation_id: UUID
    number: str
    classes: tuple[str, ...]
    """Classes of dangerous goods, such as "3", "8", and "危险废物"."""
    valid_to: date


@dataclass(frozen=True)
class RegisterVehicle:
    organisation_id: UUID
    plate: str
    kind: str
    approved_load: Grams
    valid_to: date
    """Last day of the vehicle's road transport permit."""


@dataclass(frozen=True)
class RegisterCrewMember:
    organisation_id: UUID
    name: str
    phone: str
    certificate: str
    valid_to: date
    is_escort: bool = False
    user_id: UUID | None = None
    """The person's own sign-in, if there is one."""
