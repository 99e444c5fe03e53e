"""What happens on the way and after it: legs, rounds, stops, accidents, new destinations, results."""

import enum
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base
from app.foundation.core.units import Grams
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Organisation, Site
from app.parties.licences.models import CrewMember, Vehicle
from app.waste.consignments.models.consignments import Consignment, ConsignmentLine
from app.waste.consignments.workflow import Party


class ConsignmentLeg(Base, Traced):
    """One carrier's part of a way with several; where and when the load changes hands (HWTM 17)."""

    __tablename__ = "consignment_legs"
    __table_args__ = (UniqueConstraint("consignment_id", "position"),)
    trace_kind = "consignment_leg"
    trace_state = (
        "consignment_id",
        "position",
        "carrier_id",
        "vehicle_id",
        "driver_id",
        "escort_id",
        "planned_at",
        "store_site_id",
        "stored_at",
        "store_until",
        "taken_over_at",
        "verified",
    )

    consignment_id: Mapped[UUID] = mapped_column(ForeignKey(Consignment.id))
    position: Mapped[int]
    carrier_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    vehicle_id: Mapped[UUID | None] = mapped_column(ForeignKey(Vehicle.id), index=True)
    driver_id: Mapped[UUID | None] = mapped_column(ForeignKey(CrewMember.id), index=True)
    escort_id: Mapped[UUID | None] = mapped_column(ForeignKey(CrewMember.id), index=True)
    place: Mapped[str] = mapped_column(String(200), default="")
    """Where this carrier takes the load over; empty for the first, who does at the consignor's."""
    planned_at: Mapped[datetime | None]
    store_site_id: Mapped[UUID | None] = mapped_column(ForeignKey(Site.id), index=True)
    """The licensed store the load waits in before this leg, if it does."""
    stored_at: Mapped[datetime | None]
    store_until: Mapped[date | None]
    """The day it is meant to go on."""
    store_reason: Mapped[str] = mapped_column(String(200), default="")
    taken_over_at: Mapped[datetime | None]
    verified: Mapped[list[Any]] = mapped_column(default=list)
    """What the later carrier verified: consignor, carrier, waste (HWTM 17)."""


class CollectionRound(Base, Traced):
    """One vehicle that collects from several consignors, each with a manifest of its own (HWTM 16)."""

    __tablename__ = "collection_rounds"
    trace_kind = "collection_round"
    trace_state = (
        "number",
        "carrier_id",
        "vehicle_id",
        "driver_id",
        "escort_id",
        "park_id",
        "planned_on",
        "ended_at",
        "version",
    )

    number: Mapped[str] = mapped_column(String(20), unique=True)
    carrier_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey(Vehicle.id), index=True)
    driver_id: Mapped[UUID] = mapped_column(ForeignKey(CrewMember.id), index=True)
    escort_id: Mapped[UUID | None] = mapped_column(ForeignKey(CrewMember.id), index=True)
    park_id: Mapped[UUID | None]
    planned_on: Mapped[date]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class IncidentKind(enum.StrEnum):
    """What went wrong on the way."""

    LEAK = "leak"
    ACCIDENT = "accident"
    LOSS = "loss"
    DELAY = "delay"
    OTHER = "other"


class ConsignmentIncident(Base, Traced):
    """Something that went wrong on the way, reported at once (ECC 540), settled and closed."""

    __tablename__ = "consignment_incidents"
    __table_args__ = (Index(None, "consignment_id", "reported_at"),)
    trace_kind = "consignment_incident"
    trace_state = (
        "consignment_id",
        "kind",
        "reported_by",
        "occurred_at",
        "reported_at",
        "settled_at",
        "lost_mass",
        "closed_at",
    )

    consignment_id: Mapped[UUID] = mapped_column(ForeignKey(Consignment.id))
    kind: Mapped[IncidentKind]
    reported_by: Mapped[Party]
    user_id: Mapped[UUID | None]
    place: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(String(400))
    authority_note: Mapped[str] = mapped_column(String(200), default="")
    """Which authority was told, and its reference."""
    occurred_at: Mapped[datetime]
    reported_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    lost_mass: Mapped[Grams | None]
    closed_at: Mapped[datetime | None]
    """The load went on, or the park closed it."""


class Diversion(Base, Traced):
    """A load that goes elsewhere than its manifest said, or back."""

    __tablename__ = "consignment_diversions"
    trace_kind = "consignment_diversion"
    trace_state = (
        "consignment_id",
        "from_consignee_id",
        "from_site_id",
        "to_consignee_id",
        "to_site_id",
        "diverted_at",
    )

    consignment_id: Mapped[UUID] = mapped_column(ForeignKey(Consignment.id), index=True)
    from_consignee_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    from_site_id: Mapped[UUID | None]
    to_consignee_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    to_site_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(String(400))
    diverted_at: Mapped[datetime]


class UseResult(Base, Traced):
    """What the consignee made of one line: used or disposed of, how, when and how much (domain-rules 7.7)."""

    __tablename__ = "consignment_results"
    __table_args__ = (
        CheckConstraint("mass > 0", name="mass_positive"),
        CheckConstraint("finished_on >= started_on", name="days_in_order"),
    )
    trace_kind = "consignment_result"
    trace_state = (
        "consignment_id",
        "line_id",
        "method_code",
        "mass",
        "started_on",
        "finished_on",
        "file_id",
        "reported_at",
    )

    consignment_id: Mapped[UUID] = mapped_column(ForeignKey(Consignment.id), index=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey(ConsignmentLine.id), index=True)
    method_code: Mapped[str] = mapped_column(String(4))
    mass: Mapped[Grams]
    started_on: Mapped[date]
    finished_on: Mapped[date]
    residue_note: Mapped[str] = mapped_column(String(200), default="")
    file_id: Mapped[UUID | None]
    reported_at: Mapped[datetime]


class ConsignmentParent(Base):
    """An earlier consignment that containers of this one arrived with, when received waste goes on (grouping)."""

    __tablename__ = "consignment_parents"
    __table_args__ = (UniqueConstraint("consignment_id", "parent_id"),)

    consignment_id: Mapped[UUID] = mapped_column(ForeignKey(Consignment.id))
    parent_id: Mapped[UUID] = mapped_column(ForeignKey(Consignment.id), index=True)


class ConsignmentViewer(Base):
    """That an organisation or a park may know of a consignment. Only ever added."""

    __tablename__ = "consignment_viewers"
    __table_args__ = (UniqueConstraint("viewer_id", "consignment_id"),)

    viewer_id: Mapped[UUID]
    """An organisation or a park."""
    consignment_id: Mapped[UUID] = mapped_column(ForeignKey(Consignment.id), index=True)


class TrackPoint(Base):
    """Where the vehicle was, by its terminal or the driver's phone (HWTM 11 item 3); WGS-84 in millionths of a degree."""

    __tablename__ = "track_points"
    __table_args__ = (UniqueConstraint("consignment_id", "at"),)

    consignment_id: Mapped[UUID] = mapped_column(ForeignKey(Consignment.id))
    at: Mapped[datetime]
    latitude_e6: Mapped[int]
    longitude_e6: Mapped[int]
