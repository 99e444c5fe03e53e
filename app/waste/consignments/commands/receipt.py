"""What may be asked at the consignee's, and when refused containers come back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.foundation.core.units import Grams
from app.waste.consignments.models import AcceptanceCheck, DiscrepancyKind, Verdict


@dataclass(frozen=True)
class ArriveConsignment:
    seen_version: int
    gate_gross: Grams | None = None
    """The vehicle with its load on the consignee's weighbridge (g)."""


@dataclass(frozen=True)
class WeighContainer:
    """Gross and tare, or the net mass alone (g)."""

    code: str
    seen_version: int
    gross: Grams | None = None
    tare: Grams | None = None
    net: Grams | None = None


@dataclass(frozen=True)
class JudgeContainer:
    """Refuse one container, note that it is missing, or take that back."""

    code: str
    verdict: Verdict
    """Refused, missing, or open again."""
    seen_version: int
    note: str = ""
    """Why it is refused, or where it may be; needed for both."""


@dataclass(frozen=True)
class RecordTare:
    gate_tare: Grams
    """The empty vehicle on its way out (g)."""
    seen_version: int


@dataclass(frozen=True)
class ReportDiscrepancy:
    """A major difference of the whole, of one line, or of the line of one container."""

    kind: DiscrepancyKind
    note: str
    seen_version: int
    line_number: int | None = None
    code: str = ""
    """Of the container that is taken as it was weighed, with this explanation."""


@dataclass(frozen=True)
class InformAuthority:
    """That the authority of the place of receipt was told (HWTM 18)."""

    authority: str
    informed_on: date
    seen_version: int
    reference: str = ""
    """Number of the letter, or the name of who took the call."""


@dataclass(frozen=True)
class AcceptConsignment:
    seen_version: int
    overrides: Mapping[str, str] = field(default_factory=dict)
    checks: frozenset[AcceptanceCheck] = frozenset()
    """What the signer names as checked: all four are needed (HWTM 12 item 1)."""
    methods: Mapping[int, str] = field(default_factory=dict)
    """Method code by line number, where it is another than the planned one."""


@dataclass(frozen=True)
class RejectConsignment:
    reason: str
    seen_version: int


@dataclass(frozen=True)
class ReturnContainer:
    """One refused container, scanned back into a zone of the consignor's own store."""

    code: str
    zone_id: UUID
    seen_version: int
    overrides: Mapping[str, str] = field(default_factory=dict)
    mover: str = ""
    keeper: str = ""
