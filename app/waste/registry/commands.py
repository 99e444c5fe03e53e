"""What may be asked of the registry."""

from dataclasses import dataclass, field
from uuid import UUID

from app.foundation.core.units import Grams
from app.waste.registry.models import WasteForm, WasteKind


@dataclass(frozen=True)
class AddStream:
    """One kind of waste of a site. Empty texts may be filled before the first label is printed."""

    site_id: UUID
    waste_code: str
    local_name: str
    form: WasteForm | None = None
    hazards: tuple[str, ...] = ()
    """As tested; empty: as the catalogue lists them."""
    main_components: str = ""
    harmful_components: str = ""
    precautions: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    kind: WasteKind = WasteKind.HAZARDOUS
    """General waste takes its code from the list of the park."""


@dataclass(frozen=True)
class ReviseStream:
    """The texts and properties of a stream; code and site stay."""

    form: WasteForm | None
    hazards: tuple[str, ...]
    main_components: str
    harmful_components: str
    precautions: str
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ImportLedger:
    """A ledger file for an organisation's site. `accept_good`: take the right rows though others are refused."""

    organisation_id: UUID
    site_id: UUID
    filename: str
    content: bytes
    accept_good: bool = False


@dataclass(frozen=True)
class CorrectPosting:
    """The right mass of a posting; None cancels it. The old one stays readable."""

    reason: str
    new_mass: Grams | None = None
