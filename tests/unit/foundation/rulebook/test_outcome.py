import pytest

from app.foundation.core.text import say
from app.foundation.rulebook.outcome import UNKNOWN, MissingInput, finding, known, listed


def test_unknown_is_neither_true_nor_false():
    with pytest.raises(TypeError):
        bool(UNKNOWN)


def test_a_known_value_comes_back_even_when_it_is_zero_or_none():
    assert known(0, "mass") == 0
    assert known(None, "licence") is None


def test_an_unknown_value_names_the_missing_input():
    with pytest.raises(MissingInput) as caught:
        known(UNKNOWN, "mass")

    assert caught.value.names == ("mass",)


@pytest.mark.parametrize("place", ["observed", "threshold", "share"])
def test_an_outcome_refuses_floats(place):
    with pytest.raises(TypeError):
        finding(**{place: 3.0})


@pytest.mark.parametrize(("count", "expected"), [(0, ""), (1, "甲"), (3, "甲、甲、甲")])
def test_texts_are_enumerated(count, expected):
    assert str(listed([say("甲")] * count)) == expected
