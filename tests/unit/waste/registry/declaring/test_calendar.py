"""What a unit of each class declares, and by when."""

from datetime import date

import pytest

from app.waste.registry.declaring.calendar import BY_CLASS, kinds_owed, slot_of, slots_of
from app.waste.registry.declaring.models import (
    DeclarationKind as K,
)
from app.waste.registry.models import WasteKind
from app.waste.registry.planning.models import UnitClass
from app.waste.registry.queries.books import Period


def due_days(kind: K) -> list[str]:
    return [f"{slot.due_on:%m-%d}" for slot in slots_of(2026, [kind])]


def test_a_month_is_due_on_the_fifteenth_of_the_next_one():
    slots = slots_of(2026, [K.MONTHLY])

    assert [slot.due_on for slot in slots[:2]] == [date(2026, 2, 15), date(2026, 3, 15)]
    assert (slots[-1].period, slots[-1].due_on) == (Period.month(date(2026, 12, 1)), date(2027, 1, 15))


def test_quarters_are_due_in_april_july_october_and_january():
    assert due_days(K.QUARTERLY) == ["04-15", "07-15", "10-15", "01-15"]
    assert slots_of(2026, [K.QUARTERLY])[1].period == Period(date(2026, 4, 1), date(2026, 6, 30))


def test_a_year_is_due_at_the_end_of_march_even_on_a_holiday():
    assert [slot.due_on for slot in slots_of(2026, [K.ANNUAL, K.GENERAL_ANNUAL])] == [date(2027, 3, 31)] * 2


@pytest.mark.parametrize(
    ("unit_class", "kinds"),
    [
        (UnitClass.KEY, (K.MONTHLY, K.ANNUAL)),
        (UnitClass.SIMPLIFIED, (K.QUARTERLY, K.ANNUAL)),
        (UnitClass.REGISTRATION, (K.ANNUAL,)),
        (None, (K.ANNUAL,)),
    ],
)
def test_the_class_says_what_is_declared(unit_class, kinds):
    assert kinds_owed(unit_class, [WasteKind.HAZARDOUS]) == kinds
    assert kinds_owed(unit_class, []) == ()


def test_general_waste_is_declared_whatever_the_class():
    assert kinds_owed(None, [WasteKind.GENERAL]) == (K.GENERAL_MONTHLY, K.GENERAL_ANNUAL)


def test_every_class_is_in_the_table():
    assert set(BY_CLASS) == {None, *UnitClass}


def test_a_period_begins_on_its_first_day_only():
    assert slot_of(K.MONTHLY, date(2026, 11, 1)).period == Period.month(date(2026, 11, 1))
    with pytest.raises(ValueError, match="no monthly period"):
        slot_of(K.MONTHLY, date(2026, 11, 2))
    with pytest.raises(ValueError, match="no quarterly period"):
        slot_of(K.QUARTERLY, date(2026, 11, 1))
