"""What the rules say of a site's plan of a year: its filing, its content, and each waste beside it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from sqlalchemy import case, func, select

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import Facts, RuleFinding, assess
from app.foundation.rulebook.outcome import UNKNOWN
from app.waste.registry.models import PlaceKind, Posting, WasteStream
from app.waste.registry.planning.actuals import PlanActuals
from app.waste.registry.planning.completeness import sections_present
from app.waste.registry.planning.models import ManagementPlan, PlanState, PlanTable
from app.waste.registry.planning.queries import PlanView, SiteView, plan_in_force
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


def generation_findings(work: Work, view: SiteView, stream: WasteStream) -> list[RuleFinding]:
    """What the plan says of one waste as it arises: not in it, or more than planned; shown, never stopping.

    Two statements. Nothing where no plan is in force: that is a finding of the site.
    """
    found = plan_in_force(work, view.site.id, work.today)
    if found is None:
        return []
    planned = [
        line.mass
        for line in found[1]
        if (line.table, line.waste_code) == (PlanTable.GENERATION, stream.waste_code)
    ]
    facts = PlannedWasteFacts(
        subject_id=stream.id,
        waste_code=stream.waste_code,
        is_planned=bool(planned),
        cumulative=_generated(work, view, stream.waste_code),
        planned=Grams(sum(planned)) if planned else UNKNOWN,
    )
    rules = {id_: PLAN_RULES[id_] for id_ in ("HJ1259-plan-code", "HJ1259-plan-over")}
    return assess(rules, [facts], on=work.today, jurisdiction=view.jurisdiction)


def _generated(work: Work, view: SiteView, waste_code: str) -> Grams:
    signed = case((Posting.from_kind == PlaceKind.GENERATION, Posting.mass), else_=-Posting.mass)
    total = work.session.scalar(
        select(func.sum(signed))
        .join(WasteStream, WasteStream.id == Posting.stream_id)
        .where(
            WasteStream.site_id == view.site.id,
            WasteStream.waste_code == waste_code,
            (Posting.from_kind == PlaceKind.GENERATION) | (Posting.to_kind == PlaceKind.GENERATION),
            Posting.effective_on >= date(work.today.year, 1, 1),
        )
    )
    return Grams(int(total or 0))
