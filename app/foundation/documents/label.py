"""Container labels as PDF, drawn at true size (HJ 1276-2022; ux.md 8.1)."""

from collections.abc import Sequence
from enum import StrEnum
from io import BytesIO
from typing import Literal

from reportlab.pdfgen.canvas import Canvas

from app.foundation.documents.label_content import (
    L1,
    L2,
    L3,
    LabelContent,
    LabelIncomplete,
    LabelSize,
    TextTooLong,
    TextUnprintable,
    ensure_printable,
    label_size,
    missing_fields,
)
from app.foundation.documents.label_drawing import LabelStyle, draw_label
from app.foundation.documents.label_layout import lay_out
from app.foundation.documents.pdf import new_canvas
from app.foundation.documents.typesetting import MM, draw_centred

__all__ = [
    "L1",
    "L2",
    "L3",
    "LabelContent",
    "LabelIncomplete",
    "LabelSize",
    "Paper",
    "TextTooLong",
    "TextUnprintable",
    "label_pdf",
    "label_size",
    "missing_fields",
]

_A4_WIDTH = 210 * MM
_A4_HEIGHT = 297 * MM
_CROP_GAP = 1.2 * MM
_CROP_LENGTH = 3.6 * MM
_NOTE_SIZE = 7.5


class Paper(StrEnum):
    """The sheet: exactly the label (roll printers), or A4 with one label a page and crop marks."""

    EXACT = "exact"
    A4 = "a4"


def label_pdf(
    labels: Sequence[LabelContent],
    *,
    paper: Paper = Paper.EXACT,
    text_only: bool = False,
    is_demo: bool = False,
    language: Literal["zh", "en"] = "zh",
) -> bytes:
    """Print labels, each in the size its container needs; above 450 L each one twice.

    `text_only` leaves out every coloured ground, for black printers on pre-printed orange stock. Labels of
    demo parks say 演示. English adds small row names; the Chinese form stays.

    Raises:
        ValueError: no labels.
        LabelIncomplete: a required field is blank (the weight may be, before sealing).
        TextTooLong, TextUnprintable: a text can't be printed lawfully; each names the field.
    """
    if not labels:
        raise ValueError("no labels to print")
    style = LabelStyle(coloured=not text_only, is_demo=is_demo, english=language == "en")
    output = BytesIO()
    title = "危险废物标签" if language == "zh" else "Hazardous waste labels"
    canvas = new_canvas(output, title, "zh-CN", _A4_WIDTH, _A4_HEIGHT)
    canvas.setSubject("HJ 1276-2022")
    for label in labels:
        _print(canvas, label, paper, style)
    canvas.save()
    return output.getvalue()


def _print(canvas: Canvas, label: LabelContent, paper: Paper, style: LabelStyle) -> None:
    """All copies of one label, a page each."""
    ensure_printable(label)
    layout = lay_out(label, english=style.english)
    side = layout.metrics.side
    for copy in range(1, label.size.copies + 1):
        if paper is Paper.EXACT:
            canvas.setPageSize((side, side))
            draw_label(canvas, label, layout, style)
        else:
            canvas.setPageSize((_A4_WIDTH, _A4_HEIGHT))
            _draw_crop_marks(canvas, side)
            _draw_note(canvas, label.size, copy, side, style.english)
            canvas.translate((_A4_WIDTH - side) / 2, (_A4_HEIGHT - side) / 2)
            draw_label(canvas, label, layout, style)
        canvas.showPage()


def _draw_crop_marks(canvas: Canvas, side: float) -> None:
    """Two short lines outside each corner of the label."""
    canvas.setLineWidth(0.25)
    for left in (True, False):
        for bottom in (True, False):
            x = (_A4_WIDTH + (-side if left else side)) / 2
            y = (_A4_HEIGHT + (-side if bottom else side)) / 2
            out_x, out_y = (-1 if left else 1), (-1 if bottom else 1)
            canvas.line(x + out_x * _CROP_GAP, y, x + out_x * (_CROP_GAP + _CROP_LENGTH), y)
            canvas.line(x, y + out_y * _CROP_GAP, x, y + out_y * (_CROP_GAP + _CROP_LENGTH))


def _draw_note(canvas: Canvas, size: LabelSize, copy: int, side: float, english: bool) -> None:
    """Under the label: how to print and cut it, and which copy it is."""
    millimetres = f"{size.side_mm} × {size.side_mm} mm"
    if english:
        note = (
            f"{millimetres} · print at actual size (100 %), cut at the marks · copy {copy} of {size.copies}"
        )
        sides = "one on each of two opposite sides"
    else:
        note = f"{millimetres} · 按实际大小（100%）打印，沿裁切线裁下 · 第 {copy} 张，共 {size.copies} 张"
        sides = "贴在容器相对的两侧"
    if size.copies > 1:
        note = f"{note} · {sides}"
    draw_centred(canvas, _A4_WIDTH / 2, (_A4_HEIGHT - side) / 2 - 11 * MM, note, _NOTE_SIZE)
