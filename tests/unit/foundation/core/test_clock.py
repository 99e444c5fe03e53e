"""Instants are UTC; days are the park's."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.core.clock import instant_at, instant_text, local_day, local_time, utc_now

days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 20, 15, 59, 59, 999_999, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 16, 0, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2028, 2, 28, 16, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_the_day_changes_at_the_parks_midnight(instant, day):
    assert local_day(instant) == day


def test_another_zone_has_another_day():
    instant = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)

    assert local_day(instant, "Asia/Tokyo") == date(2026, 11, 21)
    assert local_day(instant, "UTC") == date(2026, 11, 20)


@given(days, st.integers(0, 23), st.integers(0, 59))
def test_a_wall_clock_time_comes_back_from_its_instant(day, hour, minute):
    instant = instant_at(day, hour, minute)

    assert instant.tzinfo is UTC
    there = local_time(instant)
    assert (there.date(), there.hour, there.minute) == (day, hour, minute)


def test_one_instant_has_one_text_in_every_zone():
    shanghai = datetime(2026, 11, 20, 10, 0, 0, 5, tzinfo=timezone(timedelta(hours=8)))

    assert instant_text(shanghai) == "2026-11-20T02:00:00.000005Z"
    assert instant_text(shanghai.astimezone(UTC)) == "2026-11-20T02:00:00.000005Z"


def test_now_is_aware():
    assert utc_now().tzinfo is UTC
