"""Streams, postings, balances and what a generation ledger says of each batch."""

import enum
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.ids import NO_ID
from app.foundation.core.models import Base, enum_column
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Organisation, Site


class WasteKind(enum.StrEnum):
    HAZARDOUS = "hazardous"
    GENERAL = "general"


KIND_WORDS: Final[Mapping[WasteKind, Text]] = {
    WasteKind.HAZARDOUS: say("危险废物"),
    WasteKind.GENERAL: say("一般工业固体废物"),
}


class WasteForm(enum.StrEnum):
    """废物形态, domain-rules 14.4."""

    SOLID = "S"
    SEMI_SOLID = "SS"
    LIQUID = "L"
    GAS = "G"


FORM_WORDS = {
    WasteForm.SOLID: say("固态"),
    WasteForm.SEMI_SOLID: say("半固态"),
    WasteForm.LIQUID: say("液态"),
    WasteForm.GAS: say("气态"),
}
"""What each form is called on screens."""


class WasteStream(Base, Traced):
    """One kind of waste from one site of one producer. Its texts fill labels and manifests."""

    __tablename__ = "waste_streams"
    __table_args__ = (UniqueConstraint("site_id", "waste_code", "local_name"),)
    trace_kind = "waste_stream"
    trace_state = (
        "organisation_id",
        "site_id",
        "kind",
        "waste_code",
        "category",
        "form",
        "hazards",
        "properties",
        "ended_at",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey(Site.id), index=True)
    kind: Mapped[WasteKind]
    waste_code: Mapped[str] = mapped_column(String(11))
    category: Mapped[str] = mapped_column(String(4))
    local_name: Mapped[str] = mapped_column(String(200))
    waste_name: Mapped[str] = mapped_column(String(200))
    form: Mapped[WasteForm | None]
    hazards: Mapped[list[Any]]
    """Hazard letters T, C, I, R, In as the catalogue lists them, or as tested."""
    main_components: Mapped[str] = mapped_column(String(200), default="")
    harmful_components: Mapped[str] = mapped_column(String(200), default="")
    precautions: Mapped[str] = mapped_column(String(300), default="")
    properties: Mapped[dict[str, Any]]
    """Entered properties that decide compatibility, such as {"acid": "oxidising"}."""
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PlaceKind(enum.StrEnum):
    """Where mass can be. Real places hold a balance that never falls below zero."""

    GENERATION = "generation"
    UNPLACED = "unplaced"
    ZONE = "zone"
    CONSIGNMENT = "consignment"
    OUTBOUND = "outbound"
    """Taken out of store for use or disposal and not yet reported used: between tables B.3 and B.4 or B.5."""
    UTILISED = "utilised"
    DISPOSED = "disposed"
    PRODUCT = "product"
    LOSS = "loss"
    REGROUPED = "regrouped"
    WEIGHING_DIFFERENCE = "weighing_difference"
    """Between the consignor's and the consignee's scale; what people must explain, never rounding."""


REAL_PLACES = frozenset({PlaceKind.UNPLACED, PlaceKind.ZONE, PlaceKind.CONSIGNMENT, PlaceKind.OUTBOUND})


class LedgerImport(Base, Traced):
    """One ledger file brought in: one event, whatever its size."""

    __tablename__ = "ledger_imports"
    trace_kind = "ledger_import"
    trace_state = (
        "organisation_id",
        "site_id",
        "table_name",
        "file_sha256",
        "accepted_count",
        "refused_count",
        "rows_sha256",
        "total_mass",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey(Site.id), index=True)
    user_id: Mapped[UUID | None]
    table_name: Mapped[str] = mapped_column(String(10))
    filename: Mapped[str] = mapped_column(String(200))
    file_id: Mapped[UUID | None]
    file_sha256: Mapped[str] = mapped_column(String(64))
    rows_sha256: Mapped[str] = mapped_column(String(64))
    accepted_count: Mapped[int]
    refused_count: Mapped[int]
    total_mass: Mapped[Grams]
    imported_at: Mapped[datetime]


class Posting(Base):
    """Whole grams of one stream moved from one place to another. Only ever added."""

    __tablename__ = "postings"
    __table_args__ = (
        CheckConstraint("mass > 0", name="mass_positive"),
        Index(None, "stream_id", "effective_on"),
        Index(None, "from_id", "stream_id"),
        Index(None, "to_id", "stream_id"),
    )

    stream_id: Mapped[UUID] = mapped_column(ForeignKey(WasteStream.id))
    container_id: Mapped[UUID] = mapped_column(default=NO_ID, index=True)
    """The container it moved in, or no id for loose mass."""
    from_kind: Mapped[PlaceKind] = mapped_column(enum_column(PlaceKind, "from_kind"))
    from_id: Mapped[UUID]
    to_kind: Mapped[PlaceKind] = mapped_column(enum_column(PlaceKind, "to_kind"))
    to_id: Mapped[UUID]
    mass: Mapped[Grams]
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime]
    event_id: Mapped[UUID] = mapped_column(index=True)
    corrects_id: Mapped[UUID | None] = mapped_column(index=True)
    import_id: Mapped[UUID | None] = mapped_column(index=True)


