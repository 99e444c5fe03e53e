"""A filed management plan, made by the operations themselves."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.foundation.core.database import Database
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.waste.registry.planning.commands import (
    PlannedWaste,
    RecordFiling,
    RevisePlan,
    ReviseProfile,
    StartPlan,
    SubmitPlan,
)
from app.waste.registry.planning.models import ManagementPlan, PlanTable, UnitClass
from app.waste.registry.planning.operations.content import revise_plan
from app.waste.registry.planning.operations.plans import record_filing, start_plan, submit_plan
from app.waste.registry.planning.operations.profiles import revise_profile
from app.waste.registry.planning.queries import site_view

PLENTY = Grams(1_000_000_000)
"""A thousand tonnes of each waste."""


def a_profile(**changes: Any) -> ReviseProfile:
    """Everything table A.1 asks for; no answers."""
    values: dict[str, Any] = {
        "industry_code": "2641",
        "started_on": date(2015, 5, 1),
        "has_own_treatment": False,
        "legal_person": "陆某",
        "technical_lead": "顾某",
        "ledger_keeper": "顾某",
    }
    return ReviseProfile(**values | changes)


def a_draft_content(
    transfers: Mapping[UUID, Sequence[str]], seen_version: int, mass: Grams, **changes: Any
) -> RevisePlan:
    """Generation and transfer of each stream to its receivers, for a unit of the registration class."""
    generation = tuple(
        PlannedWaste(stream, mass, "", {"facility_code": "MF0001", "step": "清洗"}) for stream in transfers
    )
    transfer = tuple(
        PlannedWaste(
            stream,
            mass,
            "R2",
            {
                "transfer_kind": "within_province",
                "receiver_kind": "exempt",
                "receiver_name": receiver,
                "licence_number": "",
            },
        )
        for stream, receivers in transfers.items()
        for receiver in receivers
    )
    values: dict[str, Any] = {
        "unit_class": UnitClass.REGISTRATION,
        "lines": {PlanTable.GENERATION: generation, PlanTable.TRANSFER: transfer},
        "refresh_basic": True,
    }
    return RevisePlan(seen_version, **values | changes)


def filed_plan(
    database: Database,
    actor: Actor,
    site_id: UUID,
    transfers: Mapping[UUID, Sequence[str]],
    now: Any = None,
    mass: Grams = PLENTY,
) -> ManagementPlan:
    """The filed plan of a site and the year of `now`: streams by id with the names of their receivers."""
    with database.writing(actor, now=now) as work:
        if site_view(work, site_id).profile is None:
            revise_profile(work, site_id, a_profile())
        plan = start_plan(work, StartPlan(site_id, work.today.year))
        revise_plan(work, plan.id, a_draft_content(transfers, plan.version, mass))
        work.session.flush()
        submit_plan(work, plan.id, SubmitPlan(plan.version))
        work.session.flush()
        return record_filing(work, plan.id, RecordFiling("HWJH-0001", work.today, plan.version))
