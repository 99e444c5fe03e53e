"""One crossing: its page with steps and clock, its form, what happened next, its documents."""

from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.entry.language import rendered
from app.entry.work import house, reading, unit_of_work
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.text import Text, say
from app.foundation.core.units import grams_from_tonnes, kg_text, tonnes_text
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import problems
from app.waste.clearances import policy
from app.waste.clearances.commands import AddPaper
from app.waste.clearances.models import (
    CROSSING_KIND_WORDS,
    NEARNESS_WORDS,
    PAPER_KIND_WORDS,
    Crossing,
    CrossingAct,
    CrossingKind,
    CrossingState,
    PaperKind,
)
from app.waste.clearances.operations import crossings as operations
from app.waste.clearances.queries import CrossingView, crossing_file, crossing_view
from app.waste.clearances.queries.choices import own_sites, receiving_sites
from app.waste.clearances.schemas import DraftCrossingSchema, ReviseCrossingSchema, TakeStepSchema
from app.waste.clearances.steps import PAPERS_NEEDED, STEPS
from app.waste.registry.methods import METHODS, method_text
from app.web.clearances.blueprint import bp
from app.web.clearances.contracts import attachment, uploaded
from app.web.clearances.looks import crossing_look
from app.web.clearances.provinces import province_text
from app.web.forms import FormState
from app.web.parsing import parse_form

A, K, S = CrossingAct, CrossingKind, CrossingState
FIELDS: Final = (
    "kind",
    "consignor_site_id",
    "planned_method",
    "applied_from",
    "applied_to",
    "planned_trips",
    "nearness",
    "white_list_number",
    "remarks",
    "seen_version",
)
FEWEST_ROWS, MOST_ROWS = 2, 60
STAGES: Final[tuple[tuple[Text, frozenset[CrossingState]], ...]] = (
    (say("申请"), frozenset({S.DRAFT})),
    (say("受理"), frozenset({S.SUBMITTED, S.SUPPLEMENT})),
    (say("初审"), frozenset({S.ACCEPTED, S.PRELIMINARY_REFUSED})),
    (say("商请接受地"), frozenset({S.PRELIMINARY_OK, S.INQUIRY_SENT})),
    (say("决定"), frozenset({S.REPLIED_AGREE, S.REPLIED_REFUSE, S.REFUSED})),
    (say("转移"), frozenset({S.APPROVED, S.EXHAUSTED, S.EXPIRED, S.REAPPLY})),
)
REPORT_STAGES: Final[tuple[tuple[Text, frozenset[CrossingState]], ...]] = (
    (say("准备"), frozenset({S.DRAFT})),
    (say("报送两省"), frozenset({S.REPORTED})),
    (say("转移"), frozenset({S.EFFECTIVE, S.EXHAUSTED, S.EXPIRED})),
    (say("关闭"), frozenset({S.CLOSED})),
)


@bp.get("/crossings/new")
def new_crossing() -> str:
    """The form of a new application or submission."""
    kind = request.args.get("kind", "")
    with reading() as work:
        policy.ensure_may_manage(work.actor)
        known = kind if kind in list(K) else K.HAZARDOUS_DECISION.value
        return _form(work, FormState({"kind": known, "applied_from": work.today.isoformat()}), None)


@bp.post("/crossings/new")
def create_crossing() -> BaseResponse | tuple[str, int] | str:
    """Begin an application or submission; or one more row in its form."""
    if request.form.get("do") == "add":
        return _one_row_more(None)
    try:
        command = parse_form(DraftCrossingSchema(), _typed())
        with unit_of_work() as work:
            made = operations.draft_crossing(work, command)
    except InvalidInput as refused:
        return _refused(refused, None)
    flash(_("已建立 %(number)s；备齐材料后提交", number=made.number))
    return redirect(url_for("clearances.crossing", crossing_id=made.id), 303)


@bp.get("/crossings/<uuid:crossing_id>/edit")
def edit_crossing(crossing_id: UUID) -> str:
    """The form of a draft."""
    with reading() as work:
        view = crossing_view(work, crossing_id)
        policy.ensure_keeps_crossing(work.actor, view.crossing)
        return _form(work, FormState(_values(view)), view.crossing)


@bp.post("/crossings/<uuid:crossing_id>/edit")
def revise_crossing(crossing_id: UUID) -> BaseResponse | tuple[str, int] | str:
    """Replace the content of a draft; or one more row in its form."""
    if request.form.get("do") == "add":
        return _one_row_more(crossing_id)
    try:
        command = parse_form(ReviseCrossingSchema(), _typed())
        with unit_of_work() as work:
            operations.revise_crossing(work, crossing_id, command)
    except InvalidInput as refused:
        return _refused(refused, crossing_id)
    flash(_("已保存"))
    return redirect(url_for("clearances.crossing", crossing_id=crossing_id), 303)


