"""What may be asked of contracts and crossings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.foundation.core.units import Grams
from app.waste.clearances.models import (
    Clause,
    ContractKind,
    CrossingAct,
    CrossingKind,
    Nearness,
    PaperKind,
)


@dataclass(frozen=True)
class Upload:
    """A document as it came: a PDF or a picture."""

    content: bytes
    filename: str


@dataclass(frozen=True)
class PricedWaste:
    waste_code: str
    price: int | None = None
    """Fen per tonne: above zero the partner pays the producer, below zero the producer pays."""


@dataclass(frozen=True, kw_only=True)
class DraftContract:
    """A contract of the acting firm with a partner, both days included."""

    number: str
    partner_id: UUID
    kind: ContractKind
    valid_from: date
    valid_to: date
    clauses: tuple[Clause, ...] = ()
    """What the text was found to settle."""
    wastes: tuple[PricedWaste, ...] = ()
    checked_on: date | None = None
    """When the partner's qualification and ability were checked."""
    check_note: str = ""
    upload: Upload | None = None


@dataclass(frozen=True, kw_only=True)
class ReviseContract(DraftContract):
    """The whole content of a draft, replaced; without an upload the document stays."""

    seen_version: int


@dataclass(frozen=True)
class ChangeContract:
    """Sign it, or attach its document."""

    seen_version: int


@dataclass(frozen=True)
class EndContract:
    reason: str
    seen_version: int


@dataclass(frozen=True)
class RecordCheck:
    """The partner was looked at again."""

    checked_on: date
    seen_version: int
    check_note: str = ""


@dataclass(frozen=True)
class AppliedWaste:
    waste_code: str
    waste_name: str
    mass: Grams
    package: str = ""


@dataclass(frozen=True, kw_only=True)
class DraftCrossing:
    """An application, or a submission, for wastes of one site to go to one place in another province."""

    kind: CrossingKind
    consignor_site_id: UUID
    consignee_id: UUID
    consignee_site_id: UUID
    planned_method: str
    applied_from: date
    applied_to: date
    wastes: tuple[AppliedWaste, ...]
    planned_trips: int | None = None
    nearness: Nearness = Nearness.NONE
    white_list_number: str = ""
    white_list_cap: Grams | None = None
    remarks: str = ""


@dataclass(frozen=True, kw_only=True)
class ReviseCrossing(DraftCrossing):
    """The whole content of a draft, replaced."""

    seen_version: int


@dataclass(frozen=True, kw_only=True)
class TakeStep:
    """Something that happened to a crossing on a day: by the firm, or by an authority as it was told."""

    act: CrossingAct
    done_on: date
    seen_version: int
    note: str = ""
    lacking: tuple[str, ...] = ()
    """Of `ask_supplement`: all that is missing."""
    number: str = ""
    """Of the decision or the receipt."""
    valid_from: date | None = None
    valid_to: date | None = None
    approved: Mapping[str, Grams] = field(default_factory=dict)
    """Of `approve`, by waste code; what is left out is approved as applied for."""


@dataclass(frozen=True)
class AddPaper:
    kind: PaperKind
    upload: Upload
