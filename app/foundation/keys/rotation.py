"""A new key takes over; a key that may be in other hands is trusted no more."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.keys.models import KeyPurpose, SigningKey
from app.foundation.keys.operations import Keyring, new_key

MAX_REASON = 200


@dataclass(frozen=True)
class Rotation:
    """The key that signs from now on, and those it took over from."""

    key: SigningKey
    retired: Sequence[SigningKey]


def rotate(work: Work, keyring: Keyring, purpose: KeyPurpose) -> Rotation:
    """Make a key and retire all others of its purpose. What these signed still verifies."""
    before = work.session.scalars(
        select(SigningKey)
        .where(SigningKey.purpose == purpose, SigningKey.retired_at.is_(None))
        .order_by(SigningKey.created_at, SigningKey.id)
        .with_for_update()
    ).all()
    for key in before:
        key.retired_at = work.now
    return Rotation(new_key(work, keyring, purpose), before)


def revoke(work: Work, key_id: str, reason: str) -> SigningKey:
    """Trust a key no more: it is compromised. Nothing it signed can be told from a forgery any longer.

    Raises:
        InvalidInput: no reason, or more than 200 characters.
        NotFound: no such key.
        Conflict: it is revoked already.
    """
    if not 1 <= len(reason.strip()) <= MAX_REASON:
        problem = say("请写明撤销密钥的原因，最多 {most} 字", most=MAX_REASON)
        raise InvalidInput([FieldProblem("#/reason", problem)])
    key = work.session.scalar(select(SigningKey).where(SigningKey.key_id == key_id).with_for_update())
    if key is None:
        raise NotFound(say("没有编号为 {key_id} 的密钥", key_id=key_id))
    if key.revoked_at is not None:
        raise Conflict(say("密钥 {key_id} 已撤销", key_id=key_id))
    key.revoked_at = work.now
    key.retired_at = key.retired_at or work.now
    key.revoked_reason = reason.strip()
    return key


def keys_for(work: Work, purposes: Collection[KeyPurpose]) -> Sequence[SigningKey]:
    """Keys of some purposes, oldest first, retired and revoked ones included; one statement."""
    return work.session.scalars(
        select(SigningKey)
        .where(SigningKey.purpose.in_(purposes))
        .order_by(SigningKey.created_at, SigningKey.id)
    ).all()
