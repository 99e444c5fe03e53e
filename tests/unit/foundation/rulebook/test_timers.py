"""The event timers of domain-rules.md 16.2."""

from datetime import date

import pytest

from app.foundation.rulebook.timers import timers

TUESDAY = date(2026, 9, 29)


def test_all_thirteen_are_there():
    assert list(timers()) == [f"TMR-{number}" for number in range(1, 14)]


@pytest.mark.parametrize(
    ("timer", "last"),
    [
        ("TMR-1", date(2026, 10, 12)),
        ("TMR-5", date(2026, 10, 19)),
        ("TMR-10", date(2028, 9, 29)),
        ("TMR-11", date(2026, 10, 6)),
        ("TMR-12", TUESDAY),
        ("TMR-13", date(2027, 9, 29)),
    ],
)
def test_the_last_day_in_time(timer, last):
    assert timers()[timer].last_day(TUESDAY) == last


def test_working_days_of_a_year_without_data_are_not_certain():
    assert timers()["TMR-1"].is_certain(TUESDAY)
    assert not timers()["TMR-7"].is_certain(date(2026, 12, 1))
    assert timers()["TMR-13"].is_certain(date(2030, 1, 1))
