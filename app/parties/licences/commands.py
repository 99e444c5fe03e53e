"""What may be asked of licences."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.foundation.core.units import Grams
from app.parties.licences.models import (
    ApplicationKind,
    IssuerLevel,
    LicenceKind,
    LicenceState,
    Mode,
    VehicleBody,
)


@dataclass(frozen=True)
class LicensedWaste:
    """A category of a licence, or one code of it."""

    category: str
    waste_code: str = ""
    """Empty: every code of the category."""
    yearly_scale: Grams | None = None
    method: str = ""
    """A code of domain-rules 14.7; empty: not said."""


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
    legal_name: str = ""
    """Empty: the firm's name."""
    legal_rep: str = ""
    domicile: str = ""
    facility_address: str = ""
    issuer_level: IssuerLevel | None = None
    replaces_id: UUID | None = None
    """The edition that this one renews."""


@dataclass(frozen=True)
class ChangeLicenceState:
    state: LicenceState
    seen_version: int
    from_on: date | None = None
    """First day of a suspension, or the day of the revocation or cancellation; empty: today."""
    to_on: date | None = None
    """Last day of a suspension; empty: until it is lifted."""
    reason: str = ""


@dataclass(frozen=True)
class RecordRenewalFiling:
    """The renewal was asked for at the authority (HWLM 13)."""

    filed_on: date
    seen_version: int


@dataclass(frozen=True)
class RecordEarlierUse:
    """What a licence took in this year outside the platform, by waste code (g)."""

    masses: Mapping[str, Grams]
    year: int
    note: str
    """The record book it is taken from."""
    seen_version: int


@dataclass(frozen=True)
class ApplyForLicence:
    """A licence document with what it says, for the park to check."""

    kind: ApplicationKind
    licence: RegisterLicence
    file_id: UUID
    licence_id: UUID | None = None
    """What it renews or changes."""
    park_id: UUID | None = None
    """Whose staff checks it; empty: the park of the session, or the only one."""


@dataclass(frozen=True)
class AnswerQueries:
    """The firm's answer to all queries of a round: corrected fields, words, a better document."""

    licence: RegisterLicence
    answers: Mapping[str, str]
    """By field of the review."""
    seen_version: int
    file_id: UUID | None = None


@dataclass(frozen=True)
class JudgeField:
    """The park's verdict on one field: accepted, or a query with its text."""

    field: str
    is_accepted: bool
    seen_version: int
    text: str = ""


@dataclass(frozen=True)
class RegisterCarrierPermit:
    organisation_id: UUID
    number: str
    classes: tuple[str, ...]
    """Classes of dangerous goods, such as "3", "8", and "危险废物"."""
    valid_to: date
    issuer: str = ""
    valid_from: date | None = None
    suspended_from: date | None = None
    file_id: UUID | None = None


@dataclass(frozen=True)
class RegisterVehicle:
    organisation_id: UUID
    plate: str
    kind: str
    approved_load: Grams
    valid_to: date
    """Last day of the vehicle's road transport permit."""
    body: VehicleBody | None = None
    permit_number: str = ""
    satellite_terminal: str = ""
    valid_from: date | None = None
    file_id: UUID | None = None


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
    valid_from: date | None = None
    file_id: UUID | None = None
