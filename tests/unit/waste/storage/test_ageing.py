"""Ageing first in first out (domain-rules 3.4): draws, corrections, and mass that only time makes older."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.foundation.core.units import Grams
from app.waste.storage.ageing import AgedContainer, Flow, Layer, ages, since_of, years_later
from app.waste.storage.models import Container

DAY = date(2026, 11, 1)


def flow(number, day, mass, corrects=None):
    return Flow(
        UUID(int=number), DAY + timedelta(days=day), Grams(mass), UUID(int=corrects) if corrects else None
    )


def on(day):
    return DAY + timedelta(days=day)


def test_what_came_first_goes_first():
    ins = [flow(1, 0, 100), flow(2, 3, 50)]

    assert ages(ins, [flow(3, 5, 100)], on(9)) == (Layer(on(3), Grams(50)),)


def test_a_draw_of_a_part_leaves_the_rest_as_old_as_it_was():
    ins = [flow(1, 0, 100), flow(2, 3, 50)]

    assert ages(ins, [flow(3, 5, 40)], on(9)) == (Layer(on(0), Grams(60)), Layer(on(3), Grams(50)))


def test_a_cancelled_draw_restores_the_date():
    ins = [flow(1, 0, 100), flow(4, 6, 100, corrects=3)]
    outs = [flow(3, 5, 100)]

    assert ages(ins, outs, on(5)) == ()
    assert ages(ins, outs, on(9)) == (Layer(on(0), Grams(100)),)


def test_a_draw_cancelled_in_part_restores_that_part():
    ins = [flow(1, 0, 100), flow(2, 4, 10), flow(4, 6, 30, corrects=3)]

    assert ages(ins, [flow(3, 5, 100)], on(9)) == (Layer(on(0), Grams(30)), Layer(on(4), Grams(10)))


def test_a_cancelled_entry_never_lay_there():
    ins = [flow(1, 0, 100), flow(2, 4, 10)]

    assert ages(ins, [flow(3, 5, 100, corrects=1)], on(9)) == (Layer(on(4), Grams(10)),)


def test_a_correction_that_was_itself_wrong_changes_nothing():
    ins = [flow(1, 0, 100), flow(4, 7, 100, corrects=3)]

    assert ages(ins, [flow(3, 5, 100, corrects=1)], on(9)) == (Layer(on(0), Grams(100)),)


def test_what_comes_tomorrow_is_not_there_today():
    assert ages([flow(1, 2, 100)], [], on(1)) == ()


FLOWS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 1000)), max_size=12)


@given(came=FLOWS, went=FLOWS)
def test_nothing_is_lost_and_the_oldest_day_only_moves_forward(came, went):
    ins = [flow(n + 1, day, mass) for n, (day, mass) in enumerate(came)]
    outs = [flow(n + 100, day, mass) for n, (day, mass) in enumerate(went)]
    most = sum(f.mass for f in ins)

    left = ages(ins, outs, on(40))

    assert sum(layer.mass for layer in left) == max(most - sum(f.mass for f in outs), 0)
    assert [layer.since for layer in left] == sorted({layer.since for layer in left})
    fewer = ages(ins, outs[1:], on(40))
    if left:
        assert fewer[0].since <= left[0].since


def test_a_year_to_the_day_is_no_day_over():
    """TV-6: accepted 2025-11-22, today 2026-11-22."""
    container = Container(generated_on=date(2025, 3, 1), accepted_on=date(2025, 11, 22))
    aged = AgedContainer(container, None, since_of(container))

    assert aged.days_left(date(2026, 11, 22)) == 0
    assert aged.days_left(date(2026, 11, 23)) == -1
    assert aged.days_held(date(2026, 11, 22)) == 365


def test_a_leap_day_has_its_year_at_the_end_of_february():
    assert years_later(date(2024, 2, 29), 1) == date(2025, 2, 28)
