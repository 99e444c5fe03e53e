"""The revocation list: small, read only as written, and about exactly the codes it names."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.core.units import Grams
from app.foundation.documents import qr
from app.foundation.documents.qr_revocation import container_print, entry_of, print_name, read_list
from tests.unit.foundation.documents.qr_vectors import (
    AT,
    CODE,
    LIST_KEYS,
    VOIDED,
    a_consignment_url,
    a_container_url,
    a_revocation_list,
    lists,
    path_changed,
)


def test_a_list_reads_back_as_written() -> None:
    entries = [entry_of(f"W/{number}") for number in range(3)]

    held = read_list(a_revocation_list(entries=[*entries, *entries], keys=[b"abcd"]), LIST_KEYS)

    assert held is not None
    assert (held.entries, held.keys) == (frozenset(entries), frozenset({b"abcd"}))
    assert (held.issued_at, held.next_update_at) == (AT - timedelta(minutes=10), AT + timedelta(minutes=50))


@pytest.mark.parametrize("name", list(lists()))
def test_only_what_a_key_for_lists_signed_is_a_list(name: str) -> None:
    assert (read_list(lists()[name], LIST_KEYS) is not None) == (name in ("list", "empty list"))


@given(at=st.integers(0, len(a_revocation_list()) - 1), bit=st.integers(0, 7))
def test_no_bit_of_a_list_can_be_changed(at: int, bit: int) -> None:
    changed = bytearray(a_revocation_list())
    changed[at] ^= 1 << bit

    assert read_list(bytes(changed), LIST_KEYS) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_no_list_and_no_crash(raw: bytes) -> None:
    assert read_list(raw, LIST_KEYS) is None


@pytest.mark.parametrize(
    ("text", "withdrawn", "replaced"),
    [
        (a_container_url(), False, False),
        (a_container_url(code37=VOIDED), True, False),
        (VOIDED, True, False),
        (a_container_url(grams=Grams(199_000)), False, True),
        (a_container_url(grams=Grams(199_000), hazards=frozenset()), False, True),
        (path_changed(a_container_url(grams=Grams(199_000)), -20), False, True),
        (CODE, False, False),
        (a_consignment_url(plate="演A·D0799"), False, True),
        (a_consignment_url(), False, False),
        ("7H3K-9PX2-8", False, False),
        ("", False, False),
    ],
)
def test_a_list_speaks_of_things_and_of_prints(text: str, withdrawn: bool, replaced: bool) -> None:
    held = read_list(a_revocation_list(), LIST_KEYS)
    assert held is not None

    assert (held.withdraws(qr.parse(text)), held.replaces(qr.parse(text))) == (withdrawn, replaced)


def test_a_print_is_named_alike_by_who_prints_and_who_scans() -> None:
    assert print_name(qr.parse(a_container_url())) == container_print(CODE, Grams(200_500))
    assert print_name(qr.parse(a_container_url(grams=None))) == container_print(CODE, None)


def test_five_thousand_entries_take_41_kilobytes() -> None:
    entries = [entry_of(str(number)) for number in range(5000)]

    assert len(a_revocation_list(entries=entries)) <= 41_000
