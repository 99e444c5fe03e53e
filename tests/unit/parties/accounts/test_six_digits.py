"""PINs that may be one, and authenticator codes by RFC 6238."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.parties.accounts.confirming.six_digits import pin_problem, totp_step, totp_uri

SECRET = base64.b32encode(b"12345678901234567890").decode()
"""The secret of RFC 6238, appendix B."""


@pytest.mark.parametrize(
    "pin",
    ["", "12345", "1234567", "12345a", "１２３４５６", "123456", "654321", "890123", "135791", "111111",
     "112112", "121212", "900101", "112233", "110011", "000000", "147258"],
)  # fmt: skip
def test_what_is_no_six_digits_or_easy_to_guess_is_refused(pin):
    assert pin_problem(pin)


@pytest.mark.parametrize("pin", ["482916", "739251", "905837"])
def test_other_six_digits_may_be_a_pin(pin):
    assert pin_problem(pin, "138-0000-1234") is None


def test_six_digits_of_ones_own_phone_are_refused():
    assert pin_problem("482916", "13848291677")
    assert pin_problem("482916", "138-4829-1677")


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_codes_are_those_of_the_standard(seconds, code):
    now = datetime.fromtimestamp(seconds, UTC)

    assert totp_step(SECRET, code, now, None) == seconds // 30


@given(st.integers(min_value=-4, max_value=4))
def test_one_step_of_clock_difference_is_allowed_and_no_step_twice(steps):
    now = datetime.fromtimestamp(1111111111, UTC)
    found = totp_step(SECRET, "050471", now + timedelta(seconds=30 * steps), None)

    assert (found is not None) == (abs(steps) <= 1)
    if found is not None:
        assert totp_step(SECRET, "050471", now, found) is None


def test_an_authenticator_learns_issuer_and_account():
    assert totp_uri(SECRET, "lu@example.com") == (
        f"otpauth://totp/ParkLoop:lu%40example.com?secret={SECRET}&issuer=ParkLoop"
    )
