"""The parts of the manifest as rows of cells: consignor with wastes, carrier, consignee with receipts."""

from collections.abc import Iterator, Sequence
from functools import partial

from reportlab.pdfgen.canvas import Canvas

from app.foundation.core.units import Grams, tonnes_text
from app.foundation.documents.fonts import clean
from app.foundation.documents.manifest_content import (
    CarrierPart,
    ConsigneePart,
    ConsignorPart,
    Discrepancy,
    ManifestContent,
    ReceiptLine,
    WasteLine,
)
from app.foundation.documents.manifest_words import DISCREPANCIES, OPINIONS, Words
from app.foundation.documents.sheet import SHADE, Block, Cell, Choice, Density, row
from app.foundation.documents.typesetting import MM, draw_line, wrap
from app.foundation.documents.waste_words import ordered_hazards

LEFT = 12 * MM
WIDTH = 186 * MM

_FIELDS_ZH = (28.0, 67.0, 31.0, 60.0)
_FIELDS_EN = (26.0, 69.0, 29.0, 62.0)
_WASTES_ZH = (10.0, 40.5, 22.0, 18.0, 13.5, 27.0, 21.0, 17.0, 17.0)
_WASTES_EN = (9.0, 36.0, 21.0, 17.0, 22.0, 25.0, 21.0, 18.0, 17.0)
_RECEIPTS_ZH = (10.0, 40.5, 22.0, 33.0, 36.5, 27.0, 17.0)
_RECEIPTS_EN = (9.0, 33.0, 21.0, 35.0, 41.0, 27.0, 20.0)

_MOST_CODE_LINES = 3
"""Container codes that need more lines in the total row go to the annex."""


def parts(content: ManifestContent, words: Words, density: Density) -> list[list[Block]]:
    """Three parts, each a list of blocks with its heading first."""
    return [
        list(_consignor(content.consignor, words, density)),
        list(_carrier(content.carrier, words, density)),
        list(_consignee(content.consignor, content.consignee, words, density)),
    ]


def needs_annex(content: ManifestContent, words: Words, density: Density) -> bool:
    """Whether the container codes are too many for the total row."""
    return len(_code_lines(content.consignor.lines, words, density)) > _MOST_CODE_LINES


def heading(title: str, note: str, density: Density) -> Block:
    """A grey bar with a black edge."""
    height = density.size * 1.7
    return Block(height + density.size * 0.35, partial(_draw_heading, title, note, density, height))


def _draw_heading(title: str, note: str, density: Density, height: float, canvas: Canvas, top: float) -> None:
    canvas.setFillGray(SHADE - 0.03)
    canvas.rect(LEFT, top - height, WIDTH, height, stroke=0, fill=1)
    canvas.setFillGray(0)
    canvas.rect(LEFT, top - height, 1.2 * MM, height, stroke=0, fill=1)
    size = density.size * 1.1
    baseline = top - height / 2 - 0.38 * size
    at = draw_line(canvas, LEFT + 3 * MM, baseline, title, size, bold=True)
    draw_line(canvas, at + 2.5 * MM, baseline, note, density.size * 0.9)


def fields_row(pairs: Sequence[tuple[str, str, bool]], words: Words, density: Density) -> Block:
    """Two named values side by side, or one across; each is (name, value, bold)."""
    widths = _FIELDS_EN if words.english else _FIELDS_ZH
    cells: list[Cell] = []
    for number, (name, value, bold) in enumerate(pairs):
        room = widths[2 * number + 1] if len(pairs) > 1 else sum(widths[1:])
        cells.append(Cell(widths[2 * number] * MM, name, shaded=True))
        cells.append(Cell(room * MM, value, bold=bold, fill_in=True))
    return row(cells, LEFT, density)


def _consignor(part: ConsignorPart, words: Words, density: Density) -> Iterator[Block]:
    yield heading(words("part_1"), words("part_1_by"), density)
    pairs = (
        ((words("name"), part.name, True), (words("credit_code"), part.credit_code or "", False)),
        (
            (words("address"), part.address or "", False),
            (words("emergency_phone"), part.emergency_phone or "", False),
        ),
        (
            (words("operator"), words.joined((part.operator, part.operator_phone)), False),
            (words("delivered_at"), words.time(part.delivered_at), False),
        ),
        ((words("measures"), part.emergency_measures or "", False),),
    )
    for pair in pairs:
        yield fields_row(pair, words, density)
    head = _waste_head(words, density)
    yield head
    for line in part.lines:
        yield _waste_row(line, words, density, head)
    yield _total_row(part.lines, words, density, head)


def _waste_widths(words: Words) -> list[float]:
    return [width * MM for width in (_WASTES_EN if words.english else _WASTES_ZH)]


def _waste_head(words: Words, density: Density) -> Block:
    keys = (
        "line",
        "waste_name",
        "waste_code",
        "hazards",
        "form",
        "harmful",
        "pack_kind",
        "pack_count",
        "sent",
    )
    cells = [
        Cell(width, words(key), shaded=True, right=key in ("pack_count", "sent"))
        for width, key in zip(_waste_widths(words), keys, strict=True)
    ]
    return row(cells, LEFT, density)


def _waste_row(line: WasteLine, words: Words, density: Density, head: Block) -> Block:
    texts = (
        str(line.number),
        line.waste_name,
        line.waste_code,
        ", ".join(ordered_hazards(line.hazards)),
        words.form(line.form),
        line.harmful_components,
        line.pack_kind,
        str(line.pack_count),
        _tonnes(line.sent_grams),
    )
    cells = [
        Cell(width, text, right=number > 6, fill_in=number > 6)
        for number, (width, text) in enumerate(zip(_waste_widths(words), texts, strict=True))
    ]
    return row(cells, LEFT, density, head)


