"""The fonts of the printed papers, registered once per process, and what they can print.

Every PDF embeds its own subset, so that it looks the same on a viewer without Chinese fonts. Regular holds
GBK, Bold the smaller GB 2312; both hold the General Standard Chinese Character Table (see scripts/build_font.py).
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from threading import Lock

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "NotoSansSC"
BOLD = "NotoSansSC-Bold"

HAN_INK = 0.92
"""Height of a full Han character's ink over its font size; legal text heights are of what is seen."""

MISSING_SIGN = "〓"
"""Printed for a character that no font of ours has, as printers do (the geta mark)."""

_FOLDER = Path(__file__).parent / "fonts"
_FILES = {REGULAR: _FOLDER / "NotoSansSC-Regular.ttf", BOLD: _FOLDER / "NotoSansSC-Bold.ttf"}
_BLANKS = re.compile(r"[^\S\u3000]+")
_lock = Lock()


def register_fonts() -> None:
    """Make both weights known to reportlab; calling it again costs nothing.

    Streams stay binary: writing them as ASCII (base 85) would take a quarter of the time and of the bytes.
    """
    with _lock:
        rl_config.useA85 = 0
        _widths(REGULAR)
        _widths(BOLD)


def file_of(font: str) -> Path:
    """The file of a font, for who draws with it elsewhere."""
    return _FILES[font]


@cache
def _widths(font: str) -> dict[int, float]:
    """Width of every character of a font in thousandths of the font size; registers the font."""
    face = TTFont(font, _FILES[font])
    pdfmetrics.registerFont(face)
    if font == BOLD:
        pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    return dict(face.face.charWidths)


def text_width(text: str, font: str, size: float) -> float:
    """Width of a text in the unit of `size`; a character the font lacks counts as a Han character."""
    widths = _widths(font)
    return sum([widths.get(ord(character), 1000.0) for character in text]) * size / 1000.0


def has_all(text: str, font: str) -> bool:
    """Whether the font has every character of the text."""
    widths = _widths(font)
    return all(ord(character) in widths for character in text)


def unprintable(text: str) -> str:
    """Characters of a cleaned text that no font of ours has, each once, in order."""
    widths = _widths(REGULAR)
    return "".join(dict.fromkeys(c for c in clean(text) if ord(c) not in widths and c not in SUBSCRIPTS))


SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
"""Chemical indices: no font has them, so they are drawn as small lowered digits."""


def clean(text: str) -> str:
    """One line of text: runs of white space become one space, odd forms (⽔ for 水) their plain ones."""
    line = _BLANKS.sub(" ", text).strip()
    if has_all(line, REGULAR):
        return line
    return "".join(_plain(character) for character in unicodedata.normalize("NFC", line))


def _plain(character: str) -> str:
    if character in SUBSCRIPTS or has_all(character, REGULAR):
        return character
    if unicodedata.category(character) in ("Cc", "Cf", "Mn"):
        return ""
    plain = unicodedata.normalize("NFKC", character)
    return plain if has_all(plain, REGULAR) else character
