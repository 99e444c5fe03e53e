"""What is known of a site for its plan, its class each year, the plan and its lines."""

import enum
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base, enum_column
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Organisation, Site


class UnitClass(enum.StrEnum):
    """管理类别, HJ 1259-2022 4.2."""

    KEY = "key"
    SIMPLIFIED = "simplified"
    REGISTRATION = "registration"


CLASS_WORDS = {
    UnitClass.KEY: say("重点监管"),
    UnitClass.SIMPLIFIED: say("简化管理"),
    UnitClass.REGISTRATION: say("登记管理"),
}
"""What each class is called on screens."""


class SiteProfile(Base, Traced):
    """What table A.1 of HJ 1259 and the class decision ask of a site beyond its address. One a site."""

    __tablename__ = "site_profiles"
    trace_kind = "site_profile"
    trace_state = (
        "organisation_id",
        "site_id",
        "industry_code",
        "started_on",
        "eia_mass",
        "permit_mass",
        "has_own_treatment",
        "override_class",
        "override_document",
        "eia_number",
        "permit_number",
        "equipment",
        "past_masses",
        "version",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey(Site.id), unique=True)
    industry_code: Mapped[str] = mapped_column(String(4), default="")
    """GB/T 4754-2017, class of four digits."""
    started_on: Mapped[date | None]
    """First day of operation; None: not known."""
    eia_mass: Mapped[Grams | None]
    """Hazardous waste a year by the environmental impact assessment."""
    permit_mass: Mapped[Grams | None]
    has_own_treatment: Mapped[bool | None]
    override_class: Mapped[UnitClass | None]
    """Set by the city's authority (4.2.2); wins."""
    override_document: Mapped[str] = mapped_column(String(100), default="")
    eia_number: Mapped[str] = mapped_column(String(100), default="")
    permit_number: Mapped[str] = mapped_column(String(30), default="")
    longitude: Mapped[str] = mapped_column(String(20), default="")
    latitude: Mapped[str] = mapped_column(String(20), default="")
    legal_person: Mapped[str] = mapped_column(String(60), default="")
    legal_person_phone: Mapped[str] = mapped_column(String(40), default="")
    technical_lead: Mapped[str] = mapped_column(String(60), default="")
    technical_lead_phone: Mapped[str] = mapped_column(String(40), default="")
    ledger_keeper: Mapped[str] = mapped_column(String(60), default="")
    """Who is responsible for the ledger (HJ 1259 6.1.1)."""
    equipment: Mapped[dict[str, Any]]
    """Answers to the questions of data/answers.toml by key: {"e_scale": true, "ledger_medium": "own"}."""
    past_masses: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Hazardous waste generated in years this ledger doesn't hold, in grams: {"2024": 186000000}."""
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ClassDecision(Base, Traced):
    """The class of a site for a year: computed each January, and as declared."""

    __tablename__ = "class_decisions"
    __table_args__ = (UniqueConstraint("site_id", "year"),)
    trace_kind = "class_decision"
    trace_state = ("organisation_id", "site_id", "year", "computed", "declared", "annual_mass", "basis")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey(Site.id))
    year: Mapped[int]
    computed: Mapped[UnitClass | None] = mapped_column(enum_column(UnitClass, "computed"))
    """None: an input was missing."""
    declared: Mapped[UnitClass | None] = mapped_column(enum_column(UnitClass, "declared"))
    annual_mass: Mapped[Grams | None]
    """What the decision rests on, by 4.2.3."""
    basis: Mapped[dict[str, Any]]
    """Yearly totals in grams by year, and which clause was used."""
    decided_at: Mapped[datetime]


class PlanState(enum.StrEnum):
    """The life of a plan, domain-rules 7.11."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    FILED = "filed"
    SUPERSEDED = "superseded"


P = PlanState
PLAN_MOVES: dict[PlanState, frozenset[PlanState]] = {
    P.DRAFT: frozenset({P.SUBMITTED}),
    P.SUBMITTED: frozenset({P.FILED, P.RETURNED}),
    P.RETURNED: frozenset({P.SUBMITTED}),
    P.FILED: frozenset({P.SUPERSEDED}),
}
"""Where each state may lead; states not listed are final."""

PLAN_STATE_WORDS = {
    P.DRAFT: say("草稿"),
    P.SUBMITTED: say("已提交"),
    P.RETURNED: say("已退回"),
    P.FILED: say("已备案"),
    P.SUPERSEDED: say("已被替代"),
}
"""One word a state, everywhere."""


class ManagementPlan(Base, Traced):
    """The hazardous-waste management plan of one site and year. An amendment is a new revision of it."""

    __tablename__ = "management_plans"
    __table_args__ = (UniqueConstraint("site_id", "year", "revision"), Index(None, "organisation_id", "year"))
    trace_kind = "management_plan"
    trace_state = (
        "organisation_id",
        "site_id",
        "park_id",
        "year",
        "revision",
        "unit_class",
        "state",
        "filing_number",
        "submitted_at",
        "filed_on",
        "version",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id))
    site_id: Mapped[UUID] = mapped_column(ForeignKey(Site.id))
    park_id: Mapped[UUID | None] = mapped_column(index=True)
    year: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    unit_class: Mapped[UnitClass]
    state: Mapped[PlanState] = mapped_column(default=PlanState.DRAFT)
    basic: Mapped[dict[str, Any]]
    """Table A.1 as of the plan's writing."""
    production: Mapped[list[Any]]
    """Lines of table A.2."""
    reduction: Mapped[dict[str, Any]]
    """Table A.6: {"plan": …, "measures": …}."""
    filing_number: Mapped[str] = mapped_column(String(60), default="")
    """As the national system gives it; never invented."""
    reason: Mapped[str] = mapped_column(String(300), default="")
    """Why it was amended, or why it was returned."""
    submitted_at: Mapped[datetime | None]
    filed_on: Mapped[date | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class PlanTable(enum.StrEnum):
    """The tables of HJ 1259 annex A that list wastes."""

    GENERATION = "A.3"
    STORAGE = "A.4"
    OWN_TREATMENT = "A.5"
    TRANSFER = "A.7"


class PlanLine(Base):
    """One waste in one table of a plan; replaced with the draft, fixed once the plan is submitted."""

    __tablename__ = "plan_lines"
    __table_args__ = (Index(None, "plan_id", "table"),)

    plan_id: Mapped[UUID] = mapped_column(ForeignKey(ManagementPlan.id))
    table: Mapped[PlanTable]
    stream_id: Mapped[UUID | None] = mapped_column(index=True)
    waste_code: Mapped[str] = mapped_column(String(11))
    category: Mapped[str] = mapped_column(String(4))
    local_name: Mapped[str] = mapped_column(String(200))
    waste_name: Mapped[str] = mapped_column(String(200))
    mass: Mapped[Grams]
    """Expected generation (A.3), stock at the year's end (A.4), own treatment (A.5) or transfer (A.7)."""
    method_code: Mapped[str] = mapped_column(String(10), default="")
    details: Mapped[dict[str, Any]]
    """The other columns of its table by field name (domain-rules 15.5)."""