@bp.get("/crossings/<uuid:crossing_id>")
def crossing(crossing_id: UUID) -> str:
    """A crossing: how far it is and until when, what it lets move and what has moved, its documents."""
    with reading() as work:
        return _page(work, crossing_id, FormState({"done_on": work.today.isoformat()}))


@bp.post("/crossings/<uuid:crossing_id>/steps")
def take_step(crossing_id: UUID) -> BaseResponse | tuple[str, int]:
    """Tell what happened."""
    try:
        command = parse_form(TakeStepSchema(), _step_typed())
        with unit_of_work() as work:
            operations.take_step(work, crossing_id, command)
    except (InvalidInput, Conflict) as refused:
        found = refused.problems if isinstance(refused, InvalidInput) else ()
        with reading() as work:
            page = _page(work, crossing_id, FormState(request.form, found), refused.text)
        return page, 422 if found else 409
    flash(_("已登记：%(step)s", step=rendered(STEPS[command.act].word)))
    return redirect(url_for("clearances.crossing", crossing_id=crossing_id), 303)


@bp.post("/crossings/<uuid:crossing_id>/papers")
def add_paper(crossing_id: UUID) -> BaseResponse | tuple[str, int]:
    """Put a document on file."""
    kind, upload = request.form.get("kind", ""), uploaded()
    try:
        found = [] if upload else [FieldProblem("#/file", say("请选择文件"))]
        if kind not in list(PaperKind):
            found.append(FieldProblem("#/kind", say("请选择材料类别")))
        if found or upload is None:
            raise InvalidInput(found)
        with unit_of_work() as work:
            operations.add_paper(work, crossing_id, AddPaper(PaperKind(kind), upload), house().files)
    except InvalidInput as refused:
        with reading() as work:
            return _page(work, crossing_id, FormState(request.form, refused.problems)), 422
    flash(_("已归档 %(document)s", document=rendered(PAPER_KIND_WORDS[PaperKind(kind)])))
    return redirect(url_for("clearances.crossing", crossing_id=crossing_id, _anchor="papers"), 303)


@bp.get("/crossings/<uuid:crossing_id>/papers/<uuid:paper_id>")
def paper(crossing_id: UUID, paper_id: UUID) -> Response:
    """A document of a crossing, as a file to keep."""
    with reading() as work:
        return attachment(crossing_file(work, crossing_id, paper_id))


def _page(work: Work, crossing_id: UUID, form: FormState, refusal: Text | None = None) -> str:
    view = crossing_view(work, crossing_id)
    crossing = view.crossing
    filed = {paper.kind for paper in view.papers}
    return render_template(
        "clearances/crossing.html",
        view=view,
        crossing=crossing,
        look=crossing_look(view.state),
        kind_word=CROSSING_KIND_WORDS[crossing.kind],
        stages=_stages(view),
        wastes=list(view.cover.wastes.values()),
        acts=[(act.value, STEPS[act].word) for act in view.open_steps],
        step_words={act: step.word for act, step in STEPS.items()},
        missing=[PAPER_KIND_WORDS[kind] for kind in PAPERS_NEEDED[crossing.kind] if kind not in filed],
        paper_words=PAPER_KIND_WORDS,
        paper_kinds=[(kind.value, word) for kind, word in PAPER_KIND_WORDS.items()],
        findings=problems(view.findings),
        from_province=province_text(crossing.from_province),
        to_province=province_text(crossing.to_province),
        method=method_text(crossing.planned_method),
        nearness=NEARNESS_WORDS[crossing.nearness],
        tab="submissions" if crossing.kind is K.GENERAL_SUBMISSION else "decisions",
        numbers=_asked(view),
        today=work.today,
        form=form,
        refusal=refusal,
    )


def _asked(view: CrossingView) -> dict[str, bool]:
    """Which fields the form of the next step shows."""
    offered = set(view.open_steps)
    return {
        "number": bool(offered & {A.APPROVE, A.REFUSE, A.RECEIPT_SENDING, A.RECEIPT_RECEIVING}),
        "validity": A.APPROVE in offered,
        "lacking": A.ASK_SUPPLEMENT in offered,
    }


def _stages(view: CrossingView) -> list[dict[str, Any]]:
    """The way of the paper, with where it is."""
    chosen = REPORT_STAGES if view.crossing.kind is K.GENERAL_SUBMISSION else STAGES
    here = next((at for at, (_word, states) in enumerate(chosen) if view.state in states), 0)
    return [
        {"label": word, "state": "done" if at < here else "cur" if at == here else ""}
        for at, (word, _states) in enumerate(chosen)
    ]


