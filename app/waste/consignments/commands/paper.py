"""What may be asked while the national system is out of order (HWTM 20)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RecordPaper:
    """The load goes with a paper manifest."""

    paper_number: str
    reason: str
    """What is out of order, since when."""
    seen_version: int


@dataclass(frozen=True)
class Backfill:
    """The number under which the paper manifest stands in the national system now."""

    national_number: str
    seen_version: int
