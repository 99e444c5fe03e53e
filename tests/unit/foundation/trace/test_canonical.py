"""What may stand in an event, and its one spelling."""

import enum
import hashlib
import json
from datetime import date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.trace.canonical import canonical_text, is_canonical, leaf_hash, plain
from app.foundation.trace.models import about_id

ID = UUID("01890000-0000-7000-8000-00000000abcd")


class Colour(enum.StrEnum):
    RED = "red"


class Number(enum.Enum):
    ONE = 1


@pytest.mark.parametrize(
    ("value", "spelling"),
    [
        (None, None),
        (True, True),
        (7, 7),
        ("桶", "桶"),
        (Colour.RED, "red"),
        (Number.ONE, 1),
        (ID, "01890000-0000-7000-8000-00000000abcd"),
        (date(2026, 11, 20), "2026-11-20"),
        (datetime(2026, 11, 20, 10, tzinfo=timezone(timedelta(hours=8))), "2026-11-20T02:00:00.000000Z"),
        ({"b": (1, 2), "a": {Colour.RED}}, {"b": [1, 2], "a": ["red"]}),
        (frozenset({"b", "a"}), ["a", "b"]),
    ],
)
def test_values_of_events_are_plain(value, spelling):
    assert plain(value) == spelling


@pytest.mark.parametrize("value", [1.5, float("nan"), b"bytes", object(), {"mass": 0.1}, [[2.0]]])
def test_no_float_and_no_unknown_thing_gets_into_an_event(value):
    with pytest.raises(TypeError, match="no place in an event"):
        plain(value)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcé", max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abc桶", max_size=4), values, max_size=5))
def test_canonical_text_says_the_same_and_has_one_form(value):
    text = canonical_text(value)

    assert json.loads(text) == value
    assert is_canonical(json.loads(text), text)
    assert not is_canonical(json.loads(text), text + " ")
    assert canonical_text(dict(reversed(value.items()))) == text


def test_canonical_text_is_sorted_and_tight():
    assert (
        canonical_text({"b": [1, {"d": None, "c": "桶"}], "a": ""}) == '{"a":"","b":[1,{"c":"桶","d":null}]}'
    )


def test_the_hash_of_a_leaf_is_not_the_hash_of_its_text():
    assert leaf_hash("{}") == hashlib.sha256(b"\x00{}").hexdigest()


def test_an_about_row_has_one_key():
    other = UUID(int=ID.int + 1)

    assert about_id(ID, other) == about_id(ID, other)
    assert about_id(ID, other) != about_id(other, ID)
