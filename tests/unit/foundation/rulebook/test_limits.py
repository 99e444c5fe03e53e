from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.rulebook.limits import Direction, Limit

THREE_TONNES = Limit(Decimal(3), "t", Direction.AT_MOST)


def a_limit(value, unit="kg", direction=Direction.AT_MOST):
    return Limit(Decimal(value), unit, direction)


def test_masses_become_whole_grams():
    assert THREE_TONNES.grams == 3_000_000
    assert a_limit("0.5").grams == 500


@pytest.mark.parametrize(
    ("limit", "reading"),
    [
        (a_limit("0.0001"), lambda limit: limit.grams),
        (a_limit(3, "%"), lambda limit: limit.grams),
        (a_limit("0.5", "count"), lambda limit: limit.count),
        (a_limit(3, "kg"), lambda limit: limit.count),
        (a_limit(3, "kg"), lambda limit: limit.share_of(10)),
    ],
)
def test_a_limit_is_not_read_as_what_it_is_not(limit, reading):
    with pytest.raises(ValueError):
        reading(limit)


def test_exactly_the_limit_is_kept_on_either_side():
    at_least = a_limit(3, "t", Direction.AT_LEAST)

    assert [THREE_TONNES.is_kept_by(grams) for grams in (2_999_999, 3_000_000, 3_000_001)] == [
        True,
        True,
        False,
    ]
    assert [at_least.is_kept_by(grams) for grams in (2_999_999, 3_000_000, 3_000_001)] == [False, True, True]


@given(part=st.integers(0, 10**13), whole=st.integers(0, 10**13), percent=st.decimals(0, 200, places=2))
def test_a_share_rounded_down_decides_like_the_exact_share(part, whole, percent):
    limit = a_limit(percent, "%")

    assert (part > limit.share_of(whole)) == (part * 10_000 > whole * int(percent * 100))


def test_numbers_are_shown_in_the_limits_own_unit():
    assert THREE_TONNES.text == "3.0000"
    assert THREE_TONNES.shown(3_000_001) == "3.000001"
    assert a_limit(50).shown(50_001) == "50.001"
    assert a_limit("3.5", "%").text == "3.5"


@pytest.mark.parametrize(
    ("direction", "value", "looser"),
    [
        (Direction.AT_MOST, 4, True),
        (Direction.AT_MOST, 3, False),
        (Direction.AT_MOST, 2, False),
        (Direction.AT_LEAST, 2, True),
        (Direction.AT_LEAST, 3, False),
        (Direction.AT_LEAST, 4, False),
    ],
)
def test_looser_means_that_more_is_allowed(direction, value, looser):
    assert a_limit(value, "t", direction).is_looser_than(a_limit(3, "t", direction)) is looser
