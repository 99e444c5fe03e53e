"""Ruled sheets: rows of cells that flow over pages. Measures first, then draws, so that "page x of y" is known.

Lengths are points; `top` is the y of a block's upper edge. Grey grounds are light enough to be copied.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from reportlab.pdfgen.canvas import Canvas

from app.foundation.documents.fonts import clean
from app.foundation.documents.typesetting import MM, draw_line, draw_right, width_of, wrap

RULE = 0.25 * MM
SHADE = 0.955
"""Ground of names and headings, 0 black to 1 white."""

_BASELINE = 0.38
_LEADING = 1.3
_MOST_LINES = 18
"""A cell with more lines is cut: no row may be higher than a page."""


@dataclass(frozen=True)
class Density:
    """Text size and the space around it in a cell."""

    size: float
    padding: float
    side_padding: float = 1.5 * MM

    @property
    def leading(self) -> float:
        return self.size * _LEADING


@dataclass(frozen=True)
class Choice:
    """A box to tick with its word."""

    word: str
    ticked: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell. An empty one with `fill_in` gets a line to write on; choices come before the text;
    a clipped one keeps to one line, its end given up for "…".
    """

    width: float
    text: str = ""
    bold: bool = False
    shaded: bool = False
    right: bool = False
    fill_in: bool = False
    clipped: bool = False
    choices: Sequence[Choice] = ()


@dataclass(frozen=True)
class Block:
    """Something with a height that is drawn at one place; `header` is drawn again before it on a new page."""

    height: float
    draw: Callable[[Canvas, float], None]
    header: "Block | None" = None


@dataclass
class Pages:
    """Blocks on pages."""

    top: float
    bottom: float
    running_head: float
    """Height kept free at the top of each page after the first."""
    pages: list[list[tuple[Block, float]]] = field(default_factory=lambda: [[]])
    at: float = 0.0

    def __post_init__(self) -> None:
        self.at = self.top

    def add(self, block: Block) -> None:
        """Place a block under the last one, or on a new page if it does not fit there."""
        if self.at - block.height < self.bottom and self.pages[-1]:
            self.turn()
            if block.header is not None:
                self._place(block.header)
        self._place(block)

    def keep(self, blocks: Sequence[Block]) -> None:
        """Begin a new page unless these blocks fit on this one."""
        if self.at - sum(block.height for block in blocks) < self.bottom:
            self.turn()

    def turn(self) -> None:
        """Begin a new page."""
        self.pages.append([])
        self.at = self.top - self.running_head

    def space(self, height: float) -> None:
        """Leave white; swallowed by the end of a page."""
        self.at -= height

    def _place(self, block: Block) -> None:
        self.pages[-1].append((block, self.at))
        self.at -= block.height


def row(cells: Sequence[Cell], x: float, density: Density, header: Block | None = None) -> Block:
    """A ruled row as high as its highest cell."""
    lines = [_lines(cell, density) for cell in cells]
    most = max(len(texts) for texts in lines)
    height = most * density.leading + 2 * density.padding

    def draw(canvas: Canvas, top: float) -> None:
        left = x
        canvas.setLineWidth(RULE)
        for cell, texts in zip(cells, lines, strict=True):
            _draw_cell(canvas, cell, texts, left, top, height, density)
            left += cell.width

    return Block(height, draw, header)


def _lines(cell: Cell, density: Density) -> list[str]:
    if cell.choices:
        return [clean(cell.text)]
    room = cell.width - 2 * density.side_padding
    text = clean(cell.text)
    if cell.clipped:
        return [clip(text, density.size, room)]
    lines = wrap(text, density.size, room, bold=cell.bold)
    if len(lines) > _MOST_LINES:
        return [*lines[: _MOST_LINES - 1], clip("".join(lines[_MOST_LINES - 1 :]), density.size, room)]
    return lines


def clip(text: str, size: float, width: float) -> str:
    """The text, or as much of its beginning as fits with "…" after it."""
    if width_of(text, size) <= width:
        return text
    end = int(width / size * 5)  # no character is narrower than a fifth of its size
    while end and width_of(f"{text[:end]}…", size) > width:
        end -= 1
    return f"{text[:end]}…"


def _draw_cell(
    canvas: Canvas, cell: Cell, lines: Sequence[str], left: float, top: float, height: float, density: Density
) -> None:
    canvas.setFillGray(SHADE if cell.shaded else 1)
    canvas.rect(left, top - height, cell.width, height, stroke=1, fill=int(cell.shaded))
    canvas.setFillGray(0)
    size = density.size
    baseline = top - height / 2 + density.leading * (len(lines) - 1) / 2 - _BASELINE * size
    start, end = left + density.side_padding, left + cell.width - density.side_padding
    if cell.choices:
        _draw_choices(canvas, cell, start, end, baseline, size)
        return
    if cell.fill_in and not cell.text:
        draw_blank(canvas, start, end, baseline - 0.1 * size)
    for line in lines:
        if cell.right:
            draw_right(canvas, end, baseline, line, size, bold=cell.bold)
        else:
            draw_line(canvas, start, baseline, line, size, bold=cell.bold)
        baseline -= density.leading


def draw_blank(canvas: Canvas, start: float, end: float, y: float) -> None:
    """A thin line to write on."""
    canvas.setLineWidth(0.15 * MM)
    canvas.line(start, y, end, y)
    canvas.setLineWidth(RULE)


def _draw_choices(canvas: Canvas, cell: Cell, start: float, end: float, baseline: float, size: float) -> None:
    """Boxes with their words; then the text, or a line for it when the cell is to be filled in."""
    gap = 0.28 * size
    used = sum(_choice_width(choice, size) for choice in cell.choices) + gap * (len(cell.choices) - 1)
    shrink = min(1.0, (end - start) / used)
    x = start
    for choice in cell.choices:
        draw_box(canvas, x, baseline, size * 0.82 * shrink, ticked=choice.ticked)
        draw_line(canvas, x + size * shrink, baseline, choice.word, size, stretch=shrink)
        x += (_choice_width(choice, size) + gap) * shrink
    if cell.text:
        draw_line(canvas, x, baseline, clean(cell.text), size)
    elif cell.fill_in and end - x > size:
        draw_blank(canvas, x, end, baseline - 0.1 * size)


def _choice_width(choice: Choice, size: float) -> float:
    return size + width_of(choice.word, size)


def draw_box(canvas: Canvas, x: float, baseline: float, side: float, *, ticked: bool = False) -> None:
    """A square that stands on the line; no font has ☐ and ☑."""
    y = baseline - 0.04 * side
    canvas.setLineWidth(0.2 * MM)
    canvas.rect(x, y, side, side, stroke=1, fill=0)
    if ticked:
        canvas.setLineWidth(0.42 * MM)
        tick = canvas.beginPath()
        tick.moveTo(x + 0.18 * side, y + 0.5 * side)
        tick.lineTo(x + 0.42 * side, y + 0.22 * side)
        tick.lineTo(x + 0.86 * side, y + 0.84 * side)
        canvas.drawPath(tick, stroke=1, fill=0)
    canvas.setLineWidth(RULE)
