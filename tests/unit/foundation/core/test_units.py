"""Masses are exact: text to grams and back loses nothing."""

from decimal import ROUND_HALF_UP, Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.core.units import MAX_GRAMS, grams_from_kg, grams_from_tonnes, kg_text, tonnes_text

masses = st.integers(-MAX_GRAMS, MAX_GRAMS)
long_decimals = st.from_regex(r"[0-9]{1,12}\.[0-9]{0,26}", fullmatch=True)
EXACT = Context(prec=100)


@given(masses)
def test_kilograms_written_and_read_are_the_same_mass(mass):
    assert grams_from_kg(kg_text(mass)) == mass


@given(masses)
def test_tonnes_written_and_read_are_the_same_mass(mass):
    assert grams_from_tonnes(tonnes_text(mass)) == mass


@given(masses)
def test_written_masses_have_their_decimals(mass):
    assert len(kg_text(mass).partition(".")[2]) == 3
    assert 4 <= len(tonnes_text(mass).partition(".")[2]) <= 6


@pytest.mark.parametrize(
    ("mass", "kg", "tonnes"),
    [
        (995_500, "995.500", "0.9955"),
        (0, "0.000", "0.0000"),
        (1, "0.001", "0.000001"),
        (-1, "-0.001", "-0.000001"),
        (3_000_000, "3000.000", "3.0000"),
        (186_450, "186.450", "0.18645"),
    ],
)
def test_masses_are_written_as_people_know_them(mass, kg, tonnes):
    assert (kg_text(mass), tonnes_text(mass)) == (kg, tonnes)


@given(long_decimals)
def test_finer_than_a_gram_is_rounded_half_up_once(text):
    exact = EXACT.multiply(Decimal(text), Decimal(1000))

    assert grams_from_kg(text) == int(exact.quantize(Decimal(1), ROUND_HALF_UP, EXACT))


@pytest.mark.parametrize(
    ("text", "mass"),
    [("0.0005", 1), ("0.0004999", 0), ("-0.0005", -1), (" +5 ", 5_000), ("5.", 5_000), (".5", 500)],
)
def test_numbers_as_people_type_them(text, mass):
    assert grams_from_kg(text) == mass


def test_a_hair_below_half_a_gram_is_not_rounded_twice():
    assert grams_from_kg("0.0004999999999999999999999999999999999") == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        "-",
        "1,5",
        "1e3",
        "NaN",
        "Infinity",
        "0x10",
        "1_000",
        "12 kg",
        "--1",
        "1.2.3",
        "9" * 41,
        "1000000000000.001",
        "9" * 30,
        "9" * 40,
        "-" + "9" * 30,
    ],
)
def test_what_is_no_mass_is_refused(text):
    with pytest.raises(ValueError, match=r"not a decimal number|out of range"):
        grams_from_kg(text)


@pytest.mark.parametrize("text", ["9" * 30, "1000000000.000001"])
def test_more_tonnes_than_there_are_is_refused(text):
    with pytest.raises(ValueError, match="out of range"):
        grams_from_tonnes(text)


def test_the_largest_mass_is_taken():
    assert grams_from_tonnes("1000000000") == MAX_GRAMS


@given(st.text(max_size=50))
def test_any_text_gives_whole_grams_or_a_value_error(text):
    try:
        mass = grams_from_kg(text)
    except ValueError:
        return
    assert type(mass) is int
