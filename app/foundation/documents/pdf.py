"""How every PDF of ours begins: fonts registered, all embedded, title and language set."""

from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from app.foundation.documents.fonts import REGULAR, register_fonts

CREATOR = "固废一张网 ParkLoop"


def new_canvas(output: BytesIO, title: str, language: str, width: float, height: float) -> Canvas:
    """An empty document of pages `width` by `height` points; `language` is a BCP 47 tag.

    The first font is ours too: reportlab would else name Helvetica without embedding it.
    """
    register_fonts()
    canvas = Canvas(
        output,
        pagesize=(width, height),
        pageCompression=1,
        initialFontName=REGULAR,  # type: ignore[arg-type]  # the stubs take the name for a size
        lang=language,
    )
    canvas.setTitle(title)
    canvas.setCreator(CREATOR)
    canvas.setAuthor(CREATOR)
    return canvas
