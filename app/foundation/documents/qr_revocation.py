"""The revocation list: which genuine codes count no more, small and signed, for phones with no network (docs/qr.md).

    version 1 | key id 4 | issued 4 | next update 4 | number of keys 1 + 4 each | number of entries 4 + 8 each
    | signature 64

Big-endian without gaps; instants are whole seconds since 1970; keys and entries are sorted and without repetition. Ed25519
signs a context string of its own and all bytes before the signature, with a key of purpose "bundle". The number of a
list is the second it was issued: a later list has a greater one.

An entry is the first 8 bytes of SHA-256 over a context string and a name:

    W/<37-character code>             every label of a container
    W/<37-character code>/<grams>     its labels with this mass, ten hex digits as in the QR
    M/<own number>                    every code of a consignment
    M/<own number>/<fields>           this print: the hex of everything between key id and signature

Reading never raises; a list that is not exactly what we would write is no list.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.foundation.core.units import Grams
from app.foundation.documents.qr_claims import (
    CONSIGNMENT_CONTEXT,
    KEY_ID_LENGTH,
    NOT_WEIGHED,
    SIGNATURE_LENGTH,
    VERSION,
    ConsignmentClaim,
    ContainerClaim,
    Parsed,
    Seal,
    Signer,
)

LIST_CONTEXT: Final = b"parkloop/revocations/1\0"
ENTRY_CONTEXT: Final = b"parkloop/revoked/1\0"
ENTRY_LENGTH: Final = 8
MAX_KEYS: Final = 255
HEAD_LENGTH: Final = 1 + KEY_ID_LENGTH + 4 + 4


@dataclass(frozen=True)
class RevocationList:
    """What counts no more, as of an instant."""

    issued_at: datetime
    next_update_at: datetime
    keys: frozenset[bytes]
    """Ids of compromised keys: nothing they signed can be told from a forgery."""
    entries: frozenset[bytes]

    @property
    def number(self) -> int:
        return int(self.issued_at.timestamp())

    def withdraws(self, claim: Parsed) -> bool:
        """Whether the container's code is voided, or the consignment over or cancelled."""
        name = thing_name(claim)
        return name is not None and entry_of(name) in self.entries

    def replaces(self, claim: Parsed) -> bool:
        """Whether another print took the place of the one with this claim."""
        name = print_name(claim)
        return name is not None and entry_of(name) in self.entries


def entry_of(name: str) -> bytes:
    """What the list says of a name."""
    return hashlib.sha256(ENTRY_CONTEXT + name.encode("ascii")).digest()[:ENTRY_LENGTH]


def container_name(code37: str) -> str:
    """Every label of a container."""
    return f"W/{code37}"


def container_print(code37: str, grams: Grams | None) -> str:
    """The labels of a container that were printed with this mass; None: before weighing."""
    return f"W/{code37}/{NOT_WEIGHED if grams is None else grams:010x}"


def consignment_name(number: str) -> str:
    """Every code of a consignment."""
    return f"M/{number}"


def thing_name(claim: Parsed) -> str | None:
    """The name of what a text is about, scanned or typed; None where it names neither container nor consignment."""
    match claim:
        case ContainerClaim(code):
            return container_name(code)
        case ConsignmentClaim(number):
            return consignment_name(number)
    return None


def print_name(claim: Parsed) -> str | None:
    """The name of the very print a scanned text stands on; None for typed and damaged ones."""
    match claim:
        case ContainerClaim(code, fields, Seal()) if fields is not None:
            return container_print(code, fields.grams)
        case ConsignmentClaim(number, _, Seal() as seal):
            signed = seal.message[len(CONSIGNMENT_CONTEXT) + len(number) :]
            return f"{consignment_name(number)}/{signed[1 + KEY_ID_LENGTH :].hex()}"
    return None


def signed_list(
    issued_at: datetime,
    next_update_at: datetime,
    keys: Collection[bytes],
    entries: Iterable[bytes],
    signer: Signer,
) -> bytes:
    """The bytes of a list, signed; the same content gives the same bytes."""
    listed, compromised = sorted(set(entries)), sorted(set(keys))
    if len(compromised) > MAX_KEYS:
        raise ValueError("more compromised keys than a list holds")
    body = b"".join(
        (
            bytes([VERSION]),
            signer.key_id,
            int(issued_at.timestamp()).to_bytes(4, "big"),
            int(next_update_at.timestamp()).to_bytes(4, "big"),
            bytes([len(compromised)]),
            *compromised,
            len(listed).to_bytes(4, "big"),
            *listed,
        )
    )
    return body + signer.sign(LIST_CONTEXT + body)


def read_list(signed: bytes, public_keys: Mapping[bytes, Ed25519PublicKey]) -> RevocationList | None:
    """The list, if one of these keys signed exactly this; else None."""
    body, signature = signed[:-SIGNATURE_LENGTH], signed[-SIGNATURE_LENGTH:]
    key = public_keys.get(body[1 : 1 + KEY_ID_LENGTH])
    if key is None:
        return None
    try:
        key.verify(signature, LIST_CONTEXT + body)
    except InvalidSignature:
        return None
    return _read(body)


def _read(body: bytes) -> RevocationList | None:
    if len(body) < HEAD_LENGTH + 5 or body[0] != VERSION:
        return None
    issued, until = (int.from_bytes(body[at : at + 4], "big") for at in (5, 9))
    keys, behind = _pieces(body, HEAD_LENGTH, 1, KEY_ID_LENGTH)
    entries, end = _pieces(body, behind, 4, ENTRY_LENGTH)
    if end != len(body) or issued >= until or keys != sorted(set(keys)) or entries != sorted(set(entries)):
        return None
    return RevocationList(
        datetime.fromtimestamp(issued, UTC),
        datetime.fromtimestamp(until, UTC),
        frozenset(keys),
        frozenset(entries),
    )


def _pieces(body: bytes, at: int, counted_in: int, length: int) -> tuple[list[bytes], int]:
    """Pieces of one length, whose number stands in front of them; where they would end."""
    count = int.from_bytes(body[at : at + counted_in], "big")
    start, end = at + counted_in, at + counted_in + count * length
    return [body[place : place + length] for place in range(start, min(end, len(body)), length)], end
