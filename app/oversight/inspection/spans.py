"""How long something lasts, in words."""

from datetime import timedelta
from typing import Final

from app.foundation.core.text import Text, say

MINUTES_AN_HOUR: Final = 60
MINUTES_A_DAY: Final = 24 * MINUTES_AN_HOUR


def span(length: timedelta) -> Text:
    """How long, in the largest whole unit: 3 天, 5 小时, 20 分钟."""
    minutes = int(length.total_seconds() // 60)
    if minutes >= MINUTES_A_DAY:
        return say("{days} 天", days=minutes // MINUTES_A_DAY)
    if minutes >= MINUTES_AN_HOUR:
        return say("{hours} 小时", hours=minutes // MINUTES_AN_HOUR)
    return say("{minutes} 分钟", minutes=minutes)