def _step_typed() -> dict[str, Any]:
    names = ("act", "done_on", "note", "number", "valid_from", "valid_to", "seen_version")
    typed: dict[str, Any] = {name: request.form.get(name, "") for name in names}
    lines = request.form.get("lacking", "").splitlines()
    typed["lacking"] = [line.strip() for line in lines if line.strip()]
    approved = {
        name.removeprefix("approved-"): _kilograms(text)
        for name, text in request.form.items()
        if name.startswith("approved-") and text.strip()
    }
    return typed | ({"approved_kg": approved} if typed["act"] == A.APPROVE and approved else {})


def _kilograms(tonnes: str) -> str:
    """Tonnes as typed in kilograms; what is no number stays as it is and is refused by the schema."""
    try:
        return kg_text(grams_from_tonnes(tonnes))
    except ValueError:
        return tonnes


def _typed() -> dict[str, Any]:
    typed: dict[str, Any] = {name: request.form.get(name, "") for name in FIELDS}
    place = request.form.get("receiver", "").partition("/")
    typed |= {"consignee_id": place[0], "consignee_site_id": place[2]}
    if cap := request.form.get("white_list_cap_t", "").strip():
        typed["white_list_cap_kg"] = _kilograms(cap)
    typed["wastes"] = []
    for at in range(_row_count()):
        names = ("waste_code", "waste_name", "package", "mass_t")
        row = {name: request.form.get(f"wastes-{at}-{name}", "").strip() for name in names}
        if any(row.values()):
            mass = row.pop("mass_t")
            kept = {name: text for name, text in row.items() if text}
            typed["wastes"].append(kept | ({"mass_kg": _kilograms(mass)} if mass else {}))
    return typed


def _row_count() -> int:
    rows = request.form.get("rows", "")
    return min(int(rows), MOST_ROWS) if rows.isascii() and rows.isdigit() and len(rows) < 4 else FEWEST_ROWS


def _values(view: CrossingView) -> dict[str, Any]:
    crossing = view.crossing
    values: dict[str, Any] = {
        "kind": crossing.kind.value,
        "consignor_site_id": str(crossing.consignor_site_id),
        "receiver": f"{crossing.consignee_id}/{crossing.consignee_site_id}",
        "planned_method": crossing.planned_method,
        "applied_from": crossing.applied_from.isoformat(),
        "applied_to": crossing.applied_to.isoformat(),
        "planned_trips": str(crossing.planned_trips or ""),
        "nearness": crossing.nearness.value,
        "white_list_number": crossing.white_list_number,
        "white_list_cap_t": tonnes_text(crossing.white_list_cap) if crossing.white_list_cap else "",
        "remarks": crossing.remarks,
        "seen_version": str(crossing.version),
        "rows": str(max(len(view.cover.wastes), FEWEST_ROWS)),
    }
    for at, named in enumerate(view.cover.wastes.values()):
        waste = named.waste
        values |= {
            f"wastes-{at}-waste_code": waste.waste_code,
            f"wastes-{at}-waste_name": waste.waste_name,
            f"wastes-{at}-package": waste.package,
            f"wastes-{at}-mass_t": tonnes_text(waste.applied),
        }
    return values


def _one_row_more(crossing_id: UUID | None) -> str:
    with reading() as work:
        view = crossing_view(work, crossing_id) if crossing_id else None
        return _form(work, FormState(request.form), view.crossing if view else None, extra=1)


FORM_NAMES: Final = {
    "consignee_id": "receiver",
    "consignee_site_id": "receiver",
    "mass_kg": "mass_t",
    "mass": "mass_t",
}
"""Fields that the form calls otherwise."""


def _refused(refused: InvalidInput, crossing_id: UUID | None) -> tuple[str, int]:
    found = [
        FieldProblem("/".join(FORM_NAMES.get(part, part) for part in one.pointer.split("/")), one.text)
        for one in refused.problems
    ]
    with reading() as work:
        view = crossing_view(work, crossing_id) if crossing_id else None
        return _form(work, FormState(request.form, found), view.crossing if view else None), 422


def _form(work: Work, form: FormState, crossing: Crossing | None, extra: int = 0) -> str:
    rows = int(form.value("rows")) if form.value("rows").isdigit() else FEWEST_ROWS
    kind = form.value("kind")
    return render_template(
        "clearances/crossing_form.html",
        form=form,
        crossing=crossing,
        kinds=[(one.value, word) for one, word in CROSSING_KIND_WORDS.items()],
        kind=kind,
        sites=[(str(site.id), site.name) for site in own_sites(work)],
        receivers=[
            (
                f"{firm.id}/{site.id}",
                say(
                    "{firm} {site}（{province}）",
                    firm=firm.short_name,
                    site=site.name,
                    province=province_text(site.province),
                ),
            )
            for site, firm in receiving_sites(work)
        ],
        methods=[(code, method_text(code)) for code in METHODS],
        nearness=[(one.value, word) for one, word in NEARNESS_WORDS.items()],
        rows=min(rows + extra, MOST_ROWS),
        tab="submissions" if kind == K.GENERAL_SUBMISSION else "decisions",
    )
