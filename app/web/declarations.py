"""Declarations: the year's calendar, one declaration with its figures and checks, and what people do with it."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.entry.declaration_files import declaration_file, receiver_name
from app.entry.language import rendered
from app.entry.official_files import FileFormat, kept
from app.entry.work import reading, unit_of_work
from app.foundation.core.errors import Conflict, DomainError, FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import Text, say
from app.foundation.core.units import grams_from_tonnes
from app.foundation.core.work import Work
from app.foundation.rulebook.decision import RuleViolated
from app.foundation.rulebook.outcome import OutcomeKind
from app.waste.registry.declaring import operations, policy
from app.waste.registry.declaring.checks import declaration_findings
from app.waste.registry.declaring.commands import (
    AdjustFigure,
    ChangeDeclaration,
    GenerateDeclaration,
    RecordReceipt,
    ReturnDeclaration,
    SubmitDeclaration,
)
from app.waste.registry.declaring.duties import calendar_findings, duty_findings
from app.waste.registry.declaring.figures import FIELDS, totals
from app.waste.registry.declaring.models import (
    DECLARATION_MOVES,
    DECLARATION_STATE_WORDS,
    DeclarationState,
)
from app.waste.registry.declaring.queries import DeclarationView, declaration_view, site_calendars
from app.waste.registry.declaring.schemas import GenerateDeclarationSchema
from app.waste.registry.methods import METHODS
from app.waste.registry.models import DeclarationKind
from app.waste.registry.planning.models import CLASS_WORDS
from app.waste.registry.planning.queries import site_views
from app.waste.storage.places import stock_places
from app.web.forms import FormState
from app.web.parsing import parse_form

bp = Blueprint("declarations", __name__, url_prefix="/declarations")
S = DeclarationState

KIND_WORDS: Final = {
    DeclarationKind.MONTHLY: say("危险废物月报"),
    DeclarationKind.QUARTERLY: say("危险废物季报"),
    DeclarationKind.ANNUAL: say("危险废物年报"),
    DeclarationKind.GENERAL_MONTHLY: say("一般固废月报"),
    DeclarationKind.GENERAL_ANNUAL: say("一般固废年报"),
}
LOOKS: Final = {
    S.OPEN: ("", "circle-dashed"),
    S.GENERATED: ("info", "file-text"),
    S.CHECKED: ("info", "clipboard-check"),
    S.SUBMITTED: ("ok", "check"),
    S.RETURNED: ("bad", "alert-circle"),
    S.CORRECTED: ("warn", "pencil"),
    S.LOCKED: ("", "lock"),
}
"""Tag kind and icon of each state."""


@bp.get("/")
def index() -> str:
    """What each site owes for a year, with its state and when it is due."""
    with reading() as work:
        year = _year(request.args.get("year"), work.today.year)
        calendars = site_calendars(work, year)
        views = {view.site.id: view for view in site_views(work, year)}
        told = calendar_findings(work, calendars, views)
        values = {
            "year": year,
            "years": list(range(work.today.year, work.today.year - 4, -1)),
            "calendars": calendars,
            "findings": {
                site_id: [one for one in found if one.outcome is OutcomeKind.FINDING]
                for site_id, found in told.items()
            },
            "may_manage": policy.may_manage(work.actor),
            "now": work.now,
        }
    return render_template(
        "registry/declarations.html",
        kind_words=KIND_WORDS,
        state_words=DECLARATION_STATE_WORDS,
        class_words=CLASS_WORDS,
        looks=LOOKS,
        **values,
    )


@bp.post("/")
def generate() -> BaseResponse:
    """Compute a declaration from the ledger and go to it."""
    command = parse_form(GenerateDeclarationSchema(), _typed())
    declaration_id = _generated(command)
    flash(_("已按台账生成，请核对后申报"))
    return redirect(url_for("declarations.show", declaration_id=declaration_id), 303)


@bp.get("/<uuid:declaration_id>")
def show(declaration_id: UUID) -> str:
    """One declaration: its lines as declared, what the rules say, and the next step."""
    with reading() as work:
        return _page(work, declaration_id, FormState())


@bp.get("/<uuid:declaration_id>/file.<suffix>")
def file(declaration_id: UUID, suffix: str) -> Any:
    """The declaration as XLSX, CSV or PDF.

    Raises:
        NotFound: no such format, or no such declaration.
    """
    if suffix not in set(FileFormat):
        raise NotFound(say("没有这种格式"))
    with reading() as work:
        return kept(declaration_file(work, declaration_view(work, declaration_id), FileFormat(suffix)))


@bp.post("/<uuid:declaration_id>/regeneration")
def regenerate(declaration_id: UUID) -> BaseResponse | tuple[str, int]:
    """Compute the figures anew."""

    def act(work: Work) -> Text:
        view = declaration_view(work, declaration_id)
        declared = view.declaration
        policy.ensure_version_seen(declared, _seen())
        books = stock_places(work, site_id=view.site.id).books
        command = GenerateDeclaration(view.site.id, declared.kind, declared.first_on)
        operations.generate_declaration(work, command, books)
        return say("已按台账重新生成，原来的调整已撤销")

    return _do(declaration_id, act)


@bp.post("/<uuid:declaration_id>/adjustments")
def adjust(declaration_id: UUID) -> BaseResponse | tuple[str, int]:
    """Declare another figure than computed, or take that back."""

    def act(work: Work) -> Text:
        asked = request.form
        stream_id, _sep, name = asked.get("figure", "").partition("/")
        try:
            declared = None if asked.get("undo") else grams_from_tonnes(asked.get("declared_t", ""))
            stream = UUID(stream_id)
        except ValueError:
            raise InvalidInput(_one("#/declared_t", say("请填写吨数，如 1.25"))) from None
        command = AdjustFigure(stream, name, declared, asked.get("reason", ""), _seen())
        operations.adjust_figure(work, declaration_id, command)
        return say("已撤销调整") if asked.get("undo") else say("已调整，计算值保留在旁边")

    return _do(declaration_id, act)


@bp.post("/<uuid:declaration_id>/check")
def check(declaration_id: UUID) -> BaseResponse | tuple[str, int]:
    """Note that somebody looked at the figures."""

    def act(work: Work) -> Text:
        operations.check_declaration(work, declaration_id, ChangeDeclaration(_seen()))
        return say("已核对，可以申报")

    return _do(declaration_id, act)


@bp.post("/<uuid:declaration_id>/submission")
def submit(declaration_id: UUID) -> BaseResponse | tuple[str, int]:
    """Hand it in."""

    def act(work: Work) -> Text:
        view = declaration_view(work, declaration_id)
        books = stock_places(work, site_id=view.site.id).books
        command = SubmitDeclaration(request.form.get("agent", ""), _seen())
        operations.submit_declaration(work, declaration_id, command, books)
        return say("已申报，该期间的台账已锁定")

    return _do(declaration_id, act)


@bp.post("/<uuid:declaration_id>/receipt")
def receipt(declaration_id: UUID) -> BaseResponse | tuple[str, int]:
    """Note the number of the national system."""

    def act(work: Work) -> Text:
        command = RecordReceipt(request.form.get("receipt_number", ""), _seen())
        operations.record_receipt(work, declaration_id, command)
        return say("已登记受理编号")

    return _do(declaration_id, act)


@bp.post("/<uuid:declaration_id>/return")
def send_back(declaration_id: UUID) -> BaseResponse | tuple[str, int]:
    """Note that the authority sent it back."""

    def act(work: Work) -> Text:
        command = ReturnDeclaration(request.form.get("reason", ""), _seen())
        operations.return_declaration(work, declaration_id, command)
        return say("已登记退回，期间重新打开，请更正后再次申报")

    return _do(declaration_id, act)


@bp.post("/<uuid:declaration_id>/lock")
def lock(declaration_id: UUID) -> BaseResponse | tuple[str, int]:
    """Close it for good."""

    def act(work: Work) -> Text:
        operations.lock_declaration(work, declaration_id, ChangeDeclaration(_seen()))
        return say("已锁定")

    return _do(declaration_id, act)


def _do(declaration_id: UUID, act: Callable[[Work], Text]) -> BaseResponse | tuple[str, int]:
    """Act and go on; refused, the page as it is now with the reason on top."""
    try:
        with unit_of_work() as work:
            done = act(work)
    except InvalidInput as refused:
        return _again(declaration_id, FormState(request.form, refused.problems), None, 422)
    except RuleViolated as refused:
        return _again(declaration_id, FormState(request.form), refused, 422)
    except Conflict as refused:
        return _again(declaration_id, FormState(request.form), refused, 409)
    flash(rendered(done))
    return redirect(url_for("declarations.show", declaration_id=declaration_id), 303)


def _again(
    declaration_id: UUID, form: FormState, refusal: DomainError | None, status: int
) -> tuple[str, int]:
    with reading() as work:
        return _page(work, declaration_id, form, refusal.text if refusal else None), status


def _page(work: Work, declaration_id: UUID, form: FormState, refusal: Text | None = None) -> str:
    view = declaration_view(work, declaration_id)
    found = declaration_findings(work, view) + duty_findings(work, view)
    declared = view.declaration
    moves = DECLARATION_MOVES.get(declared.state, frozenset())
    problems = [one for one in found if one.outcome is not OutcomeKind.PASS]
    is_over = declared.last_on < work.today
    return render_template(
        "registry/declaration.html",
        d=declared,
        view=view,
        lines=[_line(view, line) for line in view.lines],
        totals=totals(view.lines),
        fields=FIELDS,
        kind_word=KIND_WORDS[declared.kind],
        state_word=DECLARATION_STATE_WORDS[declared.state],
        look=LOOKS[declared.state],
        findings=problems,
        passed=len(found) - len(problems),
        form=form,
        refusal=refusal,
        may_manage=policy.may_manage(work.actor),
        may_change=declared.state in (S.GENERATED, S.CHECKED, S.CORRECTED),
        may_generate=bool({S.GENERATED, S.CORRECTED} & moves),
        may_check=S.CHECKED in moves,
        may_submit=S.SUBMITTED in moves and is_over,
        waits_for_end=S.SUBMITTED in moves and not is_over,
        is_handed_in=declared.state is S.SUBMITTED,
        figures=_figure_options(view),
        now=work.now,
    )


def _line(view: DeclarationView, line: Any) -> dict[str, Any]:
    stream = view.streams.get(line.stream_id)
    return {
        "line": line,
        "name": stream.local_name if stream else "",
        "kind": stream.kind if stream else "",
        "own": [(_method(one.method), one.mass) for one in line.own],
        "entrusted": [
            (receiver_name(view, one.receiver), one.licence, _method(one.method), one.mass)
            for one in line.entrusted
        ],
    }


def _figure_options(view: DeclarationView) -> list[tuple[str, str]]:
    """Every figure of every waste that may be adjusted."""
    return [
        (f"{line.stream_id}/{name}", f"{line.waste_code} {_name(view, line.stream_id)} · {rendered(word)}")
        for line in view.lines
        for name, word in FIELDS.items()
    ]


def _name(view: DeclarationView, stream_id: UUID) -> str:
    stream = view.streams.get(stream_id)
    return stream.local_name if stream else ""


def _method(code: str) -> str:
    return f"{code} {rendered(METHODS[code])}" if code in METHODS else code


def _generated(command: GenerateDeclaration) -> UUID:
    with unit_of_work() as work:
        books = stock_places(work, site_id=command.site_id).books
        return operations.generate_declaration(work, command, books).id


def _typed() -> dict[str, str]:
    return {name: value for name, value in request.form.items() if name != "csrf_token"}


def _seen() -> int | None:
    text = request.form.get("seen_version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _one(pointer: str, text: Text) -> list[Any]:
    return [FieldProblem(pointer, text)]


def _year(text: str | None, default: int) -> int:
    if text and text.isascii() and text.isdigit() and 1990 <= int(text[:5]) <= 2999:
        return int(text)
    return default
