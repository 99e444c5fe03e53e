"""Consignments, their lines and containers."""

import enum
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.errors import Conflict
from app.foundation.core.models import Base, enum_column
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Organisation, Site
from app.parties.licences.models import CrewMember, OperatingLicence, Vehicle
from app.waste.consignments.goods import DangerousGoods, goods_of
from app.waste.consignments.workflow import (
    MOVES,
    STATE_WORDS,
    TRANSFER_ENDED,
    ConsignmentState,
    Party,
)
from app.waste.registry.models import WasteForm, WasteKind, WasteStream
from app.waste.storage.models import Container


class DiscrepancyKind(enum.StrEnum):
    """是否存在重大差异, domain-rules 15.8."""

    NONE = "none"
    QUANTITY = "quantity"
    PACKAGING = "packaging"
    FORM = "form"
    NATURE = "nature"
    OTHER = "other"


class Opinion(enum.StrEnum):
    """接受人处理意见, domain-rules 15.8."""

    ACCEPT = "accept"
    PARTIAL = "partial"
    REJECT = "reject"


class Verdict(enum.StrEnum):
    """What became of one container at the consignee's."""

    OPEN = "open"
    """Not refused and not missing: accepted with the rest."""
    REFUSED = "refused"
    MISSING = "missing"
    """Not on the vehicle: a count that differs (DISC-3)."""
    RETURNED = "returned"
    """Refused, and back in the consignor's store."""
    LOST = "lost"
    """Gone in an accident."""


class AcceptanceCheck(enum.StrEnum):
    """What a consignee checks before it accepts (HWTM 12 item 1)."""

    KIND = "kind"
    MASS = "mass"
    PACKAGING = "packaging"
    LABEL = "label"


UNFINISHED = "state NOT IN ('cancelled', 'closed')"
"""What somebody still has to bring on, as its index says it: lists have to say it in the same words."""
_ENDED = ", ".join(f"'{state}'" for state in sorted(TRANSFER_ENDED))


