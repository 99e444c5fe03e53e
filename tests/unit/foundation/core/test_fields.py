"""Fields of the border schemas."""

import enum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError, fields

from app.foundation.core.fields import (
    ChoiceField,
    FlagField,
    IdField,
    InputSchema,
    InstantField,
    KilogramsField,
    WholeNumberField,
    WordsField,
)
from app.foundation.core.text import Text


class Colour(enum.StrEnum):
    RED = "red"
    BLUE = "blue"


class Everything(InputSchema):
    mass = KilogramsField(required=True, data_key="mass_kg")
    name = WordsField(5, blank=False)
    colour = ChoiceField(Colour)
    thing = IdField()
    at = InstantField()
    count = WholeNumberField(1, 9)
    yes = FlagField()
    notes = fields.List(WordsField(3))


def refused(**given) -> dict:
    with pytest.raises(ValidationError) as caught:
        Everything().load({"mass_kg": "1", **given})
    return caught.value.messages_dict


@given(grams=st.integers(0, 10**14))
def test_kilograms_come_back_as_they_went_out(grams):
    dumped = Everything().dump({"mass": grams})

    assert isinstance(dumped["mass_kg"], str)
    assert Everything().load(dumped)["mass"] == grams


@pytest.mark.parametrize(
    ("typed", "grams"),
    [("186.4", 186_400), (" 1,234.5 kg ", 1_234_500), ("20 千克", 20_000), ("0", 0), ("0.0004", 0)],
)
def test_people_may_paste_separators_and_units(typed, grams):
    assert Everything().load({"mass_kg": typed})["mass"] == grams


@pytest.mark.parametrize(
    "wrong", [1.5, 1, True, None, "", "x", "-1", "1,2", "1e3", "9" * 30, "NaN", "١٢", "1.5" + " " * 30 + "t"]
)
def test_a_mass_is_a_plain_decimal_string(wrong):
    assert list(refused(mass_kg=wrong)) == ["mass_kg"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "  "},
        {"name": "abcdef"},
        {"name": "a\u0000"},
        {"name": 5},
        {"colour": "green"},
        {"colour": []},
        {"thing": "x"},
        {"thing": 5},
        {"at": "2026-11-20T13:20:00"},
        {"at": "0001-01-01T00:00:00+08:00"},
        {"at": "9999-12-31T23:59:59+00:00"},
        {"at": 5},
        {"count": 10},
        {"count": 1.0},
        {"count": True},
        {"yes": "perhaps"},
        {"notes": ["abcd"]},
        {"unknown": 1},
    ],
)
def test_each_wrong_field_is_named_with_a_sentence_both_languages_know(wrong):
    messages = refused(**wrong)

    [(name, found)] = messages.items()
    assert [name] == list(wrong)
    while not isinstance(found, Text):
        found = next(iter(found.values())) if isinstance(found, dict) else found[0]
