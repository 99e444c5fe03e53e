"""What may be asked of profiles, classes and plans."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from app.foundation.core.units import Grams
from app.waste.registry.planning.models import PlanTable, UnitClass


@dataclass(frozen=True)
class ReviseProfile:
    """The whole profile of a site, as it shall be; None where nobody knows."""

    industry_code: str = ""
    started_on: date | None = None
    eia_mass: Grams | None = None
    permit_mass: Grams | None = None
    has_own_treatment: bool | None = None
    override_class: UnitClass | None = None
    override_document: str = ""
    eia_number: str = ""
    permit_number: str = ""
    longitude: str = ""
    latitude: str = ""
    legal_person: str = ""
    legal_person_phone: str = ""
    technical_lead: str = ""
    technical_lead_phone: str = ""
    ledger_keeper: str = ""
    equipment: Mapping[str, Any] = field(default_factory=dict)
    """Answers to `answers.answers()` by key."""
    past_masses: Mapping[str, Grams] = field(default_factory=dict)
    """By year, such as "2024"."""
    seen_version: int | None = None
    """None only where the site has no profile yet."""


@dataclass(frozen=True)
class DecideClass:
    """Compute the class of a site for a year, and keep what was declared."""

    year: int
    declared: UnitClass | None = None


@dataclass(frozen=True)
class StartPlan:
    site_id: UUID
    year: int


@dataclass(frozen=True)
class PlannedWaste:
    """One line of a table of wastes."""

    stream_id: UUID
    mass: Grams
    method_code: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RevisePlan:
    """The parts of a draft that change; None leaves a part as it is."""

    seen_version: int
    unit_class: UnitClass | None = None
    production: tuple[Mapping[str, str], ...] | None = None
    reduction: Mapping[str, str] | None = None
    lines: Mapping[PlanTable, tuple[PlannedWaste, ...]] | None = None
    """Whole tables; a table that is not named stays."""
    empty: frozenset[PlanTable] | None = None
    """Tables stated to have no content this year."""
    refresh_basic: bool = False
    """Take table A.1 from the profile anew."""


@dataclass(frozen=True)
class SubmitPlan:
    seen_version: int


@dataclass(frozen=True)
class RecordFiling:
    """The number and day that the national system gave the plan."""

    filing_number: str
    filed_on: date
    seen_version: int


@dataclass(frozen=True)
class ReturnPlan:
    reason: str
    seen_version: int


@dataclass(frozen=True)
class AmendPlan:
    """Begin a new revision of a filed plan, and say what changed."""

    reason: str
    seen_version: int
