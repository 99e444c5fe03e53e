"""White space, width and emptiness: what never matters in a ledger cell (samples/README, Conventions)."""

import re
import unicodedata
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from app.waste.registry.ledger_files.rows import Cell, as_written

K = TypeVar("K")
V = TypeVar("V")

_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_UNSTORABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SPACES: Final = re.compile(r"\s+")
_SURE_HYPHENS: Final = re.compile("[\u2010-\u2015\u2212\u2043\u2e3a\u2e3b\ufe58\ufe63\u2500]")
_EMPTY: Final = re.compile(r"[\s/\\-]*")


def storable(text: str) -> str:
    """The text without control characters and halves of characters, which no database or page takes."""
    return _UNSTORABLE.sub("", text)


def tidy_text(text: str) -> str:
    """A name: trimmed, each inner run of white space one space, invisible characters gone."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def narrow(text: str) -> str:
    """Half-width, every hyphen `-`, no white space at all."""
    plain = unicodedata.normalize("NFKC", text)
    return _SPACES.sub("", _SURE_HYPHENS.sub("-", _INVISIBLE.sub("", plain)))


def narrow_spaced(text: str) -> str:
    """Half-width, every hyphen `-`, runs of white space one space."""
    plain = unicodedata.normalize("NFKC", text)
    return tidy_text(_SURE_HYPHENS.sub("-", plain))


def code_text(text: str) -> str:
    """Half-width capitals without white space; a leading apostrophe (text mark of spreadsheets) is dropped."""
    return narrow(text).lstrip("'`").upper()


def is_empty(cell: Cell) -> bool:
    """Nothing, white space, or one of the marks that mean nothing: `/`, `-`, `—`."""
    if not isinstance(cell, str):
        return False
    if cell == "":
        return True
    return not cell[0].isalnum() and _EMPTY.fullmatch(narrow(cell)) is not None


def plain_text(cell: Cell) -> str:
    """The words of a cell without white space, half-width; empty when it means nothing."""
    return "" if is_empty(cell) else narrow(as_written(cell))


class Memo(dict[K, V], Generic[K, V]):
    """Remembers what `read` made of a cell: most columns of a ledger repeat few values."""

    LIMIT = 20_000

    def __init__(self, read: Callable[[K], V]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, key: K) -> V:
        if len(self) >= self.LIMIT:
            self.clear()
        value = self[key] = self._read(key)
        return value
