"""What may be asked of corrections."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.waste.consignments.workflow import Party


@dataclass(frozen=True)
class RequestRevision:
    """New values by path (see `fields.CORRECTABLE`), as people write them: masses in kilograms, days as YYYY-MM-DD."""

    changes: Mapping[str, str]
    reason: str
    seen_version: int


@dataclass(frozen=True)
class AnswerRevision:
    """Agree or refuse; refusing needs a reason."""

    agreed: bool
    seen_version: int
    reason: str = ""


@dataclass(frozen=True)
class WithdrawRevision:
    seen_version: int


@dataclass(frozen=True)
class RequestCorrection:
    """The park asks a party to correct something by a day."""

    party: Party
    text: str
    due_on: date
    seen_version: int


@dataclass(frozen=True)
class WithdrawCorrectionRequest:
    seen_version: int