class Balance(Base):
    """What lies at a real place now, per stream and container: a lock and a cache of the postings."""

    __tablename__ = "balances"
    __table_args__ = (
        UniqueConstraint("place_id", "stream_id", "container_id", "place_kind"),
        CheckConstraint("mass >= 0", name="mass_not_negative"),
        Index(None, "stream_id"),
        Index(None, "container_id"),
    )

    place_kind: Mapped[PlaceKind]
    place_id: Mapped[UUID]
    stream_id: Mapped[UUID] = mapped_column(ForeignKey(WasteStream.id))
    container_id: Mapped[UUID] = mapped_column(default=NO_ID)
    mass: Mapped[Grams]
    last_on: Mapped[date]
    """The latest effective day of any posting here; an earlier one must be checked day by day."""


class GenerationRecord(Base):
    """What table B.1 of HJ 1259 tells of a generation beyond its posting."""

    __tablename__ = "generation_records"
    __table_args__ = (
        Index(None, "site_id", "batch_number"),
        Index(None, "organisation_id", "generated_on", "id"),
    )

    posting_id: Mapped[UUID] = mapped_column(ForeignKey(Posting.id), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id))
    site_id: Mapped[UUID] = mapped_column(ForeignKey(Site.id))
    stream_id: Mapped[UUID] = mapped_column(ForeignKey(WasteStream.id), index=True)
    batch_number: Mapped[str] = mapped_column(String(24))
    generated_on: Mapped[date]
    generated_at: Mapped[datetime | None]
    """None: the ledger gives only the day."""
    local_name: Mapped[str] = mapped_column(String(200))
    waste_name: Mapped[str] = mapped_column(String(200))
    container_code: Mapped[str | None] = mapped_column(String(37), unique=True)
    container_kind: Mapped[str] = mapped_column(String(10))
    container_count: Mapped[int]
    source_facility: Mapped[str] = mapped_column(String(200))
    producer_operator: Mapped[str] = mapped_column(String(200))
    destination: Mapped[str] = mapped_column(String(200))
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey(LedgerImport.id), index=True)


