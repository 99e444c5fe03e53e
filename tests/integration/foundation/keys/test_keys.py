"""Signing keys: one purpose each, private halves only under the deployment's own key."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from app.foundation.core.errors import Conflict, NotFound
from app.foundation.core.work import Actor
from app.foundation.keys.models import KeyPurpose, SigningKey
from app.foundation.keys.operations import Keyring, all_keys, new_key, retire_key, signer

SYSTEM = Actor.system()
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SECRET, OTHER_SECRET = bytes(range(32)), bytes(32)


def made(database, purpose=KeyPurpose.QR, after=0, secret=SECRET):
    with database.writing(SYSTEM, now=NOW + timedelta(seconds=after)) as work:
        return new_key(work, Keyring(secret), purpose)


def signing(database, purpose=KeyPurpose.QR, secret=SECRET):
    with database.reading(SYSTEM) as work:
        return signer(work, Keyring(secret), purpose)


def retired(database, key):
    with database.writing(SYSTEM, now=NOW + timedelta(days=1)) as work:
        return retire_key(work, key.key_id)


def test_what_a_key_signs_its_public_half_proves(database):
    key = made(database)

    signature = signing(database).sign(b"message")

    public = Ed25519PublicKey.from_public_bytes(key.public_key)
    public.verify(signature, b"message")
    with pytest.raises(InvalidSignature):
        public.verify(signature, b"massage")
    assert key.key_id == hashlib.sha256(key.public_key).digest()[:4].hex()
    assert signing(database).key_id.hex() == key.key_id


def test_the_private_half_is_not_in_the_database_in_clear(database, session):
    made(database)

    row = session.scalars(select(SigningKey)).one()
    raw = Keyring(SECRET).open(row).private_bytes_raw()

    assert raw not in row.sealed_private_key
    assert len(row.sealed_private_key) == 12 + 32 + 16


def test_another_key_encryption_key_opens_nothing_and_says_so(database):
    made(database)

    with pytest.raises(Conflict, match="KEY_ENCRYPTION_KEY"):
        signing(database, secret=OTHER_SECRET)


def test_a_sealed_half_belongs_to_its_own_key(database):
    first, second = made(database), made(database)
    with database.writing(SYSTEM) as work:
        work.session.get_one(SigningKey, second.id).sealed_private_key = first.sealed_private_key

    with pytest.raises(Conflict):
        signing(database)


def test_the_newest_key_signs_until_it_is_retired(database):
    old, new = made(database), made(database, after=1)
    assert signing(database).key_id.hex() == new.key_id

    assert retired(database, new).retired_at == NOW + timedelta(days=1)
    assert signing(database).key_id.hex() == old.key_id

    retired(database, old)
    with pytest.raises(Conflict, match="flask keys new"):
        signing(database)


def test_a_key_signs_for_its_purpose_only(database):
    made(database, KeyPurpose.LOG)

    with pytest.raises(Conflict):
        signing(database, KeyPurpose.QR)
    assert signing(database, KeyPurpose.LOG)


def test_retired_keys_stay_to_prove_what_they_signed(database):
    old, new = made(database), made(database, after=1)
    made(database, KeyPurpose.LOG, after=2)
    retired(database, old)

    with database.reading(SYSTEM) as work:
        assert [key.key_id for key in all_keys(work, KeyPurpose.QR)] == [old.key_id, new.key_id]
        assert len(all_keys(work)) == 3


def test_only_a_key_in_use_is_retired(database):
    key = made(database)
    retired(database, key)

    with pytest.raises(Conflict, match="已停用"):
        retired(database, key)
    with pytest.raises(NotFound), database.writing(SYSTEM) as work:
        retire_key(work, "00000000")


def test_a_ring_that_opened_a_key_uses_it_again(database):
    key = made(database)
    ring = Keyring(SECRET)

    assert ring.open(key) is ring.open(key)
