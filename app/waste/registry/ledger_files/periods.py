"""Which months a ledger's title line speaks of: `2026年10月`, `2026年第三季度`, `2026年1月至10月`."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.waste.registry.ledger_files.texts import narrow_spaced

_PAPERWORK: Final = re.compile(
    r"(填报|填表|制表|打印|报送|上报|审核|编制|导出|盖章|填写)\S*?\s*[:：]?\s*\d[\d年月日/.\-]*"
)
_YEAR: Final = r"(?<!\d)(20\d{2})"
_MONTH: Final = re.compile(_YEAR + r"\s*(?:年度?\s*|[-/.])(1[0-2]|0?[1-9])(?:\s*月|(?![\d/.\-]))")
_MONTHS: Final = re.compile(
    _YEAR + r"\s*(?:年度?\s*|[-/.])(1[0-2]|0?[1-9])\s*月?(?:\s*(?:\d{1,2}\s*日)?)\s*[-~至到]\s*"
    r"(?:(20\d{2})\s*(?:年\s*|[-/.]))?(1[0-2]|0?[1-9])(?:\s*月|(?=[^\d/.\-日]|$))"
)
_DAY: Final = re.compile(_YEAR + r"\s*[-/.年]\s*(1[0-2]|0?[1-9])\s*[-/.月]\s*(?:[0-3]?\d)(?!\d)")
_SIX_DIGITS: Final = re.compile(r"(?<![\dA-Za-z])(20\d{2})(1[0-2]|0[1-9])(?![\dA-Za-z])")
_QUARTER: Final = re.compile(_YEAR + r"\s*年度?\s*第?\s*([1-4])\s*季")
_WHOLE_YEAR: Final = re.compile(_YEAR + r"\s*年|年度\s*[:：]?\s*(20\d{2})(?!\d)")

_NUMERALS: Final = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}
_CHINESE_YEAR: Final = re.compile(r"[〇零○一二三四五六七八九]{4}(?=\s*年)")
_CHINESE_SMALL: Final = re.compile(
    r"([二三]?)十([一二三四五六七八九]?)(?=\s*[月日号季])|([一二三四五六七八九])(?=\s*[月日号季])"
)


@dataclass(frozen=True, slots=True)
class Period:
    """The days a ledger says it is about, both ends included."""

    first: date
    last: date


def digits_for_numerals(text: str) -> str:
    """`二〇二六年十月` -> `2026年10月`; other numerals stay."""
    text = _CHINESE_YEAR.sub(lambda match: "".join(_NUMERALS[c] for c in match[0]), text)
    return _CHINESE_SMALL.sub(_small_number, text)


def _small_number(match: re.Match[str]) -> str:
    if match[3]:
        return _NUMERALS[match[3]]
    return (_NUMERALS[match[1]] if match[1] else "1") + (_NUMERALS[match[2]] if match[2] else "0")


def period_of(lines: list[str]) -> Period | None:
    """The period the lines above a table name: a month before a quarter before a year. None when none does."""
    texts = [_PAPERWORK.sub(" ", narrow_spaced(digits_for_numerals(line))) for line in lines]
    for read in (_months, _month, _quarter, _year):
        for text in texts:
            if period := read(text):
                return period
    return None


def _months(text: str) -> Period | None:
    days = _DAY.findall(text)
    if len(days) > 1:
        (first_year, first_month), (last_year, last_month) = days[0], days[-1]
        period = Period(
            date(int(first_year), int(first_month), 1), _last_day(int(last_year), int(last_month))
        )
        return period if period.first < period.last else None
    match = _MONTHS.search(text)
    if match is None:
        return None
    first_year, last_year = int(match[1]), int(match[3] or match[1])
    period = Period(date(first_year, int(match[2]), 1), _last_day(last_year, int(match[4])))
    return period if period.first < period.last else None


def _month(text: str) -> Period | None:
    match = _MONTH.search(text) or _DAY.search(text) or _SIX_DIGITS.search(text)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2])
    return Period(date(year, month, 1), _last_day(year, month))


def _quarter(text: str) -> Period | None:
    match = _QUARTER.search(text)
    if match is None:
        return None
    year, quarter = int(match[1]), int(match[2])
    return Period(date(year, quarter * 3 - 2, 1), _last_day(year, quarter * 3))


def _year(text: str) -> Period | None:
    match = _WHOLE_YEAR.search(text)
    if match is None:
        return None
    year = int(match[1] or match[2])
    return Period(date(year, 1, 1), date(year, 12, 31))


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
