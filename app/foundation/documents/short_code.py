"""Short codes: what people type when a camera cannot read the QR (design.md 4).

A short code is ``XXXX-XXXX-C``: eight random Crockford base-32 characters and one ISO 7064 MOD 37,36
check character over the alphabet 0-9, A-Z. Uniqueness in the deployment is the caller's business.
"""

import re
import secrets
from typing import Final

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without I, L, O and U, which people confuse with other signs or with words."""

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MODULUS: Final = len(_ALPHABET)
_MENDS: Final = str.maketrans("OIL", "011")
_SHAPE: Final = re.compile(r"[0-9A-Z]{9}")


def new_short_code() -> str:
    """A fresh random short code, e.g. ``7H3K-9PX2-8``.

    Two kinds of draws are thrown away, so that every printed code is safe to type: those whose check
    character looks like another one (I, L, O, U), and the very few in which the standard would not
    notice two swapped neighbours.
    """
    while True:
        body = "".join(secrets.choice(CROCKFORD) for _ in range(8))
        check = check_character(body)
        if check in CROCKFORD and not _has_unnoticed_swap(body + check):
            return _grouped(body + check)


def read_short_code(text: str) -> str | None:
    """The short code that somebody typed, in its printed form; None when it isn't one.

    Mends what people do: lower case, missing or doubled dashes and spaces, O for 0, I or L for 1.
    Any other wrong character is noticed by the check character.
    """
    if not text.isascii():
        return None
    typed = re.sub(r"[\s-]+", "", text, flags=re.ASCII).upper()
    if not _SHAPE.fullmatch(typed):
        return None
    body = typed[:8].translate(_MENDS)
    if any(character not in CROCKFORD for character in body):
        return None
    check = check_character(body)
    if check not in (typed[8], typed[8].translate(_MENDS)):
        return None
    return _grouped(body + check)


def check_character(body: str) -> str:
    """The ISO 7064 MOD 37,36 check character of capital letters and digits.

    Raises:
        ValueError: a character is outside 0-9, A-Z.
    """
    state = _MODULUS
    for character in body:
        state = (state + _ALPHABET.index(character)) % _MODULUS or _MODULUS
        state = state * 2 % (_MODULUS + 1)
    return _ALPHABET[(_MODULUS + 1 - state) % _MODULUS]


def _has_unnoticed_swap(code: str) -> bool:
    """Whether exchanging two different neighbours would give another code that passes the check."""
    swaps = (
        code[:i] + code[i + 1] + code[i] + code[i + 2 :]
        for i in range(len(code) - 1)
        if code[i] != code[i + 1]
    )
    return any(check_character(swapped[:-1]) == swapped[-1] for swapped in swaps)


def _grouped(code: str) -> str:
    return f"{code[:4]}-{code[4:8]}-{code[8]}"
