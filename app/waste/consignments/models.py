"""Consignments, their lines, containers and signatures."""

import enum
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.errors import Conflict
from app.foundation.core.models import Base
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Organisation, Site
from app.parties.licences.models import CrewMember, OperatingLicence, Vehicle
from app.waste.registry.models import WasteForm, WasteStream
from app.waste.storage.models import Container


class ConsignmentState(enum.StrEnum):
    """States of domain-rules 7.4; those of refusals, diversions and results come with the whole workflow."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    LOADING = "loading"
    IN_TRANSIT = "in_transit"
    ARRIVED = "arrived"
    DISCREPANCY = "discrepancy"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


S = ConsignmentState
MOVES: dict[ConsignmentState, frozenset[ConsignmentState]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.CANCELLED}),
    S.SUBMITTED: frozenset({S.LOADING, S.CANCELLED}),
    S.LOADING: frozenset({S.IN_TRANSIT, S.CANCELLED}),
    S.IN_TRANSIT: frozenset({S.ARRIVED}),
    S.ARRIVED: frozenset({S.DISCREPANCY, S.ACCEPTED, S.REJECTED}),
    S.DISCREPANCY: frozenset({S.ACCEPTED, S.REJECTED}),
}
"""Where each state may lead; states not listed are final here."""

STATE_WORDS = {
    S.DRAFT: say("草稿"),
    S.SUBMITTED: say("待发运"),
    S.LOADING: say("装载核验"),
    S.IN_TRANSIT: say("运输中"),
    S.ARRIVED: say("已到达"),
    S.DISCREPANCY: say("差异处理"),
    S.ACCEPTED: say("已接受"),
    S.REJECTED: say("拒收"),
    S.CANCELLED: say("已作废"),
}
"""One word a state, everywhere (ux.md 4.1)."""


class DiscrepancyKind(enum.StrEnum):
    """是否存在重大差异, domain-rules 15.8."""

    NONE = "none"
    QUANTITY = "quantity"
    PACKAGING = "packaging"
    FORM = "form"
    NATURE = "nature"
    OTHER = "other"


class Opinion(enum.StrEnum):
    """接受人处理意见; partial acceptance comes with the whole workflow."""

    ACCEPT = "accept"
    REJECT = "reject"


class Party(enum.StrEnum):
    CONSIGNOR = "consignor"
    CARRIER = "carrier"
    CONSIGNEE = "consignee"


class Consignment(Base, Traced):
    """One vehicle trip of waste from a consignor to a consignee, with its manifest."""

    __tablename__ = "consignments"
    __table_args__ = (
        CheckConstraint("sent_mass >= 0", name="sent_mass_not_negative"),
        CheckConstraint(
            "(state IN ('accepted', 'rejected', 'cancelled')) = (closed_at IS NOT NULL)",
            name="closed_at_only_when_closed",
        ),
        Index(None, "consignor_id", "id"),
        Index(None, "carrier_id", "id"),
        Index(None, "consignee_id", "id"),
        Index(None, "park_id", "id"),
        Index(None, "consignee_park_id", "id"),
    )
    trace_kind = "consignment"
    trace_state = (
        "number",
        "national_number",
        "park_id",
        "consignor_id",
        "consignor_site_id",
        "carrier_id",
        "consignee_id",
        "consignee_site_id",
        "licence_id",
        "vehicle_id",
        "driver_id",
        "escort_id",
        "planned_method",
        "due_on",
        "state",
        "container_count",
        "loaded_count",
        "weighed_count",
        "sent_mass",
        "received_mass",
        "gate_gross",
        "discrepancy",
        "opinion",
        "submitted_at",
        "loading_at",
        "consignor_signed_at",
        "departed_at",
        "arrived_at",
        "closed_at",
        "version",
    )

    number: Mapped[str] = mapped_column(String(20), unique=True)
    national_number: Mapped[str | None] = mapped_column(String(14), unique=True)
    """Issued by the national system; entered or imported, never invented."""
    short_code: Mapped[str] = mapped_column(String(11), unique=True)
    park_id: Mapped[UUID | None] = mapped_column()
    """The consignor's park; the consignment belongs to it."""
    consignee_park_id: Mapped[UUID | None] = mapped_column()
    """The consignee site's park, whose staff see it too."""
    consignor_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id))
    consignor_site_id: Mapped[UUID] = mapped_column(ForeignKey(Site.id), index=True)
    carrier_id: Mapped[UUID | None] = mapped_column(ForeignKey(Organisation.id))
    consignee_id: Mapped[UUID | None] = mapped_column(ForeignKey(Organisation.id))
    consignee_site_id: Mapped[UUID | None] = mapped_column(ForeignKey(Site.id), index=True)
    licence_id: Mapped[UUID | None] = mapped_column(ForeignKey(OperatingLicence.id), index=True)
    vehicle_id: Mapped[UUID | None] = mapped_column(ForeignKey(Vehicle.id), index=True)
    driver_id: Mapped[UUID | None] = mapped_column(ForeignKey(CrewMember.id), index=True)
    escort_id: Mapped[UUID | None] = mapped_column(ForeignKey(CrewMember.id), index=True)
    planned_method: Mapped[str] = mapped_column(String(4), default="")
    """Use or disposal method code, domain-rules 14.7, such as R2."""
    emergency_measures: Mapped[str] = mapped_column(String(400), default="")
    via: Mapped[str] = mapped_column(String(200), default="")
    due_on: Mapped[date | None]
    """Planned day of acceptance; the consignee's licence must last until then."""
    state: Mapped[ConsignmentState] = mapped_column(default=ConsignmentState.DRAFT)
    container_count: Mapped[int] = mapped_column(default=0)
    loaded_count: Mapped[int] = mapped_column(default=0)
    weighed_count: Mapped[int] = mapped_column(default=0)
    """Containers weighed by the consignee so far."""
    sent_mass: Mapped[Grams] = mapped_column(default=0)
    received_mass: Mapped[Grams | None]
    gate_gross: Mapped[Grams | None]
    """The vehicle with its load on the consignee's weighbridge."""
    discrepancy: Mapped[DiscrepancyKind] = mapped_column(default=DiscrepancyKind.NONE)
    discrepancy_note: Mapped[str] = mapped_column(String(400), default="")
    opinion: Mapped[Opinion | None]
    closing_note: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    loading_at: Mapped[datetime | None]
    consignor_signed_at: Mapped[datetime | None]
    departed_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    def move_to(self, state: ConsignmentState) -> None:
        """Change state along `MOVES`.

        Raises:
            Conflict: the table doesn't allow it.
        """
        if state not in MOVES.get(self.state, frozenset()):
            raise Conflict(
                say(
                    "联单 {number} 当前为“{state}”，不能变为“{target}”",
                    number=self.number,
                    state=STATE_WORDS[self.state],
                    target=STATE_WORDS[state],
                )
            )
        self.state = state


