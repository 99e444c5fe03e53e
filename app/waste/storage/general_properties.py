"""What may be entered about a general waste before it goes into a yard (GB 18599-2020, 6; domain-rules 9.2, 9.4)."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from app.foundation.core.text import Text, say

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "class": ("I", "II"),
    "gangue": ("yes", "no"),
    "household_like": ("yes", "no"),
    "treated": ("yes", "no"),
}
"""Properties with closed answers; "class" as tested (GB 18599 3.6, 3.7), never tested counts as II."""
SHARES: Final = ("organic_percent", "salts_percent")
"""Properties that are per cent, as decimal texts."""

QUESTIONS: Final[Mapping[str, Text]] = {
    "class": say("类别（HJ 557 浸出试验）"),
    "organic_percent": say("有机质含量 %"),
    "salts_percent": say("水溶性盐总量 %"),
    "gangue": say("是煤矸石"),
    "household_like": say("与生活垃圾性质相近（食品、纺织、造纸等）"),
    "treated": say("入场前已处理"),
}
MOST_DIGITS: Final = 8


def is_general_answer(name: str, answer: str) -> bool:
    """Whether this may be entered for that property of a general waste."""
    if name in CHOICES:
        return answer in CHOICES[name]
    return name in SHARES and _is_share(answer)


def _is_share(text: str) -> bool:
    if len(text) > MOST_DIGITS or not text.isascii():
        return False
    try:
        share = Decimal(text)
    except InvalidOperation:
        return False
    return share.is_finite() and 0 <= share <= 100
