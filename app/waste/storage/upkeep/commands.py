"""What may be asked of the documents and records of stores."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.waste.storage.upkeep.models import CheckResult


@dataclass(frozen=True)
class FileDocument:
    """Put a document on file, for a whole site or one of its facilities."""

    kind: str
    site_id: UUID
    facility_id: UUID | None = None
    number: str = ""
    issued_on: date | None = None
    valid_to: date | None = None
    remarks: str = ""
    file_id: UUID | None = None
    """An upload of the actor's own."""


@dataclass(frozen=True)
class RecordUpkeep:
    """Record what was done on a day. `readings`: answers and measured values by item."""

    kind: str
    site_id: UUID
    done_on: date
    result: CheckResult
    facility_id: UUID | None = None
    container_id: UUID | None = None
    readings: Mapping[str, object] = field(default_factory=dict)
    remarks: str = ""
    file_id: UUID | None = None
