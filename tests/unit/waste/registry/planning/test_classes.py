"""The class decision with the examples of domain-rules.md 5.1."""

from datetime import date

import pytest

from app.foundation.core.units import Grams, grams_from_tonnes
from app.foundation.rulebook.outcome import UNKNOWN
from app.waste.registry.planning.classes import (
    BY_ALL_YEARS,
    BY_AUTHORITY,
    BY_PERMIT,
    BY_THREE_YEARS,
    ClassInputs,
    class_of,
    years_in_operation,
)
from app.waste.registry.planning.models import UnitClass

YEAR = 2026
OLD = date(2015, 5, 1)


def t(text: str) -> Grams:
    return grams_from_tonnes(text)


def after_years(*masses: str, **more: object) -> ClassInputs:
    yearly = {YEAR - number: t(mass) for number, mass in enumerate(masses, start=1)}
    return ClassInputs(**{"started_on": OLD, "yearly": yearly, "has_own_treatment": False, **more})


@pytest.mark.parametrize(
    ("mass", "found"),
    [
        ("99.999", UnitClass.SIMPLIFIED),
        ("100", UnitClass.KEY),
        ("10", UnitClass.SIMPLIFIED),
        ("9.999", UnitClass.REGISTRATION),
        ("9.999999", UnitClass.REGISTRATION),
        ("99.999999", UnitClass.SIMPLIFIED),
        ("0", UnitClass.REGISTRATION),
    ],
)
def test_the_quantity_decides(mass, found):
    result = class_of(after_years(mass, "0", "0"), YEAR)

    assert result.unit_class is found
    assert result.annual == t(mass)
    assert result.clause == BY_THREE_YEARS


def test_two_tonnes_with_an_own_incinerator_make_a_key_unit():
    result = class_of(after_years("2", "2", "2", has_own_treatment=True), YEAR)

    assert (result.unit_class, result.reasons) == (UnitClass.KEY, ("own_treatment",))


def test_a_licence_makes_a_key_unit():
    assert class_of(after_years("0", "0", "0", has_licence=True), YEAR).reasons == ("licence",)


def test_the_largest_of_three_years_counts():
    result = class_of(after_years("60", "120", "80"), YEAR)

    assert (result.unit_class, result.annual) == (UnitClass.KEY, t("120"))


def test_a_fourth_year_back_does_not_count():
    assert class_of(after_years("60", "70", "80", "900"), YEAR).unit_class is UnitClass.SIMPLIFIED


def test_a_young_site_counts_all_its_years():
    inputs = after_years("8", "12", started_on=date(2024, 3, 1))

    result = class_of(inputs, YEAR)

    assert (result.unit_class, result.clause) == (UnitClass.SIMPLIFIED, BY_ALL_YEARS)


@pytest.mark.parametrize(
    "more", [{"started_on": None}, {"started_on": date(2025, 6, 1)}, {"is_intermittent": True}]
)
def test_a_new_or_intermittent_site_counts_the_larger_of_assessment_and_permit(more):
    inputs = after_years("500", "500", "500", eia=t("8"), permit=t("12"), **more)

    result = class_of(inputs, YEAR)

    assert (result.unit_class, result.annual, result.clause) == (UnitClass.SIMPLIFIED, t("12"), BY_PERMIT)


def test_the_authority_wins():
    result = class_of(after_years("500", "500", "500", override=UnitClass.REGISTRATION), YEAR)

    assert (result.unit_class, result.clause, result.annual) == (
        UnitClass.REGISTRATION,
        BY_AUTHORITY,
        t("500"),
    )


def test_an_untold_year_leaves_the_class_open():
    result = class_of(after_years("50", "50"), YEAR)

    assert (result.unit_class, result.missing) == (None, ("year_2023",))


def test_an_untold_year_matters_no_more_once_another_makes_a_key_unit():
    assert class_of(after_years("100"), YEAR).unit_class is UnitClass.KEY


def test_own_treatment_unknown_leaves_the_class_open():
    result = class_of(after_years("50", "50", "50", has_own_treatment=UNKNOWN), YEAR)

    assert (result.unit_class, result.missing) == (None, ("has_own_treatment",))


def test_nothing_known_is_no_class():
    result = class_of(ClassInputs(), YEAR)

    assert result.unit_class is None
    assert set(result.missing) == {"started_on", "has_own_treatment"}


@pytest.mark.parametrize(
    ("started_on", "years"),
    [(date(2023, 1, 1), 3), (date(2023, 1, 2), 2), (date(2025, 1, 1), 1), (date(2026, 1, 2), -1)],
)
def test_years_in_operation_are_whole_on_the_first_of_january(started_on, years):
    assert years_in_operation(started_on, YEAR) == years
