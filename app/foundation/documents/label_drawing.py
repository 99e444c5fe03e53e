"""Draws one laid-out label with its lower left corner at (0, 0)."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from app.foundation.documents.hazard_symbols import draw_diamond
from app.foundation.documents.label_content import LabelContent, has_diamond
from app.foundation.documents.label_layout import (
    ENGLISH,
    Layout,
    Row,
    SetField,
    english_width,
    symbol_rows,
)
from app.foundation.documents.qr_drawing import draw_qr
from app.foundation.documents.typesetting import draw_centred, draw_line, width_of
from app.foundation.documents.waste_words import HAZARD_WORDS

ORANGE = (1.0, 150 / 255, 0.0)
"""RGB 255, 150, 0 (HJ 1276-2022, domain rules 4.2)."""

BASELINE = 0.38
"""From a line's middle down to its baseline, over the text size: Han ink runs from -0.08 to 0.84."""


@dataclass(frozen=True)
class LabelStyle:
    """How labels are printed: with coloured grounds or not, marked as demonstration or not, with English or not."""

    coloured: bool = True
    is_demo: bool = False
    english: bool = False


@dataclass(frozen=True)
class _Block:
    """A rectangle of the label; y is its top."""

    x: float
    top: float
    width: float
    height: float


def draw_label(canvas: Canvas, content: LabelContent, layout: Layout, style: LabelStyle) -> None:
    """Draw ground, frame, title, rows, hazard symbols and the QR field."""
    metrics = layout.metrics
    edge = metrics.margin + metrics.border
    if style.coloured:
        canvas.setFillColorRGB(*ORANGE)
        canvas.rect(0, 0, metrics.side, metrics.side, stroke=0, fill=1)
    canvas.setFillGray(0)
    canvas.setStrokeGray(0)
    top = metrics.side - edge
    _draw_title(canvas, _Block(edge, top, metrics.inner, metrics.title_height), style)
    top -= metrics.title_height

    share = layout.spare / len(layout.rows)
    height = layout.upper_height + share * len(layout.upper)
    left = metrics.inner - metrics.hazard_width
    _draw_rows(canvas, layout, layout.upper, _Block(edge, top, left, height))
    _draw_symbols(canvas, layout, _Block(edge + left, top, metrics.hazard_width, height), style)
    top -= height
    for row in (layout.precautions, layout.code):
        height = layout.row_height(row) + share
        _draw_rows(canvas, layout, (row,), _Block(edge, top, metrics.inner, height))
        top -= height
    left = metrics.inner - metrics.qr_width
    _draw_qr_field(canvas, content, layout, _Block(edge + left, top, metrics.qr_width, top - edge), style)
    _draw_rows(canvas, layout, layout.lower, _Block(edge, top, left, top - edge))
    _draw_frame(canvas, layout)


def _draw_frame(canvas: Canvas, layout: Layout) -> None:
    metrics = layout.metrics
    at = metrics.margin + metrics.border / 2
    canvas.setLineWidth(metrics.border)
    canvas.rect(at, at, metrics.side - 2 * at, metrics.side - 2 * at, stroke=1, fill=0)


def _line_width(layout: Layout) -> float:
    return layout.metrics.side * 0.0034


def _draw_title(canvas: Canvas, block: _Block, style: LabelStyle) -> None:
    size = block.height * (0.62 if style.english else 0.72)
    tracking = size * 0.3
    title = "危险废物"
    width = 4 * size + 3 * tracking
    middle = block.top - block.height * (0.4 if style.english else 0.5)
    x = block.x + (block.width - width) / 2
    for character in title:
        draw_line(canvas, x, middle - BASELINE * size, character, size, bold=True)
        x += size + tracking
    if style.english:
        small = block.height * 0.2
        centre = block.x + block.width / 2
        draw_centred(canvas, centre, block.top - block.height * 0.93, "HAZARDOUS WASTE", small, bold=True)
    if style.is_demo:
        _draw_demo_mark(canvas, block, style)


def _draw_demo_mark(canvas: Canvas, block: _Block, style: LabelStyle) -> None:
    """A framed 演示 at the right of the title: nobody takes it for a real label."""
    size = block.height * 0.4
    text = "演示 DEMO" if style.english else "演示"
    size = size * 0.62 if style.english else size
    width = width_of(text, size, bold=True) + size * 0.8
    right = block.x + block.width - block.height * 0.22
    middle = block.top - block.height / 2
    canvas.setLineWidth(size * 0.09)
    canvas.roundRect(right - width, middle - size * 0.75, width, size * 1.5, size * 0.2, stroke=1, fill=0)
    draw_centred(canvas, right - width / 2, middle - BASELINE * size, text, size, bold=True)


def _draw_rows(canvas: Canvas, layout: Layout, rows: Sequence[Row], block: _Block) -> None:
    """Rows of a block with a line above each; height left over is shared equally."""
    share = (block.height - sum(map(layout.row_height, rows))) / len(rows)
    top = block.top
    canvas.setLineWidth(_line_width(layout))
    for row in rows:
        height = layout.row_height(row) + share
        canvas.line(block.x, top, block.x + block.width, top)
        for field in row.fields:
            x = block.x + layout.metrics.padding + field.x
            _draw_field(canvas, layout, field, x, top - height / 2)
        top -= height


