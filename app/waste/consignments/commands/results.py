"""What the consignee tells of a consignment after it accepted it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.foundation.core.units import Grams


@dataclass(frozen=True)
class ConfirmConsignment:
    """That the receipt was confirmed in the national system."""

    confirmed_on: date
    seen_version: int


@dataclass(frozen=True)
class ReportResult:
    """Use or disposal of one line, or of a part of it."""

    line_number: int
    method_code: str
    mass: Grams
    started_on: date
    finished_on: date
    seen_version: int
    residue_note: str = ""
    """What came out of it, and what is left."""
    file_id: UUID | None = None
