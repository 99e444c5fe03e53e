"""Signs of stores and of their zones, drawn at true size for the sign maker (HJ 1276-2022; domain rules 4.2, 4.3).

Values in, bytes out. Sizes, text heights and colours are those of domain-rules.md 4.2 and 4.3 (confidence M); the
figure in the triangle, a dead tree and a dead fish, is ours after the words of the standard.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from reportlab.pdfgen.canvas import Canvas

from app.foundation.documents.fonts import clean
from app.foundation.documents.hazard_symbols import draw_diamond
from app.foundation.documents.label_content import has_diamond
from app.foundation.documents.pdf import new_canvas
from app.foundation.documents.qr_drawing import Level, draw_qr
from app.foundation.documents.sign_symbols import draw_heap, draw_triangle
from app.foundation.documents.typesetting import MM, draw_centred, draw_line, draw_right, width_of, wrap
from app.foundation.documents.waste_words import HAZARD_WORDS

Language = Literal["zh", "en"]
Colour = tuple[float, float, float]
YELLOW: Colour = (1.0, 1.0, 0.0)
ORANGE: Colour = (1.0, 150 / 255, 0.0)
GREEN: Colour = (0.0, 0.5, 0.25)
"""GB 15562.2 asks green and white; the shade is ours."""

INK = 0.92
"""Height of a Han character's ink over the size it is set at."""
BASELINE = 0.38
LEADING = 1.3


@dataclass(frozen=True)
class SignSize:
    """A size by viewing distance (mm), with the heights of the title and of all other text."""

    name: str
    width_mm: int
    height_mm: int
    title_mm: int
    text_mm: int


ZONE_SIZES = (
    SignSize("near", 300, 300, 20, 6),
    SignSize("middle", 450, 450, 30, 9),
    SignSize("far", 600, 600, 40, 12),
)
"""Up to 2.5 m, up to 4 m, beyond."""
FACILITY_SIZES = (
    SignSize("near", 300, 186, 16, 8),
    SignSize("middle", 600, 372, 32, 16),
    SignSize("far", 900, 558, 48, 24),
)
"""Indoors up to 4 m, indoors up to 10 m, at an outdoor entrance."""


@dataclass(frozen=True)
class Place:
    """A zone on the plan, in any unit, from the upper left corner."""

    code: str
    x: int
    y: int
    width: int
    depth: int


@dataclass(frozen=True)
class WasteLine:
    """A waste of the zone: its name, its code, its hazards out of T C I R In."""

    name: str
    code: str
    hazards: tuple[str, ...] = ()


@dataclass(frozen=True)
class ZoneSign:
    """What stands on the sign of a zone (domain-rules 15.2)."""

    code: str
    name: str
    facility: str
    wastes: Sequence[WasteLine]
    plan_size: tuple[int, int]
    places: Sequence[Place]


@dataclass(frozen=True)
class FacilitySign:
    """What stands on the sign of a facility (domain-rules 15.3)."""

    name: str
    unit_name: str
    code: str
    keeper: str
    """With a way to reach them."""
    qr_text: str
    is_general: bool = False
    is_warning: bool = False
    """Of general waste: the yellow triangle instead of the green sign (GB 15562.2)."""


def zone_sign_pdf(
    sign: ZoneSign, size: SignSize, *, is_demo: bool = False, language: Language = "zh"
) -> bytes:
    """The sign of a zone with the plan of all zones and this one marked."""
    output = BytesIO()
    board = _Board(output, size, "危险废物贮存分区标志", is_demo, language)
    board.ground(YELLOW)
    top = board.title("危险废物贮存分区标志", "Hazardous waste storage zone")
    top = board.line(top, f"{sign.code}　{sign.name}", board.title_size * 0.8, bold=True)
    top = board.line(top, sign.facility, board.size)
    bottom = board.edge + board.size * 1.8
    middle = top - (top - bottom) * 0.52
    _draw_plan(board, sign, top, middle)
    _draw_wastes(board, sign, middle - board.gap, bottom)
    board.foot("★ 当前所处位置", "You are here")
    return board.done(output)


