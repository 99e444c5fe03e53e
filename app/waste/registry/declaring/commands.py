"""What may be asked of declarations."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.foundation.core.units import Grams
from app.waste.registry.models import DeclarationKind


@dataclass(frozen=True)
class GenerateDeclaration:
    """Compute the figures of a site and period from the ledger."""

    site_id: UUID
    kind: DeclarationKind
    first_on: date


@dataclass(frozen=True)
class AdjustFigure:
    """Declare another figure than the ledger gives; None takes an adjustment back."""

    stream_id: UUID
    field: str
    declared: Grams | None
    reason: str
    seen_version: int | None = None


@dataclass(frozen=True)
class ChangeDeclaration:
    """One step of a declaration as its reader saw it."""

    seen_version: int | None = None


@dataclass(frozen=True)
class SubmitDeclaration:
    """Hand a declaration in: its period is locked."""

    agent: str = ""
    """Who files it for the unit and by which authorisation (7.1.3); empty: the unit itself."""
    seen_version: int | None = None


@dataclass(frozen=True)
class RecordReceipt:
    """The number the national system gave."""

    receipt_number: str
    seen_version: int | None = None


@dataclass(frozen=True)
class ReturnDeclaration:
    """The authority sent it back."""

    reason: str
    seen_version: int | None = None


@dataclass(frozen=True)
class ExplainDifference:
    """Why two figures differ; the figures stay."""

    key: str
    """Of the difference, as the list gives it."""
    reason: str
