"""QR codes as vectors: one path of filled rectangles, sharp at any printer and small in the file."""

import re
from enum import Enum
from functools import lru_cache

from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from reportlab.pdfgen.canvas import Canvas

from app.foundation.documents.qr_matrix import qr_modules

QUIET_ZONE = 4
"""Modules left white around the symbol (ISO/IEC 18004)."""

_DARK = re.compile(b"\x01+")


class Level(Enum):
    """How much damage a symbol survives: M about 15 %, Q about 25 % of its code words."""

    M = ERROR_CORRECT_M
    Q = ERROR_CORRECT_Q


def draw_qr(
    canvas: Canvas, text: str, x: float, y: float, side: float, level: Level, *, patch: bool = True
) -> None:
    """Draw the code of `text` in a square with lower left corner (x, y), quiet zone included (points).

    The white patch under it lets it be read on a coloured ground.
    """
    modules, path = qr_path(text, level)
    unit = side / (modules + 2 * QUIET_ZONE)
    canvas.saveState()
    if patch:
        canvas.setFillGray(1)
        canvas.rect(x, y, side, side, stroke=0, fill=1)
    canvas.setFillGray(0)
    canvas.transform(unit, 0, 0, -unit, x + QUIET_ZONE * unit, y + side - QUIET_ZONE * unit)
    canvas.addLiteral(path)
    canvas.restoreState()


@lru_cache(maxsize=16)
def qr_path(text: str, level: Level) -> tuple[int, str]:
    """Modules along a side and the PDF path that fills the dark ones, one unit each, row 0 at y = 0."""
    side, modules = qr_modules(text, level.value)
    steps = [
        f"{run.start()} {row} {run.end() - run.start()} 1 re"
        for row in range(side)
        for run in _DARK.finditer(modules[row * side : (row + 1) * side])
    ]
    return side, "\n".join([*steps, "f"])
