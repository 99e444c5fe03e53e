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
    """Where hazardous waste lies (GB 18597-2023, section 3) and where general waste does (GB 18599-2020)."""

    WAREHOUSE = "warehouse"
    YARD = "yard"
    POOL = "pool"
    TANK_FARM = "tank_farm"
    SPOT = "spot"
    GENERAL_WAREHOUSE = "general_warehouse"
    """库房 or packages of general waste: three protections instead of GB 18599 (domain-rules 9.3)."""
    CLASS_I_SITE = "class_i_site"
    CLASS_II_SITE = "class_ii_site"

    @property
    def is_general(self) -> bool:
        """For general industrial waste only."""
        return self in GENERAL_TYPES


GENERAL_TYPES = frozenset(
    {FacilityType.GENERAL_WAREHOUSE, FacilityType.CLASS_I_SITE, FacilityType.CLASS_II_SITE}
)


FACILITY_TYPE_WORDS = {
    FacilityType.WAREHOUSE: say("贮存库"),
    FacilityType.YARD: say("贮存场"),
    FacilityType.POOL: say("贮存池"),
    FacilityType.TANK_FARM: say("贮存罐区"),
    FacilityType.SPOT: say("贮存点"),
    FacilityType.GENERAL_WAREHOUSE: say("一般固废库房"),
    FacilityType.CLASS_I_SITE: say("第Ⅰ类场"),
    FacilityType.CLASS_II_SITE: say("第Ⅱ类场"),
}
"""What each type is called on screens and in official tables."""


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
        "register",
        "layout",
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
    register: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The fields of 15.4 that `storage.register` lists, by key; a missing key is not known."""
    layout: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Outline of the floor plan in decimetres: {"width": …, "depth": …, "doors": [{"side", "at", "width"}],
    "aisles": [{"x", "y", "width", "depth", "note"}]}; empty: not drawn."""
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
        "register",
        "layout",
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
    register: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The fields of a zone that `storage.register` lists, by key."""
    layout: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Its place on the floor plan in decimetres: {"x", "y", "width", "depth"}; empty: not drawn."""
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class PackageType(Base, Traced):
    """A kind of package a firm uses, such as a 200 L steel drum: its volume, empty weight and material."""

    __tablename__ = "package_types"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)
    trace_kind = "package_type"
    trace_state = ("organisation_id", "package", "volume_ml", "tare", "material", "is_closed", "ended_at")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id))
    name: Mapped[str] = mapped_column(String(60))
    package: Mapped[str] = mapped_column(String(10))
    volume_ml: Mapped[int]
    tare: Mapped[Grams]
    material: Mapped[str] = mapped_column(String(20))
    """A column of the container table (domain-rules 3.6 B), such as "hdpe" or "mild_steel", or ""."""
    is_closed: Mapped[bool]
    ended_at: Mapped[datetime | None]


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
    OUTBOUND = "outbound"
    """Taken out of store (table B.3) and not yet reported used or disposed of (B.4, B.5)."""
    CONSUMED = "consumed"
    DAMAGED = "damaged"
    VOIDED = "voided"


S = ContainerState
MOVES: dict[ContainerState, frozenset[ContainerState]] = {
    S.PRINTED: frozenset({S.FILLING, S.SEALED, S.WEIGHED, S.VOIDED}),
    S.FILLING: frozenset({S.SEALED, S.WEIGHED, S.VOIDED}),
    S.SEALED: frozenset({S.WEIGHED, S.VOIDED}),
    S.WEIGHED: frozenset({S.STORED, S.CONSUMED, S.DAMAGED, S.VOIDED}),
    S.OUTBOUND: frozenset({S.CONSUMED}),
    S.STORED: frozenset({S.STORED, S.OUTBOUND, S.RESERVED, S.CONSUMED, S.DAMAGED, S.VOIDED}),
    S.RESERVED: frozenset({S.LOADED, S.STORED, S.STORED_AT_CONSIGNEE}),
    S.LOADED: frozenset({S.IN_TRANSIT, S.STORED, S.STORED_AT_CONSIGNEE}),
    S.IN_TRANSIT: frozenset({S.ACCEPTED, S.STORED, S.STORED_AT_CONSIGNEE, S.VOIDED}),
    S.ACCEPTED: frozenset({S.STORED_AT_CONSIGNEE, S.CONSUMED, S.DAMAGED, S.VOIDED}),
    S.STORED_AT_CONSIGNEE: frozenset({S.STORED_AT_CONSIGNEE, S.RESERVED, S.CONSUMED, S.DAMAGED, S.VOIDED}),
    S.DAMAGED: frozenset({S.CONSUMED, S.VOIDED}),
}
"""Where each state may lead; states not listed are final here. A package emptied into others is voided with its code."""

IN_PLACE = frozenset({S.STORED, S.RESERVED, S.LOADED, S.STORED_AT_CONSIGNEE, S.DAMAGED})
"""States in which a container stands in a zone; a damaged one until it is repacked."""


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
        "package_type_id",
        "material",
        "is_closed",
        "fill_percent",
        "parent_id",
        "accepted_on",
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
    package_type_id: Mapped[UUID | None] = mapped_column(index=True)
    material: Mapped[str] = mapped_column(String(20), default="")
    """What it is made of, a column of the container table (domain-rules 3.6 B); "": not known."""
    is_closed: Mapped[bool | None]
    fill_percent: Mapped[int | None]
    parent_id: Mapped[UUID | None] = mapped_column(index=True)
    """The container it was repacked or split from."""
    accepted_on: Mapped[date | None]
    """When its present holder, a licensed operator, accepted it: its age there counts from this day."""
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
    S.OUTBOUND: say("已出库"),
    S.CONSUMED: say("已利用/处置"),
    S.DAMAGED: say("破损改包"),
    S.VOIDED: say("作废"),
}
"""One word a state, everywhere (ux.md 4.1)."""


class LinkKind(enum.StrEnum):
    """How mass of one container came into another."""

    REPACKED = "repacked"
    SPLIT = "split"
    MERGED = "merged"


class ContainerLink(Base):
    """Mass of a parent container that went into a child, so that a drum's origin is never lost."""

    __tablename__ = "container_links"
    __table_args__ = (
        UniqueConstraint("parent_id", "child_id"),
        CheckConstraint("mass > 0", name="mass_positive"),
    )

    parent_id: Mapped[UUID] = mapped_column(ForeignKey(Container.id))
    child_id: Mapped[UUID] = mapped_column(ForeignKey(Container.id), index=True)
    kind: Mapped[LinkKind]
    mass: Mapped[Grams]
    event_id: Mapped[UUID]


class ShortCode(Base):
    """A code people can type, unique over containers and consignments together."""

    __tablename__ = "short_codes"

    code: Mapped[str] = mapped_column(String(11), unique=True)
    thing_kind: Mapped[str] = mapped_column(String(20))
    thing_id: Mapped[UUID] = mapped_column(index=True)
