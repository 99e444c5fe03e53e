"""What may be asked of consignments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.waste.consignments.commands.receipt import (
    AcceptConsignment,
    ArriveConsignment,
    InformAuthority,
    JudgeContainer,
    RecordTare,
    RejectConsignment,
    ReportDiscrepancy,
    ReturnContainer,
    WeighContainer,
)
from app.waste.consignments.commands.results import ConfirmConsignment, ReportResult
from app.waste.consignments.commands.road import LegPlan

__all__ = [
    "AcceptConsignment",
    "ArriveConsignment",
    "CancelConsignment",
    "ConfirmConsignment",
    "CreateConsignment",
    "InformAuthority",
    "JudgeContainer",
    "LegPlan",
    "LoadContainer",
    "RecordNationalNumber",
    "RecordTare",
    "RejectConsignment",
    "ReportDiscrepancy",
    "ReportResult",
    "ReturnContainer",
    "ReviseDraft",
    "SignConsignment",
    "StartLoading",
    "SubmitConsignment",
    "WeighContainer",
]


@dataclass(frozen=True, kw_only=True)
class CreateConsignment:
    """A draft. All but the containers may be filled in later; submitting needs everything but the optional."""

    containers: tuple[str, ...]
    """Each by its 37-character code, short code or id."""
    consignee_id: UUID | None = None
    consignee_site_id: UUID | None = None
    carrier_id: UUID | None = None
    vehicle_id: UUID | None = None
    driver_id: UUID | None = None
    escort_id: UUID | None = None
    planned_method: str = ""
    emergency_measures: str = ""
    national_number: str | None = None
    """Optional: issued by the national system, entered here, never invented."""
    via: str = ""
    """Optional: places on the way."""
    due_on: date | None = None
    """Optional: planned day of acceptance; else the day after the submission."""
    copied_from_id: UUID | None = None
    """Optional: the consignment whose parties, vehicle and texts these are."""
    legs: tuple[LegPlan, ...] = ()
    """Optional: later carriers in their order; the first one is the carrier above."""


@dataclass(frozen=True, kw_only=True)
class ReviseDraft(CreateConsignment):
    """The whole content of a draft, replaced."""

    seen_version: int


@dataclass(frozen=True)
class SubmitConsignment:
    seen_version: int
    overrides: Mapping[str, str] = field(default_factory=dict)
    """Reason by rule id: warnings confirmed, or stops overridden by who may."""


@dataclass(frozen=True)
class RecordNationalNumber:
    """The 14-digit number that the national system gave after the submission."""

    national_number: str
    seen_version: int


@dataclass(frozen=True)
class StartLoading:
    seen_version: int


@dataclass(frozen=True)
class LoadContainer:
    code: str
    """As scanned or typed: 37 characters, short code or the text of the label's QR."""
    seen_version: int


@dataclass(frozen=True)
class SignConsignment:
    seen_version: int
    overrides: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CancelConsignment:
    reason: str
    seen_version: int