class DeclarationKind(enum.StrEnum):
    """What is declared, for how long (domain-rules 16.1)."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    ANNUAL = "annual"
    GENERAL_MONTHLY = "general_monthly"
    """Table 2 of the general-waste ledger."""
    GENERAL_ANNUAL = "general_annual"


class LedgerTable(enum.StrEnum):
    """The official tables: HJ 1259 annex B, and the tables of the general-waste ledger guide (公告2021年第82号)."""

    GENERATION = "B.1"
    STOCK_IN = "B.2"
    STOCK_OUT = "B.3"
    OWN_TREATMENT = "B.4"
    ENTRUSTED = "B.5"
    GENERAL_LIST = "GISW.1"
    GENERAL_SUMMARY = "GISW.2"
    GENERAL_DISPATCH = "GISW.3"
    GENERAL_GENERATION = "GISW.4"
    GENERAL_STORAGE = "GISW.5"
    GENERAL_UTILISATION = "GISW.6"
    GENERAL_DISPOSAL = "GISW.7"


class LedgerRecord(Base):
    """What tables B.2 to B.5, or a table of the general-waste ledger, tell of a movement beyond its posting."""

    __tablename__ = "ledger_records"
    __table_args__ = (
        Index(None, "site_id", "table", "batch_number"),
        Index(None, "site_id", "table", "container_code"),
        Index(None, "organisation_id", "table", "happened_on", "id"),
    )

    posting_id: Mapped[UUID | None] = mapped_column(ForeignKey(Posting.id), unique=True)
    """None: the line only explains mass that another line has posted."""
    table: Mapped[LedgerTable]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id))
    site_id: Mapped[UUID] = mapped_column(ForeignKey(Site.id))
    stream_id: Mapped[UUID] = mapped_column(ForeignKey(WasteStream.id), index=True)
    batch_number: Mapped[str] = mapped_column(String(24), default="")
    source_batch: Mapped[str] = mapped_column(String(24), default="")
    """The batch it came from: HWCS… of a stock-in, HWRK… of a stock-out, HWCK… of a treatment."""
    happened_on: Mapped[date]
    happened_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    mass: Mapped[Grams]
    local_name: Mapped[str] = mapped_column(String(200))
    waste_name: Mapped[str] = mapped_column(String(200))
    container_id: Mapped[UUID] = mapped_column(default=NO_ID, index=True)
    container_code: Mapped[str] = mapped_column(String(37), default="")
    container_kind: Mapped[str] = mapped_column(String(10), default="")
    container_count: Mapped[int] = mapped_column(default=1)
    facility_code: Mapped[str] = mapped_column(String(60), default="")
    """Of the storage facility (B.2, B.3) or of the facility that treats it (B.4)."""
    facility_type: Mapped[str] = mapped_column(String(60), default="")
    mover: Mapped[str] = mapped_column(String(200), default="")
    keeper: Mapped[str] = mapped_column(String(200), default="")
    operator: Mapped[str] = mapped_column(String(200), default="")
    destination: Mapped[str] = mapped_column(String(200), default="")
    method_code: Mapped[str] = mapped_column(String(10), default="")
    receiver_kind: Mapped[str] = mapped_column(String(60), default="")
    receiver_name: Mapped[str] = mapped_column(String(200), default="")
    licence_number: Mapped[str] = mapped_column(String(60), default="")
    details: Mapped[dict[str, Any]]
    """Further columns of the general-waste tables, such as {"carrier": …, "plate": …, "class": "II"}."""
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey(LedgerImport.id), index=True)


class LedgerCorrection(Base, Traced):
    """Why a posting was undone, and by which postings. Its line in an official table stays; this stands beside it."""

    __tablename__ = "ledger_corrections"
    __table_args__ = (Index(None, "organisation_id", "effective_on", "id"),)
    trace_kind = "ledger_correction"
    trace_state = (
        "organisation_id",
        "site_id",
        "stream_id",
        "posting_id",
        "root_id",
        "counter_id",
        "replacement_id",
        "old_mass",
        "new_mass",
        "original_on",
        "effective_on",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id))
    site_id: Mapped[UUID] = mapped_column(ForeignKey(Site.id), index=True)
    stream_id: Mapped[UUID] = mapped_column(ForeignKey(WasteStream.id), index=True)
    posting_id: Mapped[UUID] = mapped_column(ForeignKey(Posting.id), unique=True)
    """What was undone; only once."""
    root_id: Mapped[UUID] = mapped_column(ForeignKey(Posting.id), index=True)
    """The posting that a line of an official table names: `posting_id`, or what that replaced."""
    counter_id: Mapped[UUID] = mapped_column(ForeignKey(Posting.id), index=True)
    """The posting of the opposite."""
    replacement_id: Mapped[UUID | None] = mapped_column(ForeignKey(Posting.id), index=True)
    """The posting of the right mass; None: cancelled."""
    old_mass: Mapped[Grams]
    new_mass: Mapped[Grams | None]
    original_on: Mapped[date]
    effective_on: Mapped[date]
    """The day of both new postings: that of the old one, or a day of the open period if the old one's is declared."""
    reason: Mapped[str] = mapped_column(String(300))
    user_id: Mapped[UUID | None]
    corrected_at: Mapped[datetime]


class BatchState(enum.StrEnum):
    """A batch of general waste, domain-rules 7.11."""

    OPEN = "open"
    CLOSED = "closed"
    OUT = "out"


class WasteBatch(Base, Traced):
    """A quantity of general waste kept since a day; postings name it where hazardous waste names a container."""

    __tablename__ = "waste_batches"
    __table_args__ = (UniqueConstraint("site_id", "code"),)
    trace_kind = "waste_batch"
    trace_state = (
        "organisation_id",
        "site_id",
        "stream_id",
        "code",
        "state",
        "zone_id",
        "opened_on",
        "closed_on",
        "version",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey(Site.id))
    stream_id: Mapped[UUID] = mapped_column(ForeignKey(WasteStream.id), index=True)
    code: Mapped[str] = mapped_column(String(24))
    """GW + day + serial, the firm's own (domain-rules 14.4 knows none for general waste)."""
    state: Mapped[BatchState] = mapped_column(default=BatchState.OPEN)
    zone_id: Mapped[UUID | None] = mapped_column(index=True)
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ExemptionClaim(Base, Traced):
    """A producer's claim that a stream is exempt at some steps (HWLIST annex), with what proves its conditions."""

    __tablename__ = "exemption_claims"
    trace_kind = "exemption_claim"
    trace_state = ("stream_id", "item_number", "steps", "conditions", "file_id", "valid_from", "ended_at")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    stream_id: Mapped[UUID] = mapped_column(ForeignKey(WasteStream.id), index=True)
    item_number: Mapped[str] = mapped_column(String(10))
    """Of the exemption list, edition 2025."""
    steps: Mapped[list[Any]]
    conditions: Mapped[dict[str, Any]]
    """Each condition of the item by its key: whether it is met."""
    evidence: Mapped[str] = mapped_column(String(300), default="")
    file_id: Mapped[UUID | None]
    valid_from: Mapped[date]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class BatchSerial(Base):
    """The highest serial used in a series of numbers; its row is locked while one is drawn."""

    __tablename__ = "batch_serials"

    series: Mapped[str] = mapped_column(String(100), unique=True)
    """Such as "HWCS/<site>/20261120" or "<credit code>/<waste code>/20261120"."""
    last: Mapped[int]
