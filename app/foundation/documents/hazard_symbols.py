"""Warning symbols of the hazards on a container label, as vectors (HJ 1276-2022, table of warning figures).

Grounds follow the standard as we have it (white; white over black; red; yellow, all with black symbols);
the drawings follow the transport labels of classes 6.1, 8, 3 and 5.1 that the standard's figures resemble.
Confidence is low until they are laid beside the standard itself: each symbol is one function here.
Infectious waste (In) has no diamond of its own; the label shows the word in a box.
"""

from collections.abc import Callable
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

Colour = tuple[float, float, float]

WHITE: Colour = (1, 1, 1)
RED: Colour = (1, 0, 0)
YELLOW: Colour = (1, 1, 0)

HALF = 50
"""Half the diagonal of a diamond in its own coordinates, which have (0, 0) in the middle and y up."""

_EDGE = 2.2
_EVEN_ODD = 0
"""Fill mode that leaves inner outlines open (eyes, the heart of a flame)."""


@dataclass(frozen=True)
class Symbol:
    """One diamond: its ground, its figure, and whether the lower half is black."""

    ground: Colour
    figure: Callable[[Canvas], None]
    lower_black: bool = False


def draw_diamond(
    canvas: Canvas, code: str, x: float, y: float, size: float, *, coloured: bool = True
) -> None:
    """Draw the diamond of hazard `code` (T, C, I or R) centred on (x, y), `size` points across.

    Each symbol is stored once per document. Without `coloured` only the black parts are printed.
    """
    name = f"hazard-{code}-{'colour' if coloured else 'black'}"
    if not canvas.hasForm(name):
        canvas.beginForm(name, -HALF - 2, -HALF - 2, HALF + 2, HALF + 2)
        _draw(canvas, SYMBOLS[code], coloured)
        canvas.endForm()
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(size / (2 * HALF), size / (2 * HALF))
    canvas.doForm(name)
    canvas.restoreState()


def _draw(canvas: Canvas, symbol: Symbol, coloured: bool) -> None:
    reach = HALF - _EDGE / 2
    corners = [(0.0, reach), (reach, 0.0), (0.0, -reach), (-reach, 0.0)]
    canvas.setLineWidth(_EDGE)
    canvas.setStrokeGray(0)
    if coloured:
        canvas.setFillColorRGB(*symbol.ground)
    canvas.drawPath(_polygon(canvas, corners), stroke=1, fill=int(coloured))
    canvas.setFillGray(0)
    if symbol.lower_black:
        canvas.drawPath(_polygon(canvas, corners[1:]), stroke=0, fill=1)
    symbol.figure(canvas)


def _polygon(canvas: Canvas, corners: list[tuple[float, float]]) -> PDFPathObject:
    path = canvas.beginPath()
    path.moveTo(*corners[0])
    for corner in corners[1:]:
        path.lineTo(*corner)
    path.close()
    return path


def _skull(canvas: Canvas) -> None:
    """Skull and crossbones: toxic."""
    path = canvas.beginPath()
    path.moveTo(-8, -7)
    path.lineTo(-8, -1)
    path.curveTo(-14, 0, -17, 6, -17, 12)
    path.curveTo(-17, 23, -9, 29, 0, 29)
    path.curveTo(9, 29, 17, 23, 17, 12)
    path.curveTo(17, 6, 14, 0, 8, -1)
    path.lineTo(8, -7)
    path.curveTo(4, -9, -4, -9, -8, -7)
    path.close()
    path.ellipse(-12, 6, 9, 9)
    path.ellipse(3, 6, 9, 9)
    path.moveTo(0, 5)
    path.lineTo(-3, -0.5)
    path.lineTo(3, -0.5)
    path.close()
    for tooth in (-4.6, -0.7, 3.2):
        path.rect(tooth, -8.6, 1.4, 4.4)
    canvas.drawPath(path, stroke=0, fill=1, fillMode=_EVEN_ODD)
    canvas.setLineCap(1)
    canvas.setLineWidth(4.4)
    for side in (-1, 1):
        canvas.line(-16 * side, -11, 16 * side, -23)
        for end_x, end_y in ((-16 * side, -11), (16 * side, -23)):
            outward = 1 if end_x > 0 else -1
            canvas.circle(end_x + 1.4 * outward, end_y + 2.2, 2.9, stroke=0, fill=1)
            canvas.circle(end_x + 1.4 * outward, end_y - 2.2, 2.9, stroke=0, fill=1)
    canvas.setLineCap(0)


