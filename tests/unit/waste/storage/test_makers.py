from datetime import date
from decimal import Decimal

import pytest

from app.foundation.core.months import months_after
from app.foundation.rulebook.limits import Direction, Limit
from app.waste.storage.rules.makers import last_day, shown


@pytest.mark.parametrize(
    ("start", "months", "day"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
    ],
)
def test_months_are_those_of_the_calendar(start, months, day):
    assert months_after(start, months) == day


@pytest.mark.parametrize(
    ("value", "unit", "day"),
    [
        ("7", "d", date(2026, 9, 29)),
        ("3", "month", date(2026, 12, 22)),
        ("1", "a", date(2027, 9, 22)),
        ("5", "wd", date(2026, 9, 30)),
    ],
)
def test_a_limit_runs_in_its_own_unit(value, unit, day):
    assert last_day(date(2026, 9, 22), Limit(Decimal(value), unit, Direction.AT_MOST)) == day


def test_numbers_are_shown_as_people_read_them():
    assert shown(Decimal("1.1e-7"), "cm/s") == "1.10e-7"
    assert shown(Decimal("0.75"), "m") == "0.75"
