"""Making, listing, retiring and using keys."""

import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from app.foundation.core.errors import Conflict, NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.keys.models import KeyPurpose, SigningKey

NONCE_BYTES = 12


class Keyring:
    """Opens private keys with the deployment's key encryption key and keeps them open in memory."""

    def __init__(self, key_encryption_key: bytes) -> None:
        self._cipher = AESGCM(key_encryption_key)
        self._mac_key = hmac.digest(key_encryption_key, b"parkloop mac", "sha256")
        self._open: dict[str, Ed25519PrivateKey] = {}

    def seal(self, key_id: str, private_key: Ed25519PrivateKey) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, private_key.private_bytes_raw(), key_id.encode())

    def seal_secret(self, place: str, secret: bytes) -> bytes:
        """Encrypt a small secret for one place, such as the row that holds it; it opens nowhere else."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, f"secret:{place}".encode())

    def open_secret(self, place: str, sealed: bytes) -> bytes:
        """The secret that was sealed for this place.

        Raises:
            Conflict: it was encrypted for another place or under another KEY_ENCRYPTION_KEY.
        """
        try:
            return self._cipher.decrypt(
                sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], f"secret:{place}".encode()
            )
        except InvalidTag:
            raise Conflict(say("保存的密文无法解密：KEY_ENCRYPTION_KEY 与创建时不同")) from None

    def mac(self, place: str, message: str) -> str:
        """HMAC-SHA-256 under the deployment's secret, as hex: what the database alone can't be searched with."""
        return hmac.new(self._mac_key, f"{place}\n{message}".encode(), hashlib.sha256).hexdigest()

    def open(self, key: SigningKey) -> Ed25519PrivateKey:
        """The private key.

        Raises:
            Conflict: it was encrypted under another KEY_ENCRYPTION_KEY.
        """
        if key.key_id not in self._open:
            nonce, sealed = key.sealed_private_key[:NONCE_BYTES], key.sealed_private_key[NONCE_BYTES:]
            try:
                raw = self._cipher.decrypt(nonce, sealed, key.key_id.encode())
            except InvalidTag:
                raise Conflict(
                    say("密钥 {key_id} 无法解密：KEY_ENCRYPTION_KEY 与创建时不同", key_id=key.key_id)
                ) from None
            self._open[key.key_id] = Ed25519PrivateKey.from_private_bytes(raw)
        return self._open[key.key_id]


@dataclass(frozen=True)
class Signer:
    """Signs bytes with one open key; `key_id` is its 4-byte id."""

    key_id: bytes
    private_key: Ed25519PrivateKey

    def sign(self, message: bytes) -> bytes:
        return self.private_key.sign(message)


def new_key(work: Work, keyring: Keyring, purpose: KeyPurpose) -> SigningKey:
    """Make a key pair. The newest key of a purpose that is not retired signs; older ones still verify."""
    private_key = Ed25519PrivateKey.generate()
    public_key = private_key.public_key().public_bytes_raw()
    key_id = hashlib.sha256(public_key).digest()[:4].hex()
    key = SigningKey(
        key_id=key_id,
        purpose=purpose,
        public_key=public_key,
        sealed_private_key=keyring.seal(key_id, private_key),
        created_at=work.now,
    )
    work.session.add(key)
    work.session.flush()
    return key


def retire_key(work: Work, key_id: str) -> SigningKey:
    """Stop signing with a key. Its public half is kept, so that what it signed still verifies.

    Raises:
        NotFound: no such key.
        Conflict: it is retired already.
    """
    key = work.session.scalar(select(SigningKey).where(SigningKey.key_id == key_id).with_for_update())
    if key is None:
        raise NotFound(say("没有编号为 {key_id} 的密钥", key_id=key_id))
    if key.retired_at is not None:
        raise Conflict(say("密钥 {key_id} 已停用", key_id=key_id))
    key.retired_at = work.now
    return key


def all_keys(work: Work, purpose: KeyPurpose | None = None) -> Sequence[SigningKey]:
    """Keys, oldest first; of one purpose if given, retired ones included."""
    chosen = select(SigningKey).order_by(SigningKey.created_at, SigningKey.id)
    if purpose is not None:
        chosen = chosen.where(SigningKey.purpose == purpose)
    return work.session.scalars(chosen).all()


def public_key_of(work: Work, key_id: str, purpose: KeyPurpose) -> bytes | None:
    """The raw public key of an id, retired or not; None where no key of this purpose has it."""
    return work.session.scalar(
        select(SigningKey.public_key).where(SigningKey.key_id == key_id, SigningKey.purpose == purpose)
    )


def signer(work: Work, keyring: Keyring, purpose: KeyPurpose) -> Signer:
    """The newest key of a purpose that is not retired.

    Raises:
        Conflict: there is none; `flask keys new` makes one.
    """
    key = work.session.scalar(
        select(SigningKey)
        .where(SigningKey.purpose == purpose, SigningKey.retired_at.is_(None))
        .order_by(SigningKey.created_at.desc(), SigningKey.id.desc())
        .limit(1)
    )
    if key is None:
        raise Conflict(say("没有用于 {purpose} 的签名密钥，请运行 flask keys new", purpose=purpose.value))
    return Signer(bytes.fromhex(key.key_id), keyring.open(key))
