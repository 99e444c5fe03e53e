from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.core.text import say
from app.web import filters

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
"""Noon in the park."""


@pytest.mark.parametrize(
    ("grams", "expected"),
    [
        (186_400, "186.4"),
        (186_449, "186.4"),
        (186_450, "186.5"),
        (1_118_200, "1,118.2"),
        (-2_000, "−2.0"),
        (-49, "0.0"),
    ],
)
def test_kilograms_have_one_decimal_commas_and_a_true_minus(grams: int, expected: str) -> None:
    assert filters.kg(grams, unit=False) == expected


def test_unknown_is_a_dash_and_never_zero() -> None:
    unknown = [filters.kg(None), filters.tonnes(None), filters.percent(None), filters.local_time(None)]

    assert unknown == ["—"] * 4


def test_tonnes_have_four_decimals_and_a_sign_when_asked() -> None:
    assert filters.tonnes(186_400, unit=False, signed=True) == "+0.1864"
    assert filters.tonnes(-1_118_200, unit=False, signed=True) == "−1.1182"
    assert filters.tonnes(4_150_500, plain=True) == "4.1505\u00a0t"


def test_the_unit_follows_the_number_in_its_own_thin_element() -> None:
    assert filters.kg(995_500) == '<span class="num">995.5<span class="unit">kg</span></span>'


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_tonnes_shown_are_never_more_than_half_a_last_digit_away(grams: int) -> None:
    shown = filters.tonnes(grams, unit=False).replace(",", "").replace("−", "-").replace(".", "")

    assert abs(int(shown) * 100 - grams) <= 50


def test_near_times_are_said_in_words(chinese: Flask) -> None:
    assert filters.local_time(NOON, now=NOON) == "今天 12:00"
    assert filters.local_time(NOON - timedelta(days=1), now=NOON) == "昨天 12:00"
    assert filters.local_time(NOON - timedelta(days=2), now=NOON) == "2026-11-18 12:00"
    assert filters.local_time(NOON, now=NOON, relative=False) == "2026-11-20 12:00"


def test_times_are_those_of_the_park_not_of_utc(chinese: Flask) -> None:
    late = datetime(2026, 11, 19, 16, 30, tzinfo=UTC)

    assert filters.local_day(late) == "2026-11-20"


def test_english_readers_get_english_dates(english: Flask) -> None:
    assert filters.local_time(NOON, now=NOON, relative=False) == "20 Nov 2026, 12:00"
    assert filters.local_time(NOON, now=NOON) == "Today 12:00"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 12, 8), "剩 18 天"),
        (date(2026, 11, 20), "今天到期"),
        (date(2026, 11, 17), "已超 3 天"),
    ],
)
def test_days_left_name_the_side_of_the_limit(chinese: Flask, day: date, expected: str) -> None:
    assert filters.days_left(day, now=NOON) == expected


def test_one_day_is_singular_in_english(english: Flask) -> None:
    assert filters.days_left(date(2026, 11, 21), now=NOON) == "1 day left"


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (timedelta(days=6, hours=3), "6 天"),
        (timedelta(hours=3, minutes=40), "3 小时 40 分"),
        (timedelta(minutes=48), "48 分"),
        (-timedelta(minutes=2), "已到"),
    ],
)
def test_time_left_is_said_in_the_units_that_matter(chinese: Flask, ahead: timedelta, expected: str) -> None:
    assert filters.time_left(NOON + ahead, now=NOON) == expected


def test_a_rooms_text_is_translated_and_a_name_is_not(english: Flask) -> None:
    assert filters.translated(say("草稿")) == "Draft"
    assert filters.translated("青梧涂料") == "青梧涂料"


def test_days_inside_a_text_are_written_as_the_language_does(english: Flask) -> None:
    day = date(2026, 11, 20)

    for value in (day, day.isoformat()):
        inner = say("许可证 {number} 有效期至 {day}", number="P-1", day=value)
        assert filters.translated(say("接受人无有效许可证：{reason}", reason=inner)) == (
            "Consignee has no valid permit: permit P-1 is valid to 20 Nov 2026"
        )


def test_days_inside_a_text_are_iso_in_chinese(chinese: Flask) -> None:
    assert filters.translated(say("{day}", day=date(2026, 11, 20))) == "2026-11-20"
    assert filters.translated(say("{number}", number="2026-13-99")) == "2026-13-99"


def test_numbers_inside_a_text_have_commas_and_a_true_minus(english: Flask) -> None:
    text = say("二维码 {claimed} kg，登记 {mass} kg", claimed="-68.200", mass="1084.300")

    assert filters.translated(text) == "QR code −68.200 kg, recorded 1,084.300 kg"
    assert filters.translated(say("{document} {clause}", document="GB 18597-2023", clause="6.1.2")) == (
        "GB 18597-2023 6.1.2"
    )


def test_what_somebody_typed_is_repeated_as_it_is(english: Flask) -> None:
    assert filters.translated(say("数量“{value}”为负数", value="-5.00")) == "Quantity “-5.00” is negative"
    assert (
        filters.translated(say("日期“{value}”晚于今天", value="2027-01-01"))
        == "Date “2027-01-01” is after today"
    )
