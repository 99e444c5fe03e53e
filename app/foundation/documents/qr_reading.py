"""Reading the texts of `qr`: parse what a camera saw or a person typed, and verify it."""

import base64
import re
from collections.abc import Container, Mapping
from datetime import UTC, datetime
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.foundation.core.units import Grams
from app.foundation.documents.qr_claims import (
    CONSIGNMENT_CONTEXT,
    CONTAINER_CODE,
    CONTAINER_CONTEXT,
    CREDIT_CODE,
    CREDIT_CODE_LENGTH,
    DIGEST_LENGTH,
    FACILITY_CODE,
    FACILITY_ID,
    GENERAL_WASTE_OFFSET,
    HAZARDS,
    KEY_ID_LENGTH,
    MAX_URL_LENGTH,
    MAX_WASTE_CODES,
    NOT_WEIGHED,
    OWN_NUMBER,
    PLATE,
    SIGNATURE_LENGTH,
    VERSION,
    ConsignmentClaim,
    ConsignmentFields,
    ContainerClaim,
    ContainerFields,
    FacilityClaim,
    NotOurs,
    Parsed,
    Seal,
    ShortCodeClaim,
    Unreadable,
    Verification,
    base32,
)
from app.foundation.documents.short_code import read_short_code

_TYPED_NUMBER = re.compile(r"[A-Z]{1,3}-[0-9]{4}-[0-9]{4,8}")
_NATIONAL_NUMBER = re.compile(r"20[0-9]{12}")
_BASE32 = re.compile(r"[A-Z2-7]+")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#\s]+/([A-Za-z]/[^?#\s]*)", re.ASCII)
_BLANKS_AND_DASHES = re.compile(r"[\s-]+", re.ASCII)
_BLANKS = " \t\r\n\f\v"


def parse(text: str) -> Parsed:
    """Read what a camera saw or a person typed: our URLs, bare 37-character codes, consignment numbers,
    short codes, signs of facilities. Any scheme and host, either case. Never raises.
    """
    text = text.strip(_BLANKS)
    if not text.isascii() or len(text) > 2 * MAX_URL_LENGTH:
        return NotOurs()
    url = _URL.fullmatch(text)
    return _parse_path(url.group(1).upper()) if url else _parse_typed(text.upper())


def verify(
    claim: Parsed, public_keys: Mapping[bytes, Ed25519PublicKey], revoked_keys: Container[bytes] = ()
) -> Verification:
    """Check a claim's signature against the public keys by key id, retired ones included. What a compromised key
    signed cannot be told from a forgery, whether the signature fits or not."""
    match claim.seal:
        case None:
            return Verification.UNSIGNED
        case Unreadable.DAMAGED:
            return Verification.FORGED
        case Unreadable.NEWER_VERSION:
            return Verification.UNKNOWN_KEY
        case Seal(key_id, message, signature):
            if key_id in revoked_keys:
                return Verification.REVOKED_KEY
            key = public_keys.get(key_id)
            if key is None:
                return Verification.UNKNOWN_KEY
            try:
                key.verify(signature, message)
            except InvalidSignature:
                return Verification.FORGED
            return Verification.VALID
    raise AssertionError(claim.seal)


class _Damaged(Exception):
    """The signed part isn't what we would have written."""


