"""What stands in our QR codes: an https URL that carries a small signed claim (design.md 4).

    https://<host>/W/<37-character code>/<BASE32>    a container
    https://<host>/M/<own number>/<BASE32>           a consignment
    https://<host>/F/<code>/<id>                     a facility, unsigned

The Base32 part (RFC 4648, no padding) holds big-endian fields without gaps:

    container     version 1 | key id 4 | grams 5 | hazards 1 | signature 64
    consignment   version 1 | key id 4 | issued 4 | expires 4 | consignee credit code 18
                  | plate length 1 + UTF-8 | number of waste codes 1 + 4 each | grams 5 | digest 16
                  | signature 64

Ed25519 signs a fixed context string, the code or number, and all fields before the signature. The host
is not signed, so a deployment can move. Grams of 2**40 - 1 mean "not weighed yet"; hazards are a bit mask
of T, C, I, R, In from the lowest bit; instants are whole seconds since 1970; a waste code is its eight
digits as a number, plus 100 000 000 for a general-waste code ("900-003-S17").

Reading never raises: whatever is not exactly what we would write is `NotOurs` or a damaged claim, and a
damaged claim verifies as forged. `app/web/static/js/scan/payload.mjs` is the same in JavaScript, held
equal by `tests/data/qr_vectors.json`.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from app.foundation.core.units import Grams
from app.foundation.documents.qr_claims import (
    CONSIGNMENT_CONTEXT,
    CONTAINER_CODE,
    CONTAINER_CONTEXT,
    CREDIT_CODE,
    DIGEST_LENGTH,
    GENERAL_WASTE_OFFSET,
    HAZARDS,
    KEY_ID_LENGTH,
    MAX_PLATE_CHARACTERS,
    MAX_URL_LENGTH,
    MAX_WASTE_CODES,
    NOT_WEIGHED,
    OWN_NUMBER,
    PLATE,
    SIGNATURE_LENGTH,
    VERSION,
    Claim,
    ConsignmentClaim,
    ConsignmentFields,
    ContainerClaim,
    ContainerFields,
    FacilityClaim,
    NotOurs,
    Parsed,
    QrContentError,
    Seal,
    ShortCodeClaim,
    Signer,
    Unreadable,
    Verification,
    base32,
)
from app.foundation.documents.qr_reading import parse, verify

__all__ = [
    "HAZARDS",
    "MAX_URL_LENGTH",
    "Claim",
    "ConsignmentClaim",
    "ConsignmentFields",
    "ContainerClaim",
    "ContainerFields",
    "FacilityClaim",
    "NotOurs",
    "Parsed",
    "QrContentError",
    "Seal",
    "ShortCodeClaim",
    "Signer",
    "Unreadable",
    "Verification",
    "consignment_url",
    "container_url",
    "parse",
    "verify",
]

_WASTE_CODE = re.compile(r"([0-9]{3})-([0-9]{3})-(S?)([0-9]{2})")


def container_url(
    public_url: str, code37: str, grams: Grams | None, hazards: frozenset[str], signer: Signer
) -> str:
    """The text of a container's QR. `public_url` is scheme and host only.

    Raises:
        QrContentError: a value doesn't fit (see the module's layout).
    """
    if not CONTAINER_CODE.fullmatch(code37):
        raise QrContentError("container code: 37 characters expected")
    claim = _head(signer) + _grams_bytes(grams) + bytes([_hazard_mask(hazards)])
    return _signed_url(public_url, "W", code37, CONTAINER_CONTEXT, claim, signer)


def consignment_url(
    public_url: str,
    own_number: str,
    *,
    issued_at: datetime,
    expires_at: datetime,
    consignee_credit_code: str,
    plate: str,
    waste_codes: Sequence[str],
    grams: Grams | None,
    digest16: bytes,
    signer: Signer,
) -> str:
    """The text of a consignment's QR, at most `MAX_URL_LENGTH` characters.

    Instants are cut to whole seconds. Of more than three waste codes the caller gives the three largest;
    `digest16` covers the full list of lines.

    Raises:
        QrContentError: a value doesn't fit (see the module's layout).
    """
    if not OWN_NUMBER.fullmatch(own_number):
        raise QrContentError("own number: up to 32 capital letters, digits and dashes expected")
    if not CREDIT_CODE.fullmatch(consignee_credit_code):
        raise QrContentError("credit code: 18 characters expected")
    if len(digest16) != DIGEST_LENGTH:
        raise QrContentError("digest: 16 bytes expected")
    claim = b"".join(
        (
            _head(signer),
            _window_bytes(issued_at, expires_at),
            consignee_credit_code.encode("ascii"),
            _plate_bytes(plate),
            _waste_code_bytes(waste_codes),
            _grams_bytes(grams),
            digest16,
        )
    )
    return _signed_url(public_url, "M", own_number, CONSIGNMENT_CONTEXT, claim, signer)


def _signed_url(public_url: str, kind: str, code: str, context: bytes, claim: bytes, signer: Signer) -> str:
    signature = signer.sign(context + code.encode("ascii") + claim)
    if len(signature) != SIGNATURE_LENGTH:
        raise QrContentError("signature: 64 bytes expected")
    url = f"{_origin(public_url)}/{kind}/{code}/{base32(claim + signature)}"
    if len(url) > MAX_URL_LENGTH:
        raise QrContentError(f"QR text: {len(url)} characters, at most {MAX_URL_LENGTH} fit")
    return url


def _origin(public_url: str) -> str:
    """Scheme and host in lower case: some readers do not open ``HTTPS://``."""
    parts = urlsplit(public_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or not public_url.isascii():
        raise QrContentError("public URL: http(s)://host expected")
    if parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise QrContentError("public URL: nothing may follow the host")
    return f"{parts.scheme}://{parts.netloc}".lower()


def _head(signer: Signer) -> bytes:
    if len(signer.key_id) != KEY_ID_LENGTH:
        raise QrContentError("key id: 4 bytes expected")
    return bytes([VERSION]) + signer.key_id


def _grams_bytes(grams: Grams | None) -> bytes:
    if grams is None:
        return NOT_WEIGHED.to_bytes(5, "big")
    if not 0 <= grams < NOT_WEIGHED:
        raise QrContentError("grams: out of range")
    return grams.to_bytes(5, "big")


def _hazard_mask(hazards: frozenset[str]) -> int:
    unknown = hazards - set(HAZARDS)
    if unknown:
        raise QrContentError(f"hazards: {sorted(unknown)} unknown")
    return sum(1 << bit for bit, letter in enumerate(HAZARDS) if letter in hazards)


def _window_bytes(issued_at: datetime, expires_at: datetime) -> bytes:
    if issued_at.tzinfo is None or expires_at.tzinfo is None:
        raise QrContentError("instants: aware ones expected")
    issued, expires = int(issued_at.timestamp()), int(expires_at.timestamp())
    if not 0 <= issued < expires < 2**32:
        raise QrContentError("time window: issued before expires expected")
    return issued.to_bytes(4, "big") + expires.to_bytes(4, "big")


def _plate_bytes(plate: str) -> bytes:
    if not PLATE.fullmatch(plate):
        raise QrContentError(f"plate: 1 to {MAX_PLATE_CHARACTERS} characters expected")
    encoded = plate.encode("utf-8")
    return bytes([len(encoded)]) + encoded


def _waste_code_bytes(waste_codes: Sequence[str]) -> bytes:
    if not 1 <= len(waste_codes) <= MAX_WASTE_CODES:
        raise QrContentError(f"waste codes: 1 to {MAX_WASTE_CODES} expected")
    return bytes([len(waste_codes)]) + b"".join(_waste_code_number(code) for code in waste_codes)


def _waste_code_number(code: str) -> bytes:
    found = _WASTE_CODE.fullmatch(code)
    if not found:
        raise QrContentError("waste code: NNN-NNN-NN or NNN-NNN-SNN expected")
    industry, sequence, general, category = found.groups()
    number = int(industry + sequence + category) + (GENERAL_WASTE_OFFSET if general else 0)
    return number.to_bytes(4, "big")
