"""Exact masses. The database and Python hold whole grams; people and JSON see decimal strings."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NewType

Grams = NewType("Grams", int)

GRAMS_PER_KG = 1_000
GRAMS_PER_TONNE = 1_000_000
MAX_GRAMS = 10**15
"""One thousand million tonnes: far above any real mass, far below the edge of BIGINT sums."""

_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_MAX_LENGTH = 40
_EXACT = Context(prec=2 * _MAX_LENGTH)
"""Room for every digit a text may have, so that rounding happens once."""


def grams_from_kg(text: str) -> Grams:
    """Read kilograms written as a decimal number; finer than a gram is rounded half up.

    Raises:
        ValueError: not a plain decimal number, or larger than `MAX_GRAMS`.
    """
    return _grams(text, GRAMS_PER_KG)


def grams_from_tonnes(text: str) -> Grams:
    """Read tonnes written as a decimal number; finer than a gram is rounded half up.

    Raises:
        ValueError: not a plain decimal number, or larger than `MAX_GRAMS`.
    """
    return _grams(text, GRAMS_PER_TONNE)


def _grams(text: str, factor: int) -> Grams:
    cleaned = text.strip()
    if len(cleaned) > _MAX_LENGTH or not _DECIMAL.fullmatch(cleaned):
        raise ValueError("not a decimal number")
    exact = _EXACT.multiply(Decimal(cleaned), Decimal(factor))
    grams = exact.quantize(Decimal(1), ROUND_HALF_UP, _EXACT)
    if abs(grams) > MAX_GRAMS:
        raise ValueError("mass out of range")
    return Grams(int(grams))


def kg_text(mass: int) -> str:
    """Kilograms with three decimals, exact: 995500 -> "995.500"."""
    return _scaled(mass, 3)


def tonnes_text(mass: int) -> str:
    """Tonnes, exact, at least four decimals and at most six: 995500 -> "0.9955"."""
    whole, _, decimals = _scaled(mass, 6).partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(4, '0')}"


def _scaled(mass: int, decimals: int) -> str:
    sign = "-" if mass < 0 else ""
    whole, rest = divmod(abs(mass), 10**decimals)
    return f"{sign}{whole}.{rest:0{decimals}d}"
