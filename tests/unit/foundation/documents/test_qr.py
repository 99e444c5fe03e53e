"""QR texts: written as design.md 4 says, read back exactly, and no change goes unnoticed."""

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.core.units import Grams
from app.foundation.documents import qr
from tests.unit.foundation.documents.qr_vectors import (
    CODE,
    PUBLIC_KEYS,
    PUBLIC_URL,
    SIGNER,
    VECTORS_FILE,
    a_consignment_url,
    a_container_url,
    vectors,
)

CREDIT_CODE = st.from_regex(r"[0-9A-HJ-NPQRTUWXY]{18}", fullmatch=True)
CONTAINER_CODE = st.from_regex(r"[0-9A-HJ-NPQRTUWXY]{18}[0-9]{19}", fullmatch=True)
MASS = st.none() | st.integers(0, 2**40 - 2).map(Grams)
HAZARDS = st.frozensets(st.sampled_from(qr.HAZARDS))
WASTE_CODES = st.lists(st.from_regex(r"[0-9]{3}-[0-9]{3}-S?[0-9]{2}", fullmatch=True), min_size=1, max_size=3)
PLATE = st.from_regex(r"[0-9A-Z·\u4e00-\u9fff-]{1,12}", fullmatch=True)
OWN_NUMBER = st.from_regex(r"[A-Z]{1,3}-[0-9]{4}-[0-9]{4,8}", fullmatch=True)
SECONDS = st.integers(0, 2**32 - 2)


def verdict_of(text: str) -> qr.Verification:
    return qr.verify(qr.parse(text), PUBLIC_KEYS)


def test_the_layout_of_a_container_is_as_designed() -> None:
    url = a_container_url(public_url="HTTPS://ParkLoop.Example/")

    origin, kind, code, payload = re.fullmatch(
        r"(https://parkloop\.example)/(W)/(.{37})/([A-Z2-7]+)", url
    ).groups()
    raw = base64.b32decode(payload)
    assert (origin, kind, code) == (PUBLIC_URL, "W", CODE)
    assert raw[:1] == b"\x01"
    assert raw[1:5] == SIGNER.key_id
    assert int.from_bytes(raw[5:10], "big") == 200_500
    assert raw[10] == 0b00101
    SIGNER.public_key.verify(raw[11:], b"parkloop/container/1\0" + CODE.encode() + raw[:11])
    assert len(raw) == 75


def test_a_consignment_with_everything_fits_into_330_characters() -> None:
    url = a_consignment_url(plate="演演演演演演演演演演演演", waste_codes=["900-402-06"] * 3)

    assert len(url) <= qr.MAX_URL_LENGTH
    assert verdict_of(url) is qr.Verification.VALID


@given(code=CONTAINER_CODE, grams=MASS, hazards=HAZARDS)
def test_a_container_reads_back_as_written(code: str, grams: Grams | None, hazards: frozenset[str]) -> None:
    claim = qr.parse(qr.container_url(PUBLIC_URL, code, grams, hazards, SIGNER))

    assert isinstance(claim, qr.ContainerClaim)
    assert (claim.code, claim.fields) == (code, qr.ContainerFields(grams, hazards))
    assert qr.verify(claim, PUBLIC_KEYS) is qr.Verification.VALID


@given(
    number=OWN_NUMBER, issued=SECONDS, credit_code=CREDIT_CODE, plate=PLATE, codes=WASTE_CODES, grams=MASS,
    digest=st.binary(min_size=16, max_size=16),
)  # fmt: skip
def test_a_consignment_reads_back_as_written(
    number: str,
    issued: int,
    credit_code: str,
    plate: str,
    codes: list[str],
    grams: Grams | None,
    digest: bytes,
) -> None:
    issued_at = datetime.fromtimestamp(issued, UTC)
    fields = qr.ConsignmentFields(
        issued_at, issued_at + timedelta(seconds=1), credit_code, plate, tuple(codes), grams, digest
    )

    claim = qr.parse(
        a_consignment_url(
            own_number=number, issued_at=fields.issued_at, expires_at=fields.expires_at,
            consignee_credit_code=credit_code, plate=plate, waste_codes=codes, grams=grams, digest16=digest,
        )
    )  # fmt: skip

    assert isinstance(claim, qr.ConsignmentClaim)
    assert (claim.number, claim.fields) == (number, fields)
    assert qr.verify(claim, PUBLIC_KEYS) is qr.Verification.VALID


