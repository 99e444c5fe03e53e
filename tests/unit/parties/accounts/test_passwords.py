"""Passwords: argon2id, and the clock tells nothing."""

import time

from app.parties.accounts.passwords import hash_password, password_fits

PASSWORD = "correct horse battery"


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

    assert known.startswith("$argon2id$")
    assert password_fits(PASSWORD, known)
    assert not password_fits(PASSWORD + " ", known)
    assert not password_fits("x" * 201, known)
    assert not password_fits(PASSWORD, "no hash")
    assert not password_fits(PASSWORD, None)


def test_the_same_password_is_hashed_differently_each_time():
    assert hash_password(PASSWORD) != hash_password(PASSWORD)
