"""Buckets: as many calls a minute as allowed, for each caller and class by itself."""

from hypothesis import given
from hypothesis import strategies as st

from app.entry import limits
from app.entry.limits import MINUTE_NS, Buckets

SECOND = 10**9


class Clock:
    now = 0

    def __call__(self):
        return self.now


@given(
    st.integers(min_value=1, max_value=50),
    st.lists(st.integers(min_value=0, max_value=40 * SECOND), min_size=1, max_size=120),
)
def test_no_minute_begun_with_a_full_bucket_sees_more_than_twice_its_limit(limit, pauses):
    clock = Clock()
    buckets, taken = Buckets({"read": limit}, clock), []
    for pause in pauses:
        clock.now += pause
        if buckets.take("a", "read") == 0:
            taken.append(clock.now)

    assert taken[0] == pauses[0]
    for begin in taken:
        assert sum(begin <= at < begin + MINUTE_NS for at in taken) <= 2 * limit


def test_who_waits_as_long_as_told_is_let_in_and_not_before():
    clock = Clock()
    buckets = Buckets({"read": 3}, clock)
    assert [buckets.take("a", "read") for _ in range(4)] == [0, 0, 0, 20]

    clock.now += 19 * SECOND
    assert buckets.take("a", "read") == 1
    clock.now += SECOND
    assert buckets.take("a", "read") == 0


def test_callers_and_classes_have_buckets_of_their_own():
    buckets = Buckets({"read": 1, "write": 1}, Clock())

    assert [buckets.take(*call) for call in (("a", "read"), ("a", "write"), ("b", "read"))] == [0, 0, 0]
    assert buckets.take("a", "read") > 0
    assert [buckets.take("a", "heavy") for _ in range(5)] == [0] * 5


def test_full_buckets_are_forgotten(monkeypatch):
    monkeypatch.setattr(limits, "KEPT_AT_MOST", 10)
    clock = Clock()
    buckets = Buckets({"read": 60}, clock)
    for number in range(1000):
        clock.now += SECOND
        buckets.take(str(number), "read")

    assert len(buckets._used) <= 10