def _draw_plan(board: "_Board", sign: ZoneSign, top: float, bottom: float) -> None:
    """All zones in their places, this one orange with a star."""
    canvas, width, depth = board.canvas, *sign.plan_size
    room, height = board.inner, top - bottom
    scale = min(room / width, height / depth)
    left, upper = board.edge + (room - width * scale) / 2, top - (height - depth * scale) / 2
    canvas.setLineWidth(board.rule * 1.6)
    canvas.rect(left, upper - depth * scale, width * scale, depth * scale, stroke=1, fill=0)
    canvas.setLineWidth(board.rule)
    for place in sign.places:
        here = place.code == sign.code
        x, y = left + place.x * scale, upper - (place.y + place.depth) * scale
        canvas.setFillColorRGB(*(ORANGE if here else YELLOW))
        canvas.rect(x, y, place.width * scale, place.depth * scale, stroke=1, fill=1)
        canvas.setFillGray(0)
        text = f"★ {place.code}" if here else place.code
        size = board.size
        if width_of(text, size, bold=here) > place.width * scale * 0.94:
            text, size = ("★", size) if here else (place.code, size * 0.7)
        centre = y + place.depth * scale / 2 - BASELINE * size
        draw_centred(canvas, x + place.width * scale / 2, centre, text, size, bold=here)


