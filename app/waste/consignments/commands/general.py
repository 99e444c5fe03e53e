"""What may be asked of a transfer of general industrial waste, beyond what every consignment allows.

It goes by mass out of batches, with the lighter form (domain-rules 9.5): no national number, no licence, no containers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.foundation.core.units import Grams
from app.waste.consignments.commands.drafts import Draft

LOOSE = "散装"
"""How general waste goes that is in no package; a word of the ledger guide, not of a screen."""
PACKAGES = (LOOSE, "袋", "桶", "其他")


@dataclass(frozen=True)
class LoadLine:
    """Mass of one waste: out of its oldest batches, or out of one of them. A transfer has one line a waste."""

    stream_id: UUID
    mass: Grams
    batch_id: UUID | None = None
    package: str = LOOSE


@dataclass(frozen=True, kw_only=True)
class CreateTransfer(Draft):
    """A draft of general waste. Nothing is reserved for it: what has left is drawn from the batches."""

    lines: tuple[LoadLine, ...]


@dataclass(frozen=True, kw_only=True)
class ReviseTransfer(CreateTransfer):
    """The whole content of a draft, replaced."""

    seen_version: int


@dataclass(frozen=True)
class WeighLoad:
    """What the vehicle was loaded with (g), by line; a line left out weighs what the draft says."""

    seen_version: int
    masses: Mapping[int, Grams]


@dataclass(frozen=True)
class AcceptLoad:
    """What arrived (g), by line."""

    seen_version: int
    masses: Mapping[int, Grams]
    note: str = ""
    """Why it differs; asked where it differs much (DISC-2)."""


@dataclass(frozen=True)
class TakeBack:
    seen_version: int
