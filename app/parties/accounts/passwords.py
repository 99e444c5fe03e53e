"""Passwords: argon2id, few at a time, since each check takes 64 MiB."""

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 8
MAX_LENGTH = 200

_hasher = PasswordHasher()
_at_once = threading.BoundedSemaphore(2)
_unknown = _hasher.hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    with _at_once:
        return _hasher.hash(password)


def password_fits(password: str, password_hash: str | None) -> bool:
    """Whether the password is right. Without a hash (no such user) it takes as long and is wrong."""
    if len(password) > MAX_LENGTH:
        return False
    with _at_once:
        try:
            return _hasher.verify(password_hash or _unknown, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False
