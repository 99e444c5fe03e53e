"""The sheet behind a manifest that goes with dangerous goods: the consignor's list, and what a waybill says besides
(JT/T 617.5; domain rules 15.9)."""

from collections.abc import Iterator

from app.foundation.core.units import Grams, tonnes_text
from app.foundation.documents.manifest_content import GoodsLine, GoodsList, ManifestContent, WasteLine
from app.foundation.documents.manifest_parts import LEFT, fields_row, heading
from app.foundation.documents.manifest_words import Words
from app.foundation.documents.sheet import Block, Cell, Density, row
from app.foundation.documents.typesetting import MM

_WIDTHS = (10.0, 20.0, 62.0, 24.0, 18.0, 21.0, 14.0, 17.0)
_KEYS = ("line", "un_number", "shipping_name", "class", "group", "pack_kind", "pieces", "total_mass")


def goods_blocks(
    content: ManifestContent, goods: GoodsList, words: Words, density: Density
) -> Iterator[Block]:
    """Heading, the parties and the vehicle, then a row for every waste."""
    yield heading(words("goods"), words("goods_note"), density)
    consignor, carrier, consignee = content.consignor, content.carrier, content.consignee
    taker = words.joined((consignee.name, consignee.address))
    pairs = (
        (
            (words("waybill_number"), goods.waybill_number, True),
            (words("manifest_number"), content.head.national_number or content.head.own_number, False),
        ),
        ((words("shipper"), goods.shipper, False), (words("emergency_phone"), goods.phone, True)),
        ((words("loader"), words.joined((consignor.name, consignor.address)), False),),
        ((words("taker"), taker, False),),
        (
            (words("plate"), carrier.plate or "", True),
            (words("departed_at"), words.time(carrier.departed_at), False),
        ),
        (
            (words("vehicle_permit"), goods.vehicle_permit, False),
            (words("approved_load"), goods.approved_load, False),
        ),
        (
            (words("driver"), words.joined((carrier.driver, goods.driver_certificate)), False),
            (words("escort"), words.joined((carrier.escort, goods.escort_certificate)), False),
        ),
    )
    for pair in pairs:
        yield fields_row(pair, words, density)
    head = row(
        [Cell(width * MM, words(key), shaded=True) for width, key in zip(_WIDTHS, _KEYS, strict=True)],
        LEFT,
        density,
    )
    yield head
    wastes = {line.number: line for line in consignor.lines}
    for line in goods.lines:
        yield _goods_row(line, wastes[line.number], density, head)


def _goods_row(line: GoodsLine, waste: WasteLine, density: Density, head: Block) -> Block:
    texts = (
        str(line.number),
        line.un_number,
        line.shipping_name,
        line.hazard_class,
        line.packing_group,
        waste.pack_kind,
        str(waste.pack_count),
        tonnes_text(Grams(waste.sent_grams or 0)),
    )
    cells = [
        Cell(width * MM, text, bold=number == 1, right=number > 5, fill_in=1 <= number <= 4)
        for number, (width, text) in enumerate(zip(_WIDTHS, texts, strict=True))
    ]
    return row(cells, LEFT, density, head)
