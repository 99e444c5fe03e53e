"""What may be asked of a stock count."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from app.foundation.core.units import Grams


@dataclass(frozen=True)
class StartCount:
    facility_id: UUID


@dataclass(frozen=True)
class CountContainer:
    """One container seen, or sought in vain. `zone_id`: where it stands; None: where the ledger says."""

    code: str
    """As scanned or typed: the 37 characters, the QR's address, a short code, or the firm's own label."""
    zone_id: UUID | None = None
    mass: Grams | None = None
    """Net, when it is weighed in the count."""
    is_missing: bool = False
    explanation: str = ""


@dataclass(frozen=True)
class CloseCount:
    """`explanations`: why, by container code, for differences that have no explanation yet."""

    explanations: Mapping[str, str] = field(default_factory=dict)