def _draw_field(canvas: Canvas, layout: Layout, field: SetField, x: float, middle: float) -> None:
    """Name and value around the height `middle`; later lines begin under the name."""
    size = layout.size
    leading = size * layout.step.leading
    baseline = middle + leading * (len(field.lines) - 1) / 2 - BASELINE * size
    at = draw_line(canvas, x, baseline, field.name, size, bold=True, stretch=field.stretch)
    if field.english:
        small = size * ENGLISH
        draw_line(canvas, at, baseline, f" {field.english}", small, stretch=field.stretch)
        at += english_width(field.english, size) * field.stretch
    at = draw_line(canvas, at, baseline, "：", size, bold=True, stretch=field.stretch)
    for number, line in enumerate(field.lines):
        draw_line(canvas, x if number else at, baseline - number * leading, line, size, stretch=field.stretch)


def _draw_symbols(canvas: Canvas, layout: Layout, block: _Block, style: LabelStyle) -> None:
    """The column of hazard symbols: heading, then diamonds with their words."""
    canvas.setLineWidth(_line_width(layout))
    canvas.line(block.x, block.top, block.x, block.top - block.height)
    canvas.line(block.x, block.top, block.x + block.width, block.top)
    centre = block.x + block.width / 2
    heading = layout.size * 1.5
    _draw_heading(canvas, layout, centre, block.top - heading / 2, style)
    count = len(layout.hazards)
    cell_height = (block.height - heading - layout.size * 0.15) / symbol_rows(count)
    top = block.top - heading
    for row in _pairs(layout.hazards):
        cell = block.width / len(row)
        pairs = len(row) > 1
        for number, code in enumerate(row):
            x = (
                block.x + block.width * 0.02 + (cell - block.width * 0.02) * (number + 0.5)
                if pairs
                else centre
            )
            _draw_symbol(
                canvas,
                layout,
                code,
                _Block(x, top, block.width * (0.5 if pairs else 0.8), cell_height),
                style,
            )
        top -= cell_height


def _draw_heading(canvas: Canvas, layout: Layout, centre: float, middle: float, style: LabelStyle) -> None:
    baseline = middle - BASELINE * layout.size
    if not style.english:
        draw_centred(canvas, centre, baseline, "危险特性", layout.size, bold=True)
        return
    small = layout.size * ENGLISH
    width = 4 * layout.size + width_of(" Hazards", small)
    at = draw_line(canvas, centre - width / 2, baseline, "危险特性", layout.size, bold=True)
    draw_line(canvas, at, baseline, " Hazards", small)


def _pairs(codes: Sequence[str]) -> list[Sequence[str]]:
    if len(codes) <= 2:
        return [[code] for code in codes]
    return [codes[start : start + 2] for start in range(0, len(codes), 2)]


def _draw_symbol(canvas: Canvas, layout: Layout, code: str, cell: _Block, style: LabelStyle) -> None:
    """One symbol with its word in a cell whose x is its middle. Infectious waste: the word in a box."""
    size = layout.metrics.smallest
    chinese, english = HAZARD_WORDS[code]
    small = size * ENGLISH * 1.05
    words = size * 1.12 + (small * 1.25 if style.english else 0)
    room = min(cell.width * 0.94, cell.height - words - size * 0.12)
    top = cell.top - (cell.height - room - words) / 2
    if has_diamond(code):
        draw_diamond(canvas, code, cell.x, top - room / 2, room, coloured=style.coloured)
        canvas.setFillGray(0)
        baseline = top - room - words + size * 0.18 + (small * 1.25 if style.english else 0)
    else:
        baseline = cell.top - cell.height / 2 - BASELINE * size
        _draw_word_box(canvas, cell, size, style)
    draw_centred(canvas, cell.x, baseline, chinese, size, bold=True)
    if style.english:
        drop = small * (1.2 if has_diamond(code) else 2.2)
        draw_centred(canvas, cell.x, baseline - drop, english, small, bold=True)


def _draw_word_box(canvas: Canvas, cell: _Block, size: float, style: LabelStyle) -> None:
    width, height = size * 3.3, size * 2
    canvas.setLineWidth(size * 0.1)
    canvas.setFillGray(1)
    middle = cell.top - cell.height / 2
    canvas.rect(cell.x - width / 2, middle - height / 2, width, height, stroke=1, fill=int(style.coloured))
    canvas.setFillGray(0)


def _draw_qr_field(
    canvas: Canvas, content: LabelContent, layout: Layout, block: _Block, style: LabelStyle
) -> None:
    """The white field: QR code and, under it, the short code that people can type."""
    metrics = layout.metrics
    bottom = block.top - block.height
    if style.coloured:
        canvas.setFillGray(1)
        canvas.rect(block.x, bottom, block.width, block.height, stroke=0, fill=1)
        canvas.setFillGray(0)
    canvas.setLineWidth(_line_width(layout))
    canvas.line(block.x, block.top, block.x, bottom)
    canvas.line(block.x, block.top, block.x + block.width, block.top)
    size = metrics.smallest
    words = size * 1.1
    top = block.top - (block.height - metrics.qr_side - words) / 2
    x = block.x + (block.width - metrics.qr_side) / 2
    level = content.size.qr_level
    draw_qr(canvas, content.qr_text, x, top - metrics.qr_side, metrics.qr_side, level, patch=False)
    stretch = min(1.0, block.width * 0.94 / width_of(content.short_code, size, bold=True))
    width = width_of(content.short_code, size, bold=True) * stretch
    at = block.x + (block.width - width) / 2
    draw_line(
        canvas, at, top - metrics.qr_side - size * 0.75, content.short_code, size, bold=True, stretch=stretch
    )
