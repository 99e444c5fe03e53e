"""Time: aware UTC instants inside, legal days in the park's own zone."""

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

DEFAULT_ZONE = "Asia/Shanghai"


def utc_now() -> datetime:
    """The present instant. Read once per unit of work, as `Work.now`."""
    return datetime.now(UTC)


@lru_cache(maxsize=32)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local_time(instant: datetime, zone: str = DEFAULT_ZONE) -> datetime:
    """The instant as wall-clock time of `zone` (an IANA name)."""
    return instant.astimezone(_zone(zone))


def local_day(instant: datetime, zone: str = DEFAULT_ZONE) -> date:
    """The legal day of an instant: the calendar day in the park's zone."""
    return local_time(instant, zone).date()


def instant_at(day: date, hour: int, minute: int = 0, zone: str = DEFAULT_ZONE) -> datetime:
    """The instant of a wall-clock time on a day of `zone`, as aware UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=_zone(zone)).astimezone(UTC)


def instant_text(instant: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ`, the only form in which instants are hashed or sent."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
