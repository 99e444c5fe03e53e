"""Quantities and units of mass, read exactly; never guessed (samples/README, Units and Numbers)."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from app.foundation.core.units import MAX_GRAMS, Grams
from app.waste.registry.ledger_files.rows import (
    Cell,
    DateCell,
    ErrorCell,
    FormattedNumber,
    FormulaWithoutResult,
    number_text,
)
from app.waste.registry.ledger_files.texts import narrow
from app.waste.registry.ledger_files.vocabulary import Reason

TONNE: Final = 1_000_000
KILOGRAM: Final = 1_000
JIN: Final = 500
GRAM: Final = 1

_UNITS: Final = {
    **dict.fromkeys(("吨", "T", "公吨", "TON", "TONS", "TONNE", "TONNES"), TONNE),
    **dict.fromkeys(("千克", "公斤", "KG", "KGS"), KILOGRAM),
    **dict.fromkeys(("斤", "市斤"), JIN),
    **dict.fromkeys(("克", "G"), GRAM),
}
_NO_MASS: Final = re.compile(
    r"升|毫升|公升|ML|L|立方米?|立方分米|方|M3|M\^3|CBM|毫克|MG|磅|LBS?|两|钱|担|万吨|千吨|KT"
    r"|[个只件箱桶袋罐瓶车包托卷张批盒板套台支根块片吨]|吨桶|吨袋|百分比|%"
)
_NUMBER: Final = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:E[+-]?\d{1,3})?"
_PLAIN: Final = re.compile(r"\d{1,12}(?:\.\d{1,12})?")
_WRITTEN: Final = re.compile(
    rf"(约为?|大约|近|[≈~])?({_NUMBER})(?:\(?([^\d()+\-.,<>≤≥=~*×]*?)\)?)?(左右|上下)?", re.IGNORECASE
)
_GROUPED: Final = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])")
_ACCOUNTING: Final = re.compile(rf"\(({_NUMBER})\)")
NOISE_GRAMS: Final = Decimal("0.001")
"""Below this a fraction comes from binary arithmetic, not from a scale."""


@dataclass(frozen=True, slots=True)
class WrittenMass:
    """What a quantity cell says, before the unit is settled."""

    number: Decimal | None = None
    unit: int | None = None
    """Grams per unit, when the cell itself names one."""
    approximate: bool = False
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class WrittenUnit:
    """What a cell, header or title says about the unit; `grams` is None when it is no unit of mass."""

    grams: int | None


NOT_A_NUMBER: Final = WrittenMass(reason=Reason.MASS_NOT_A_NUMBER)


def unit_grams(text: str) -> int | None:
    """Grams in one unit of mass, in any case and width; None when it is none. `吨（t）` names one unit twice."""
    plain = narrow(text).upper().strip(".:;,。")
    if plain in _UNITS:
        return _UNITS[plain]
    parts = {part for part in re.split(r"[()\[\]/、,或]", plain) if part}
    found = {_UNITS.get(part) for part in parts}
    return found.pop() if len(found) == 1 else None


def is_other_unit(text: str) -> bool:
    """A volume, a piece, or a mass unit nobody uses in ledgers: certainly a unit, but none we read."""
    return _NO_MASS.fullmatch(narrow(text).upper()) is not None


def read_mass(cell: Cell) -> WrittenMass:
    """The number in a quantity cell, and the unit if it stands there too. Not for empty cells."""
    match cell:
        case str():
            return _from_text(cell)
        case FormattedNumber(value, words):
            return WrittenMass(Decimal(number_text(value)), unit_grams(words))
        case FormulaWithoutResult():
            return WrittenMass(reason=Reason.FORMULA_NO_VALUE)
        case ErrorCell() | DateCell():
            return NOT_A_NUMBER
        case _:  # a plain number of a spreadsheet: by its shortest decimal text, which is what somebody typed
            return WrittenMass(Decimal(number_text(cell)))


def _from_text(cell: str) -> WrittenMass:
    if _PLAIN.fullmatch(cell):
        return WrittenMass(Decimal(cell))
    text = narrow(cell).lstrip("'")
    if len(text) > 60:
        return NOT_A_NUMBER
    text = _GROUPED.sub(lambda match: match[0].replace(",", ""), text)
    if accounting := _ACCOUNTING.fullmatch(text):
        return WrittenMass(-abs(Decimal(accounting[1])))
    match = _WRITTEN.fullmatch(text)
    if match is None or (match[1] and match[2].startswith(("+", "-"))):
        return NOT_A_NUMBER
    return _with_unit(match)


def _with_unit(match: re.Match[str]) -> WrittenMass:
    unit_text = match[3] or ""
    approximate = bool(match[1] or match[4])
    number = Decimal(match[2])
    if not unit_text:
        return WrittenMass(number, None, approximate)
    unit = unit_grams(unit_text)
    if unit is not None:
        return WrittenMass(number, unit, approximate)
    if is_other_unit(unit_text):
        return WrittenMass(number, None, approximate, Reason.UNIT_UNKNOWN)
    return NOT_A_NUMBER


def grams_of(number: Decimal, unit: int) -> tuple[Grams | None, bool]:
    """Whole grams, rounded half up, and whether something a scale could show was rounded away.

    None when the number is too large to be a mass at all.
    """
    exact = number * unit
    if abs(exact) > MAX_GRAMS:
        return None, False
    grams = exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return Grams(int(grams)), abs(exact - grams) >= NOISE_GRAMS
