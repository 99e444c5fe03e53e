"""Licences of recyclers (HWLM, Order 408) with the entries of their capacity, and what carriers drive with."""

import enum
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.ids import new_id
from app.foundation.core.models import Base
from app.foundation.core.units import Grams
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Organisation

_OPEN = text("ended_on IS NULL")


class LicenceKind(enum.StrEnum):
    """HWLM 3: 综合 covers collection, storage, use and disposal; 收集 only collection."""

    COMPREHENSIVE = "comprehensive"
    COLLECTION = "collection"


class LicenceState(enum.StrEnum):
    """What the authority did with it. That it has not begun or has expired is read from its days."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    CANCELLED = "cancelled"


FINAL_STATES = (LicenceState.REVOKED, LicenceState.CANCELLED)
"""States that the authority doesn't take back."""


class IssuerLevel(enum.StrEnum):
    """Who issues: the province; the city for medical waste; the county for collection (HWLM 7)."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


class Mode(enum.StrEnum):
    """Ways to operate, HWLM 10 item 2."""

    COLLECTION = "collection"
    STORAGE = "storage"
    UTILISATION = "utilisation"
    DISPOSAL = "disposal"


class OperatingLicence(Base, Traced):
    """One edition of a hazardous-waste operating licence (domain-rules 8.1). A renewal is a new edition."""

    __tablename__ = "operating_licences"
    __table_args__ = (
        UniqueConstraint("issuer", "number", "valid_from"),
        CheckConstraint("valid_to >= valid_from", name="validity_in_order"),
        CheckConstraint(
            "(state = 'suspended') = (suspended_from IS NOT NULL)", name="suspended_from_only_when_suspended"
        ),
    )
    trace_kind = "licence"
    trace_state = (
        "organisation_id", "root_id", "replaces_id", "number", "issuer_level", "kind", "modes", "issued_on",
        "valid_from", "valid_to", "yearly_scale", "state", "suspended_from", "suspended_to", "ended_on",
        "renewal_filed_on", "file_id", "version",
    )  # fmt: skip

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    root_id: Mapped[UUID] = mapped_column(index=True)
    """The first edition, whose id all later ones share: what is used of a year counts for all of them."""
    replaces_id: Mapped[UUID | None] = mapped_column(index=True)
    """The edition before, if this one renews it."""
    number: Mapped[str] = mapped_column(String(60))
    issuer: Mapped[str] = mapped_column(String(100))
    issuer_level: Mapped[IssuerLevel | None]
    kind: Mapped[LicenceKind]
    legal_name: Mapped[str] = mapped_column(String(200))
    legal_rep: Mapped[str] = mapped_column(String(60))
    domicile: Mapped[str] = mapped_column(String(200))
    facility_address: Mapped[str] = mapped_column(String(200))
    modes: Mapped[list[Any]]
    issued_on: Mapped[date]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    yearly_scale: Mapped[Grams]
    state: Mapped[LicenceState] = mapped_column(default=LicenceState.VALID)
    suspended_from: Mapped[date | None]
    suspended_to: Mapped[date | None]
    """Last day of the suspension; empty: until it is lifted."""
    ended_on: Mapped[date | None]
    """The day it was revoked or cancelled."""
    state_reason: Mapped[str] = mapped_column(String(300), default="")
    renewal_filed_on: Mapped[date | None]
    """When the renewal was asked for (HWLM 13)."""
    file_id: Mapped[UUID | None]
    """Its document, as it was uploaded."""
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    def is_in_force(self, on: date) -> bool:
        """Whether the day lies in its term and it was neither revoked nor cancelled; it may be suspended."""
        return self.state not in FINAL_STATES and self.valid_from <= on <= self.valid_to

    def is_suspended(self, on: date) -> bool:
        """Whether a suspension covers the day."""
        return (
            self.suspended_from is not None
            and self.suspended_from <= on
            and (self.suspended_to is None or on <= self.suspended_to)
        )


class LicenceLine(Base):
    """One category of a licence, or one code of it; with its own yearly scale if the licence gives one."""

    __tablename__ = "licence_lines"
    __table_args__ = (UniqueConstraint("licence_id", "category", "waste_code"),)

    licence_id: Mapped[UUID] = mapped_column(ForeignKey(OperatingLicence.id), index=True)
    category: Mapped[str] = mapped_column(String(4))
    waste_code: Mapped[str] = mapped_column(String(10), default="")
    """Empty: every code of the category."""
    yearly_scale: Mapped[Grams | None]
    method: Mapped[str] = mapped_column(String(4), default="")
    """How it is used or disposed of, a code of domain-rules 14.7; empty: not said."""


class CapacityKind(enum.StrEnum):
    """What an entry takes of the yearly scale: for good at a receipt, for a while before it."""

    USED = "used"
    RESERVED = "reserved"


class CapacitySource(enum.StrEnum):
    """What books capacity."""

    CONSIGNMENT = "consignment"
    TRADE = "trade"
    BID = "bid"
    EARLIER = "earlier"
    """Receipts of the year from before the firm used the platform."""


class CapacityEntry(Base):
    """What one source takes of a licence's yearly scale, or gives back; only ever added."""

    __tablename__ = "capacity_entries"
    __table_args__ = (
        Index(None, "licence_id", "year"),
        CheckConstraint("mass <> 0", name="mass_not_zero"),
    )

    licence_id: Mapped[UUID] = mapped_column(ForeignKey(OperatingLicence.id))
    year: Mapped[int]
    kind: Mapped[CapacityKind]
    waste_code: Mapped[str] = mapped_column(String(10))
    mass: Mapped[Grams]
    """Below zero where a reservation is given back."""
    source_kind: Mapped[CapacitySource]
    source_id: Mapped[UUID] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(String(100), default="")
    """What people call the source, such as its number."""
    event_id: Mapped[UUID]
    reversal_id: Mapped[UUID] = mapped_column(default=new_id)
    """The key that the entry has which gives this one back, so that nothing is given back twice."""
    recorded_at: Mapped[datetime]


