"""What stands around the parts of a manifest or a transfer note: head with QR, signatures, foot, watermarks; the manifest's
annex of containers."""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from reportlab.pdfgen.canvas import Canvas

from app.foundation.documents.fonts import clean
from app.foundation.documents.manifest_content import (
    Framed,
    ManifestContent,
    ManifestHead,
    Party,
    Signature,
)
from app.foundation.documents.manifest_parts import LEFT, WIDTH, heading
from app.foundation.documents.manifest_words import WATERMARKS, Words
from app.foundation.documents.qr_drawing import QUIET_ZONE, Level, draw_qr, qr_path
from app.foundation.documents.sheet import RULE, Block, Cell, Density, draw_blank, draw_box, row
from app.foundation.documents.typesetting import MM, draw_centred, draw_line, draw_right, width_of, wrap

RIGHT = LEFT + WIDTH
PAGE_WIDTH = 210 * MM
PAGE_HEIGHT = 297 * MM

QR_SIDE = 32 * MM
"""The symbol itself; its quiet zone is the white of the sheet around it."""

_TEXT = 9.5
_LINE = 5.2 * MM
_FOOT_TEXT = 8.0
_FOOT_LEADING = 11.0
_FOOT_BASE = 9 * MM
SIGNATURE_BOX = (240, 80)
_STROKE = re.compile(r"([ML])([0-9]{1,3}(?:\.[0-9]+)?) ([0-9]{1,3}(?:\.[0-9]+)?)")


Facts = Sequence[tuple[str, str]]
"""Lines of the head: key of the name, and the value."""


def head_block(content: Framed, words: Words, left: Facts, right: Facts, framed: str | None) -> Block:
    """Title, two columns of facts, framed words under them; QR with the short code under it; a black line."""
    return Block(42.5 * MM, partial(_draw_head, content, words, (left, right), framed))


def manifest_head(content: ManifestContent, words: Words) -> Block:
    """The manifest's: its numbers, and without a national one that it doesn't replace that manifest."""
    head = content.head
    left = (
        ("national_number", grouped_number(head.national_number)),
        ("own_number", head.own_number),
        ("contract", head.contract or "—"),
    )
    right = (("state", head.state), *printing_facts(head, words))
    framed = words("not_national") if head.national_number is None else None
    return head_block(content, words, left, right, framed)


def printing_facts(head: ManifestHead, words: Words) -> Facts:
    """When and by whom it was printed, and until when it is good."""
    count = words("print_number", number=head.print_number) if head.print_number else None
    printed = words.joined((words.time(head.printed_at), head.printed_by, count), " ")
    until = words("deliver_before", time=words.time(head.valid_until)) if head.valid_until else "—"
    return (("printed", printed), ("validity", until))


def _draw_head(
    content: Framed,
    words: Words,
    columns: Sequence[Facts],
    framed: str | None,
    canvas: Canvas,
    top: float,
) -> None:
    size, tracking = (17.5, 0.0) if words.english else (19.0, 4.2)
    title = words("title")
    room = WIDTH - QR_SIDE - 5 * MM
    size *= min(1.0, room / (width_of(title, size, bold=True) + tracking * len(title)))
    x = LEFT
    for character in title if tracking else (title,):
        x = draw_line(canvas, x, top - 6.4 * MM, character, size, bold=True) + tracking
    note = words("subtitle")
    if note:
        draw_line(canvas, LEFT, top - 10.6 * MM, note, 8)
    _draw_facts(canvas, columns, words, top - 17 * MM)
    if framed:
        _draw_framed(canvas, framed, top - 35.6 * MM)
    _draw_code(canvas, content.head, top)
    canvas.setLineWidth(0.6 * MM)
    canvas.line(LEFT, top - 40 * MM, RIGHT, top - 40 * MM)


def _draw_facts(canvas: Canvas, columns: Sequence[Facts], words: Words, baseline: float) -> None:
    starts = (LEFT, LEFT + 77 * MM) if words.english else (LEFT, LEFT + 73 * MM)
    ends = (starts[1] - 4 * MM, RIGHT - QR_SIDE - 5 * MM)
    for start, end, facts in zip(starts, ends, columns, strict=True):
        y = baseline
        name_width = max(width_of(words(key), _TEXT) for key, _ in facts) + 2.6 * MM
        for key, value in facts:
            draw_line(canvas, start, y, words(key), _TEXT)
            _draw_value(canvas, start + name_width, end, y, clean(value))
            y -= _LINE


