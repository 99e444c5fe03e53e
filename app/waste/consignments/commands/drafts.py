"""What may be asked of a draft."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.waste.consignments.commands.road import LegPlan


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a draft says beside its waste. It may be filled in later; submitting needs everything but the optional."""

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
class CreateConsignment(Draft):
    """A draft of hazardous waste in containers."""

    containers: tuple[str, ...]
    """Each by its 37-character code, short code or id."""


@dataclass(frozen=True, kw_only=True)
class ReviseDraft(CreateConsignment):
    """The whole content of a draft, replaced."""

    seen_version: int
