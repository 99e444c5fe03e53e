"""What a spreadsheet's number format makes of a number: a date, a number with words, or just a number."""

import re
from typing import Final

_BUILT_IN_DATES: Final = frozenset(
    {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59), *range(71, 82)}
)
"""ECMA-376 part 1, 18.8.30, with the formats of East Asian and Thai editions."""
_QUOTED: Final = re.compile(r'"([^"]*)"|\\(.)')
_SKIPPED: Final = re.compile(r"\[[^\]]*\]|[_*].")
_WORDS: Final = re.compile(r"[\u4e00-\u9fff]+")
DATE: Final = "date"


def format_of(number_format_id: int, code: str | None) -> str:
    """`DATE`, or the words the format writes behind the number (mostly none)."""
    if code is None:
        return DATE if number_format_id in _BUILT_IN_DATES else ""
    section = code.split(";", 1)[0]
    bare = _SKIPPED.sub("", _QUOTED.sub("", section))
    if re.search("[ymdhs]", bare, re.IGNORECASE) and bare.lower() not in ("general", "standard"):
        return DATE
    words = "".join(match[1] or match[2] or "" for match in _QUOTED.finditer(section))
    plain = "" if "通用格式" in bare else "".join(_WORDS.findall(bare))
    return (words + plain).strip()
