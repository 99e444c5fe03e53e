"""What may be asked of consignments."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.waste.consignments.commands.drafts import CreateConsignment, Draft, ReviseDraft
from app.waste.consignments.commands.general import (
    AcceptLoad,
    CreateTransfer,
    LoadLine,
    ReviseTransfer,
    TakeBack,
    WeighLoad,
)
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
    "AcceptLoad",
    "ArriveConsignment",
    "CancelConsignment",
    "ConfirmConsignment",
    "CreateConsignment",
    "CreateTransfer",
    "Draft",
    "InformAuthority",
    "JudgeContainer",
    "LegPlan",
    "LoadContainer",
    "LoadLine",
    "RecordNationalNumber",
    "RecordTare",
    "RejectConsignment",
    "ReportDiscrepancy",
    "ReportResult",
    "ReturnContainer",
    "ReviseDraft",
    "ReviseTransfer",
    "SignConsignment",
    "StartLoading",
    "SubmitConsignment",
    "TakeBack",
    "WeighContainer",
    "WeighLoad",
]


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