class Consignment(Base, Traced):
    """One vehicle trip of waste from a consignor to a consignee, with its manifest."""

    __tablename__ = "consignments"
    __table_args__ = (
        CheckConstraint("sent_mass >= 0", name="sent_mass_not_negative"),
        CheckConstraint(
            f"(state IN ({_ENDED})) = (closed_at IS NOT NULL)",
            name="closed_at_only_when_closed",
        ),
        CheckConstraint(
            "(state = 'closed') = (completed_at IS NOT NULL)", name="completed_at_only_when_closed"
        ),
        Index(None, "consignor_id", "id"),
        Index(None, "carrier_id", "id"),
        Index(None, "consignee_id", "id"),
        Index(None, "park_id", "id"),
        Index(None, "consignee_park_id", "id"),
        *(
            Index(name, *columns, sqlite_where=text(UNFINISHED), postgresql_where=text(UNFINISHED))
            for name, columns in (
                ("ix_consignments_unfinished", ("id",)),
                ("ix_unfinished_consignor", ("consignor_id", "id")),
                ("ix_unfinished_carrier", ("carrier_id", "id")),
                ("ix_unfinished_consignee", ("consignee_id", "id")),
            )
        ),
    )
    trace_kind = "consignment"
    trace_state = (
        "number",
        "kind",
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
        "next_carrier_id",
        "leg",
        "leg_count",
        "round_id",
        "round_stop",
        "copied_from_id",
        "shipper",
        "waybill_number",
        "paper_number",
        "planned_method",
        "due_on",
        "state",
        "container_count",
        "loaded_count",
        "weighed_count",
        "refused_count",
        "missing_count",
        "returned_count",
        "sent_mass",
        "received_mass",
        "gate_gross",
        "gate_tare",
        "checks",
        "discrepancy",
        "opinion",
        "revision",
        "submitted_at",
        "loading_at",
        "consignor_signed_at",
        "departed_at",
        "arrived_at",
        "consignor_informed_at",
        "authority_informed_at",
        "closed_at",
        "confirmed_at",
        "result_reported_at",
        "completed_at",
        "backfilled_at",
        "version",
    )

    number: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[WasteKind] = mapped_column(default=WasteKind.HAZARDOUS)
    """General waste goes with the lighter form: no national number, licence or dangerous goods."""
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
    next_carrier_id: Mapped[UUID | None] = mapped_column(index=True)
    """Who takes the load over for the next leg; carrier, vehicle and crew above are of the present one."""
    leg: Mapped[int] = mapped_column(default=1)
    leg_count: Mapped[int] = mapped_column(default=1)
    """With more than one, each has its `ConsignmentLeg`."""
    round_id: Mapped[UUID | None] = mapped_column(index=True)
    """The collection round it is a stop of (HWTM 16): one vehicle, one manifest for each consignor."""
    round_stop: Mapped[int | None]
    """Its place in the order of the round's stops."""
    copied_from_id: Mapped[UUID | None] = mapped_column()
    shipper: Mapped[Party] = mapped_column(enum_column(Party, "shipper"), default=Party.CONSIGNOR)
    """托运人: consignor or consignee, nobody else (HWTM 31)."""
    waybill_number: Mapped[str] = mapped_column(String(40), default="")
    """运单编号 of the dangerous-goods waybill, the carrier's own paper (domain-rules 15.9)."""
    paper_number: Mapped[str] = mapped_column(String(40), default="")
    """Of the paper manifest that the load went with while the national system was out of order (HWTM 20)."""
    paper_reason: Mapped[str] = mapped_column(String(200), default="")
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
    """Containers weighed by the consignee so far and not refused."""
    refused_count: Mapped[int] = mapped_column(default=0)
    missing_count: Mapped[int] = mapped_column(default=0)
    returned_count: Mapped[int] = mapped_column(default=0)
    """Refused containers that are back in the consignor's store."""
    sent_mass: Mapped[Grams] = mapped_column(default=0)
    received_mass: Mapped[Grams | None]
    gate_gross: Mapped[Grams | None]
    """The vehicle with its load on the consignee's weighbridge."""
    gate_tare: Mapped[Grams | None]
    """The empty vehicle on its way out; with the gross the weighbridge's own net mass."""
    checks: Mapped[list[Any]] = mapped_column(default=list)
    """Those `AcceptanceCheck`s the consignee made."""
    discrepancy: Mapped[DiscrepancyKind] = mapped_column(default=DiscrepancyKind.NONE)
    discrepancy_note: Mapped[str] = mapped_column(String(400), default="")
    opinion: Mapped[Opinion | None]
    closing_note: Mapped[str] = mapped_column(String(400), default="")
    authority_note: Mapped[str] = mapped_column(String(200), default="")
    """To whom and how a major difference was reported (HWTM 18)."""
    revision: Mapped[int] = mapped_column(default=0)
    """How many corrections were agreed on after signing."""
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    loading_at: Mapped[datetime | None]
    consignor_signed_at: Mapped[datetime | None]
    departed_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    consignor_informed_at: Mapped[datetime | None]
    """The major difference stands before the consignor."""
    authority_informed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    """When the transfer ended: accepted, refused, closed after an accident, or withdrawn."""
    confirmed_at: Mapped[datetime | None]
    """When the consignee confirmed in the national system (HWTM 18: within 5 working days)."""
    result_reported_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    """When the consignor had verified use or disposal and closed it (HWTM 10 item 5)."""
    backfilled_at: Mapped[datetime | None]
    """When the paper manifest was entered in the national system (HWTM 20: ten working days after the transfer)."""
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    def move_to(self, state: ConsignmentState) -> None:
        """Change state along `MOVES`.

        Raises:
            Conflict: the table doesn't allow it.
        """
        if state not in MOVES[self.kind].get(self.state, frozenset()):
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
        "batch_id",
        "zone_id",
        "discrepancy",
        "opinion",
        "method_code",
        "dangerous_goods",
    )

    consignment_id: Mapped[UUID] = mapped_column(ForeignKey(Consignment.id), index=True)
    line_number: Mapped[int]
    stream_id: Mapped[UUID] = mapped_column(ForeignKey(WasteStream.id), index=True)
    waste_code: Mapped[str] = mapped_column(String(11))
    waste_name: Mapped[str] = mapped_column(String(200))
    hazards: Mapped[list[Any]]
    form: Mapped[WasteForm | None]
    harmful_components: Mapped[str] = mapped_column(String(200))
    package: Mapped[str] = mapped_column(String(10))
    container_count: Mapped[int]
    sent_mass: Mapped[Grams]
    received_mass: Mapped[Grams | None]
    batch_id: Mapped[UUID | None] = mapped_column(index=True)
    """General waste without containers: the batch it is drawn from, and the zone."""
    zone_id: Mapped[UUID | None]
    discrepancy: Mapped[DiscrepancyKind] = mapped_column(
        enum_column(DiscrepancyKind, "discrepancy"), default=DiscrepancyKind.NONE
    )
    opinion: Mapped[Opinion | None] = mapped_column(enum_column(Opinion, "opinion"))
    method_code: Mapped[str] = mapped_column(String(4), default="")
    """How the consignee will use or dispose of it, as it said when it accepted it (HWTM 12 item 2)."""
    dangerous_goods: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How it goes as dangerous goods (`goods.DangerousGoods`, domain-rules 15.9); empty until somebody writes it."""

    @property
    def goods(self) -> DangerousGoods | None:
        """What the waybill says of it; None until somebody writes it."""
        return goods_of(self.dangerous_goods)


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
        "verdict",
        "lost_mass",
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
    verdict: Mapped[Verdict] = mapped_column(default=Verdict.OPEN)
    verdict_note: Mapped[str] = mapped_column(String(200), default="")
    """Why it was refused, or where it may be."""
    lost_mass: Mapped[Grams | None]
    """Lost in an accident on the way."""
