"""Short codes: what people type when a camera cannot read the QR (design.md 4).

A short code is ``XXXX-XXXX-C``: eight random Crockford base-32 characters and one ISO 7064 MOD 37,36
check character over the alphabet 0-9, A-Z. Uniqueness in the deployment is the caller's business.
"""

import re
import secrets
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without I, L, O and U, which people confuse with other signs or with words."""

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUES: Final = {character: value for value, character in enumerate(_ALPHABET)}
_MODULUS: Final = len(_ALPHABET)
_MENDS: Final = str.maketrans("OIL", "011")
_NEXT: Final = tuple(
    tuple(((state + value) % _MODULUS or _MODULUS) * 2 % (_MODULUS + 1) for value in range(_MODULUS))
    for state in range(_MODULUS + 1)
)
"""The state behind a character, by the state before it and the character's value (ISO 7064, hybrid system)."""
_SHAPE: Final = re.compile(r"[0-9A-Z]{9}")


def new_short_code() -> str:
    """A fresh random short code, e.g. ``7H3K-9PX2-8``."""
    return next(new_short_codes(1))


def new_short_codes(count: int) -> Iterator[str]:
    """So many fresh random short codes; two may be equal, which the caller looks for.

    Two kinds of draws are thrown away, so that every printed code is safe to type: those whose check
    character looks like another one (I, L, O, U), and the very few in which the standard would not
    notice two swapped neighbours.
    """
    while count:
        random = secrets.token_bytes(5 * count)
        for start in range(0, len(random), 5):
            drawn = int.from_bytes(random[start : start + 5])
            body = "".join([CROCKFORD[drawn >> shift & 31] for shift in range(0, 40, 5)])
            check = check_character(body)
            if check in CROCKFORD and not _has_unnoticed_swap(body + check):
                count -= 1
                yield _grouped(body + check)


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
        state = _NEXT[state][_ALPHABET.index(character)]
    return _ALPHABET[(_MODULUS + 1 - state) % _MODULUS]


def _has_unnoticed_swap(code: str) -> bool:
    """Whether exchanging two different neighbours would give another code that passes the check.

    From two different states no run of equal characters leads to the same one, so it is enough to look at the
    state behind the exchanged pair.
    """
    values = [_VALUES[character] for character in code]
    state = _MODULUS
    for left, right in pairwise(values[:-1]):
        after = _NEXT[state][left]
        if left != right and _NEXT[after][right] == _NEXT[_NEXT[state][right]][left]:
            return True
        state = after
    last, check = values[-2:]
    return last != check and (_MODULUS + 1 - _NEXT[state][check]) % _MODULUS == last


def _grouped(code: str) -> str:
    return f"{code[:4]}-{code[4:8]}-{code[8]}"
