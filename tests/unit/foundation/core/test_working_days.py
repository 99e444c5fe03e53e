"""Working days: TV-7 of domain-rules.md 16.4, and the calendar's own consistency."""

from datetime import date, timedelta

import pytest

from app.foundation.core.working_days import (
    add_working_days,
    calendar_years,
    is_known_year,
    is_working_day,
    working_days_between,
)

ACCEPTED = date(2026, 9, 29)


def test_five_working_days_over_the_october_holiday_end_on_the_twelfth():
    counted = [date(2026, 9, 30), *(date(2026, 10, day) for day in (8, 9, 10, 12))]

    assert [add_working_days(ACCEPTED, number) for number in range(1, 6)] == counted
    assert working_days_between(ACCEPTED, date(2026, 10, 12)) == 5
    assert working_days_between(ACCEPTED, date(2026, 10, 13)) == 6


@pytest.mark.parametrize("day", range(1, 8))
def test_the_first_week_of_october_is_free(day):
    assert not is_working_day(date(2026, 10, day))


def test_a_shifted_weekend_is_worked_and_another_is_not():
    assert is_working_day(date(2026, 10, 10))
    assert not is_working_day(date(2026, 10, 11))


def test_a_year_without_data_has_weekends_only_and_says_so():
    assert not is_known_year(2031)
    assert is_working_day(date(2031, 1, 1))
    assert not is_working_day(date(2031, 1, 4))


def test_no_working_days_are_the_day_itself_and_none_are_negative():
    assert add_working_days(ACCEPTED, 0) == ACCEPTED
    assert working_days_between(ACCEPTED, ACCEPTED) == 0
    assert working_days_between(ACCEPTED, ACCEPTED - timedelta(days=3)) == 0
    with pytest.raises(ValueError, match="not negative"):
        add_working_days(ACCEPTED, -1)


def test_every_year_names_its_notice_and_its_confidence():
    for year, known in calendar_years().items():
        assert str(year) in known.source
        assert known.confidence in ("V", "M")
        assert known.holidays