class ApplicationKind(enum.StrEnum):
    """A first licence or one applied for anew (HWLM 12), a renewal (13), a change of name, person or seat (11)."""

    NEW = "new"
    RENEWAL = "renewal"
    CHANGE = "change"


class ApplicationState(enum.StrEnum):
    """Submitted: the park's turn. Queried: the firm's turn."""

    SUBMITTED = "submitted"
    QUERIED = "queried"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


OPEN_APPLICATIONS = (ApplicationState.SUBMITTED, ApplicationState.QUERIED)


class LicenceApplication(Base, Traced):
    """A licence document a firm handed in, checked by the park field by field."""

    __tablename__ = "licence_applications"
    trace_kind = "licence_application"
    trace_state = (
        "organisation_id", "park_id", "kind", "licence_id", "file_id", "state", "round", "submitted_at",
        "decided_at", "version",
    )  # fmt: skip

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    park_id: Mapped[UUID | None] = mapped_column(index=True)
    """Whose staff checks it."""
    number: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[ApplicationKind]
    licence_id: Mapped[UUID | None] = mapped_column(index=True)
    """What it renews or changes; once approved, the licence it made or changed."""
    details: Mapped[dict[str, Any]]
    """What the firm filled in, by name of `RegisterLicence`."""
    verdicts: Mapped[dict[str, Any]]
    """By field of the review: accepted or queried, with the query's text."""
    rounds: Mapped[list[Any]]
    """What went back and forth: queries sent, answers given, each with its instant."""
    file_id: Mapped[UUID]
    state: Mapped[ApplicationState] = mapped_column(default=ApplicationState.SUBMITTED)
    round: Mapped[int]
    submitted_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class CarrierPermit(Base, Traced):
    """A carrier's permit for dangerous goods by road."""

    __tablename__ = "carrier_permits"
    __table_args__ = (
        Index(
            "uq_carrier_permits_open",
            "number",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )
    trace_kind = "carrier_permit"
    trace_state = (
        "organisation_id", "number", "classes", "valid_from", "valid_to", "suspended_from", "ended_on",
        "file_id", "version",
    )  # fmt: skip

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    number: Mapped[str] = mapped_column(String(60))
    issuer: Mapped[str] = mapped_column(String(100), default="")
    classes: Mapped[list[Any]]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date]
    suspended_from: Mapped[date | None]
    ended_on: Mapped[date | None]
    file_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class VehicleBody(enum.StrEnum):
    """What holds the load."""

    BOX = "box"
    TANK = "tank"
    FLATBED = "flatbed"


class Vehicle(Base, Traced):
    """A vehicle of a carrier, with the load it is approved for."""

    __tablename__ = "vehicles"
    __table_args__ = (
        Index("uq_vehicles_open", "plate", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )
    trace_kind = "vehicle"
    trace_state = (
        "organisation_id", "plate", "approved_load", "body", "permit_number", "valid_from", "valid_to",
        "ended_on", "file_id", "version",
    )  # fmt: skip

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    plate: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(40))
    body: Mapped[VehicleBody | None]
    approved_load: Mapped[Grams]
    permit_number: Mapped[str] = mapped_column(String(60), default="")
    """Of its road transport permit (道路运输证)."""
    satellite_terminal: Mapped[str] = mapped_column(String(60), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date]
    ended_on: Mapped[date | None]
    file_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class CrewMember(Base, Traced):
    """A driver or escort of a carrier, with the certificate of qualification."""

    __tablename__ = "crew_members"
    trace_kind = "crew_member"
    trace_state = (
        "organisation_id", "user_id", "is_escort", "valid_from", "valid_to", "ended_on", "file_id", "version",
    )  # fmt: skip

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    user_id: Mapped[UUID | None] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str] = mapped_column(String(40))
    certificate: Mapped[str] = mapped_column(String(60))
    is_escort: Mapped[bool]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date]
    ended_on: Mapped[date | None]
    file_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
