"""Mutations of genuine texts: no crash, no false accept. `make fuzz` reads a million of them."""

import pytest

from app.foundation.core.units import Grams
from app.foundation.documents import qr
from scripts.fuzz_qr import FalseAccept, Genuine, fuzz
from tests.unit.foundation.documents.qr_vectors import (
    CODE,
    LIST_KEYS,
    PUBLIC_KEYS,
    SIGNER,
    a_consignment_url,
    a_container_url,
    a_revocation_list,
)

MUTATIONS = 20_000


def genuine() -> Genuine:
    texts = (
        a_container_url(),
        a_container_url(code37=CODE[:-1] + "2", grams=None, hazards=frozenset()),
        a_container_url(grams=Grams(1)),
        a_consignment_url(),
        a_consignment_url(own_number="M-2611-0410", plate="演A·1234挂", waste_codes=["336-064-17"]),
    )
    return Genuine(texts, PUBLIC_KEYS, a_revocation_list(), LIST_KEYS)


def test_twenty_thousand_mutations_are_read_and_none_is_accepted() -> None:
    found = fuzz(genuine(), MUTATIONS)

    assert found.total() == MUTATIONS
    assert found[qr.Verification.FORGED] > MUTATIONS / 4


def test_a_reader_that_accepts_what_nobody_signed_is_found_out() -> None:
    class Gullible:
        def verify(self, signature: bytes, message: bytes) -> None:
            """Accepts everything."""

    trusting = Genuine(genuine().texts, {SIGNER.key_id: Gullible()}, a_revocation_list(), LIST_KEYS)  # type: ignore[dict-item]

    with pytest.raises(FalseAccept):
        fuzz(trusting, 100)
