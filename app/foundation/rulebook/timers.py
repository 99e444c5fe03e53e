"""Event timers (domain-rules.md 16.2): how long after an event something is still in time. Data, and one function."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from app.foundation.core.months import months_after
from app.foundation.core.working_days import add_working_days, is_known_year
from app.foundation.rulebook.rules import Confidence, Wording

DATA: Final = Path(__file__).parent / "data" / "timers.toml"
UNITS: Final = ("wd", "d", "a")
MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True)
class Timer:
    """From one event to another, at most so many working days (`wd`), days (`d`) or years (`a`)."""

    id: str
    start: Wording
    end: Wording
    limit: int
    unit: str
    confidence: Confidence

    def last_day(self, start: date) -> date:
        """The last day that is in time; the day of the event itself is not counted."""
        if self.unit == "wd":
            return add_working_days(start, self.limit)
        if self.unit == "a":
            return months_after(start, MONTHS_A_YEAR * self.limit)
        return start + timedelta(days=self.limit)

    def is_certain(self, start: date) -> bool:
        """Whether the holidays of every year in between are known; else only weekends were left out."""
        years = range(start.year, self.last_day(start).year + 1)
        return self.unit != "wd" or all(map(is_known_year, years))


@lru_cache(maxsize=1)
def timers() -> Mapping[str, Timer]:
    """Every timer by its id.

    Raises:
        ValueError: an id appears twice, or a unit is unknown.
    """
    rows = [_timer(row) for row in tomllib.loads(DATA.read_text("utf-8"))["timer"]]
    found = {row.id: row for row in rows}
    if len(found) != len(rows):
        raise ValueError("a timer appears twice")
    return found


def _timer(row: Mapping[str, Any]) -> Timer:
    if row["unit"] not in UNITS:
        raise ValueError(f"{row['id']}: unit must be one of {', '.join(UNITS)}")
    return Timer(
        row["id"],
        Wording(**row["start"]),
        Wording(**row["end"]),
        row["limit"],
        row["unit"],
        Confidence(row["confidence"]),
    )