def _corrosion(canvas: Canvas) -> None:
    """Two tubes pouring on metal and on a hand: corrosive."""
    for side in (-1, 1):
        _tube(canvas, side)
        for drop in (17.2, 12.4):
            canvas.ellipse(side * 17 - 1.3, drop - 1.9, side * 17 + 1.3, drop + 1.9, stroke=0, fill=1)
    metal = canvas.beginPath()
    metal.moveTo(-34, 3)
    metal.lineTo(-34, 9)
    metal.lineTo(-21, 9)
    metal.curveTo(-19.5, 5.5, -17.5, 8, -16, 5)
    metal.curveTo(-14.5, 7.5, -11.5, 5.5, -10, 9)
    metal.lineTo(-4, 9)
    metal.lineTo(-4, 3)
    metal.close()
    canvas.drawPath(metal, stroke=0, fill=1)
    hand = canvas.beginPath()
    hand.moveTo(4, 3)
    hand.lineTo(31, 3)
    hand.lineTo(34, 6)
    hand.lineTo(28, 10.5)
    hand.curveTo(25, 11, 21, 8.5, 19, 7.5)
    hand.curveTo(17.5, 5.5, 15, 5.5, 13.5, 8)
    hand.curveTo(10, 9.5, 6, 8.5, 4, 7)
    hand.close()
    canvas.drawPath(hand, stroke=0, fill=1)


def _tube(canvas: Canvas, side: int) -> None:
    """A test tube leaning outwards to the mouth above its target."""
    canvas.saveState()
    canvas.translate(side * 16, 21.5)
    canvas.rotate(side * 52)
    canvas.setLineWidth(1.9)
    canvas.roundRect(-3, 0, 6, 14.5, 2.9, stroke=1, fill=0)
    canvas.rect(-3, 0.2, 6, 6.5, stroke=0, fill=1)
    canvas.restoreState()


def _flame(canvas: Canvas) -> None:
    """A flame over a line: ignitable."""
    canvas.drawPath(_flame_path(canvas), stroke=0, fill=1, fillMode=_EVEN_ODD)
    canvas.rect(-17, -26, 34, 3.6, stroke=0, fill=1)


def _flame_path(canvas: Canvas) -> PDFPathObject:
    path = canvas.beginPath()
    path.moveTo(-1, 33)
    path.curveTo(3, 20, 20, 11, 19, -4)
    path.curveTo(18, -14, 9, -19, 0, -19)
    path.curveTo(-11, -19, -19, -13, -18.5, -2)
    path.curveTo(-18, 5, -14, 9, -12.5, 15)
    path.curveTo(-9.5, 13, -7.5, 9, -7, 5)
    path.curveTo(-1, 12, -3, 23, -1, 33)
    path.close()
    path.moveTo(1.5, 6)
    path.curveTo(4, 0, 9.5, -3, 8.5, -9)
    path.curveTo(8, -13, 4, -15, 0, -15)
    path.curveTo(-5, -15, -9, -12, -8, -7)
    path.curveTo(-7, -2.5, -1, 0, 1.5, 6)
    path.close()
    return path


def _flame_over_circle(canvas: Canvas) -> None:
    """A flame over a circle: reactive."""
    canvas.setLineWidth(4.2)
    canvas.circle(0, -11.5, 9.2, stroke=1, fill=0)
    canvas.rect(-15, -29, 30, 3.2, stroke=0, fill=1)
    canvas.saveState()
    canvas.translate(0, 13.5)
    canvas.scale(0.68, 0.68)
    canvas.drawPath(_flame_path(canvas), stroke=0, fill=1, fillMode=_EVEN_ODD)
    canvas.restoreState()


SYMBOLS = {
    "T": Symbol(WHITE, _skull),
    "C": Symbol(WHITE, _corrosion, lower_black=True),
    "I": Symbol(RED, _flame),
    "R": Symbol(YELLOW, _flame_over_circle),
}
"""Hazard code → diamond."""
