"""Facilities, zones, containers and the short codes that people type."""

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
from app.waste.registry.models import WasteForm, WasteStream


class FacilityType(enum.StrEnum):
    """GB 18597-2023, section 3."""

    WAREHOUSE = "warehouse"
    YARD = "yard"
    POOL = "pool"
    TANK_FARM = "tank_farm"
    SPOT = "spot"


class Facility(Base, Traced):
    """A storage facility or spot of a site."""

    __tablename__ = "facilities"
    __table_args__ = (UniqueConstraint("site_id", "code"),)
    trace_kind = "facility"
    trace_state = (
        "organisation_id",
        "site_id",
        "park_id",
        "code",
        "type",
        "capacity",
        "ended_at",
        "version",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey(Site.id))
    park_id: Mapped[UUID | None] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(60))
    type: Mapped[FacilityType]
    capacity: Mapped[Grams]
    keeper: Mapped[str] = mapped_column(String(60))
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Zone(Base, Traced):
    """A marked part of a facility: what may lie in it, how much, and to which zones it is open."""

    __tablename__ = "zones"
    __table_args__ = (UniqueConstraint("facility_id", "code"),)
    trace_kind = "zone"
    trace_state = (
        "facility_id",
        "code",
        "capacity",
        "allowed",
        "forms",
        "open_to",
        "ended_at",
        "version",
    )

    facility_id: Mapped[UUID] = mapped_column(ForeignKey(Facility.id), index=True)
    code: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(60))
    capacity: Mapped[Grams]
    allowed: Mapped[list[Any]]
    """Waste codes and categories ("HW08", "900-402-06") assigned to the zone."""
    forms: Mapped[list[Any]]
    open_to: Mapped[list[Any]]
    """Codes of neighbouring zones with no separation between."""
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ContainerState(enum.StrEnum):
    """The life of a container, domain-rules 7.11."""

    PRINTED = "printed"
    FILLING = "filling"
    SEALED = "sealed"
    WEIGHED = "weighed"
    STORED = "stored"
    RESERVED = "reserved"
    LOADED = "loaded"
    IN_TRANSIT = "in_transit"
    ACCEPTED = "accepted"
    STORED_AT_CONSIGNEE = "stored_at_consignee"
    CONSUMED = "consumed"
    DAMAGED = "damaged"
    VOIDED = "voided"


S = ContainerState
MOVES: dict[ContainerState, frozenset[ContainerState]] = {
    S.PRINTED: frozenset({S.FILLING, S.SEALED, S.WEIGHED, S.VOIDED}),
    S.FILLING: frozenset({S.SEALED, S.WEIGHED, S.VOIDED}),
    S.SEALED: frozenset({S.WEIGHED, S.VOIDED}),
    S.WEIGHED: frozenset({S.STORED}),
    S.STORED: frozenset({S.STORED, S.RESERVED}),
    S.RESERVED: frozenset({S.LOADED, S.STORED}),
    S.LOADED: frozenset({S.IN_TRANSIT, S.STORED}),
    S.IN_TRANSIT: frozenset({S.ACCEPTED}),
    S.ACCEPTED: frozenset({S.STORED_AT_CONSIGNEE}),
    S.STORED_AT_CONSIGNEE: frozenset({S.STORED_AT_CONSIGNEE, S.CONSUMED}),
}
"""Where each state may lead; states not listed are final here."""

IN_PLACE = frozenset({S.STORED, S.RESERVED, S.LOADED, S.STORED_AT_CONSIGNEE})
"""States in which a container stands in a zone."""