@pytest.mark.parametrize("url", [a_container_url(), a_consignment_url()])
def test_no_character_behind_the_host_can_be_changed_unnoticed(url: str) -> None:
    for position in range(len(PUBLIC_URL), len(url)):
        for wrong in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/?# ·":
            changed = url[:position] + wrong + url[position + 1 :]
            if wrong != url[position]:
                assert verdict_of(changed) is not qr.Verification.VALID, changed


@pytest.mark.parametrize("url", [a_container_url(), a_consignment_url()])
@given(data=st.data())
def test_no_byte_of_the_signed_part_can_be_changed_unnoticed(url: str, data: st.DataObject) -> None:
    head, payload = url.rsplit("/", 1)
    raw = bytearray(base64.b32decode(payload + "=" * (-len(payload) % 8)))
    position = data.draw(st.integers(0, len(raw) - 1))
    raw[position] ^= data.draw(st.integers(1, 255))

    changed = f"{head}/{base64.b32encode(bytes(raw)).decode().rstrip('=')}"

    found = verdict_of(changed)
    assert found in (qr.Verification.FORGED, qr.Verification.UNKNOWN_KEY)
    assert (found is qr.Verification.UNKNOWN_KEY) <= (position < 5)


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_any_text_at_all_is_read_without_a_crash(text: str) -> None:
    for candidate in (
        text,
        f"{PUBLIC_URL}/W/{text}",
        f"{PUBLIC_URL}/W/{CODE}/{text}",
        f"{PUBLIC_URL}/M/A-1/{text}",
    ):
        assert verdict_of(candidate) is not qr.Verification.VALID


@given(st.binary(max_size=250))
def test_any_bytes_in_the_signed_part_are_read_without_a_crash(raw: bytes) -> None:
    payload = base64.b32encode(raw).decode().rstrip("=")

    assert verdict_of(f"{PUBLIC_URL}/W/{CODE}/{payload}") is not qr.Verification.VALID
    assert verdict_of(f"{PUBLIC_URL}/M/M-2611-0409/{payload}") is not qr.Verification.VALID


@pytest.mark.parametrize("changes", [
    {"code37": CODE[:-1]}, {"code37": CODE.lower()}, {"grams": Grams(-1)}, {"grams": Grams(2**40 - 1)},
    {"hazards": frozenset({"X"})}, {"public_url": "parkloop.example"}, {"public_url": "https://a.example/sub"},
    {"public_url": "ftp://a.example"}, {"public_url": "https://" + "a" * 200 + ".example"},
])  # fmt: skip
def test_a_container_that_does_not_fit_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(qr.QrContentError):
        a_container_url(**changes)


@pytest.mark.parametrize("changes", [
    {"own_number": "m-1"}, {"own_number": "A" * 33}, {"own_number": ""}, {"consignee_credit_code": "123"},
    {"plate": ""}, {"plate": "演" * 13}, {"plate": "A\nB"}, {"waste_codes": []}, {"waste_codes": ["900-402-06"] * 4},
    {"waste_codes": ["900-402"]}, {"digest16": b"short"}, {"expires_at": datetime(2026, 11, 20, 5, 20, tzinfo=UTC)},
    {"issued_at": datetime(2026, 11, 20)}, {"expires_at": datetime(2110, 1, 1, tzinfo=UTC)}, {"grams": Grams(2**40)},
])  # fmt: skip
def test_a_consignment_that_does_not_fit_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(qr.QrContentError):
        a_consignment_url(**changes)


def test_the_shared_vectors_are_what_this_code_says() -> None:
    assert json.loads(VECTORS_FILE.read_text(encoding="utf-8")) == vectors()


def test_the_shared_vectors_hold_every_kind_of_answer() -> None:
    cases = vectors()["cases"]

    assert {case["verification"] for case in cases} == set(qr.Verification)
    assert {case["claim"]["kind"] for case in cases} == {
        "container",
        "consignment",
        "facility",
        "short_code",
        "not_ours",
    }
    assert {case["standing"] for case in cases} == {"withdrawn", "replaced", None}
    assert {case["expired"] for case in cases} == {True, False}
