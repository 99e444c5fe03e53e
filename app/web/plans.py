"""Management plans: the list by year, one plan beside the ledger, its forms table by table, and the site's profile."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.entry.language import rendered
from app.entry.official_files import FileFormat, kept
from app.entry.plan_files import plan_file
from app.entry.work import reading, unit_of_work
from app.foundation.core.errors import Conflict, DomainError, InvalidInput, NotFound
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.foundation.rulebook.outcome import OutcomeKind
from app.waste.registry.plan_findings import plan_findings
from app.waste.registry.planning import policy
from app.waste.registry.planning.actuals import plan_actuals
from app.waste.registry.planning.commands import AmendPlan, RecordFiling, ReturnPlan, StartPlan, SubmitPlan
from app.waste.registry.planning.completeness import required_sections, section_problems, sections_present
from app.waste.registry.planning.fields import (
    BASIC_FIELDS,
    LINE_FIELDS,
    MASS_LABELS,
    METHOD_TABLES,
    PRODUCTION_FIELDS,
    REDUCTION_FIELDS,
    SECTION_WORDS,
    Section,
)
from app.waste.registry.planning.models import CLASS_WORDS, PLAN_STATE_WORDS, PlanState, PlanTable
from app.waste.registry.planning.operations import plans as operations
from app.waste.registry.planning.queries import PlanView, plan_for, plans_page, site_views
from app.waste.registry.planning.schemas import RecordFilingSchema, StartPlanSchema
from app.waste.storage.places import stock_places
from app.web.forms import FormState
from app.web.parsing import parse_form

bp = Blueprint("plans", __name__)
S = PlanState

LOOKS: Final = {
    S.DRAFT: ("", "pencil"),
    S.SUBMITTED: ("info", "send"),
    S.RETURNED: ("bad", "arrow-back-up"),
    S.FILED: ("ok", "file-check"),
    S.SUPERSEDED: ("", "history"),
}
"""Tag kind and icon of each state."""
WARN_PER_MILLE: Final = 900


@bp.get("/plans")
def index() -> str:
    """The plans of a year, and the sites that have none."""
    with reading() as work:
        year = _year(request.args.get("year"), work.today.year)
        views = plans_page(work, year=year, limit=100)[0]
        planned = {view.site.id for view in views}
        missing = [
            site for site in site_views(work, year) if site.site.id not in planned and _makes_waste(site)
        ]
        return render_template(
            "plans/index.html",
            year=year,
            years=list(range(work.today.year + 1, work.today.year - 4, -1)),
            views=views,
            missing=missing,
            state_words=PLAN_STATE_WORDS,
            class_words=CLASS_WORDS,
            looks=LOOKS,
            may_manage=policy.may_manage(work.actor),
        )


def _makes_waste(view: Any) -> bool:
    return bool(view.organisation.is_producer)


@bp.post("/plans")
def start() -> BaseResponse:
    """Begin a plan and go to its task list."""
    command: StartPlan = parse_form(StartPlanSchema(), _typed())
    with unit_of_work() as work:
        plan_id = operations.start_plan(work, command).id
    flash(_("已按台账和上年计划填好初稿，请逐表核对"))
    return redirect(url_for("plan_forms.edit", plan_id=plan_id), 303)


@bp.get("/plans/<uuid:plan_id>")
def show(plan_id: UUID) -> str:
    """One plan: tables A.1 to A.7, each planned mass beside the ledger's, and what the rules say."""
    with reading() as work:
        return _page(work, plan_id, FormState())


@bp.get("/plans/<uuid:plan_id>/file.<suffix>")
def file(plan_id: UUID, suffix: str) -> Any:
    """The plan as XLSX or PDF.

    Raises:
        NotFound: no such format, or no such plan.
    """
    if suffix not in (FileFormat.XLSX, FileFormat.PDF):
        raise NotFound(say("没有这种格式"))
    with reading() as work:
        return kept(plan_file(work, plan_for(work, plan_id), FileFormat(suffix)))


@bp.post("/plans/<uuid:plan_id>/submission")
def submit(plan_id: UUID) -> BaseResponse | tuple[str, int]:
    """Hand the plan in."""

    def act(work: Work) -> Text:
        operations.submit_plan(work, plan_id, SubmitPlan(_seen()))
        return say("已提交；在国家系统备案后，请登记备案编号")

    return _do(plan_id, act)


