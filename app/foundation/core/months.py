"""Calendar months and years: limits in them are added by the calendar, not as 30 or 365 days (domain-rules.md 0.4)."""

import calendar
from datetime import date
from typing import Final

MONTHS: Final = 12


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or earlier; the month's last one where it has no such day."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
