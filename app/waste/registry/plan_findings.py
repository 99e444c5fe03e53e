"""What the rules say of a site's plan of a year: its filing, its content, and each waste beside it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from sqlalchemy import func, select

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import Facts, RuleFinding, assess
from app.foundation.rulebook.outcome import UNKNOWN
from app.waste.registry.models import PlaceKind, Posting
from app.waste.registry.planning.actuals import PlanActuals
from app.waste.registry.planning.completeness import sections_present
from app.waste.registry.planning.models import ManagementPlan, PlanState, PlanTable
from app.waste.registry.planning.queries import PlanView
from app.waste.registry.rules import plans
from app.waste.registry.rules.plans import PlanDutyFacts, PlannedWasteFacts

PLAN_RULES: Final = {id_: rule for id_, rule in plans.RULES.items() if id_ != "HWTM-14-plan"}
IN_FORCE: Final = frozenset({PlanState.FILED, PlanState.SUPERSEDED})
WATCHED: Final = (PlanTable.GENERATION, PlanTable.TRANSFER)


def plan_findings(work: Work, view: PlanView, actuals: PlanActuals) -> list[RuleFinding]:
    """Every rule on a plan and its wastes, passes too; two statements."""
    facts: list[Facts] = [_duty_facts(work, view, actuals)]
    if view.plan.state in IN_FORCE:
        facts += waste_facts(actuals)
    return assess(PLAN_RULES, facts, on=work.today, jurisdiction=view.jurisdiction)


def waste_facts(actuals: PlanActuals) -> Iterable[Facts]:
    """Each waste that arises or leaves beside the plan, once for each of these tables."""
    for table in WATCHED:
        seen = set()
        for item in actuals.lines_of(table):
            if item.line.stream_id is None or item.line.stream_id in seen:
                continue
            seen.add(item.line.stream_id)
            yield PlannedWasteFacts(
                subject_id=item.line.stream_id,
                waste_code=item.line.waste_code,
                is_planned=True,
                cumulative=item.actual,
                planned=item.planned,
            )
        for extra in actuals.unplanned_in(table):
            yield PlannedWasteFacts(
                subject_id=extra.stream_id,
                waste_code=extra.waste_code,
                is_planned=False,
                cumulative=extra.actual,
                planned=Grams(0),
            )


def _duty_facts(work: Work, view: PlanView, actuals: PlanActuals) -> PlanDutyFacts:
    plan = view.plan
    return PlanDutyFacts(
        subject_id=view.site.id,
        year=plan.year,
        today=work.today,
        generates=True,
        filed_on=_first_filed(work, plan),
        sites_in_plan=1,
        changed_on=_changed_on(work, plan, actuals) if plan.state is PlanState.FILED else None,
        unit_class=plan.unit_class or UNKNOWN,
        sections=sections_present(plan, view.lines),
    )


def _first_filed(work: Work, plan: ManagementPlan) -> date | None:
    return work.session.scalar(
        select(func.min(ManagementPlan.filed_on)).where(
            ManagementPlan.site_id == plan.site_id, ManagementPlan.year == plan.year
        )
    )


def _changed_on(work: Work, plan: ManagementPlan, actuals: PlanActuals) -> date | None:
    """The first day of the year on which a waste arose or left that the plan doesn't name."""
    streams: Sequence[object] = [
        extra.stream_id for table in WATCHED for extra in actuals.unplanned_in(table)
    ]
    if not streams:
        return None
    return work.session.scalar(
        select(func.min(Posting.effective_on)).where(
            Posting.stream_id.in_(streams),
            (Posting.from_kind == PlaceKind.GENERATION) | (Posting.to_kind == PlaceKind.CONSIGNMENT),
            Posting.effective_on >= date(plan.year, 1, 1),
        )
    )