def _draw_value(canvas: Canvas, start: float, end: float, y: float, value: str) -> None:
    """A bold value in one line, narrower or smaller if it is long; a line to write on if there is none."""
    if not value:
        draw_blank(canvas, start, end - 12 * MM, y - 1)
        return
    wide = width_of(value, _TEXT, bold=True)
    fits = min(1.0, (end - start) / wide)
    size = _TEXT * max(0.72, fits) / max(0.85, fits) if fits < 0.85 else _TEXT
    stretch = min(1.0, (end - start) / width_of(value, size, bold=True))
    draw_line(canvas, start, y, value, size, bold=True, stretch=stretch)


def grouped_number(number: str | None) -> str:
    """A national number as 4-4-6; empty without one: numbers are never invented."""
    return f"{number[:4]}-{number[4:8]}-{number[8:]}" if number else ""


def _draw_framed(canvas: Canvas, text: str, baseline: float) -> None:
    """Framed words: what the sheet is not."""
    width = width_of(text, _TEXT, bold=True) + 4 * MM
    canvas.setLineWidth(0.4 * MM)
    canvas.rect(LEFT, baseline - 1.7 * MM, width, 6 * MM, stroke=1, fill=0)
    draw_line(canvas, LEFT + 2 * MM, baseline, text, _TEXT, bold=True)


def _draw_code(canvas: Canvas, head: ManifestHead, top: float) -> None:
    modules, _ = qr_path(head.qr_text, Level.M)
    quiet = QUIET_ZONE * QR_SIDE / modules
    draw_qr(
        canvas,
        head.qr_text,
        RIGHT - QR_SIDE - quiet,
        top - QR_SIDE - quiet,
        QR_SIDE + 2 * quiet,
        Level.M,
        patch=False,
    )
    draw_centred(
        canvas, RIGHT - QR_SIDE / 2, top - QR_SIDE - quiet - 2.8 * MM, head.short_code, 10, bold=True
    )


def signature_block(content: Framed, words: Words, height: float) -> Block:
    """Three cells: who signed and when, or lines to sign on paper."""
    return Block(height, partial(_draw_signatures, content, words, height))


def _draw_signatures(content: Framed, words: Words, height: float, canvas: Canvas, top: float) -> None:
    given = {signature.party: signature for signature in content.signatures}
    width = WIDTH / 3
    canvas.setLineWidth(RULE)
    for number, party in enumerate(Party):
        x = LEFT + number * width
        canvas.rect(x, top - height, width, height, stroke=1, fill=0)
        draw_line(canvas, x + 2 * MM, top - 5 * MM, words(f"signs_{party}"), 10, bold=True)
        signature = given.get(party)
        if signature is None:
            _draw_unsigned(canvas, words, x + 2 * MM, x + width - 6 * MM, top - height)
        else:
            _draw_signed(canvas, signature, words, x + 2 * MM, top - height)


def _draw_unsigned(canvas: Canvas, words: Words, start: float, end: float, bottom: float) -> None:
    for key, y in (("signature", bottom + 9.2 * MM), ("time", bottom + 3.4 * MM)):
        at = draw_line(canvas, start, y, words(key), 8.5)
        draw_blank(canvas, at + 1.5 * MM, end, y - 1)


def _draw_signed(canvas: Canvas, signature: Signature, words: Words, start: float, bottom: float) -> None:
    draw_line(canvas, start, bottom + 11.4 * MM, clean(signature.name), 11.5, bold=True)
    when = words.joined((words.time(signature.at), words("signed")))
    draw_line(canvas, start, bottom + 6.6 * MM, when, 8.5)
    draw_line(canvas, start, bottom + 2.6 * MM, clean(signature.short_hash), 7.8)
    if signature.drawing:
        _draw_strokes(canvas, signature.drawing, start + 26 * MM, bottom + 10 * MM, 30 * MM)


def _draw_strokes(canvas: Canvas, drawing: str, x: float, y: float, width: float) -> None:
    """A drawn signature, its box of 240 by 80 brought to a width; what is no move or line is not drawn."""
    scale = width / SIGNATURE_BOX[0]
    path, is_begun = canvas.beginPath(), False
    for command, right, down in _STROKE.findall(drawing):
        at = (x + float(right) * scale, y + (SIGNATURE_BOX[1] - float(down)) * scale)
        if command == "M" or not is_begun:
            path.moveTo(*at)
            is_begun = True
        else:
            path.lineTo(*at)
    canvas.saveState()
    canvas.setLineWidth(0.35 * MM)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.restoreState()


