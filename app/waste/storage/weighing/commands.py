"""What may be asked of scales."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.foundation.core.units import Grams


@dataclass(frozen=True)
class AddScale:
    site_id: UUID
    name: str
    capacity: Grams
    serial_number: str = ""
    calibrated_to: date | None = None
    """Last day on which the calibration is valid."""


@dataclass(frozen=True)
class ReviseScale:
    name: str
    capacity: Grams
    serial_number: str = ""
    calibrated_to: date | None = None
    seen_version: int | None = None


@dataclass(frozen=True)
class EndScale:
    seen_version: int | None = None


@dataclass(frozen=True)
class SentReading:
    """What a scale showed at an instant."""

    reading_number: str
    """The scale's own number of the reading; sent again it is stored once."""
    mass: Grams
    is_stable: bool
    taken_at: datetime
