"""Figures on signs of stores, as vectors of our own (HJ 1276-2022, GB 15562.2; confidence low until laid beside them)."""

from itertools import pairwise

from reportlab.pdfgen.canvas import Canvas

Colour = tuple[float, float, float]


def draw_triangle(
    canvas: Canvas, x: float, y: float, side: float, ground: Colour, *, is_general: bool = False
) -> None:
    """The warning triangle centred on (x, y): a dead tree and a dead fish; of general waste, a heap."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(side / 100, side / 100)
    canvas.setStrokeGray(0)
    canvas.setFillColorRGB(*ground)
    canvas.setLineWidth(5)
    canvas.setLineJoin(1)
    path = canvas.beginPath()
    path.moveTo(-46, -40)
    path.lineTo(46, -40)
    path.lineTo(0, 40)
    path.close()
    canvas.drawPath(path, stroke=1, fill=1)
    canvas.setFillGray(0)
    if is_general:
        canvas.translate(0, -14)
        canvas.scale(0.52, 0.52)
        _heap(canvas)
    else:
        _tree(canvas)
        _fish(canvas, ground)
    canvas.restoreState()


def draw_heap(canvas: Canvas, x: float, y: float, side: float) -> None:
    """The white figure of general waste centred on (x, y): a heap under a roof."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(side / 100, side / 100)
    canvas.setFillGray(1)
    canvas.setStrokeGray(1)
    _heap(canvas)
    canvas.restoreState()


def _tree(canvas: Canvas) -> None:
    """A bare tree on the bank."""
    canvas.setLineCap(1)
    for width, points in (
        (3.6, ((-13, -23), (-12, -6), (-10, 8))),
        (2.0, ((-12, -6), (-21, 2), (-22, 6))),
        (1.8, ((-11.5, -1), (-4, 6), (-3, 10))),
        (1.6, ((-11, 3), (-16, 9))),
        (1.4, ((-10, 8), (-6, 15))),
        (1.4, ((-10, 8), (-12, 15))),
        (1.2, ((-18, -0.6), (-23, 0))),
        (1.2, ((-7, 3), (-2, 3))),
    ):
        canvas.setLineWidth(width)
        for (x0, y0), (x1, y1) in pairwise(points):
            canvas.line(x0, y0, x1, y1)
    bank = canvas.beginPath()
    bank.moveTo(-33, -32)
    bank.curveTo(-28, -24, -20, -23, -12, -23)
    bank.curveTo(-4, -23, 0, -28, 2, -32)
    bank.close()
    canvas.drawPath(bank, stroke=0, fill=1)


def _fish(canvas: Canvas, ground: Colour) -> None:
    """A fish on its back at the water's surface."""
    body = canvas.beginPath()
    body.moveTo(2, -18)
    body.curveTo(8, -10, 18, -10, 23, -16)
    body.lineTo(29, -11)
    body.lineTo(29, -23)
    body.lineTo(23, -18.5)
    body.curveTo(18, -25, 8, -25, 2, -18)
    body.close()
    canvas.drawPath(body, stroke=0, fill=1)
    fin = canvas.beginPath()
    fin.moveTo(11, -12.2)
    fin.lineTo(16, -6)
    fin.lineTo(18, -12.6)
    fin.close()
    canvas.drawPath(fin, stroke=0, fill=1)
    canvas.setStrokeColorRGB(*ground)
    canvas.setLineWidth(0.9)
    canvas.line(5.6, -19.4, 8.2, -16.8)
    canvas.line(5.6, -16.8, 8.2, -19.4)
    canvas.setStrokeGray(0)
    canvas.setLineWidth(1.4)
    for y in (-27.5, -31.5):
        wave = canvas.beginPath()
        wave.moveTo(4, y)
        for x in (12, 20, 28):
            wave.curveTo(x - 5.5, y + 2.2, x - 2.5, y - 2.2, x, y)
        canvas.drawPath(wave, stroke=1, fill=0)


def _heap(canvas: Canvas) -> None:
    """A roof on two posts over a heap."""
    roof = canvas.beginPath()
    roof.moveTo(-46, 18)
    roof.lineTo(0, 44)
    roof.lineTo(46, 18)
    roof.lineTo(46, 10)
    roof.lineTo(0, 36)
    roof.lineTo(-46, 10)
    roof.close()
    canvas.drawPath(roof, stroke=0, fill=1)
    for x in (-42, 36):
        canvas.rect(x, -40, 6, 54, stroke=0, fill=1)
    canvas.rect(-48, -46, 96, 6, stroke=0, fill=1)
    heap = canvas.beginPath()
    heap.moveTo(-31, -40)
    heap.curveTo(-24, -22, -14, -20, -10, -10)
    heap.curveTo(-6, -2, 6, -2, 10, -10)
    heap.curveTo(14, -20, 24, -22, 31, -40)
    heap.close()
    canvas.drawPath(heap, stroke=0, fill=1)
