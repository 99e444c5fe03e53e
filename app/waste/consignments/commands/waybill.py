"""What may be asked of the dangerous-goods waybill."""

from dataclasses import dataclass

from app.waste.consignments.goods import DangerousGoods


@dataclass(frozen=True, kw_only=True)
class GoodsOfLine(DangerousGoods):
    """What the waybill says of one line of the manifest."""

    line_number: int


@dataclass(frozen=True)
class RecordWaybill:
    """The waybill's number and its data on every line, replaced as a whole."""

    lines: tuple[GoodsOfLine, ...]
    seen_version: int
    waybill_number: str = ""
    """Empty while the carrier has not made it out."""