def annex_blocks(content: ManifestContent, words: Words, density: Density) -> Iterator[Block]:
    """Every container code with its waste line and a box to tick by hand, two to a row."""
    containers = [
        (line.number, line.waste_code, clean(code))
        for line in content.consignor.lines
        for code in line.container_codes
    ]
    yield heading(words("annex"), words("annex_count", count=len(containers)), density)
    widths = [width * MM for width in (9, 8, 65, 11)]
    keys = ("count", "of_line", "container", "checked")
    head = row(
        [Cell(w, words(key), shaded=True) for w, key in zip(widths * 2, keys * 2, strict=True)], LEFT, density
    )
    yield head
    half = (len(containers) + 1) // 2
    for number in range(half):
        cells: list[Cell] = []
        for index in (number, half + number):
            found = index < len(containers)
            texts = (str(index + 1), str(containers[index][0]), containers[index][2]) if found else ("",) * 3
            cells += [Cell(width, text) for width, text in zip(widths, texts, strict=False)]
            cells.append(Cell(widths[3]))
        yield _with_boxes(row(cells, LEFT, density, head), half + number < len(containers), density)


def _with_boxes(block: Block, both: bool, density: Density) -> Block:
    """The row with a box to tick at the end of each half."""

    def draw(canvas: Canvas, top: float) -> None:
        block.draw(canvas, top)
        side = density.size * 0.9
        y = top - block.height / 2 - side / 2
        for end in (LEFT + WIDTH / 2, RIGHT) if both else (LEFT + WIDTH / 2,):
            draw_box(canvas, end - 5.5 * MM - side / 2, y, side)

    return Block(block.height, draw, block.header)


def foot_height(content: Framed, words: Words) -> float:
    """Height from the paper's edge that the foot of the first page takes."""
    return _FOOT_BASE + _FOOT_LEADING * len(_foot_lines(content, words, page=1)) + 3 * MM


def _foot_lines(content: Framed, words: Words, page: int) -> list[str]:
    room = WIDTH - max(40 * MM, width_of(words("demo"), _FOOT_TEXT, bold=True) + 8 * MM)
    proof = words("proof", hash=clean(content.head.snapshot_hash), key_id=clean(content.head.key_id))
    verify = wrap(words("verify"), _FOOT_TEXT, room) if page == 1 else []
    return verify + wrap(proof, _FOOT_TEXT, room) + _checkpoint_lines(content, words, page, room)


def _checkpoint_lines(content: Framed, words: Words, page: int, room: float) -> list[str]:
    """With what the log stood at: whoever keeps this sheet can show later that nothing was cut off before it."""
    point = content.checkpoint
    if point is None or page != 1:
        return []
    line = words(
        "checkpoint",
        origin=clean(point.origin),
        size=point.size,
        root=clean(point.root_hash),
        time=words.time(point.made_at),
    )
    return wrap(line, _FOOT_TEXT, room)


def draw_foot(canvas: Canvas, content: Framed, words: Words, page: int, pages: int) -> None:
    """At the end of every page: proof and page number; on the first also how to verify."""
    size, leading = _FOOT_TEXT, _FOOT_LEADING
    lines = _foot_lines(content, words, page)
    y = _FOOT_BASE + leading * (max(len(lines), 2) - 1)
    canvas.setLineWidth(RULE)
    canvas.line(LEFT, y + 4.4 * MM, RIGHT, y + 4.4 * MM)
    draw_right(canvas, RIGHT, y, words("page", page=page, pages=pages), size)
    if content.is_demo:
        draw_right(canvas, RIGHT, y - leading, words("demo"), size, bold=True)
    for line in lines:
        draw_line(canvas, LEFT, y, line, size)
        y -= leading


def draw_running_head(canvas: Canvas, content: Framed, words: Words, top: float) -> None:
    """On pages after the first: which manifest this belongs to."""
    head = content.head
    numbers = (words("title"), grouped_number(head.national_number), head.own_number, words("continued"))
    draw_line(canvas, LEFT, top - 4 * MM, words.joined(numbers), _TEXT, bold=True)
    canvas.setLineWidth(0.6 * MM)
    canvas.line(LEFT, top - 6 * MM, RIGHT, top - 6 * MM)


def draw_watermarks(canvas: Canvas, content: Framed, words: Words) -> None:
    """Across the sheet: 草稿 or 作废, and 演示件 on everything of a demo park. Readable through, copies in grey."""
    if content.watermark is not None:
        _draw_across(canvas, words.of(WATERMARKS[content.watermark]), 0.14, PAGE_HEIGHT * 0.5)
    if content.is_demo:
        y = PAGE_HEIGHT * (0.24 if content.watermark else 0.5)
        _draw_across(canvas, words("demo_mark"), 0.06, y)


def _draw_across(canvas: Canvas, text: str, strength: float, y: float) -> None:
    size = min(110.0, 150 * MM / width_of(text, 1.0, bold=True))
    canvas.saveState()
    canvas.translate(PAGE_WIDTH / 2, y)
    canvas.rotate(28)
    canvas.setFillGray(0, alpha=strength)
    draw_centred(canvas, 0, -0.38 * size, text, size, bold=True)
    canvas.restoreState()
