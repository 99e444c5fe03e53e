"""The transfer manifest on A4: one page up to eight wastes, then lists of dangerous goods and of containers (ux.md 8.2).

Black on white and safe in grey; what is not filled yet prints as lines and boxes, so that the sheet also
works by hand when the network is down.
"""

from collections.abc import Iterable

from app.foundation.documents.framed import fitted, framed_pdf
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
from app.foundation.documents.manifest_frame import annex_blocks, manifest_head
from app.foundation.documents.manifest_goods import goods_blocks
from app.foundation.documents.manifest_parts import needs_annex, parts
from app.foundation.documents.manifest_words import Language, Words
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

_ANNEX = Density(8.0, 0.6 * MM)
_LIST = Density(9.0, 0.9 * MM)


def manifest_pdf(content: ManifestContent, language: Language = "zh") -> bytes:
    """Print one manifest as it stands. Texts inside `content` come in the language of the print."""
    words = Words(language, content.time_zone)
    head = manifest_head(content, words)
    pages, density = fitted(content, words, head, lambda density: parts(content, words, density))
    if content.goods is not None:
        _add_sheet(pages, goods_blocks(content, content.goods, words, _LIST))
    if needs_annex(content, words, density):
        _add_sheet(pages, annex_blocks(content, words, _ANNEX))
    return framed_pdf(content, words, pages)


def _add_sheet(pages: Pages, blocks: Iterable[Block]) -> None:
    """On a page of its own."""
    pages.turn()
    for block in blocks:
        pages.add(block)
