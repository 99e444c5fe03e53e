"""Working days of mainland China: weekdays but public holidays, and the weekends worked instead, as data by year."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).parent / "data" / "working_days.toml"
SATURDAY: Final = 5
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class CalendarYear:
    """What one year's notice says, and how sure we are of it (V wording seen, M from memory)."""

    year: int
    source: str
    """In Chinese, as the notice is called."""
    confidence: str
    holidays: frozenset[date]
    working_weekends: frozenset[date]


@lru_cache(maxsize=1)
def calendar_years() -> dict[int, CalendarYear]:
    """Every year that has data.

    Raises:
        ValueError: a day lies in another year than its table, or is both a holiday and worked.
    """
    return {int(year): _year(int(year), row) for year, row in tomllib.loads(DATA.read_text("utf-8")).items()}


def _year(year: int, row: dict[str, Any]) -> CalendarYear:
    holidays = frozenset(day for span in row["holidays"] for day in _span(span["from"], span["to"]))
    worked = frozenset(row["working_weekends"])
    if {day.year for day in holidays | worked} - {year}:
        raise ValueError(f"a day of another year in the calendar of {year}")
    if holidays & worked or any(day.weekday() < SATURDAY for day in worked):
        raise ValueError(f"a worked weekend of {year} is a holiday or no weekend")
    return CalendarYear(year, row["source"]["zh"], row["confidence"], holidays, worked)


def _span(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY


def is_known_year(year: int) -> bool:
    """Whether the year's holidays are known; else only its weekends count as free, and whoever shows a day says so."""
    return year in calendar_years()


def is_working_day(day: date) -> bool:
    """Whether offices work on that day."""
    known = calendar_years().get(day.year)
    if known is not None:
        if day in known.holidays:
            return False
        if day in known.working_weekends:
            return True
    return day.weekday() < SATURDAY


def add_working_days(start: date, count: int) -> date:
    """The last day of a limit of `count` working days after `start`; the day itself is not counted.

    Raises:
        ValueError: `count` is negative.
    """
    if count < 0:
        raise ValueError("a limit is not negative")
    day = start
    while count:
        day += ONE_DAY
        count -= is_working_day(day)
    return day


def working_days_before(end: date, count: int) -> date:
    """The last day that has at least `count` working days between it and `end`, `end` itself counted.

    Raises:
        ValueError: `count` is negative.
    """
    if count < 0:
        raise ValueError("a limit has no negative number of working days")
    day = end
    while count:
        count -= is_working_day(day)
        day -= ONE_DAY
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; 0 when `end` is not later."""
    return sum(is_working_day(day) for day in _span(start + ONE_DAY, end))
