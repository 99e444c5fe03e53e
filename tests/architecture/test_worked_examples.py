"""The worked examples on pages under docs/ are true: each value is taken from the page and checked."""

import base64
import hashlib
import json
import re

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.foundation.core.units import kg_text
from app.foundation.documents.qr import ContainerClaim, ContainerFields, Verification, parse, verify
from app.foundation.documents.short_code import read_short_code
from app.foundation.trace.canonical import canonical_text, leaf_hash
from tests.databases import ROOT

QR_PAGE = (ROOT / "docs" / "qr.md").read_text(encoding="utf-8")
TRACE_PAGE = (ROOT / "docs" / "trace.md").read_text(encoding="utf-8")


def block(page: str, kind: str) -> str:
    """The text of the one fenced block ```text <kind>."""
    found = re.findall(rf"```(?:text|json) {kind}\n(.*?)\n```", page, re.DOTALL)
    assert len(found) == 1, f"{len(found)} blocks {kind}"
    return str(found[0])


def row(page: str, name: str) -> bytes:
    """The bytes of a table row: all hexadecimal values in its second column."""
    found = re.search(rf"^\| {name} \|([^|]*)\|", page, re.MULTILINE)
    assert found, name
    return bytes.fromhex("".join(re.findall(r"`([0-9a-f]+)`", found.group(1))))


def test_the_qr_example_is_made_of_the_bytes_named():
    url = block(QR_PAGE, "qr")
    coded = url.rpartition("/")[2]
    raw = base64.b32decode(coded + "=" * (-len(coded) % 8))

    parts = [row(QR_PAGE, name) for name in ("version", "key id", "grams", "hazards", "signature")]

    assert b"".join(parts) == raw
    assert len(raw) == 75


def test_the_qr_example_verifies_by_the_page_alone():
    public_key = row(QR_PAGE, "public key")

    Ed25519PublicKey.from_public_bytes(public_key).verify(
        row(QR_PAGE, "signature"), row(QR_PAGE, "signed bytes")
    )

    assert hashlib.sha256(public_key).digest().startswith(row(QR_PAGE, "key id"))


def test_the_qr_example_says_what_the_page_says():
    public_key = row(QR_PAGE, "public key")
    claim = parse(block(QR_PAGE, "qr"))

    assert isinstance(claim, ContainerClaim)
    assert isinstance(claim.fields, ContainerFields)
    assert f"{kg_text(claim.fields.grams or 0)} kg, toxic and ignitable" in QR_PAGE
    assert claim.fields.hazards == {"T", "I"}
    assert verify(claim, {row(QR_PAGE, "key id"): Ed25519PublicKey.from_public_bytes(public_key)}) is (
        Verification.VALID
    )


def test_the_short_code_example_follows_from_the_sum_described():
    body, check, printed = re.findall(
        r"of `(\w{8})` the check character is `(\w)`, so `([\w-]+)` is printed", QR_PAGE
    )[0]
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

    total = 36
    for character in body:
        total = ((total + alphabet.index(character)) % 36 or 36) * 2 % 37

    assert alphabet[(37 - total) % 36] == check
    assert read_short_code(body + check) == printed


def test_the_trace_example_is_canonical_and_has_the_hash_named():
    envelope = block(TRACE_PAGE, "envelope")
    own_hash = block(TRACE_PAGE, "own_hash")

    assert canonical_text(json.loads(envelope)) == envelope
    assert leaf_hash(envelope) == own_hash
    assert hashlib.sha256(b"\x00" + envelope.encode()).hexdigest() == own_hash
