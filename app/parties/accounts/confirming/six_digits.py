"""PINs and authenticator codes as values: what may be one, and whether one fits."""

import hmac
from datetime import datetime
from itertools import pairwise
from typing import Final
from uuid import UUID

import pyotp

from app.foundation.core.text import Text, say
from app.foundation.keys.operations import Keyring
from app.parties.accounts.passwords import hash_password, password_fits

PIN_DIGITS: Final = 6
STEP_SECONDS: Final = 30
ISSUER: Final = "ParkLoop"
SHAPES: Final = frozenset(
    {"112233", "123321", "123123", "121212", "520520", "521521", "147258", "159357", "168168"}
)
"""Six digits that many people choose, beside the runs and repeats found out below."""


def is_six_digits(text: str) -> bool:
    return len(text) == PIN_DIGITS and text.isascii() and text.isdigit()


def pin_problem(pin: str, phone: str = "") -> Text | None:
    """Why a PIN can't be one, or None. Runs, repeats, dates of a day and the end of one's own phone are refused."""
    if not is_six_digits(pin):
        return say("PIN 为 6 位数字")
    if _is_run(pin) or len(set(pin)) < 3 or pin[:3] == pin[3:] or pin[:2] * 3 == pin or pin in SHAPES:
        return say("这个 PIN 太容易猜到，请换一个")
    if _is_day(pin):
        return say("PIN 不要用日期，请换一个")
    if pin in "".join(filter(str.isdigit, phone)):
        return say("PIN 不要取自手机号，请换一个")
    return None


def _is_run(pin: str) -> bool:
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    return len(steps) == 1


def _is_day(pin: str) -> bool:
    """A day as YYMMDD, the way people write a birthday."""
    try:
        datetime.strptime(f"20{pin}", "%Y%m%d")  # noqa: DTZ007 - only whether there is such a day
    except ValueError:
        return False
    return True


def hash_pin(keyring: Keyring, user_id: UUID, pin: str) -> str:
    """argon2id over the PIN keyed with the deployment's secret: the database alone can't be searched for it."""
    return hash_password(keyring.mac(f"pin:{user_id}", pin))


def pin_fits(keyring: Keyring, user_id: UUID | None, pin: str, pin_hash: str | None) -> bool:
    """Whether the PIN is right. Without a hash it takes as long and is wrong."""
    return password_fits(keyring.mac(f"pin:{user_id}", pin), pin_hash)


def new_totp_secret() -> str:
    """A secret of 160 bits in base 32, as authenticator apps take it."""
    return pyotp.random_base32()


def totp_uri(secret: str, account: str) -> str:
    """What the QR of an authenticator app holds."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=account, issuer_name=ISSUER)


def totp_step(secret: str, code: str, now: datetime, after: int | None) -> int | None:
    """The step (RFC 6238) whose code this is, one step of clock difference allowed, if it comes after `after`."""
    totp, current = pyotp.TOTP(secret, interval=STEP_SECONDS), int(now.timestamp()) // STEP_SECONDS
    for step in (current, current - 1, current + 1):
        if hmac.compare_digest(totp.generate_otp(step), code) and (after is None or step > after):
            return step
    return None
