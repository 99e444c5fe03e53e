"""Setting text in boxes: where lines break, how wide they are, how they are drawn.

Chinese may break between any two characters except around some signs; Latin words and numbers stay whole.
All lengths are in points.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from reportlab.pdfgen.canvas import Canvas

from app.foundation.documents.fonts import BOLD, MISSING_SIGN, REGULAR, SUBSCRIPTS, has_all, text_width

MM = 72 / 25.4
"""Points in one millimetre."""

INDEX_SCALE = 0.68
"""Size of a chemical index beside its text."""
_INDEX_DROP = -0.12

_TOKEN = re.compile(r"\s+|[\x21-\x7e\xa1-\u024f\u0370-\u03ff]+|.", re.DOTALL)
_NOT_AT_START = set("，。、；：！？）》」』】〕〉…％%．,.;:!?)]}·°℃")
_NOT_AT_END = set("（《「『【〔〈([{№＃")


@dataclass(frozen=True)
class Run:
    """Part of a line in one font. `scale` and `rise` are relative to the size of the line."""

    text: str
    font: str
    scale: float = 1.0
    rise: float = 0.0


@lru_cache(maxsize=4096)
def runs_of(text: str, bold: bool = False) -> tuple[Run, ...]:
    """Cut a line into runs: Bold where it has the characters, else Regular, small digits for indices."""
    font = BOLD if bold else REGULAR
    if has_all(text, font):
        return (Run(text, font),)
    return tuple(_split(text, font))


def _split(text: str, font: str) -> Iterator[Run]:
    pending: list[Run] = []
    for character in text:
        run = _run_of(character, font)
        if pending and (pending[-1].font, pending[-1].scale) != (run.font, run.scale):
            yield _joined(pending)
            pending = []
        pending.append(run)
    if pending:
        yield _joined(pending)


def _joined(parts: list[Run]) -> Run:
    first = parts[0]
    return Run("".join(part.text for part in parts), first.font, first.scale, first.rise)


def _run_of(character: str, font: str) -> Run:
    if character in SUBSCRIPTS:
        return Run(SUBSCRIPTS[character], font, INDEX_SCALE, _INDEX_DROP)
    if has_all(character, font):
        return Run(character, font)
    return Run(character if has_all(character, REGULAR) else MISSING_SIGN, REGULAR)


@lru_cache(maxsize=8192)
def unit_width(text: str, bold: bool = False) -> float:
    """Width of a line set at size 1."""
    return sum(text_width(run.text, run.font, run.scale) for run in runs_of(text, bold))


def width_of(text: str, size: float, bold: bool = False) -> float:
    """Width of a line in points."""
    return unit_width(text, bold) * size


def wrap(
    text: str, size: float, width: float, *, bold: bool = False, first: float | None = None
) -> list[str]:
    """Break a text into lines no wider than `width`; the first may have its own room `first`.

    A word wider than a line is cut. An empty text is one empty line.
    """
    room = width if first is None else first
    if width_of(text, size, bold) <= room:
        return [text]
    lines: list[str] = []
    line = ""
    for piece in _pieces(text, width, size, bold):
        if width_of(line + piece.rstrip(), size, bold) <= room:
            line += piece
            continue
        if line or room < width:
            lines.append(line.rstrip())
        line = piece.lstrip()
        room = width
    if line.strip():
        lines.append(line.rstrip())
    return lines or [""]


def _pieces(text: str, width: float, size: float, bold: bool) -> Iterator[str]:
    """What a line may hold or leave as a whole; too wide ones in single characters."""
    for piece in _unbreakable(text):
        if width_of(piece, size, bold) <= width:
            yield piece
        else:
            yield from piece


@lru_cache(maxsize=2048)
def _unbreakable(text: str) -> tuple[str, ...]:
    pieces: list[str] = []
    for token in _TOKEN.findall(text):
        glued = pieces and (
            token[0] in _NOT_AT_START or pieces[-1][-1] in _NOT_AT_END or (token.isspace() and pieces)
        )
        if glued and not (token[0] in _NOT_AT_START and pieces[-1][-1].isspace()):
            pieces[-1] += token
        else:
            pieces.append(token)
    return tuple(pieces)


def draw_line(
    canvas: Canvas, x: float, y: float, text: str, size: float, *, bold: bool = False, stretch: float = 1.0
) -> float:
    """Draw one line with its baseline at `y` and return the x where it ends.

    `stretch` below 1 sets it narrower; the height of the text stays.
    """
    pen = canvas.beginText(x, y)
    if stretch != 1.0:
        pen.setHorizScale(stretch * 100)
    for run in runs_of(text, bold):
        pen.setFont(run.font, size * run.scale)
        if run.rise:
            pen.setRise(run.rise * size)
        pen.textOut(run.text)
        if run.rise:
            pen.setRise(0)
    if stretch != 1.0:
        pen.setHorizScale(100)
    canvas.drawText(pen)
    return x + width_of(text, size, bold) * stretch


def draw_centred(canvas: Canvas, x: float, y: float, text: str, size: float, *, bold: bool = False) -> None:
    """Draw one line centred on `x`."""
    draw_line(canvas, x - width_of(text, size, bold) / 2, y, text, size, bold=bold)


def draw_right(canvas: Canvas, x: float, y: float, text: str, size: float, *, bold: bool = False) -> None:
    """Draw one line that ends at `x`."""
    draw_line(canvas, x - width_of(text, size, bold), y, text, size, bold=bold)
