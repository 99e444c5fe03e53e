"""What stands on a printed manifest (form of 环办固体函〔2021〕577号; domain rules 15.8, ux.md 8.2).

Values only: every text comes ready in the language of the print, instants are aware, None means "not filled
yet" and prints as a line or box to fill by hand.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.foundation.core.units import Grams


class Watermark(StrEnum):
    """Words across the sheet that take its validity away."""

    DRAFT = "draft"
    VOID = "void"


class Discrepancy(StrEnum):
    """Whether what came differs seriously from what was declared (part 3)."""

    NONE = "none"
    QUANTITY = "quantity"
    PACKAGING = "packaging"
    FORM = "form"
    NATURE = "nature"
    OTHER = "other"


class Opinion(StrEnum):
    """What the consignee does with a line (part 3)."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    REJECTED = "rejected"


class Party(StrEnum):
    """Who signs."""

    CONSIGNOR = "consignor"
    CARRIER = "carrier"
    CONSIGNEE = "consignee"


@dataclass(frozen=True)
class ManifestHead:
    """Numbers, state and proof. `national_number` is 14 digits or None: then the sheet says what it is not."""

    own_number: str
    national_number: str | None
    state: str
    printed_at: datetime
    printed_by: str
    print_number: int | None
    """None: prints are not counted."""
    valid_until: datetime | None
    contract: str | None
    qr_text: str
    short_code: str
    key_id: str
    snapshot_hash: str


@dataclass(frozen=True)
class WasteLine:
    """One waste of part 1. Hazards are codes; form is S, SS, L or G."""

    number: int
    waste_name: str
    waste_code: str
    hazards: Collection[str]
    form: str
    harmful_components: str
    pack_kind: str
    pack_count: int
    sent_grams: Grams | None
    container_codes: Sequence[str] = ()


@dataclass(frozen=True)
class ConsignorPart:
    """Part 1: who sends what."""

    name: str
    credit_code: str | None
    address: str | None
    emergency_phone: str | None
    operator: str | None
    operator_phone: str | None
    delivered_at: datetime | None
    emergency_measures: str | None
    lines: Sequence[WasteLine]


@dataclass(frozen=True)
class CarrierPart:
    """Part 2: who moves it, in what, from where to where."""

    name: str | None = None
    address: str | None = None
    phone: str | None = None
    permit_number: str | None = None
    driver: str | None = None
    driver_phone: str | None = None
    escort: str | None = None
    escort_phone: str | None = None
    vehicle: str | None = None
    plate: str | None = None
    start: str | None = None
    departed_at: datetime | None = None
    via: str | None = None
    end: str | None = None
    arrived_at: datetime | None = None


@dataclass(frozen=True)
class ReceiptLine:
    """Part 3 of one waste; `number` is that of its `WasteLine`. `planned_method` is its code and word."""

    number: int
    discrepancy: Discrepancy | None = None
    opinion: Opinion | None = None
    planned_method: str | None = None
    accepted_grams: Grams | None = None


@dataclass(frozen=True)
class ConsigneePart:
    """Part 3: who takes it. Lines may be missing; they are printed to be filled by hand."""

    name: str | None = None
    licence_number: str | None = None
    address: str | None = None
    operator: str | None = None
    operator_phone: str | None = None
    accepted_at: datetime | None = None
    lines: Sequence[ReceiptLine] = ()


@dataclass(frozen=True)
class GoodsLine:
    """One waste as dangerous goods; `number` is that of its `WasteLine`, what nobody wrote is empty."""

    number: int
    un_number: str = ""
    shipping_name: str = ""
    hazard_class: str = ""
    """Class or division, subsidiary hazards in brackets, the tunnel code behind."""
    packing_group: str = ""


@dataclass(frozen=True)
class GoodsList:
    """The consignor's list of dangerous goods with what the waybill says of the carriage."""

    lines: Sequence[GoodsLine]
    waybill_number: str = ""
    shipper: str = ""
    phone: str = ""
    """For emergencies, at any hour."""
    vehicle_permit: str = ""
    approved_load: str = ""
    driver_certificate: str = ""
    escort_certificate: str = ""


@dataclass(frozen=True)
class Signature:
    """An electronic signature that was given; `short_hash` is a readable part of what was signed."""

    party: Party
    name: str
    at: datetime
    short_hash: str
    drawing: str = ""
    """Drawn by hand: absolute moves and lines of an SVG path in a box of 240 by 80."""


@dataclass(frozen=True)
class Checkpoint:
    """A signed statement of the trace log at the time of printing: how many entries, and the root over them."""

    origin: str
    size: int
    root_hash: str
    made_at: datetime


class Framed(Protocol):
    """What head, signatures, foot and watermarks of a sheet are drawn from."""

    @property
    def head(self) -> ManifestHead: ...
    @property
    def signatures(self) -> Sequence[Signature]: ...
    @property
    def watermark(self) -> Watermark | None: ...
    @property
    def is_demo(self) -> bool: ...
    @property
    def checkpoint(self) -> Checkpoint | None: ...


@dataclass(frozen=True)
class ManifestContent:
    """One manifest as it stands at `head.printed_at`. Times are printed in the park's zone."""

    head: ManifestHead
    consignor: ConsignorPart
    carrier: CarrierPart
    consignee: ConsigneePart
    signatures: Sequence[Signature] = ()
    watermark: Watermark | None = None
    is_demo: bool = False
    time_zone: str = "Asia/Shanghai"
    checkpoint: Checkpoint | None = None
    goods: GoodsList | None = None
    """None: nothing goes as dangerous goods."""
