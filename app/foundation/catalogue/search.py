"""Finding a waste by what people type: a code or part of one, a category, Chinese words, pinyin initials.

The list has under five hundred rows, so each is looked at: exact from one character up, well under a
millisecond, the same on every engine (docs/adr/0010-catalogue-search.md).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from app.foundation.catalogue.codes import waste_code_digits
from app.foundation.catalogue.snapshot import WasteEntry

_CATEGORY: Final = re.compile(r"hw[0-9]{0,2}")
_PART_OF_CODE: Final = re.compile(r"(?:hw)?([0-9-]*[0-9][0-9-]*)")
_LETTERS: Final = re.compile(r"[a-z]+")
_PRODUCED: Final = "产生的"
_FULL_WIDTH: Final[dict[int, int | str]] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    0x3000: " ",
}


class Rank(IntEnum):
    """How well a word fits, best first."""

    EXACT_CODE = 0
    CODE_PREFIX = 1
    CATEGORY = 2
    CODE_PART = 3
    WASTE_ITSELF = 4
    """In what is thrown away, after the last 产生的, not in the process before it."""
    CATEGORY_NAME = 5
    WORDING = 6
    INDUSTRY = 7
    IN_PIECES = 8
    """电镀污泥 as 电镀 … 污泥."""
    INITIALS = 9


@dataclass(frozen=True)
class Searchable:
    """An entry with what is compared, prepared once."""

    entry: WasteEntry
    digits: str
    name: str
    waste_itself: str
    category_name: str
    category_name_en: str
    category_initials: str

    @classmethod
    def of(cls, entry: WasteEntry) -> "Searchable":
        name = _comparable(entry.name)
        return cls(
            entry=entry,
            digits=waste_code_digits(entry.code),
            name=name,
            waste_itself=name.rpartition(_PRODUCED)[2],
            category_name=_comparable(entry.category.name),
            category_name_en=entry.category.name_en.lower(),
            category_initials=entry.category.initials.replace(" ", ""),
        )


def ranked(searchables: Iterable[Searchable], text: str) -> list[WasteEntry]:
    """The entries in which every word of `text` is found, best first, in the order of the list where equal.

    No words: all entries but 900-000-XX.
    """
    words = _words(text)
    if not words:
        return [one.entry for one in searchables if not one.entry.is_by_identification]
    found = []
    for position, one in enumerate(searchables):
        ranks = [_rank(one, word) for word in words]
        if None not in ranks:
            found.append((sum(rank or 0 for rank in ranks), position, one.entry))
    return [entry for _, _, entry in sorted(found, key=lambda hit: hit[:2])]


def _comparable(text: str) -> str:
    return text.translate(_FULL_WIDTH).lower()


def _words(text: str) -> list[str]:
    """`900 402 06` is one code; otherwise words are parted by spaces."""
    words = _comparable(text).split()
    joined = "".join(words)
    return [joined] if re.fullmatch(r"(hw)?[0-9]{8}", joined) else words


def _rank(one: Searchable, word: str) -> Rank | None:
    if _CATEGORY.fullmatch(word):
        return Rank.CATEGORY if one.entry.category.code.lower().startswith(word) else None
    if part := _PART_OF_CODE.fullmatch(word):
        return _rank_by_code(one, part[1])
    if one.entry.is_by_identification:
        return None
    if (by_words := _rank_by_words(one, word)) is not None:
        return by_words
    return _rank_by_letters(one, word) if _LETTERS.fullmatch(word) else _rank_in_pieces(one, word)


def _rank_by_code(one: Searchable, part: str) -> Rank | None:
    digits = part.replace("-", "")
    if one.digits == digits:
        return Rank.EXACT_CODE
    if "-" in part and part not in one.entry.code:
        return None
    if one.digits.startswith(digits):
        return Rank.CODE_PREFIX
    return Rank.CODE_PART if digits in one.digits else None


def _rank_by_words(one: Searchable, word: str) -> Rank | None:
    if word in one.waste_itself:
        return Rank.WASTE_ITSELF
    if word in one.category_name or word in one.category_name_en:
        return Rank.CATEGORY_NAME
    if word in one.name:
        return Rank.WORDING
    return Rank.INDUSTRY if word in one.entry.industry else None


def _rank_by_letters(one: Searchable, letters: str) -> Rank | None:
    if one.category_initials.startswith(letters):
        return Rank.CATEGORY_NAME
    if len(letters) > 1 and (letters in one.entry.initials or letters in one.category_initials):
        return Rank.INITIALS
    return None


def _rank_in_pieces(one: Searchable, word: str) -> Rank | None:
    """Whether the wording, with the category and industry, holds the word in pieces of two or more characters."""
    text = f"{one.name} {one.category_name} {one.entry.industry}"
    rest = word
    while rest:
        length = next((n for n in range(len(rest), 1, -1) if rest[:n] in text and len(rest) - n != 1), 0)
        if not length:
            return None
        rest = rest[length:]
    return Rank.IN_PIECES
