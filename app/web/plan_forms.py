"""Writing a plan: the task list, one form a table; and the profile of its site."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.entry.language import rendered
from app.entry.work import reading, unit_of_work
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound, VersionConflict
from app.foundation.core.text import say
from app.foundation.core.units import Grams, grams_from_tonnes
from app.foundation.core.work import Work
from app.foundation.rulebook.outcome import OutcomeKind
from app.foundation.rulebook.rules import Severity
from app.waste.registry.methods import METHODS, method_text
from app.waste.registry.planning import policy
from app.waste.registry.planning.answers import answers, groups
from app.waste.registry.planning.commands import PlannedWaste, RevisePlan, ReviseProfile
from app.waste.registry.planning.completeness import section_problems, stated_empty
from app.waste.registry.planning.fields import (
    LINE_FIELDS,
    METHOD_TABLES,
    PRODUCTION_FIELDS,
    REDUCTION_FIELDS,
    SECTION_WORDS,
    Section,
)
from app.waste.registry.planning.models import CLASS_WORDS, PLAN_STATE_WORDS, PlanTable, UnitClass
from app.waste.registry.planning.operations.classes import decide_class
from app.waste.registry.planning.operations.content import revise_plan, site_streams
from app.waste.registry.planning.operations.profiles import revise_profile
from app.waste.registry.planning.queries import PlanView, SiteView, plan_for, site_view
from app.waste.registry.planning.schemas import DecideClassSchema, ReviseSiteProfileSchema
from app.waste.storage.site_checks import site_check
from app.web.forms import FormState
from app.web.parsing import parse_form
from app.web.plans import LOOKS, sections_shown, words

bp = Blueprint("plan_forms", __name__)
MOST_ROWS: Final = 60
PAST_YEARS: Final = 3
PROFILE_TEXTS: Final = (
    "industry_code", "started_on", "override_class", "override_document", "eia_number", "permit_number", "longitude",
    "latitude", "legal_person", "legal_person_phone", "technical_lead", "technical_lead_phone", "ledger_keeper",
)  # fmt: skip


@bp.get("/plans/<uuid:plan_id>/edit")
def edit(plan_id: UUID) -> str:
    """The task list of a draft: each table with its state."""
    with reading() as work:
        policy.ensure_may_manage(work.actor)
        view = plan_for(work, plan_id)
        return render_template(
            "plans/edit.html",
            plan=view.plan,
            view=view,
            sections=sections_shown(view),
            look=LOOKS[view.plan.state],
            state_word=PLAN_STATE_WORDS[view.plan.state],
            is_editable=view.plan.state in policy.EDITABLE,
            class_options=[(value.value, word) for value, word in CLASS_WORDS.items()],
            form=FormState({"unit_class": view.plan.unit_class.value}),
            section_words=SECTION_WORDS,
        )


@bp.post("/plans/<uuid:plan_id>/edit")
def refresh(plan_id: UUID) -> BaseResponse:
    """Change the class of the plan, or take table A.1 from the profile anew."""
    typed = request.form.get("unit_class", "")
    unit_class = UnitClass(typed) if typed in list(UnitClass) else None
    with unit_of_work() as work:
        revise_plan(work, plan_id, RevisePlan(_seen(), unit_class=unit_class, refresh_basic=True))
    flash(_("已更新"))
    return redirect(url_for("plan_forms.edit", plan_id=plan_id), 303)


@bp.get("/plans/<uuid:plan_id>/tables/<name>")
def table(plan_id: UUID, name: str) -> str:
    """The form of one table."""
    section = _section(name)
    with reading() as work:
        policy.ensure_may_manage(work.actor)
        view = plan_for(work, plan_id)
        return _form(work, view, section, FormState(_values(view, section)), _row_count(view, section))


@bp.post("/plans/<uuid:plan_id>/tables/<name>")
def save_table(plan_id: UUID, name: str) -> BaseResponse | tuple[str, int] | str:
    """Keep one table; or show its form again with rows added or taken away."""
    section = _section(name)
    rows = min(int(request.form.get("rows", "0") or 0), MOST_ROWS)
    typed = {key: value for key, value in request.form.items() if key != "csrf_token"}
    if do := request.form.get("do", ""):
        with reading() as work:
            policy.ensure_may_manage(work.actor)
            typed, rows = _changed_rows(typed, rows, do, request.form.getlist("streams"))
            return _form(work, plan_for(work, plan_id), section, FormState(typed), rows)
    try:
        command = _command(section, typed, rows)
        with unit_of_work() as work:
            revise_plan(work, plan_id, command)
    except InvalidInput as refused:
        form = FormState(typed, [_onto_form(problem, section) for problem in refused.problems])
        return _form_again(plan_id, section, form, rows), 422
    except (VersionConflict, Conflict) as refused:
        form = FormState(typed, [FieldProblem("", refused.text)])
        return _form_again(plan_id, section, form, rows), 409
    flash(_("已保存 %(table)s", table=f"{section.value} {rendered(SECTION_WORDS[section])}"))
    return redirect(url_for("plan_forms.edit", plan_id=plan_id), 303)


def _section(name: str) -> Section:
    if name in list(Section) and name != Section.BASIC:
        return Section(name)
    raise NotFound(say("没有这张表"))


def _row_count(view: PlanView, section: Section) -> int:
    if section is Section.PRODUCTION:
        return max(1, len(view.plan.production))
    return len(view.lines_of(PlanTable(section.value))) if section.table else 0


def _values(view: PlanView, section: Section) -> dict[str, str]:
    """The table as it is, as a form holds it."""
    plan = view.plan
    values: dict[str, str] = {"seen_version": str(plan.version)}
    if section is Section.REDUCTION:
        return values | {key: str(value) for key, value in plan.reduction.items()}
    if section is Section.PRODUCTION:
        for number, row in enumerate(plan.production):
            values |= {f"row-{number}-{key}": str(value) for key, value in row.items()}
        return values
    which = PlanTable(section.value)
    if which in stated_empty(plan):
        values["empty"] = "yes"
    for number, line in enumerate(view.lines_of(which)):
        at = f"row-{number}"
        values |= {
            f"{at}-{field.name}": str(line.details.get(field.name, "")) for field in LINE_FIELDS[which]
        }
        values |= {
            f"{at}-stream_id": str(line.stream_id or ""),
            f"{at}-mass_t": _tonnes(line.mass),
            f"{at}-method_code": line.method_code,
        }
    return values


def _tonnes(mass: int) -> str:
    """Tonnes without needless zeros."""
    text = f"{Decimal(mass) / 1_000_000:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _changed_rows(
    typed: dict[str, str], rows: int, do: str, streams: Sequence[str]
) -> tuple[dict[str, str], int]:
    """Rows added for chosen streams, or one blank row; or one taken away."""
    if do == "add":
        for stream in streams or [""]:
            if rows < MOST_ROWS:
                typed[f"row-{rows}-stream_id"] = stream
                rows += 1
        return typed, rows
    gone = do.removeprefix("remove-")
    if not gone.isdigit() or int(gone) >= rows:
        return typed, rows
    left: dict[str, str] = {}
    for key, value in typed.items():
        number, name = _row_of(key)
        if number is None or number < int(gone):
            left[key] = value
        elif number > int(gone):
            left[f"row-{number - 1}-{name}"] = value
    return left, rows - 1


def _row_of(key: str) -> tuple[int | None, str]:
    parts = key.split("-", 2)
    if len(parts) == 3 and parts[0] == "row" and parts[1].isdigit():
        return int(parts[1]), parts[2]
    return None, key


def _command(section: Section, typed: Mapping[str, str], rows: int) -> RevisePlan:
    """What was typed, as a command.

    Raises:
        InvalidInput: a mass that is no number.
    """
    seen = _seen()
    if section is Section.REDUCTION:
        return RevisePlan(
            seen, reduction={field.name: typed.get(field.name, "") for field in REDUCTION_FIELDS}
        )
    if section is Section.PRODUCTION:
        filled = [
            {field.name: typed.get(f"row-{number}-{field.name}", "") for field in PRODUCTION_FIELDS}
            for number in range(rows)
        ]
        return RevisePlan(seen, production=tuple(row for row in filled if any(row.values())))
    which = PlanTable(section.value)
    problems: list[FieldProblem] = []
    lines = tuple(_planned(which, typed, number, problems) for number in range(rows))
    if problems:
        raise InvalidInput(problems)
    empty = _empty_after(typed, which)
    return RevisePlan(seen, lines={which: lines}, empty=empty)


def _empty_after(typed: Mapping[str, str], table: PlanTable) -> frozenset[PlanTable]:
    others = {PlanTable(value) for value in typed.get("others_empty", "").split() if value in list(PlanTable)}
    return frozenset(others | ({table} if typed.get("empty") else set()))


def _planned(
    table: PlanTable, typed: Mapping[str, str], number: int, problems: list[FieldProblem]
) -> PlannedWaste:
    at = f"row-{number}"
    mass, stream_id = Grams(0), UUID(int=0)
    try:
        mass = grams_from_tonnes(typed.get(f"{at}-mass_t", "").replace(",", "") or "0")
    except ValueError:
        problems.append(FieldProblem(f"#/lines/{table.value}/{number}/mass_kg", say("请填写吨数，如 12.5")))
    try:
        stream_id = UUID(typed.get(f"{at}-stream_id", ""))
    except ValueError:
        problems.append(FieldProblem(f"#/lines/{table.value}/{number}/stream_id", say("请选择废物")))
    details = {field.name: typed.get(f"{at}-{field.name}", "").strip() for field in LINE_FIELDS[table]}
    method = typed.get(f"{at}-method_code", "") if table in METHOD_TABLES else ""
    return PlannedWaste(stream_id, mass, method, details)


def _onto_form(problem: FieldProblem, section: Section) -> FieldProblem:
    """`#/lines/A.7/0/mass_kg` -> the field `row-0-mass_t` of this form."""
    parts = problem.pointer.removeprefix("#/").split("/")
    if parts[0] == "lines" and len(parts) == 4:
        name = "mass_t" if parts[3] == "mass_kg" else parts[3]
        return FieldProblem(f"#/row/{parts[2]}/{name}", problem.text)
    if parts[0] == "production" and len(parts) == 3:
        return FieldProblem(f"#/row/{parts[1]}/{parts[2]}", problem.text)
    if parts[0] == "reduction" and len(parts) == 2:
        return FieldProblem(f"#/{parts[1]}", problem.text)
    return FieldProblem("", problem.text)


def _form_again(plan_id: UUID, section: Section, form: FormState, rows: int) -> str:
    with reading() as work:
        return _form(work, plan_for(work, plan_id), section, form, rows)


def _form(work: Work, view: PlanView, section: Section, form: FormState, rows: int) -> str:
    policy.ensure_editable(view.plan)
    streams = site_streams(work, view.site.id)
    others = stated_empty(view.plan) - ({PlanTable(section.value)} if section.table else set())
    return render_template(
        "plans/table.html",
        plan=view.plan,
        view=view,
        section=section,
        table=section.table,
        form=form,
        rows=rows,
        streams=streams,
        stream_options=[
            (str(id_), f"{stream.waste_code} {stream.local_name}") for id_, stream in streams.items()
        ],
        methods=[(code, method_text(code)) for code in METHODS],
        still_open=[problem.text for problem in section_problems(view.plan, view.lines, section)],
        others_empty=" ".join(sorted(table.value for table in others)),
        **words(),
    )


@bp.get("/sites/<uuid:site_id>/profile")
def profile(site_id: UUID) -> str:
    """What is known of a site, the class it follows, and what the rules say of it."""
    with reading() as work:
        view = site_view(work, site_id)
        return _profile_page(work, view, FormState(_profile_values(view)))


@bp.post("/sites/<uuid:site_id>/profile")
def save_profile(site_id: UUID) -> BaseResponse | tuple[str, int]:
    """Keep what is known of a site."""
    try:
        command: ReviseProfile = parse_form(ReviseSiteProfileSchema(), _profile_typed())
        with unit_of_work() as work:
            revise_profile(work, site_id, command)
    except InvalidInput as refused:
        problems = [_onto_profile(problem) for problem in refused.problems]
        return _profile_again(site_id, FormState(request.form, problems)), 422
    except VersionConflict as refused:
        return _profile_again(site_id, FormState(request.form, [FieldProblem("", refused.text)])), 409
    flash(_("已保存场所档案"))
    return redirect(url_for("plan_forms.profile", site_id=site_id), 303)


@bp.post("/sites/<uuid:site_id>/class")
def decide(site_id: UUID) -> BaseResponse:
    """Compute the class of a year, and keep what was declared."""
    typed = {name: request.form.get(name, "") for name in ("year", "declared")}
    command = parse_form(DecideClassSchema(), typed)
    with unit_of_work() as work:
        decide_class(work, site_id, command)
    flash(_("已判定 %(year)s 年的管理类别", year=command.year))
    return redirect(url_for("plan_forms.profile", site_id=site_id), 303)


def _profile_values(view: SiteView) -> dict[str, str]:
    profile = view.profile
    if profile is None:
        return {}
    values = {name: _shown(getattr(profile, name)) for name in PROFILE_TEXTS}
    values |= {
        "eia_t": "" if profile.eia_mass is None else _tonnes(profile.eia_mass),
        "permit_t": "" if profile.permit_mass is None else _tonnes(profile.permit_mass),
        "has_own_treatment": _yes_no(profile.has_own_treatment),
        "seen_version": str(profile.version),
    }
    values |= {f"past-{year}": _tonnes(mass) for year, mass in profile.past_masses.items()}
    return values | {f"answer-{key}": _yes_no(value) for key, value in profile.equipment.items()}


def _shown(value: Any) -> str:
    return "" if value is None else str(value.value if isinstance(value, UnitClass) else value)


def _yes_no(value: Any) -> str:
    if value is None:
        return ""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _profile_typed() -> dict[str, Any]:
    """The form as the schema of the API takes it: tonnes become kilograms, answers their own kinds.

    Raises:
        InvalidInput: a mass or a count that is no number.
    """
    form = request.form
    problems: list[FieldProblem] = []
    typed: dict[str, Any] = {name: form.get(name, "") for name in (*PROFILE_TEXTS, "seen_version")}
    typed["has_own_treatment"] = {"yes": "true", "no": "false"}.get(form.get("has_own_treatment", ""), "")
    for name, at in (("eia_kg", "eia_t"), ("permit_kg", "permit_t")):
        typed[name] = _kilograms(form.get(at, ""), at, problems)
    years = [key for key in form if key.startswith("past-")]
    past = {key.removeprefix("past-"): _kilograms(form[key], key, problems) for key in years}
    typed["past_kg"] = {year: mass for year, mass in past.items() if mass}
    typed["equipment"] = {
        key: _answered(question.kind, form.get(f"answer-{key}", "").strip())
        for key, question in answers().items()
        if form.get(f"answer-{key}", "").strip()
    }
    if problems:
        raise InvalidInput(problems)
    return typed


def _kilograms(text: str, at: str, problems: list[FieldProblem]) -> str:
    if not text.strip():
        return ""
    try:
        return f"{Decimal(grams_from_tonnes(text.replace(',', ''))) / 1000:f}"
    except ValueError:
        problems.append(FieldProblem(f"#/{at}", say("请填写吨数，如 12.5")))
        return ""


def _answered(kind: str, text: str) -> Any:
    if kind == "flag":
        return {"yes": True, "no": False}.get(text, text)
    return int(text) if kind == "number" and text.isascii() and text.isdigit() and len(text) < 9 else text


def _onto_profile(problem: FieldProblem) -> FieldProblem:
    """Where the form has the field that the API names."""
    parts = problem.pointer.removeprefix("#/").split("/")
    names = {"equipment": "answer", "past_masses": "past", "past_kg": "past"}
    if parts[0] in names and len(parts) > 1:
        return FieldProblem(f"#/{names[parts[0]]}/{parts[1]}", problem.text)
    return FieldProblem(
        f"#/{ {'eia_kg': 'eia_t', 'permit_kg': 'permit_t'}.get(parts[0], parts[0]) }", problem.text
    )


def _profile_again(site_id: UUID, form: FormState) -> str:
    with reading() as work:
        return _profile_page(work, site_view(work, site_id), form)


def _profile_page(work: Work, view: SiteView, form: FormState) -> str:
    found = site_check(work, [view])
    broken = [one for one in found if one.outcome is OutcomeKind.FINDING]
    this_year = work.today.year
    return render_template(
        "plans/profile.html",
        view=view,
        form=form,
        may_manage=policy.may_manage(work.actor),
        class_options=[(value.value, word) for value, word in CLASS_WORDS.items()],
        class_words=CLASS_WORDS,
        year=this_year,
        past_years=[str(this_year - number) for number in range(1, PAST_YEARS + 1)],
        groups=groups(),
        questions=list(answers().values()),
        findings=[one for one in broken if one.severity is not Severity.INFO],
        hints=[one for one in broken if one.severity is Severity.INFO],
        unknown=[one for one in found if one.outcome is OutcomeKind.NOT_EVALUABLE],
        kept=sum(one.outcome is OutcomeKind.PASS for one in found),
    )


def _seen() -> int:
    text = request.form.get("seen_version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
