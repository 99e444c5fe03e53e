"""Papers of a transfer as PDF: blocks on A4 pages with head, foot and watermarks, as roomy as one page allows."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Final

from app.foundation.documents.manifest_content import Framed
from app.foundation.documents.manifest_frame import (
    PAGE_HEIGHT,
    PAGE_WIDTH,
    draw_foot,
    draw_running_head,
    draw_watermarks,
    foot_height,
    signature_block,
)
from app.foundation.documents.manifest_words import Words
from app.foundation.documents.pdf import new_canvas
from app.foundation.documents.sheet import Block, Density, Pages
from app.foundation.documents.typesetting import MM

_TOP = PAGE_HEIGHT - 12 * MM
_RUNNING_HEAD = 9 * MM
_GAP = 2.6 * MM
_SIGNATURES = (19 * MM, 26 * MM)
"""Least and greatest height of the signature cells."""

DENSITIES: Final = (
    Density(9.5, 1.6 * MM),
    Density(9.5, 1.15 * MM),
    Density(9.5, 0.8 * MM),
    Density(9.0, 0.55 * MM),
    Density(8.5, 0.4 * MM),
    Density(8.0, 0.3 * MM),
    Density(7.5, 0.25 * MM),
)
"""From comfortable to dense: the first at which everything stands on one page is taken."""

FLOWING: Final = DENSITIES[3]
"""Of what needs more pages anyway."""
_KEPT = 6
"""Blocks at the beginning of a part that stay together: heading, named values, a table's head."""


def fitted(
    content: Framed, words: Words, head: Block, parts: Callable[[Density], Sequence[Sequence[Block]]]
) -> tuple[Pages, Density]:
    """Head, parts and signatures on one page, as roomy as it allows, or else flowing over several; and how dense."""
    for density in DENSITIES:
        pages = _set_at(content, words, head, parts(density))
        if len(pages.pages) == 1:
            return pages, density
    return _set_at(content, words, head, parts(FLOWING)), FLOWING


def _set_at(content: Framed, words: Words, head: Block, parts: Sequence[Sequence[Block]]) -> Pages:
    bottom = foot_height(content, words)
    pages = Pages(_TOP, bottom, _RUNNING_HEAD)
    pages.add(head)
    for blocks in parts:
        pages.keep(blocks[:_KEPT])
        for block in blocks:
            pages.add(block)
        pages.space(_GAP)
    least, greatest = _SIGNATURES
    height = min(greatest, max(least, pages.at - bottom))
    pages.add(signature_block(content, words, height))
    return pages


def framed_pdf(content: Framed, words: Words, pages: Pages) -> bytes:
    """The pages as a PDF, each with its running head, foot and watermarks."""
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
