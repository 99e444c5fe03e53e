"""Makes `tests/data/qr_vectors.json`, which holds the Python and the JavaScript reader equal.

Write it anew after a change of the layout: `python -m tests.unit.foundation.documents.qr_vectors`.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.foundation.core.units import Grams
from app.foundation.documents.qr import (
    ConsignmentClaim,
    ContainerClaim,
    FacilityClaim,
    Parsed,
    ShortCodeClaim,
    consignment_url,
    container_url,
    parse,
    verify,
)
from app.foundation.documents.qr_revocation import (
    RevocationList,
    consignment_name,
    container_name,
    container_print,
    entry_of,
    print_name,
    read_list,
    signed_list,
)

VECTORS_FILE = Path(__file__).parents[3] / "data" / "qr_vectors.json"
PUBLIC_URL = "https://parkloop.example"
CODE = "91420114303563353A9000060920240701001"
CONSIGNEE = "91130200699229617X"


@dataclass(frozen=True)
class FixedSigner:
    """A QR signing key made from one byte: for tests only."""

    seed: int = 1

    @property
    def private_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(bytes([self.seed]) * 32)

    @property
    def public_key(self) -> Ed25519PublicKey:
        return self.private_key.public_key()

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.public_key.public_bytes_raw()).digest()[:4]

    def sign(self, message: bytes) -> bytes:
        return self.private_key.sign(message)


SIGNER = FixedSigner(1)
STRANGER = FixedSigner(2)
COMPROMISED = FixedSigner(3)
LIST_SIGNER = FixedSigner(4)
PUBLIC_KEYS = {SIGNER.key_id: SIGNER.public_key, COMPROMISED.key_id: COMPROMISED.public_key}
LIST_KEYS = {LIST_SIGNER.key_id: LIST_SIGNER.public_key}
AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
"""When the vectors are read."""
VOIDED = f"{CODE[:-1]}9"
ENDED = "M-2611-0400"


def a_container_url(**changes: Any) -> str:
    """A drum of 200.500 kg, toxic and ignitable."""
    values = {
        "public_url": PUBLIC_URL,
        "code37": CODE,
        "grams": Grams(200_500),
        "hazards": frozenset({"T", "I"}),
        "signer": SIGNER,
    } | changes
    return container_url(**values)


def a_consignment_url(**changes: Any) -> str:
    """Six drums for one recycler, two waste codes."""
    values = {
        "public_url": PUBLIC_URL,
        "own_number": "M-2611-0409",
        "issued_at": datetime(2026, 11, 20, 5, 20, tzinfo=UTC),
        "expires_at": datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
        "consignee_credit_code": CONSIGNEE,
        "plate": "演A·D0712",
        "waste_codes": ["900-402-06", "900-003-S17"],
        "grams": Grams(1_118_200),
        "digest16": bytes(range(16)),
        "signer": SIGNER,
    } | changes
    return consignment_url(**values)


def plain(claim: Parsed) -> dict[str, Any]:
    """A claim as the JavaScript reader returns it: names in snake case, instants in ISO form."""
    match claim:
        case ContainerClaim(code, fields):
            shown: dict[str, Any] = {"kind": "container", "code": code}
            if fields:
                shown |= {"grams": fields.grams, "hazards": sorted(fields.hazards)}
            return shown
        case ConsignmentClaim(number, lines):
            shown = {"kind": "consignment", "number": number}
            if lines:
                shown |= {
                    "issued_at": lines.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "expires_at": lines.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "consignee_credit_code": lines.consignee_credit_code,
                    "plate": lines.plate,
                    "waste_codes": list(lines.waste_codes),
                    "grams": lines.grams,
                    "digest": lines.digest.hex(),
                }
            return shown
        case FacilityClaim(code, facility_id):
            return {"kind": "facility", "code": code, "id": str(facility_id)}
        case ShortCodeClaim(short_code):
            return {"kind": "short_code", "short_code": short_code}
        case _:
            return {"kind": "not_ours"}


def texts() -> dict[str, str]:
    """Named texts that a reader may meet."""
    container, consignment = a_container_url(), a_consignment_url()
    path = container.removeprefix(PUBLIC_URL)
    return {
        "container": container,
        "container in lower case at another host": "http://localhost:5000" + path.lower(),
        "container not weighed yet, no hazard": a_container_url(grams=None, hazards=frozenset()),
        "container with all hazards, heaviest": a_container_url(
            grams=Grams(2**40 - 2), hazards=frozenset({"T", "C", "I", "R", "In"})
        ),
        "container with another drum's signature": container.replace(CODE, CODE[:-1] + "2"),
        "container with a changed key id": path_changed(container, 3),
        "container with a changed mass": path_changed(container, -110),
        "container with a changed signature": path_changed(container, -20),
        "container cut short": container[:-8],
        "container with characters behind": container + "AAAAAAAA",
        "container with an empty signed part": f"{PUBLIC_URL}/W/{CODE}/",
        "container with something unreadable": f"{PUBLIC_URL}/W/{CODE}/0189",
        "container signed by a stranger": a_container_url(signer=STRANGER),
        "container signed with a compromised key": a_container_url(signer=COMPROMISED),
        "container signed with a compromised key and changed": path_changed(
            a_container_url(signer=COMPROMISED), -20
        ),
        "container voided": a_container_url(code37=VOIDED),
        "container voided, code typed": VOIDED,
        "container with a replaced print": a_container_url(grams=Grams(199_000)),
        "container with the print before weighing, replaced": a_container_url(grams=None),
        "container of a later layout": f"{PUBLIC_URL}/W/{CODE}/AIAAAAAAAA",
        "container without signature": f"{PUBLIC_URL}/W/{CODE}",
        "container code typed": CODE,
        "container code typed in groups": "91420114 30356335 3a90 000609-20240701-001",
        "consignment": consignment,
        "consignment with one code and a trailer plate": a_consignment_url(
            waste_codes=["336-064-17"], plate="演A·1234挂", grams=None
        ),
        "consignment in lower case": consignment.lower(),
        "consignment under another number": consignment.replace("M-2611-0409", "M-2611-0410"),
        "consignment with a changed plate": path_changed(consignment, 55),
        "consignment with a changed last character": consignment[:-1] + next_base32(consignment[-1]),
        "consignment signed by a stranger": a_consignment_url(signer=STRANGER),
        "consignment that is over": a_consignment_url(own_number=ENDED),
        "consignment that is over, number typed": ENDED,
        "consignment corrected since": a_consignment_url(plate="演A·D0799"),
        "consignment expired": a_consignment_url(expires_at=AT - timedelta(seconds=1)),
        "consignment expiring this second": a_consignment_url(expires_at=AT),
        "consignment number typed": "m-2611-0409",
        "national number typed": "2026-9901-000409",
        "short code": "7H3K-9PX2-8",
        "short code typed carelessly": "9qk2tf4mh",
        "short code with a typing mistake": "7H3K-9PX2-9",
        "somebody's page": "https://example.org/W/hello",
        "a facility": f"{PUBLIC_URL}/F/TS001/01a2049e-7a31-75b0-90b8-50fe99fa372c",
        "a facility in capitals": f"{PUBLIC_URL}/F/TS001/01A2049E-7A31-75B0-90B8-50FE99FA372C",
        "a facility without its id": f"{PUBLIC_URL}/F/TS001",
        "a facility with half an id": f"{PUBLIC_URL}/F/TS001/01a2049e-7a31",
        "a zone": f"{PUBLIC_URL}/Z/7H3K-9PX2-8",
        "too many parts": container + "/AA",
        "a query behind": container + "?x=1",
        "Chinese": "危险废物",
        "nothing": "",
    }


def next_base32(character: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return alphabet[(alphabet.index(character) + 1) % 32]


def path_changed(url: str, at: int) -> str:
    """`url` with one character of its Base32 part replaced; a positive `at` counts from its start."""
    position = url.rindex("/") + 1 + at if at >= 0 else len(url) + at
    return url[:position] + next_base32(url[position]) + url[position + 1 :]


def a_revocation_list(**changes: Any) -> bytes:
    """One container voided and two prints of it replaced, one consignment over and a print of another corrected."""
    corrected = print_name(parse(a_consignment_url(plate="演A·D0799")))
    assert corrected
    names = (
        container_name(VOIDED),
        container_print(CODE, Grams(199_000)),
        container_print(CODE, None),
        consignment_name(ENDED),
        corrected,
    )
    values = {
        "issued_at": AT - timedelta(minutes=10),
        "next_update_at": AT + timedelta(minutes=50),
        "keys": [COMPROMISED.key_id],
        "entries": [entry_of(name) for name in names],
        "signer": LIST_SIGNER,
    } | changes
    return signed_list(**values)


def lists() -> dict[str, bytes]:
    """Named bytes that say they are a revocation list; only the first two are."""
    good = a_revocation_list()
    return {
        "list": good,
        "empty list": a_revocation_list(keys=[], entries=[]),
        "list by a key that signs codes": a_revocation_list(signer=SIGNER),
        "list with an entry changed": good[:40] + bytes([good[40] ^ 1]) + good[41:],
        "list with an entry taken out": good[:22] + good[30:],
        "list cut short": good[:-1],
        "list ending before it begins": a_revocation_list(next_update_at=AT - timedelta(hours=1)),
        "nothing": b"",
    }


def standing(revocations: RevocationList, claim: Parsed) -> str | None:
    """As the JavaScript reader words it."""
    if revocations.withdraws(claim):
        return "withdrawn"
    return "replaced" if revocations.replaces(claim) else None


def vectors() -> dict[str, Any]:
    """The content of the file."""
    cases = []
    revocations = read_list(a_revocation_list(), LIST_KEYS)
    assert revocations
    for name, text in texts().items():
        claim = parse(text)
        fields = claim.fields if isinstance(claim, ConsignmentClaim) else None
        cases.append(
            {
                "name": name,
                "text": text,
                "claim": plain(claim),
                "verification": verify(claim, PUBLIC_KEYS, revocations.keys).value,
                "standing": standing(revocations, claim),
                "expired": fields is not None and fields.expires_at < AT,
            }
        )
    return {
        "at": AT.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "keys": shown_keys(PUBLIC_KEYS),
        "list_keys": shown_keys(LIST_KEYS),
        "lists": [
            {
                "name": name,
                "signed": base64.b64encode(signed).decode(),
                "is_list": read_list(signed, LIST_KEYS) is not None,
            }
            for name, signed in lists().items()
        ],
        "cases": cases,
    }


def shown_keys(keys: dict[bytes, Ed25519PublicKey]) -> list[dict[str, str]]:
    return [
        {"key_id": key_id.hex(), "public_key": key.public_bytes_raw().hex()} for key_id, key in keys.items()
    ]


if __name__ == "__main__":
    VECTORS_FILE.write_text(json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
