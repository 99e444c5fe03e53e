"""What may be asked of inspection."""

from dataclasses import dataclass

from app.oversight.inspection.verdict import PlaceScanned


@dataclass(frozen=True)
class JudgeScan:
    """A verdict on a scanned or typed text, at a place and beside a vehicle if these are known."""

    scanned: str
    place: PlaceScanned | None = None
    plate_seen: str | None = None
