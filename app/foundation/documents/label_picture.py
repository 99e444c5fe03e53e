"""A container label as a picture for the screen: drawn by the code that draws the PDF."""

from typing import Literal, cast

from reportlab.pdfgen.canvas import Canvas

from app.foundation.documents.fonts import register_fonts
from app.foundation.documents.label_content import LabelContent, ensure_printable
from app.foundation.documents.label_drawing import LabelStyle, draw_label
from app.foundation.documents.label_layout import lay_out
from app.foundation.documents.svg_canvas import SvgCanvas


def label_svg(label: LabelContent, *, is_demo: bool = False, language: Literal["zh", "en"] = "zh") -> str:
    """The label as SVG, rows, lines and text in the places where they are printed.

    Raises:
        LabelIncomplete: a required field is blank (the weight may be, before sealing).
        TextTooLong, TextUnprintable: a text can't be printed lawfully; each names the field.
    """
    register_fonts()
    ensure_printable(label)
    style = LabelStyle(coloured=True, is_demo=is_demo, english=language == "en")
    layout = lay_out(label, english=style.english)
    side = layout.metrics.side
    canvas = SvgCanvas(side, side)
    draw_label(cast(Canvas, canvas), label, layout, style)
    return canvas.svg(f"危险废物 {label.waste_name} {label.waste_code} {label.digital_code}")