@bp.post("/plans/<uuid:plan_id>/filing")
def record_filing(plan_id: UUID) -> BaseResponse | tuple[str, int]:
    """Enter the filing number of the national system."""

    def act(work: Work) -> Text:
        typed = {name: request.form.get(name, "") for name in ("filing_number", "filed_on", "seen_version")}
        command: RecordFiling = parse_form(RecordFilingSchema(), typed)
        operations.record_filing(work, plan_id, command)
        return say("已登记备案，计划生效")

    return _do(plan_id, act)


@bp.post("/plans/<uuid:plan_id>/return")
def send_back(plan_id: UUID) -> BaseResponse | tuple[str, int]:
    """Note that the authority returned it."""

    def act(work: Work) -> Text:
        operations.return_plan(work, plan_id, ReturnPlan(request.form.get("reason", ""), _seen()))
        return say("已登记退回，修改后再次提交")

    return _do(plan_id, act)


@bp.post("/plans/<uuid:plan_id>/amendments")
def amend(plan_id: UUID) -> BaseResponse | tuple[str, int]:
    """Begin a new revision of a filed plan and go to its task list."""
    try:
        with unit_of_work() as work:
            command = AmendPlan(request.form.get("reason", ""), _seen())
            new_id = operations.amend_plan(work, plan_id, command).id
    except InvalidInput as refused:
        return _again(plan_id, FormState(request.form, refused.problems), None, 422)
    except Conflict as refused:
        return _again(plan_id, FormState(request.form), refused, 409)
    flash(_("已建立变更稿；新版备案之前，原计划仍然有效"))
    return redirect(url_for("plan_forms.edit", plan_id=new_id), 303)


def _do(plan_id: UUID, act: Callable[[Work], Text]) -> BaseResponse | tuple[str, int]:
    """Act and go on; refused, the page as it is now with the reasons on top."""
    try:
        with unit_of_work() as work:
            done = act(work)
    except InvalidInput as refused:
        return _again(plan_id, FormState(request.form, refused.problems), None, 422)
    except Conflict as refused:
        return _again(plan_id, FormState(request.form), refused, 409)
    flash(rendered(done))
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


def _again(plan_id: UUID, form: FormState, refusal: DomainError | None, status: int) -> tuple[str, int]:
    with reading() as work:
        return _page(work, plan_id, form, refusal.text if refusal else None), status


def _page(work: Work, plan_id: UUID, form: FormState, refusal: Text | None = None) -> str:
    view = plan_for(work, plan_id)
    plan = view.plan
    actuals = plan_actuals(work, plan, view.lines, stock_places(work, site_id=view.site.id).books)
    found = plan_findings(work, view, actuals)
    return render_template(
        "plans/show.html",
        plan=plan,
        view=view,
        actuals=actuals,
        sections=sections_shown(view),
        findings=[one for one in found if one.outcome is OutcomeKind.FINDING],
        unknown=[one for one in found if one.outcome is OutcomeKind.NOT_EVALUABLE],
        kept=sum(one.outcome is OutcomeKind.PASS for one in found),
        form=form,
        refusal=refusal,
        look=LOOKS[plan.state],
        state_word=PLAN_STATE_WORDS[plan.state],
        class_word=CLASS_WORDS[plan.unit_class],
        may_manage=policy.may_manage(work.actor),
        is_editable=plan.state in policy.EDITABLE,
        today=work.today,
        warn=WARN_PER_MILLE,
        **words(),
    )


def words() -> dict[str, Any]:
    """What templates call the parts of a plan."""
    return {
        "section_words": SECTION_WORDS,
        "basic_fields": BASIC_FIELDS,
        "production_fields": PRODUCTION_FIELDS,
        "reduction_fields": REDUCTION_FIELDS,
        "line_fields": LINE_FIELDS,
        "mass_labels": MASS_LABELS,
        "method_tables": METHOD_TABLES,
        "tables": PlanTable,
        "all_classes": CLASS_WORDS,
    }


def sections_shown(view: PlanView) -> list[dict[str, Any]]:
    """Each section with its state: done, problem, todo, or not asked for."""
    present, required = sections_present(view.plan, view.lines), required_sections(view.plan)
    shown = []
    for section in Section:
        problems = section_problems(view.plan, view.lines, section)
        if problems:
            state = "problem" if section in present else "todo"
        else:
            state = "done" if section in present else "none"
        if section in required or section in present:
            shown.append(
                {"section": section, "state": state, "problems": problems, "required": section in required}
            )
    return shown


def _typed() -> Mapping[str, str]:
    return {name: value for name, value in request.form.items() if name != "csrf_token"}


def _seen() -> int:
    text = request.form.get("seen_version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def _year(text: str | None, default: int) -> int:
    if text and text.isascii() and text.isdigit() and 1990 <= int(text[:5]) <= 2999:
        return int(text)
    return default