def _draw_wastes(board: "_Board", sign: ZoneSign, top: float, bottom: float) -> None:
    """The orange box: name, code and hazards of each waste, larger where there are few, as many as fit."""
    canvas = board.canvas
    canvas.setFillColorRGB(*ORANGE)
    canvas.rect(board.edge, bottom, board.inner, top - bottom, stroke=1, fill=1)
    canvas.setFillGray(0)
    wanted = max(len(sign.wastes), 1)
    grown = min(max((top - bottom - board.size) / (wanted * board.size * 1.75), 1.0), 2.4)
    step = board.size * 1.75 * grown
    rows = max(int((top - bottom - board.size * 0.6) // step), 1)
    shown = list(sign.wastes[: rows if len(sign.wastes) <= rows else rows - 1])
    at = top - board.size * 0.3
    for waste in shown:
        _draw_waste(board, waste, at - step / 2, step, board.size * grown)
        at -= step
    if len(shown) < len(sign.wastes):
        rest = len(sign.wastes) - len(shown)
        words = f"and {rest} more" if board.english else f"等共 {len(sign.wastes)} 种"
        draw_line(canvas, board.edge + board.size, at - step / 2 - BASELINE * board.size, words, board.size)


def _draw_waste(board: "_Board", waste: WasteLine, middle: float, step: float, size: float) -> None:
    """One waste on one line: its words at the left, hazard symbols and words at the right."""
    canvas = board.canvas
    x = board.edge + board.inner - size * 0.6
    for hazard in reversed(waste.hazards):
        if has_diamond(hazard):
            draw_diamond(canvas, hazard, x - step / 2, middle, step * 0.94)
            canvas.setFillGray(0)
            x -= step
        else:
            word = HAZARD_WORDS[hazard][1 if board.english else 0]
            draw_right(canvas, x, middle - BASELINE * size, word, size, bold=True)
            x -= width_of(word, size, bold=True) + size * 0.4
    room = x - board.edge - size * 1.4
    text = f"{clean(waste.name)}　{waste.code}" if waste.name else waste.code
    stretch = min(1.0, max(room / width_of(text, size, bold=True), 0.5))
    first = wrap(text, size, room / stretch, bold=True)[0]
    draw_line(
        canvas, board.edge + size * 0.7, middle - BASELINE * size, first, size, bold=True, stretch=stretch
    )


# --- facilities ---


def facility_sign_pdf(
    sign: FacilitySign, size: SignSize, *, is_demo: bool = False, language: Language = "zh"
) -> bytes:
    """The sign at the entrance of a facility."""
    output = BytesIO()
    title = "一般固体废物贮存设施" if sign.is_general else "危险废物贮存设施"
    english = "General solid waste store" if sign.is_general else "Hazardous waste store"
    board = _Board(output, size, title, is_demo, language)
    green = sign.is_general and not sign.is_warning
    board.ground(GREEN if green else YELLOW, ink=1 if green else 0)
    left = board.width * 0.36
    _draw_figure(board, sign, left, "一般固体废物" if sign.is_general else "危险废物", green)
    x = board.edge + left
    room = board.width - board.edge - x - board.gap
    size_ = min(board.title_size, room / width_of(title, 1, bold=True))
    top = board.height - board.edge - board.gap
    draw_line(board.canvas, x, top - INK * size_, title, size_, bold=True)
    top -= size_ * 1.25
    if board.english:
        draw_line(board.canvas, x, top - board.size * 0.75, english, board.size * 0.75)
        top -= board.size * 1.2
    _draw_fields(board, sign, x, top - board.gap, room)
    return board.done(output)


def _draw_figure(board: "_Board", sign: FacilitySign, width: float, words: str, green: bool) -> None:
    """The warning triangle, or the white figure of general waste, with its words under it."""
    side = width * 0.86
    size = min(board.title_size * 0.8, side / width_of(words, 1, bold=True))
    centre = board.edge + width / 2 - board.gap / 2
    middle = board.height / 2 + size * 0.6
    if green:
        draw_heap(board.canvas, centre, middle, side * 0.8)
    else:
        draw_triangle(board.canvas, centre, middle, side, YELLOW, is_general=sign.is_general)
    below = middle - side * 0.5 - size * 0.9
    draw_centred(board.canvas, centre, max(below, board.edge + size * 0.4), words, size, bold=True)


def _draw_fields(board: "_Board", sign: FacilitySign, x: float, top: float, room: float) -> None:
    """Name, firm, code and keeper; the QR code stands in the lower right corner."""
    side = min(board.height * 0.3, room * 0.42)
    fields = (
        ("单位名称", "Company", sign.unit_name),
        ("设施名称", "Facility", sign.name),
        ("设施编码", "Code", sign.code),
        ("负责人及联系方式", "Keeper, phone", sign.keeper),
    )
    corner = board.edge + board.gap + side
    for name, english, value in fields:
        size = board.size
        named = f"{name} {english}：" if board.english else f"{name}："
        for number, line in enumerate(_field_lines(named, clean(value), size, room, x, top, corner, side)):
            draw_line(board.canvas, x, top - INK * size, line, size, bold=number == 0 and not value)
            top -= size * LEADING
        top -= size * 0.12
    right = board.width - board.edge - board.gap
    draw_qr(board.canvas, sign.qr_text, right - side, board.edge + board.gap, side, Level.M)


def _field_lines(
    named: str, value: str, size: float, room: float, x: float, top: float, corner: float, side: float
) -> list[str]:
    """A field in lines that stay clear of the QR code once they reach its height."""
    beside = top - size * LEADING < corner
    return wrap(named + value, size, room - side - size * 0.5 if beside else room)


class _Board:
    """A board of one size: its measures in points, its ground, and the lines on it."""

    def __init__(
        self, output: BytesIO, size: SignSize, title: str, is_demo: bool, language: Language
    ) -> None:
        self.width, self.height = size.width_mm * MM, size.height_mm * MM
        self.title_size, self.size = size.title_mm * MM / INK, size.text_mm * MM / INK
        self.rule = size.text_mm * MM * 0.12
        self.margin = size.text_mm * MM * 0.5
        self.edge = self.margin + size.text_mm * MM * 0.9
        self.gap = self.size * 0.7
        self.inner = self.width - 2 * self.edge
        self.is_demo, self.english = is_demo, language == "en"
        self.canvas: Canvas = new_canvas(output, title, "zh-CN", self.width, self.height)
        self.canvas.setSubject("HJ 1276-2022")

    def ground(self, colour: Colour, ink: int = 0) -> None:
        """Fill the board and draw its border; everything after is in ink (0 black, 1 white)."""
        canvas = self.canvas
        canvas.setFillColorRGB(*colour)
        canvas.rect(0, 0, self.width, self.height, stroke=0, fill=1)
        canvas.setFillGray(ink)
        canvas.setStrokeGray(ink)
        canvas.setLineWidth(self.rule * 3)
        canvas.rect(
            self.margin, self.margin, self.width - 2 * self.margin, self.height - 2 * self.margin, stroke=1
        )
        canvas.setLineWidth(self.rule)

    def title(self, words: str, english: str) -> float:
        """The title at the top; the height under it."""
        size = min(self.title_size, self.inner / width_of(words, 1, bold=True))
        top = self.height - self.edge - self.gap * 0.4
        draw_centred(self.canvas, self.width / 2, top - INK * size, words, size, bold=True)
        top -= size * 1.2
        if self.english:
            top = self.line(top, english, self.size)
        return top - self.gap * 0.3

    def line(self, top: float, words: str, size: float, *, bold: bool = False) -> float:
        """A centred line, set smaller where it is too long; the height under it."""
        words = clean(words)
        size = min(size, self.inner / max(width_of(words, 1, bold=bold), 0.1))
        draw_centred(self.canvas, self.width / 2, top - INK * size, words, size, bold=bold)
        return top - size * LEADING

    def foot(self, words: str, english: str) -> None:
        """A line at the foot of the board."""
        text = f"{words}  {english}" if self.english else words
        draw_line(self.canvas, self.edge, self.edge + self.size * 0.3, text, self.size)

    def done(self, output: BytesIO) -> bytes:
        """The finished document; boards of demo parks say so."""
        if self.is_demo:
            words = "演示 DEMO" if self.english else "演示"
            draw_right(self.canvas, self.width - self.edge, self.margin * 1.3, words, self.size * 0.8)
        self.canvas.showPage()
        self.canvas.save()
        return output.getvalue()
