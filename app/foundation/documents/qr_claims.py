"""The values of `qr`: claims, their fields and signatures, and the lengths and shapes both sides share."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID

from app.foundation.core.units import Grams

VERSION: Final = 1
HAZARDS: Final = ("T", "C", "I", "R", "In")
"""Hazard letters of the waste catalogue, lowest bit first."""
NOT_WEIGHED: Final = 2**40 - 1
MAX_URL_LENGTH: Final = 330
"""Characters; keeps a consignment at level M well readable by a phone."""
MAX_PLATE_CHARACTERS: Final = 12
MAX_WASTE_CODES: Final = 3

KEY_ID_LENGTH: Final = 4
SIGNATURE_LENGTH: Final = 64
DIGEST_LENGTH: Final = 16
CREDIT_CODE_LENGTH: Final = 18
GENERAL_WASTE_OFFSET: Final = 100_000_000
CONTAINER_CONTEXT: Final = b"parkloop/container/1\0"
CONSIGNMENT_CONTEXT: Final = b"parkloop/consignment/1\0"

CONTAINER_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}[0-9]{19}")
CREDIT_CODE = re.compile(rf"[0-9A-HJ-NPQRTUWXY]{{{CREDIT_CODE_LENGTH}}}")
PLATE = re.compile(rf"[0-9A-Z·\u4e00-\u9fff-]{{1,{MAX_PLATE_CHARACTERS}}}")
FACILITY_CODE = re.compile(r"[0-9A-Z](?:[0-9A-Z-]{0,8}[0-9A-Z])?")
FACILITY_ID = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")
OWN_NUMBER = re.compile(r"[0-9A-Z](?:[0-9A-Z-]{0,30}[0-9A-Z])?")


class QrContentError(ValueError):
    """A value that doesn't fit into a QR code was given for writing."""


class Signer(Protocol):
    """An Ed25519 key of purpose "qr"."""

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256 of the raw public key."""

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature of `message`."""


class Unreadable(StrEnum):
    """Why a signed part that is there can't be used."""

    DAMAGED = "damaged"
    NEWER_VERSION = "newer_version"


class Verification(StrEnum):
    """What a signature check found. Only `VALID` vouches for the claim."""

    VALID = "valid"
    FORGED = "forged"
    UNKNOWN_KEY = "unknown_key"
    """Signed with a key or a layout that this list of keys doesn't know: cannot tell."""
    REVOKED_KEY = "revoked_key"
    """Signed with a key that is compromised: cannot tell either, and a new print is due."""
    UNSIGNED = "unsigned"
    """Typed by hand, or a bare code: nothing to check."""


@dataclass(frozen=True)
class Seal:
    """The signature of a claim and exactly what it signs."""

    key_id: bytes
    message: bytes
    signature: bytes


@dataclass(frozen=True)
class ContainerFields:
    """What a container's QR says besides its code. Grams are None before weighing."""

    grams: Grams | None
    hazards: frozenset[str]


@dataclass(frozen=True)
class ConsignmentFields:
    """What a consignment's QR says besides its number."""

    issued_at: datetime
    expires_at: datetime
    consignee_credit_code: str
    plate: str
    waste_codes: tuple[str, ...]
    grams: Grams | None
    digest: bytes


@dataclass(frozen=True)
class ContainerClaim:
    """A container's 37-character code and, if it came from a whole QR, what is said about it.

    `fields` and a `Seal` come together; until `verify` says valid they are hearsay.
    """

    code: str
    fields: ContainerFields | None = None
    seal: Seal | Unreadable | None = None


@dataclass(frozen=True)
class ConsignmentClaim:
    """A consignment's own number (or a typed 14-digit national one) and, if from a QR, what is said."""

    number: str
    fields: ConsignmentFields | None = None
    seal: Seal | Unreadable | None = None


@dataclass(frozen=True)
class FacilityClaim:
    """The sign of a storage facility: its code and id; nothing on it is signed."""

    code: str
    id: UUID
    seal: None = None


@dataclass(frozen=True)
class ShortCodeClaim:
    """A typed short code with a right check character; only the deployment knows what it stands for."""

    short_code: str
    seal: None = None


@dataclass(frozen=True)
class NotOurs:
    """A text that names nothing of ours."""

    seal: None = None


Claim = ContainerClaim | ConsignmentClaim | FacilityClaim | ShortCodeClaim
Parsed = Claim | NotOurs


def base32(raw: bytes) -> str:
    """RFC 4648 without padding, the form used in QR codes."""
    return base64.b32encode(raw).decode("ascii").rstrip("=")