class ConsignmentLine(Base, Traced):
    """One waste on the manifest, as the form writes it (domain-rules 15.8)."""

    __tablename__ = "consignment_lines"
    __table_args__ = (UniqueConstraint("consignment_id", "line_number"),)
    trace_kind = "consignment_line"
    trace_state = (
        "consignment_id",
        "line_number",
        "stream_id",
        "waste_code",
        "hazards",
        "form",
        "package",
        "container_count",
        "sent_mass",
        "received_mass",
    )

    consignment_id: Mapped[UUID] = mapped_column(ForeignKey(Consignment.id), index=True)
    line_number: Mapped[int]
    stream_id: Mapped[UUID] = mapped_column(ForeignKey(WasteStream.id), index=True)
    waste_code: Mapped[str] = mapped_column(String(10))
    waste_name: Mapped[str] = mapped_column(String(200))
    hazards: Mapped[list[Any]]
    form: Mapped[WasteForm | None]
    harmful_components: Mapped[str] = mapped_column(String(200))
    package: Mapped[str] = mapped_column(String(10))
    container_count: Mapped[int]
    sent_mass: Mapped[Grams]
    received_mass: Mapped[Grams | None]


class ConsignedContainer(Base, Traced):
    """One container of a consignment: scanned at loading, weighed at receipt."""

    __tablename__ = "consigned_containers"
    __table_args__ = (
        UniqueConstraint("consignment_id", "container_id"),
        CheckConstraint("sent_mass > 0", name="sent_mass_positive"),
        CheckConstraint("received_mass > 0", name="received_mass_positive"),
        CheckConstraint("(received_mass IS NULL) = (weighed_at IS NULL)", name="weighed_with_its_mass"),
    )
    trace_kind = "consigned_container"
    trace_state = (
        "consignment_id",
        "line_id",
        "container_id",
        "zone_id",
        "sent_mass",
        "loaded_at",
        "received_gross",
        "received_tare",
        "received_mass",
        "weighed_at",
    )

    consignment_id: Mapped[UUID] = mapped_column(ForeignKey(Consignment.id))
    line_id: Mapped[UUID] = mapped_column(ForeignKey(ConsignmentLine.id), index=True)
    container_id: Mapped[UUID] = mapped_column(ForeignKey(Container.id), index=True)
    zone_id: Mapped[UUID] = mapped_column()
    """The zone it left from."""
    sent_mass: Mapped[Grams]
    loaded_at: Mapped[datetime | None]
    received_gross: Mapped[Grams | None]
    received_tare: Mapped[Grams | None]
    received_mass: Mapped[Grams | None]
    weighed_at: Mapped[datetime | None]


class Signature(Base, Traced):
    """A named person's signature of one party, with the hash of what they signed. Never changed."""

    __tablename__ = "consignment_signatures"
    __table_args__ = (UniqueConstraint("consignment_id", "party"),)
    trace_kind = "consignment_signature"
    trace_state = (
        "consignment_id",
        "party",
        "user_id",
        "organisation_id",
        "document_hash",
        "signed_at",
        "via",
    )

    consignment_id: Mapped[UUID] = mapped_column(ForeignKey(Consignment.id))
    party: Mapped[Party]
    user_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(60))
    document_hash: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime]
    via: Mapped[str] = mapped_column(String(20))
