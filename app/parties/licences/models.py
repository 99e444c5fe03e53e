"""Licences of recyclers (HWLM, Order 408), and what carriers drive with."""

import enum
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base
from app.foundation.core.units import Grams
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Organisation


class LicenceKind(enum.StrEnum):
    """HWLM 3: 综合 covers collection, storage, use and disposal; 收集 only collection."""

    COMPREHENSIVE = "comprehensive"
    COLLECTION = "collection"


class LicenceState(enum.StrEnum):
    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class Mode(enum.StrEnum):
    """Ways to operate, HWLM 10 item 2."""

    COLLECTION = "collection"
    STORAGE = "storage"
    UTILISATION = "utilisation"
    DISPOSAL = "disposal"


class OperatingLicence(Base, Traced):
    """One hazardous-waste operating licence (domain-rules 8.1)."""

    __tablename__ = "operating_licences"
    __table_args__ = (CheckConstraint("valid_to >= valid_from", name="validity_in_order"),)
    trace_kind = "licence"
    trace_state = (
        "organisation_id",
        "number",
        "kind",
        "modes",
        "valid_from",
        "valid_to",
        "yearly_scale",
        "state",
        "version",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    issuer: Mapped[str] = mapped_column(String(100))
    kind: Mapped[LicenceKind]
    modes: Mapped[list[Any]]
    issued_on: Mapped[date]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    yearly_scale: Mapped[Grams]
    state: Mapped[LicenceState] = mapped_column(default=LicenceState.VALID)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class LicenceLine(Base):
    """One category of a licence, or one code of it; with its own yearly scale if the licence gives one."""

    __tablename__ = "licence_lines"
    __table_args__ = (UniqueConstraint("licence_id", "category", "waste_code"),)

    licence_id: Mapped[UUID] = mapped_column(ForeignKey(OperatingLicence.id), index=True)
    category: Mapped[str] = mapped_column(String(4))
    waste_code: Mapped[str] = mapped_column(String(10), default="")
    """Empty: every code of the category."""
    yearly_scale: Mapped[Grams | None]


class LicenceUse(Base):
    """What one receipt used of a licence in one calendar year; only ever added."""

    __tablename__ = "licence_uses"
    __table_args__ = (Index(None, "licence_id", "year"),)

    licence_id: Mapped[UUID] = mapped_column(ForeignKey(OperatingLicence.id))
    year: Mapped[int]
    waste_code: Mapped[str] = mapped_column(String(10))
    mass: Mapped[Grams]
    consignment_id: Mapped[UUID] = mapped_column(index=True)
    event_id: Mapped[UUID]
    recorded_at: Mapped[datetime]


class CarrierPermit(Base, Traced):
    """A carrier's permit for dangerous goods by road."""

    __tablename__ = "carrier_permits"
    trace_kind = "carrier_permit"
    trace_state = ("organisation_id", "number", "classes", "valid_to")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    classes: Mapped[list[Any]]
    valid_to: Mapped[date]


class Vehicle(Base, Traced):
    """A vehicle of a carrier, with the load it is approved for."""

    __tablename__ = "vehicles"
    trace_kind = "vehicle"
    trace_state = ("organisation_id", "plate", "approved_load", "valid_to")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    plate: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    approved_load: Mapped[Grams]
    valid_to: Mapped[date]


class CrewMember(Base, Traced):
    """A driver or escort of a carrier, with the certificate of qualification."""

    __tablename__ = "crew_members"
    trace_kind = "crew_member"
    trace_state = ("organisation_id", "user_id", "is_escort", "valid_to")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    user_id: Mapped[UUID | None] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str] = mapped_column(String(40))
    certificate: Mapped[str] = mapped_column(String(60))
    is_escort: Mapped[bool]
    valid_to: Mapped[date]
