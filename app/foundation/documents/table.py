"""Tables on A4 landscape: title lines, a shaded heading on every page, rows as high as their text, page x of y."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Final

from reportlab.pdfgen.canvas import Canvas

from app.foundation.documents.fonts import clean
from app.foundation.documents.pdf import new_canvas
from app.foundation.documents.sheet import Block, Cell, Density, Pages, row
from app.foundation.documents.spreadsheet import Value
from app.foundation.documents.typesetting import MM, draw_centred, draw_line, draw_right, width_of

PAGE_WIDTH: Final = 297 * MM
PAGE_HEIGHT: Final = 210 * MM
MARGIN: Final = 11 * MM
FOOT: Final = 12 * MM
SAMPLED_ROWS: Final = 400
"""Rows whose texts decide how the width is shared out; more say nothing new."""
MAX_ROWS: Final = 5_000
"""Rows one document may have: nobody reads more on paper, and a workbook holds them all."""

_TITLE, _NOTE, _FOOT_TEXT = 14.0, 8.5, 7.5
_NARROWEST, _WIDEST = 8 * MM, 60 * MM
_PADDING = 1.1 * MM


@dataclass(frozen=True)
class TablePart:
    """One table of a document: its own heading, columns and rows. The last row is printed bold if it is a total."""

    header: Sequence[str]
    rows: Sequence[Sequence[Value]]
    title: str = ""
    has_total: bool = False


@dataclass(frozen=True)
class TableDocument:
    """What stands on the paper. `foot` is printed below each page, before `page`, a text with {page} and {pages}."""

    title: str
    notes: Sequence[str]
    parts: Sequence[TablePart]
    foot: str
    page: str
    language: str = "zh-CN"


def table_pdf(document: TableDocument) -> bytes:
    """The document as a PDF.

    Raises:
        ValueError: more than `MAX_ROWS` rows.
    """
    if sum(len(part.rows) for part in document.parts) > MAX_ROWS:
        raise ValueError(f"at most {MAX_ROWS} rows")
    pages = Pages(top=PAGE_HEIGHT - MARGIN, bottom=FOOT + 3 * MM, running_head=0.0)
    pages.add(_head(document))
    for part in document.parts:
        for block in _blocks(part):
            pages.add(block)
        pages.space(5 * MM)
    output = BytesIO()
    canvas = new_canvas(output, document.title, document.language, PAGE_WIDTH, PAGE_HEIGHT)
    for number, blocks in enumerate(pages.pages, 1):
        for block, top in blocks:
            block.draw(canvas, top)
        _draw_foot(canvas, document, number, len(pages.pages))
        canvas.showPage()
    canvas.save()
    return output.getvalue()


def _head(document: TableDocument) -> Block:
    height = 9 * MM + len(document.notes) * 4.6 * MM + 2 * MM

    def draw(canvas: Canvas, top: float) -> None:
        draw_centred(canvas, PAGE_WIDTH / 2, top - 6 * MM, clean(document.title), _TITLE, bold=True)
        y = top - 11.5 * MM
        for note in document.notes:
            draw_line(canvas, MARGIN, y, clean(note), _NOTE)
            y -= 4.6 * MM

    return Block(height, draw)


def _blocks(part: TablePart) -> Iterable[Block]:
    texts = [[_text(value) for value in values] for values in part.rows]
    density = _density(len(part.header))
    widths = _widths(part.header, texts, density)
    if part.title:
        yield _part_title(part.title)
    heading = row(
        [Cell(width, name, bold=True, shaded=True) for name, width in zip(part.header, widths, strict=True)],
        MARGIN,
        density,
    )
    yield heading
    last = len(texts) - 1
    for number, values in enumerate(texts):
        is_total = part.has_total and number == last
        cells = [
            Cell(width, text, bold=is_total, shaded=is_total, right=isinstance(value, int | Decimal))
            for width, text, value in zip(widths, values, part.rows[number], strict=True)
        ]
        yield row(cells, MARGIN, density, heading)


def _part_title(title: str) -> Block:
    def draw(canvas: Canvas, top: float) -> None:
        draw_line(canvas, MARGIN, top - 4.6 * MM, clean(title), 10, bold=True)

    return Block(6.6 * MM, draw)


def _density(columns: int) -> Density:
    """Smaller text where there are many columns."""
    size = 8.5 if columns <= 9 else 7.2 if columns <= 13 else 6.4
    return Density(size, _PADDING, 0.9 * MM)


def _widths(header: Sequence[str], rows: Sequence[Sequence[str]], density: Density) -> list[float]:
    """Widths that fill the page, shared out by what the columns hold; a heading may take two lines."""
    room = 2 * density.side_padding + 1
    wanted = []
    for column, name in enumerate(header):
        texts = [values[column] for values in rows[:SAMPLED_ROWS]]
        content = max((width_of(clean(text), density.size) for text in texts), default=0.0)
        widest = max(content, width_of(name, density.size, bold=True) / 2)
        wanted.append(min(max(widest + room, _NARROWEST), _WIDEST))
    scale = (PAGE_WIDTH - 2 * MARGIN) / sum(wanted)
    return [width * scale for width in wanted]


def _text(value: Value) -> str:
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _draw_foot(canvas: Canvas, document: TableDocument, number: int, count: int) -> None:
    y = FOOT - 4 * MM
    draw_line(canvas, MARGIN, y, clean(document.foot), _FOOT_TEXT)
    draw_right(canvas, PAGE_WIDTH - MARGIN, y, document.page.format(page=number, pages=count), _FOOT_TEXT)
