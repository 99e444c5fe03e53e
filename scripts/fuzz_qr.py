"""A million mutations of genuine QR texts and revocation lists: none may crash the reader, none be accepted.

`make fuzz` runs it; the suite runs twenty thousand. A mutation counts as accepted falsely where it reads as valid and
says anything else than the text it was made from: another case of the letters or another host say the same.
"""

import base64
import random
import string
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.foundation.documents import qr
from app.foundation.documents.qr_revocation import read_list

BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
SIGNS = string.printable + "·演危\u00e9\ufeff\u2028\x00"
SEED = 20261122
MUTATIONS = 1_000_000


class FalseAccept(AssertionError):
    """A text nobody signed was read as valid."""


@dataclass(frozen=True)
class Genuine:
    """Texts and lists that are signed, and the keys they are checked with."""

    texts: Sequence[str]
    keys: Mapping[bytes, Ed25519PublicKey]
    signed_list: bytes
    list_keys: Mapping[bytes, Ed25519PublicKey]


def fuzz(genuine: Genuine, mutations: int, seed: int = SEED) -> Counter[str]:
    """Read so many mutations; what came of them, by verification.

    Raises:
        FalseAccept: one of them was accepted; names it.
    """
    draw = random.Random(seed)
    originals = [(text, qr.parse(text)) for text in genuine.texts]
    found: Counter[str] = Counter()
    for number in range(mutations):
        if number % 10 == 0:
            found[_read_list(genuine, draw)] += 1
            continue
        text, original = draw.choice(originals)
        changed = draw.choice(MUTATORS)(text, draw, genuine.texts)
        claim = qr.parse(changed)
        verified = qr.verify(claim, genuine.keys)
        if verified is qr.Verification.VALID and claim != original and claim not in (c for _, c in originals):
            raise FalseAccept(changed)
        found[verified.value] += 1
    return found


def _read_list(genuine: Genuine, draw: random.Random) -> str:
    raw = bytearray(genuine.signed_list)
    for _ in range(draw.randint(1, 3)):
        raw[draw.randrange(len(raw))] ^= draw.randint(1, 255)
    if draw.random() < 0.3:
        del raw[draw.randrange(len(raw)) :]
    if bytes(raw) != genuine.signed_list and read_list(bytes(raw), genuine.list_keys) is not None:
        raise FalseAccept(raw.hex())
    return "no list"


def _sign_changed(text: str, draw: random.Random, _all: Sequence[str]) -> str:
    at = draw.randrange(len(text))
    return text[:at] + draw.choice(SIGNS) + text[at + 1 :]


def _base32_changed(text: str, draw: random.Random, _all: Sequence[str]) -> str:
    at = draw.randrange(text.rindex("/") + 1, len(text))
    return text[:at] + draw.choice(BASE32) + text[at + 1 :]


def _sign_added(text: str, draw: random.Random, _all: Sequence[str]) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + draw.choice(SIGNS) + text[at:]


def _piece_taken_out(text: str, draw: random.Random, _all: Sequence[str]) -> str:
    start = draw.randrange(len(text))
    return text[:start] + text[start + draw.randint(1, 20) :]


def _cut_short(text: str, draw: random.Random, _all: Sequence[str]) -> str:
    return text[: draw.randrange(len(text))]


def _spliced(text: str, draw: random.Random, everything: Sequence[str]) -> str:
    """The head of one genuine text and the tail of another."""
    other = draw.choice(everything)
    return text[: draw.randrange(len(text))] + other[draw.randrange(len(other)) :]


def _other_head(text: str, draw: random.Random, everything: Sequence[str]) -> str:
    """One code with the signed part of another."""
    return f"{text.rpartition('/')[0]}/{draw.choice(everything).rpartition('/')[2]}"


def _bytes_changed(text: str, draw: random.Random, _all: Sequence[str]) -> str:
    """The signed part with bytes changed, and written as we write it."""
    head, _, payload = text.rpartition("/")
    raw = bytearray(base64.b32decode(payload + "=" * (-len(payload) % 8)))
    for _ in range(draw.randint(1, 4)):
        raw[draw.randrange(len(raw))] = draw.randrange(256)
    return f"{head}/{base64.b32encode(bytes(raw)).decode().rstrip('=')}"


def _case_changed(text: str, draw: random.Random, _all: Sequence[str]) -> str:
    at = draw.randrange(len(text))
    return text[:at] + text[at:].swapcase()


MUTATORS: Sequence[Callable[[str, random.Random, Sequence[str]], str]] = (
    _sign_changed,
    _base32_changed,
    _sign_added,
    _piece_taken_out,
    _cut_short,
    _spliced,
    _other_head,
    _bytes_changed,
    _case_changed,
)


def main(mutations: int) -> int:
    from tests.unit.foundation.documents.test_qr_fuzz import genuine

    start = time.perf_counter()
    found = fuzz(genuine(), mutations)
    seconds = time.perf_counter() - start
    told = ", ".join(f"{name} {count}" for name, count in found.most_common())
    print(f"{mutations} mutations in {seconds:.0f} s, no crash, no false accept: {told}")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else MUTATIONS))
