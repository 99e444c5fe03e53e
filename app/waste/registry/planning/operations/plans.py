"""Writing, handing in, filing, returning and amending the management plan of a site and year."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from app.foundation import trace
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.waste.registry.planning import policy
from app.waste.registry.planning.commands import AmendPlan, RecordFiling, ReturnPlan, StartPlan, SubmitPlan
from app.waste.registry.planning.completeness import plan_problems
from app.waste.registry.planning.models import (
    ManagementPlan,
    PlanLine,
    PlanState,
    UnitClass,
)
from app.waste.registry.planning.operations.content import basic_of, first_lines, written
from app.waste.registry.planning.queries import PlanView, SiteView, lines_of, plan_for, site_view

REASON_LENGTH = 300
NUMBER_LENGTH = 60


def start_plan(work: Work, command: StartPlan) -> ManagementPlan:
    """Begin the plan of a site and year, filled in from the last plan, the streams and twelve months of postings.

    Raises:
        NotFound: no such site of the actor's.
        NotPermitted: the actor may not manage plans.
        InvalidInput: a year that can't be planned any more, or not yet.
        Conflict: the site has a plan of that year.
    """
    policy.ensure_may_manage(work.actor)
    view = site_view(work, command.site_id, command.year)
    if abs(command.year - work.today.year) > 1:
        raise InvalidInput([FieldProblem("#/year", say("只能编制去年、今年或明年的计划"))])
    if _newest_revision(work, command.site_id, command.year):
        raise Conflict(say("{year} 年的管理计划已有；要改请用“变更”", year=command.year))
    last = _last_plan(work, command.site_id, command.year)
    unit_class = _class_to_plan(view, last)
    plan = ManagementPlan(
        organisation_id=view.site.organisation_id,
        site_id=view.site.id,
        park_id=view.site.park_id,
        year=command.year,
        revision=1,
        unit_class=unit_class,
        state=PlanState.DRAFT,
        basic=basic_of(view, unit_class),
        production=list(last.production) if last else [],
        reduction=dict(last.reduction) if last else {},
        submitted_at=None,
        filed_on=None,
        created_at=work.now,
    )
    work.session.add(plan)
    work.session.flush()
    lines = first_lines(work, plan, lines_of(work, [last.id]) if last else ())
    work.session.add_all(lines)
    _record(work, "plan.started", plan, lines)
    return plan


def submit_plan(work: Work, plan_id: UUID, command: SubmitPlan) -> ManagementPlan:
    """Hand a plan in: every section its class asks for is there and whole (HJ 1259-2022 5.3).

    Raises:
        NotFound, NotPermitted, VersionConflict: see `_open`.
        Conflict: it is handed in already.
        InvalidInput: names everything that is missing.
    """
    view = _open(work, plan_id, command.seen_version)
    policy.ensure_editable(view.plan)
    if problems := plan_problems(view.plan, view.lines):
        raise InvalidInput(problems)
    policy.move(view.plan, PlanState.SUBMITTED)
    view.plan.submitted_at = work.now
    _record(work, "plan.submitted", view.plan, view.lines)
    return view.plan


def record_filing(work: Work, plan_id: UUID, command: RecordFiling) -> ManagementPlan:
    """Enter the filing number and day of the national system; an older revision is superseded by it.

    Raises:
        NotFound, NotPermitted, VersionConflict: see `_open`.
        Conflict: it is not handed in.
        InvalidInput: no number, or a day still to come.
    """
    view = _open(work, plan_id, command.seen_version)
    problems = []
    if not command.filing_number.strip():
        problems.append(FieldProblem("#/filing_number", say("请填写国家系统给出的备案编号")))
    if command.filed_on > work.today:
        problems.append(FieldProblem("#/filed_on", say("备案日期不能晚于今天")))
    if problems:
        raise InvalidInput(problems)
    policy.move(view.plan, PlanState.FILED)
    view.plan.filing_number = command.filing_number.strip()
    view.plan.filed_on = command.filed_on
    replaced = list(_filed_before(work, view.plan))
    for older in replaced:
        policy.move(older, PlanState.SUPERSEDED)
    trace.record(
        work,
        "plan.filed",
        view.plan,
        about=[("site", view.plan.site_id)],
        changed=replaced,
        park_id=view.plan.park_id,
    )
    return view.plan


def return_plan(work: Work, plan_id: UUID, command: ReturnPlan) -> ManagementPlan:
    """Note that the authority returned the plan, and why; it may be changed and handed in again.

    Raises:
        NotFound, NotPermitted, VersionConflict: see `_open`.
        Conflict: it is not handed in.
        InvalidInput: no reason.
    """
    view = _open(work, plan_id, command.seen_version)
    reason = _reason(command.reason, say("请填写退回原因"))
    policy.move(view.plan, PlanState.RETURNED)
    view.plan.reason = reason
    _record(work, "plan.returned", view.plan, view.lines)
    return view.plan


def amend_plan(work: Work, plan_id: UUID, command: AmendPlan) -> ManagementPlan:
    """Begin a new revision of a filed plan, which stays in force until the new one is filed (5.2.3).

    Raises:
        NotFound, NotPermitted, VersionConflict: see `_open`.
        Conflict: it is not filed, or an amendment is under way.
        InvalidInput: no reason.
    """
    view = _open(work, plan_id, command.seen_version)
    old = view.plan
    reason = _reason(command.reason, say("请写明变更原因"))
    if old.state is not PlanState.FILED:
        raise Conflict(say("只有已备案的计划需要变更"))
    newest = _newest_revision(work, old.site_id, old.year)
    if newest > old.revision:
        raise Conflict(say("第 {revision} 版正在变更中，请在那一版上修改", revision=newest))
    plan = ManagementPlan(
        organisation_id=old.organisation_id,
        site_id=old.site_id,
        park_id=old.park_id,
        year=old.year,
        revision=newest + 1,
        unit_class=old.unit_class,
        state=PlanState.DRAFT,
        basic=dict(old.basic),
        production=list(old.production),
        reduction=dict(old.reduction),
        reason=reason,
        submitted_at=None,
        filed_on=None,
        created_at=work.now,
    )
    work.session.add(plan)
    work.session.flush()
    lines = [_copied(line, plan) for line in view.lines]
    work.session.add_all(lines)
    _record(work, "plan.amended", plan, lines, amends_id=old.id)
    return plan


def _open(work: Work, plan_id: UUID, seen_version: int) -> PlanView:
    """The plan, locked, as the actor saw it.

    Raises:
        NotFound: none such, or not theirs.
        NotPermitted: the actor may not manage plans.
        VersionConflict: it changed since the actor saw it.
    """
    policy.ensure_may_manage(work.actor)
    view = plan_for(work, plan_id, lock=True)
    policy.ensure_unchanged(seen_version, view.plan.version)
    return view


def _record(
    work: Work,
    name: str,
    plan: ManagementPlan,
    lines: Sequence[PlanLine],
    *,
    amends_id: UUID | None = None,
) -> None:
    facts = written(plan, lines)
    if amends_id is not None:
        facts["amends_id"] = amends_id
    trace.record(work, name, plan, about=[("site", plan.site_id)], park_id=plan.park_id, **facts)


def _reason(text: str, asked: Text) -> str:
    reason = text.strip()[:REASON_LENGTH]
    if not reason:
        raise InvalidInput([FieldProblem("#/reason", asked)])
    return reason


def _newest_revision(work: Work, site_id: UUID, year: int) -> int:
    """0 where there is none."""
    newest = work.session.scalar(
        select(func.max(ManagementPlan.revision)).where(
            ManagementPlan.site_id == site_id, ManagementPlan.year == year
        )
    )
    return int(newest or 0)


def _last_plan(work: Work, site_id: UUID, year: int) -> ManagementPlan | None:
    return work.session.scalar(
        select(ManagementPlan)
        .where(ManagementPlan.site_id == site_id, ManagementPlan.year < year)
        .order_by(ManagementPlan.year.desc(), ManagementPlan.revision.desc())
        .limit(1)
    )


def _filed_before(work: Work, plan: ManagementPlan) -> list[ManagementPlan]:
    return list(
        work.session.scalars(
            select(ManagementPlan)
            .where(
                ManagementPlan.site_id == plan.site_id,
                ManagementPlan.year == plan.year,
                ManagementPlan.state == PlanState.FILED,
                ManagementPlan.id != plan.id,
            )
            .with_for_update()
        )
    )


def _class_to_plan(view: SiteView, last: ManagementPlan | None) -> UnitClass:
    """As declared, else as computed, else as in the last plan; a site nobody knows anything of registers."""
    decision = view.decision
    found = (decision.declared or decision.computed) if decision else None
    return found or (last.unit_class if last else UnitClass.REGISTRATION)


def _copied(line: PlanLine, plan: ManagementPlan) -> PlanLine:
    return PlanLine(
        plan_id=plan.id,
        table=line.table,
        stream_id=line.stream_id,
        waste_code=line.waste_code,
        category=line.category,
        local_name=line.local_name,
        waste_name=line.waste_name,
        mass=line.mass,
        method_code=line.method_code,
        details=dict(line.details),
    )
