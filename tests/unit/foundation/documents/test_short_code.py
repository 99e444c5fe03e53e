"""Short codes: check characters, mends, and what typing mistakes they notice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.documents.short_code import (
    CROCKFORD,
    check_character,
    new_short_code,
    read_short_code,
)

CONFUSABLE = {"O": "0", "I": "1", "L": "1"}
PRINTED = ["7H3K-9PX2-8", "9QK2-TF4M-H"]


@pytest.mark.parametrize("code", PRINTED)
def test_codes_of_the_mockups_are_read(code: str) -> None:
    assert read_short_code(code) == code


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("7h3k9px28", "7H3K-9PX2-8"),
        (" 7H3K 9PX2 8 ", "7H3K-9PX2-8"),
        ("7H3K--9PX2-8", "7H3K-9PX2-8"),
        ("lOoI-0000-" + check_character("10010000"), "1001-0000-" + check_character("10010000")),
    ],
)
def test_habits_of_people_are_mended(typed: str, meant: str) -> None:
    assert read_short_code(typed) == meant


@pytest.mark.parametrize(
    "text", ["", "7H3K-9PX2", "7H3K-9PX2-88", "7H3K-9PU2-8", "７H3K-9PX2-8", "7H3K/9PX2/8"]
)
def test_what_is_no_short_code_is_refused(text: str) -> None:
    assert read_short_code(text) is None


@pytest.mark.parametrize("code", PRINTED + [new_short_code() for _ in range(20)], ids=lambda _: "code")
def test_every_single_substitution_is_noticed(code: str) -> None:
    for position, right in enumerate(code):
        if right == "-":
            continue
        for wrong in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ":
            if CONFUSABLE.get(wrong, wrong) == CONFUSABLE.get(right, right):
                continue
            assert read_short_code(code[:position] + wrong + code[position + 1 :]) is None


@pytest.mark.parametrize("code", [new_short_code() for _ in range(200)], ids=lambda _: "code")
def test_every_swap_of_neighbours_in_a_new_code_is_noticed(code: str) -> None:
    plain = code.replace("-", "")

    for i in range(8):
        swapped = plain[:i] + plain[i + 1] + plain[i] + plain[i + 2 :]
        assert swapped == plain or read_short_code(swapped) is None


def test_the_standard_itself_misses_no_more_than_two_swaps_in_a_thousand() -> None:
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    pairs = [(a, b) for a in alphabet for b in alphabet if a != b]

    missed = [
        1
        for first in alphabet
        for a, b in pairs
        if check_character(first + a + b) == check_character(first + b + a)
    ]

    assert len(missed) <= len(alphabet) * len(pairs) * 2 / 1000


@given(st.text())
def test_any_text_is_either_read_in_printed_form_or_refused(text: str) -> None:
    code = read_short_code(text)

    assert code is None or read_short_code(code) == code


def test_new_codes_are_random_and_easy_to_type() -> None:
    codes = {new_short_code() for _ in range(500)}

    assert len(codes) == 500
    assert all(set(code) <= set(CROCKFORD + "-") for code in codes)
    assert all(read_short_code(code.lower()) == code for code in codes)
