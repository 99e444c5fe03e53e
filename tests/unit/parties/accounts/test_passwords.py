"""Passwords: argon2id, and the clock tells nothing."""

import time

import pytest

from app.parties.accounts import passwords
from app.parties.accounts.passwords import hash_password, password_fits
from tests.conftest import REAL_PASSWORDS

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def as_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing at its full cost, which all other tests go without."""
    hasher, unknown = REAL_PASSWORDS
    monkeypatch.setattr(passwords, "_hasher", hasher)
    monkeypatch.setattr(passwords, "_unknown", unknown)


def test_an_unknown_address_takes_as_long_as_a_wrong_password():
    known = hash_password(PASSWORD)

    def duration(password_hash):
        began = time.process_time()
        assert not password_fits("wrong", password_hash)
        return time.process_time() - began

    wrong = min(duration(known) for _ in range(3))
    unknown = min(duration(None) for _ in range(3))

    assert 0.3 < unknown / wrong < 3


def test_only_the_right_password_fits():
    known = hash_password(PASSWORD)

    assert known.startswith("$argon2id$v=19$m=65536,t=3,p=4$")  # RFC 9106, second recommendation
    assert password_fits(PASSWORD, known)
    assert not password_fits(PASSWORD + " ", known)
    assert not password_fits("x" * 201, known)
    assert not password_fits(PASSWORD, "no hash")
    assert not password_fits(PASSWORD, None)


def test_the_same_password_is_hashed_differently_each_time():
    assert hash_password(PASSWORD) != hash_password(PASSWORD)
