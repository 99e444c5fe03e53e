"""The transfer manifest on A4: one page up to eight wastes, then lists of dangerous goods and of containers (ux.md 8.2).

Black on white and safe in grey; what is not filled yet prints as lines and boxes, so that the sheet also
works by hand when the network is down.
"""

from collections.abc import Iterable
from io import BytesIO

from app.foundation.documents.manifest_content import (
    CarrierPart,
    ConsigneePart,
    ConsignorPart,
    Discrepancy,
    GoodsLine,
    GoodsList,
    ManifestContent,
    ManifestHead,
    Opinion,
    Party,
    ReceiptLine,
    Signature,
    WasteLine,
    Watermark,
)
from app.foundation.documents.manifest_frame import (
    PAGE_HEIGHT,
    PAGE_WIDTH,
    annex_blocks,
    draw_foot,
    draw_running_head,
    draw_watermarks,
    foot_height,
    head_block,
    signature_block,
)
from app.foundation.documents.manifest_goods import goods_blocks
from app.foundation.documents.manifest_parts import needs_annex, parts
from app.foundation.documents.manifest_words import Language, Words
from app.foundation.documents.pdf import new_canvas
from app.foundation.documents.sheet import Block, Density, Pages
from app.foundation.documents.typesetting import MM

__all__ = [
    "CarrierPart",
    "ConsigneePart",
    "ConsignorPart",
    "Discrepancy",
    "GoodsLine",
    "GoodsList",
    "ManifestContent",
    "ManifestHead",
    "Opinion",
    "Party",
    "ReceiptLine",
    "Signature",
    "WasteLine",
    "Watermark",
    "manifest_pdf",
]

_TOP = PAGE_HEIGHT - 12 * MM
_RUNNING_HEAD = 9 * MM
_GAP = 2.6 * MM
_SIGNATURES = (19 * MM, 26 * MM)
"""Least and greatest height of the signature cells."""

_DENSITIES = (
    Density(9.5, 1.6 * MM),
    Density(9.5, 1.15 * MM),
    Density(9.5, 0.8 * MM),
    Density(9.0, 0.55 * MM),
    Density(8.5, 0.4 * MM),
    Density(8.0, 0.3 * MM),
    Density(7.5, 0.25 * MM),
)
"""From comfortable to dense: the first at which everything but the annex stands on one page is taken."""

_FLOWING = _DENSITIES[3]
_ANNEX = Density(8.0, 0.6 * MM)
_LIST = Density(9.0, 0.9 * MM)
_KEPT = 6
"""Blocks at the beginning of a part that stay together: heading, named values, a table's head."""


def manifest_pdf(content: ManifestContent, language: Language = "zh") -> bytes:
    """Print one manifest as it stands. Texts inside `content` come in the language of the print."""
    words = Words(language, content.time_zone)
    pages = _set(content, words)
    output = BytesIO()
    title = f"{words('title')} {content.head.own_number}"
    canvas = new_canvas(output, title, "en" if words.english else "zh-CN", PAGE_WIDTH, PAGE_HEIGHT)
    for number, blocks in enumerate(pages.pages, start=1):
        if number > 1:
            draw_running_head(canvas, content, words, _TOP)
        for block, top in blocks:
            block.draw(canvas, top)
        draw_foot(canvas, content, words, number, len(pages.pages))
        draw_watermarks(canvas, content, words)
        canvas.showPage()
    canvas.save()
    return output.getvalue()


def _set(content: ManifestContent, words: Words) -> Pages:
    """The pages: as roomy as one page allows, else flowing over several; then the annex."""
    for density in _DENSITIES:
        pages = _set_at(content, words, density)
        if len(pages.pages) == 1:
            break
    else:
        density = _FLOWING
        pages = _set_at(content, words, density)
    if content.goods is not None:
        _add_sheet(pages, goods_blocks(content, content.goods, words, _LIST))
    if needs_annex(content, words, density):
        _add_sheet(pages, annex_blocks(content, words, _ANNEX))
    return pages


def _add_sheet(pages: Pages, blocks: Iterable[Block]) -> None:
    """On a page of its own."""
    pages.turn()
    for block in blocks:
        pages.add(block)


def _set_at(content: ManifestContent, words: Words, density: Density) -> Pages:
    bottom = foot_height(content, words)
    pages = Pages(_TOP, bottom, _RUNNING_HEAD)
    pages.add(head_block(content, words))
    for blocks in parts(content, words, density):
        pages.keep(blocks[:_KEPT])
        for block in blocks:
            pages.add(block)
        pages.space(_GAP)
    least, greatest = _SIGNATURES
    height = min(greatest, max(least, pages.at - bottom))
    pages.add(signature_block(content, words, height))
    return pages
