"""Signed notes, checkpoints and co-signatures as C2SP defines them: values in, text out, no database.

* <https://c2sp.org/signed-note>: text, an empty line, and lines `— NAME BASE64(4-byte key id ‖ signature)`;
* <https://c2sp.org/tlog-checkpoint>: three lines: origin, number of leaves, root in base64;
* <https://c2sp.org/tlog-cosignature>: what a witness signs, with its time.
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.foundation.trace.merkle import Hash

ED25519, COSIGNATURE = 1, 4
"""Kinds of keys: of a log, of a witness (cosignature/v1)."""
KEY_ID_BYTES, KEY_BYTES, SIGNATURE_BYTES, TIME_BYTES, HASH_BYTES = 4, 32, 64, 8, 32
DASH = "\u2014 "
MOST_LEAVES = 2**63 - 1


class NoteProblem(ValueError):
    """A text that is no such note, key or signature line."""


@dataclass(frozen=True)
class VerifierKey:
    """A public key with the name it signs under; its text is `NAME+HEX KEY ID+BASE64(kind ‖ key)`."""

    name: str
    public_key: bytes
    kind: int = ED25519

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of SHA-256(name ‖ newline ‖ kind ‖ public key)."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public_key).digest()[
            :KEY_ID_BYTES
        ]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_encoded(bytes([self.kind]) + self.public_key)}"

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def verifier_key(text: str) -> VerifierKey:
    """The key of its text.

    Raises:
        NoteProblem: it is none.
    """
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = _decoded(encoded)
    if not is_name(name) or len(raw) != 1 + KEY_BYTES or raw[0] not in (ED25519, COSIGNATURE):
        raise NoteProblem("a verifier key is NAME+KEYID+BASE64 of an Ed25519 key")
    key = VerifierKey(name, raw[1:], raw[0])
    if key.key_id.hex() != key_id:
        raise NoteProblem("the key id is not that of the name and key")
    return key


def is_name(name: str) -> bool:
    """Whether a key or log may be called so: not empty, no white space, no plus sign."""
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


@dataclass(frozen=True)
class Checkpoint:
    """What a log says of itself: its origin, how many leaves it has, and the root over them."""

    origin: str
    size: int
    root: Hash

    @property
    def body(self) -> str:
        return f"{self.origin}\n{self.size}\n{_encoded(self.root)}\n"


@dataclass(frozen=True)
class Line:
    """One signature line of a note."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{DASH}{self.name} {_encoded(self.key_id + self.signature)}\n"

    @property
    def time(self) -> int:
        """When a witness signed, as seconds since 1970."""
        return int.from_bytes(self.signature[:TIME_BYTES])


@dataclass(frozen=True)
class Note:
    """A checkpoint with its signatures; `body` is the very text that is signed."""

    body: str
    checkpoint: Checkpoint
    lines: tuple[Line, ...]

    def is_signed_by(self, key: VerifierKey) -> bool:
        """Whether a line of this key is there and right."""
        return any(fits(self.body, line, key) for line in self.lines)


def fits(body: str, line: Line, key: VerifierKey) -> bool:
    """Whether a line is the signature of a key, of a log or of a witness, under a checkpoint's body."""
    if (line.name, line.key_id) != (key.name, key.key_id):
        return False
    if key.kind == ED25519:
        return len(line.signature) == SIGNATURE_BYTES and key.has_signed(body.encode(), line.signature)
    is_whole = len(line.signature) == TIME_BYTES + SIGNATURE_BYTES
    return is_whole and key.has_signed(witnessed(body, line.time), line.signature[TIME_BYTES:])


def witnessed(body: str, at: int) -> bytes:
    """What a witness signs under a checkpoint at a time, in seconds since 1970."""
    return f"cosignature/v1\ntime {at}\n{body}".encode()


def signature_line(
    body: str, key: VerifierKey, private_key: Ed25519PrivateKey, at: int | None = None
) -> Line:
    """Sign a body: as a log does, or with `at`, in seconds since 1970, as a witness does."""
    if key.kind == ED25519:
        return Line(key.name, key.key_id, private_key.sign(body.encode()))
    seconds = at or 0
    signed = private_key.sign(witnessed(body, seconds))
    return Line(key.name, key.key_id, seconds.to_bytes(TIME_BYTES) + signed)


def note_text(body: str, lines: Iterable[Line]) -> str:
    return body + "\n" + "".join(map(str, lines))


def note_of(text: str) -> Note:
    """Read a signed checkpoint.

    Raises:
        NoteProblem: it is none.
    """
    body, gap, rest = text.partition("\n\n")
    if not gap or not rest.endswith("\n"):
        raise NoteProblem("a signed note is a text, an empty line and signature lines")
    lines = tuple(line_of(line) for line in rest[:-1].split("\n"))
    return Note(body + "\n", _checkpoint(body), lines)


def line_of(text: str) -> Line:
    """Read one signature line.

    Raises:
        NoteProblem: it is none.
    """
    name, _, encoded = text.removesuffix("\n").removeprefix(DASH).partition(" ")
    raw = _decoded(encoded)
    if not text.startswith(DASH) or not is_name(name) or len(raw) <= KEY_ID_BYTES:
        raise NoteProblem("a signature line is a dash, a name and base64")
    return Line(name, raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:])


def _checkpoint(body: str) -> Checkpoint:
    origin, size, root, *_ = [*body.split("\n"), "", "", ""]
    number = int(size) if size.isascii() and size.isdigit() and len(size) < 20 else -1
    raw = _decoded(root)
    if not origin or str(number) != size or number > MOST_LEAVES or len(raw) != HASH_BYTES:
        raise NoteProblem("a checkpoint is origin, size and root, one a line")
    return Checkpoint(origin, number, raw)


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