class Container(Base, Traced):
    """One coded package of hazardous waste; it keeps its code and its age wherever it goes."""

    __tablename__ = "containers"
    __table_args__ = (
        CheckConstraint("net > 0", name="net_positive"),
        CheckConstraint("gross IS NULL OR tare IS NULL OR gross - tare = net", name="net_is_gross_less_tare"),
        Index(None, "organisation_id", "state"),
        Index(None, "zone_id"),
        Index(None, "organisation_id", "id"),
    )
    trace_kind = "container"
    trace_starts_in_bulk = True
    trace_state = (
        "code",
        "organisation_id",
        "holder_id",
        "site_id",
        "park_id",
        "stream_id",
        "waste_code",
        "state",
        "zone_id",
        "consignment_id",
        "package",
        "volume_ml",
        "gross",
        "tare",
        "net",
        "generated_on",
        "batch_number",
        "label_prints",
        "label_mass",
        "version",
    )

    code: Mapped[str] = mapped_column(String(37), unique=True)
    short_code: Mapped[str] = mapped_column(String(11), unique=True)
    local_label: Mapped[str] = mapped_column(String(40), default="")
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id))
    """The producer whose code it bears."""
    holder_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    """Who has it now; the carrier only carries."""
    site_id: Mapped[UUID] = mapped_column(ForeignKey(Site.id), index=True)
    """The site where it stands, or stood last."""
    park_id: Mapped[UUID | None] = mapped_column(index=True)
    stream_id: Mapped[UUID] = mapped_column(ForeignKey(WasteStream.id), index=True)
    waste_code: Mapped[str] = mapped_column(String(10))
    form: Mapped[WasteForm | None]
    hazards: Mapped[list[Any]]
    state: Mapped[ContainerState] = mapped_column(default=ContainerState.PRINTED)
    package: Mapped[str] = mapped_column(String(10))
    """Kind of package as systems write it: 桶, 袋, 槽罐, 其他 (domain-rules 14.4)."""
    volume_ml: Mapped[int | None]
    gross: Mapped[Grams | None]
    tare: Mapped[Grams | None]
    net: Mapped[Grams | None]
    generated_on: Mapped[date]
    generated_at: Mapped[datetime | None]
    batch_number: Mapped[str] = mapped_column(String(24))
    """Of its generation, HWCS…; with the next three what table B.1 asks, known before it is weighed."""
    source_facility: Mapped[str] = mapped_column(String(200), default="")
    producer_operator: Mapped[str] = mapped_column(String(200), default="")
    destination: Mapped[str] = mapped_column(String(200), default="")
    sealed_at: Mapped[datetime | None]
    weighed_at: Mapped[datetime | None]
    stored_at: Mapped[datetime | None]
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey(Zone.id))
    consignment_id: Mapped[UUID | None] = mapped_column(index=True)
    photo_id: Mapped[UUID | None]
    label_prints: Mapped[int] = mapped_column(default=0)
    label_mass: Mapped[Grams | None]
    """The weight on the label as last printed; None: printed before weighing, or never."""
    label_printed_at: Mapped[datetime | None]
    remarks: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    def move_to(self, state: ContainerState) -> None:
        """Change state along `MOVES`.

        Raises:
            Conflict: the table doesn't allow it.
        """
        if state not in MOVES.get(self.state, frozenset()):
            raise Conflict(
                say(
                    "容器 {code} 当前为“{state}”，不能变为“{target}”",
                    code=self.code,
                    state=STATE_WORDS[self.state],
                    target=STATE_WORDS[state],
                )
            )
        self.state = state


STATE_WORDS = {
    S.PRINTED: say("已打码"),
    S.FILLING: say("装填中"),
    S.SEALED: say("已封装"),
    S.WEIGHED: say("已称重"),
    S.STORED: say("在库"),
    S.RESERVED: say("已锁定"),
    S.LOADED: say("已装车"),
    S.IN_TRANSIT: say("在途"),
    S.ACCEPTED: say("已接收"),
    S.STORED_AT_CONSIGNEE: say("接收方在库"),
    S.CONSUMED: say("已利用/处置"),
    S.DAMAGED: say("破损改包"),
    S.VOIDED: say("作废"),
}
"""One word a state, everywhere (ux.md 4.1)."""


class ShortCode(Base):
    """A code people can type, unique over containers and consignments together."""

    __tablename__ = "short_codes"

    code: Mapped[str] = mapped_column(String(11), unique=True)
    thing_kind: Mapped[str] = mapped_column(String(20))
    thing_id: Mapped[UUID] = mapped_column(index=True)