class _Reader:
    """Takes fields off the front of a claim; running out of bytes is damage."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def take(self, length: int) -> bytes:
        piece = self._raw[self._at : self._at + length]
        if len(piece) != length:
            raise _Damaged
        self._at += length
        return piece

    def number(self, length: int) -> int:
        return int.from_bytes(self.take(length), "big")

    def end(self) -> None:
        if self._at != len(self._raw):
            raise _Damaged


def _parse_typed(text: str) -> Parsed:
    compact = _BLANKS_AND_DASHES.sub("", text)
    if CONTAINER_CODE.fullmatch(compact):
        return ContainerClaim(compact)
    if _NATIONAL_NUMBER.fullmatch(compact):
        return ConsignmentClaim(compact)
    if _TYPED_NUMBER.fullmatch(text):
        return ConsignmentClaim(text)
    short_code = read_short_code(text)
    return ShortCodeClaim(short_code) if short_code else NotOurs()


def _parse_path(path: str) -> Parsed:
    """`path` is in capitals, without the leading slash."""
    kind, code, *rest = path.split("/")
    if len(rest) > 1:
        return NotOurs()
    if kind == "W" and CONTAINER_CODE.fullmatch(code):
        return _container_claim(code, rest[0] if rest else "")
    if kind == "M" and OWN_NUMBER.fullmatch(code):
        return _consignment_claim(code, rest[0] if rest else "")
    if kind == "F" and FACILITY_CODE.fullmatch(code) and rest and FACILITY_ID.fullmatch(rest[0]):
        return FacilityClaim(code, UUID(rest[0]))
    return NotOurs()


def _container_claim(code: str, payload: str) -> ContainerClaim:
    if not payload:
        return ContainerClaim(code)
    try:
        raw = _decoded(payload)
        if raw[0] > VERSION:
            return ContainerClaim(code, seal=Unreadable.NEWER_VERSION)
        reader, seal = _open(raw, CONTAINER_CONTEXT + code.encode("ascii"))
        fields = ContainerFields(_read_grams(reader), _read_hazards(reader))
        reader.end()
    except _Damaged:
        return ContainerClaim(code, seal=Unreadable.DAMAGED)
    return ContainerClaim(code, fields, seal)


def _consignment_claim(number: str, payload: str) -> ConsignmentClaim:
    if not payload:
        return ConsignmentClaim(number)
    try:
        raw = _decoded(payload)
        if raw[0] > VERSION:
            return ConsignmentClaim(number, seal=Unreadable.NEWER_VERSION)
        reader, seal = _open(raw, CONSIGNMENT_CONTEXT + number.encode("ascii"))
        fields = _read_consignment(reader)
        reader.end()
    except _Damaged:
        return ConsignmentClaim(number, seal=Unreadable.DAMAGED)
    return ConsignmentClaim(number, fields, seal)


def _decoded(payload: str) -> bytes:
    """Decode strictly: one text for each content, so that no character can be changed unnoticed."""
    if not _BASE32.fullmatch(payload):
        raise _Damaged
    try:
        raw = base64.b32decode(payload + "=" * (-len(payload) % 8))
    except ValueError:
        raise _Damaged from None
    if not raw or base32(raw) != payload:
        raise _Damaged
    return raw


def _open(raw: bytes, context: bytes) -> tuple[_Reader, Seal]:
    """Split off the signature; the reader stands behind version and key id."""
    claim, signature = raw[:-SIGNATURE_LENGTH], raw[-SIGNATURE_LENGTH:]
    reader = _Reader(claim)
    if reader.number(1) != VERSION:
        raise _Damaged
    return reader, Seal(reader.take(KEY_ID_LENGTH), context + claim, signature)


def _read_consignment(reader: _Reader) -> ConsignmentFields:
    issued, expires = reader.number(4), reader.number(4)
    credit_code = _ascii(reader.take(CREDIT_CODE_LENGTH))
    if issued >= expires or not CREDIT_CODE.fullmatch(credit_code):
        raise _Damaged
    return ConsignmentFields(
        issued_at=datetime.fromtimestamp(issued, UTC),
        expires_at=datetime.fromtimestamp(expires, UTC),
        consignee_credit_code=credit_code,
        plate=_read_plate(reader),
        waste_codes=_read_waste_codes(reader),
        grams=_read_grams(reader),
        digest=reader.take(DIGEST_LENGTH),
    )


def _read_grams(reader: _Reader) -> Grams | None:
    grams = reader.number(5)
    return None if grams == NOT_WEIGHED else Grams(grams)


def _read_hazards(reader: _Reader) -> frozenset[str]:
    mask = reader.number(1)
    if mask >> len(HAZARDS):
        raise _Damaged
    return frozenset(letter for bit, letter in enumerate(HAZARDS) if mask >> bit & 1)


def _read_plate(reader: _Reader) -> str:
    try:
        plate = reader.take(reader.number(1)).decode("utf-8")
    except UnicodeDecodeError:
        raise _Damaged from None
    if not PLATE.fullmatch(plate):
        raise _Damaged
    return plate


def _read_waste_codes(reader: _Reader) -> tuple[str, ...]:
    count = reader.number(1)
    if not 1 <= count <= MAX_WASTE_CODES:
        raise _Damaged
    return tuple(_waste_code(reader.number(4)) for _ in range(count))


def _waste_code(number: int) -> str:
    general, digits = divmod(number, GENERAL_WASTE_OFFSET)
    if general > 1:
        raise _Damaged
    text = f"{digits:08d}"
    return f"{text[:3]}-{text[3:6]}-{'S' if general else ''}{text[6:]}"


def _ascii(raw: bytes) -> str:
    try:
        return raw.decode("ascii")
    except UnicodeDecodeError:
        raise _Damaged from None