def _total_row(lines: Sequence[WasteLine], words: Words, density: Density, head: Block) -> Block:
    widths = _waste_widths(words)
    codes = _code_lines(lines, words, density)
    count = sum(len(line.container_codes) for line in lines)
    text = words("total")
    if count:
        fits = len(codes) <= _MOST_CODE_LINES
        text = _codes_text(lines, words) if fits else words("codes_in_annex", count=count)
    weights = [line.sent_grams for line in lines if line.sent_grams is not None]
    complete = len(weights) == len(lines)
    cells = (
        Cell(sum(widths[:7]), text, bold=True),
        Cell(widths[7], str(sum(line.pack_count for line in lines)), bold=True, right=True),
        Cell(
            widths[8], _tonnes(Grams(sum(weights))) if complete else "", bold=True, right=True, fill_in=True
        ),
    )
    return row(cells, LEFT, density, head)


def _codes_text(lines: Sequence[WasteLine], words: Words) -> str:
    codes = [clean(code) for line in lines for code in line.container_codes]
    return words("codes", codes=("; " if words.english else "、").join(codes))


def _code_lines(lines: Sequence[WasteLine], words: Words, density: Density) -> list[str]:
    room = sum(_waste_widths(words)[:7]) - 2 * density.side_padding
    return wrap(_codes_text(lines, words), density.size, room, bold=True)


def _carrier(part: CarrierPart, words: Words, density: Density) -> Iterator[Block]:
    yield heading(words("part_2"), words("part_2_by"), density)
    pairs = (
        ((words("name"), part.name or "", True), (words("permit"), part.permit_number or "", False)),
        ((words("address"), part.address or "", False), (words("phone"), part.phone or "", False)),
        (
            (words("driver"), words.joined((part.driver, part.driver_phone)), False),
            (words("escort"), words.joined((part.escort, part.escort_phone)), False),
        ),
        ((words("vehicle"), part.vehicle or "", False), (words("plate"), part.plate or "", True)),
        (
            (words("start"), part.start or "", False),
            (words("departed_at"), words.time(part.departed_at), False),
        ),
        ((words("end"), part.end or "", False), (words("arrived_at"), words.time(part.arrived_at), False)),
        ((words("via"), part.via or "", False),),
    )
    for pair in pairs:
        yield fields_row(pair, words, density)


def _consignee(
    consignor: ConsignorPart, part: ConsigneePart, words: Words, density: Density
) -> Iterator[Block]:
    yield heading(words("part_3"), words("part_3_by"), density)
    receipts = {line.number: line for line in part.lines}
    accepted = [line.accepted_grams for line in part.lines if line.accepted_grams is not None]
    complete = len(accepted) == len(consignor.lines)
    total = _tonnes(Grams(sum(accepted))) if complete else ""
    pairs = (
        ((words("name"), part.name or "", True), (words("licence"), part.licence_number or "", False)),
        (
            (words("address"), part.address or "", False),
            (words("operator"), words.joined((part.operator, part.operator_phone)), False),
        ),
        (
            (words("accepted_at"), words.time(part.accepted_at), False),
            (words("accepted_total"), total, True),
        ),
    )
    for pair in pairs:
        yield fields_row(pair, words, density)
    head = _receipt_head(words, density)
    yield head
    for line in consignor.lines:
        receipt = receipts.get(line.number, ReceiptLine(line.number))
        yield _receipt_row(line, receipt, words, density, head)


def _receipt_widths(words: Words) -> list[float]:
    return [width * MM for width in (_RECEIPTS_EN if words.english else _RECEIPTS_ZH)]


def _receipt_head(words: Words, density: Density) -> Block:
    keys = ("line", "waste_name", "waste_code", "discrepancy", "opinion", "planned", "accepted")
    cells = [
        Cell(width, words(key), shaded=True, right=key == "accepted")
        for width, key in zip(_receipt_widths(words), keys, strict=True)
    ]
    return row(cells, LEFT, density)


def _receipt_row(line: WasteLine, receipt: ReceiptLine, words: Words, density: Density, head: Block) -> Block:
    widths = _receipt_widths(words)
    found = receipt.discrepancy
    differs = found not in (None, Discrepancy.NONE)
    kind = words.of(DISCREPANCIES[found]) if found is not None and differs else ""
    yes_no = (
        Choice(words("no"), ticked=found is Discrepancy.NONE),
        Choice(words("yes"), ticked=differs),
    )
    opinions = [Choice(words.of(word), receipt.opinion is opinion) for opinion, word in OPINIONS.items()]
    cells = (
        Cell(widths[0], str(line.number)),
        Cell(widths[1], line.waste_name, clipped=True),
        Cell(widths[2], line.waste_code),
        Cell(widths[3], kind, choices=yes_no, fill_in=found is not Discrepancy.NONE),
        Cell(widths[4], choices=opinions),
        Cell(widths[5], receipt.planned_method or "", fill_in=True),
        Cell(widths[6], _tonnes(receipt.accepted_grams), right=True, fill_in=True),
    )
    return row(cells, LEFT, density, head)


def _tonnes(grams: Grams | None) -> str:
    return "" if grams is None else tonnes_text(grams)
