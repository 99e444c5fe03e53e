"""Official tables line by line and as files, corrections, differences, and the stock of any day."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.entry.ledger import STAGE_WORDS, named_place
from app.entry.official_files import FileFormat, balance_file, kept, official_file
from app.entry.work import reading, unit_of_work
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams, grams_from_kg, kg_text
from app.foundation.core.work import Work
from app.jobs.ledger_exports import ask_for_export, is_large
from app.parties.accounts.permissions import Permission
from app.waste.consignments.queries.gate import gate_differences
from app.waste.registry.commands import CorrectPosting
from app.waste.registry.declaring.commands import ExplainDifference
from app.waste.registry.ledger_checks import ledger_check
from app.waste.registry.ledger_schemas import LONGEST_TEXT, month_period
from app.waste.registry.models import LedgerTable, Posting, WasteKind, WasteStream
from app.waste.registry.official_sheets import SHEETS
from app.waste.registry.operations.streams import stream_for
from app.waste.registry.policy import ensure_may, ensure_may_be_corrected
from app.waste.registry.posting import Place
from app.waste.registry.queries import Period, ensure_may_read, period_balance
from app.waste.registry.queries.books import stage_of
from app.waste.registry.queries.general import general_balance
from app.waste.registry.queries.official import LINE_TABLES, OfficialFilter, kind_of, official_page
from app.waste.registry.queries.stock import stock_on
from app.waste.storage.differences import KINDS, differences
from app.waste.storage.explaining import explain_difference
from app.waste.storage.operations.corrections import correct_posting
from app.waste.storage.places import StockPlaces, stock_places
from app.web.forms import FormState
from app.web.ledger_views import month_words

bp = Blueprint("books", __name__, url_prefix="/ledger")
PAGE: Final = 20
DIFFERENCE_LOOKS: Final = {
    "weighing": "scale",
    "count": "clipboard-check",
    "outbound": "package-export",
    "chain": "arrows-exchange",
    "balance": "adjustments",
}


@bp.get("/tables")
def tables() -> str:
    """One official table, line by line as written, with what corrects each line."""
    asked = request.args
    with reading() as work:
        ensure_may_read(work.actor)
        table = _table(asked.get("table"))
        wanted = OfficialFilter(table, _month(asked.get("month")), asked.get("q", "").strip()[:LONGEST_TEXT])
        places = stock_places(work)
        page = official_page(work, places.books, wanted, limit=PAGE, cursor=_id(asked.get("cursor")))
        may_correct = work.actor.may(Permission.LEDGER_CORRECT)
    return render_template(
        "registry/tables.html",
        table=table,
        kind=kind_of(table),
        sheets=SHEETS,
        line_tables=LINE_TABLES,
        wanted=wanted,
        page=page,
        may_correct=may_correct,
        kept_args={name: asked[name] for name in ("table", "month", "q") if asked.get(name)},
    )


@bp.get("/tables.<suffix>")
def table_file(suffix: str) -> Any:
    """An official table as XLSX, CSV or PDF; one of more than 5 000 lines is written in the background.

    Raises:
        NotFound: no such format.
        Conflict: more rows than paper takes.
    """
    asked = request.args
    with reading() as work:
        ensure_may_read(work.actor)
        table = _any_table(asked.get("table"))
        wanted = OfficialFilter(table, _month(asked.get("month")), asked.get("q", "").strip()[:LONGEST_TEXT])
        form, places = _format(suffix), _places(work)
        if not is_large(work, places, wanted, form):
            return kept(official_file(work, places, wanted, form))
    with unit_of_work() as work:
        job = ask_for_export(
            work,
            wanted,
            form,
            organisation_id=_id(asked.get("organisation_id")),
            site_id=_id(asked.get("site_id")),
        )
        job_id = job.id
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@bp.get("/balance.<suffix>")
def balance_as_file(suffix: str) -> Any:
    """The mass balance of a month as XLSX, CSV or PDF.

    Raises:
        NotFound: no such format.
    """
    asked = request.args
    with reading() as work:
        ensure_may_read(work.actor)
        places = _places(work)
        period = _month(asked.get("month")) or Period.month(work.today)
        kind = WasteKind.GENERAL if asked.get("kind") == "general" else WasteKind.HAZARDOUS
        make = general_balance if kind is WasteKind.GENERAL else period_balance
        balance = make(work, places.books, period, asked.get("q", "").strip()[:LONGEST_TEXT])
        return kept(balance_file(work, places, balance, kind, _format(suffix)))


@bp.get("/postings/<uuid:posting_id>/correction")
def correction(posting_id: UUID) -> str:
    """Where the right mass of a posting is entered."""
    with reading() as work:
        ensure_may(work.actor, Permission.LEDGER_CORRECT)
        posting, stream = _posting(work, posting_id)
        form = FormState({"new_mass_kg": kg_text(posting.mass)})
        return _correction_page(work, posting, stream, form)


@bp.post("/postings/<uuid:posting_id>/correction")
def correct(posting_id: UUID) -> BaseResponse | tuple[str, int]:
    """Correct a posting, or cancel it."""
    refusal: Text | None = None
    try:
        with unit_of_work() as work:
            correct_posting(work, posting_id, _correction_typed())
    except InvalidInput as refused:
        form, status = FormState(request.form, refused.problems), 422
    except Conflict as refused:
        form, status, refusal = FormState(request.form), 409, refused.text
    else:
        flash(_("已更正；旧记录保留，可随时查看。容器重量变了的，请重新打印标签"))
        return redirect(url_for("registry.ledger"), 303)
    with reading() as work:
        posting, stream = _posting(work, posting_id)
        return _correction_page(work, posting, stream, form, refusal), status


@bp.get("/differences")
def differences_page() -> str:
    """What two sources disagree about, open ones first, and what the rules say of the lines of a month."""
    with reading() as work:
        return _differences(work, FormState())


@bp.post("/differences")
def explain() -> BaseResponse | tuple[str, int]:
    """Say why two figures differ."""
    try:
        with unit_of_work() as work:
            command = ExplainDifference(request.form.get("key", ""), request.form.get("reason", ""))
            explain_difference(work, stock_places(work).books, command, [gate_differences])
    except InvalidInput as refused:
        with reading() as work:
            return _differences(work, FormState(request.form, refused.problems)), 422
    flash(_("已说明；差异和原因一直列在这里"))
    return redirect(url_for("books.differences_page"), 303)


@bp.get("/stock")
def stock() -> str:
    """What lay where at the end of any day."""
    asked = request.args
    with reading() as work:
        ensure_may_read(work.actor)
        on = min(_day(asked.get("on")) or work.today, work.today)
        places = stock_places(work)
        lines = stock_on(work, places.books, on, text=asked.get("q", "").strip()[:LONGEST_TEXT])
        rows = [
            {
                "line": line,
                "place": named_place(Place(line.place_kind, line.place_id), places).label,
            }
            for line in lines
        ]
        today = work.today
    total = sum(line.mass for line in lines)
    return render_template(
        "registry/stock.html", rows=rows, on=on, today=today, total=total, text=asked.get("q", "")
    )


def _differences(work: Work, form: FormState) -> str:
    books = stock_places(work).books
    found = differences(work, books, more=[gate_differences])
    period = _month(request.args.get("month")) or Period.month(work.today)
    return render_template(
        "registry/differences.html",
        check=ledger_check(work, books, period),
        month_words=month_words(period),
        open=[one for one in found if one.is_open],
        explained=[one for one in found if not one.is_open],
        kinds=KINDS,
        icons=DIFFERENCE_LOOKS,
        form=form,
        may_explain=work.actor.may(Permission.LEDGER_CORRECT),
    )


def _posting(work: Work, posting_id: UUID) -> tuple[Posting, WasteStream]:
    """A posting of a waste the actor may see.

    Raises:
        NotFound: none such, or not theirs.
    """
    posting = work.session.get(Posting, posting_id)
    if posting is None:
        raise NotFound(say("没有这条台账记录"))
    return posting, stream_for(work, posting.stream_id)


def _correction_page(
    work: Work, posting: Posting, stream: WasteStream, form: FormState, refusal: Text | None = None
) -> str:
    if refusal is None:
        ensure_may_be_corrected(posting)
    places = stock_places(work)
    stage = stage_of(posting.from_kind, posting.to_kind, corrects=posting.corrects_id is not None)
    ends = [
        named_place(Place(kind, place), places).label
        for kind, place in ((posting.from_kind, posting.from_id), (posting.to_kind, posting.to_id))
    ]
    return render_template(
        "registry/correction.html",
        posting=posting,
        stream=stream,
        stage=STAGE_WORDS[stage],
        ends=ends,
        form=form,
        refusal=refusal,
    )


def _correction_typed() -> CorrectPosting:
    """The form as a command.

    Raises:
        InvalidInput: the mass is no number.
    """
    asked = request.form
    if asked.get("what") == "cancel":
        return CorrectPosting(asked.get("reason", ""), None)
    try:
        mass = grams_from_kg(asked.get("new_mass_kg", "").removesuffix("kg").strip())
    except ValueError:
        raise InvalidInput([FieldProblem("#/new_mass_kg", say("请填写千克数，如 186.4"))]) from None
    return CorrectPosting(asked.get("reason", ""), Grams(mass))


def _places(work: Work) -> StockPlaces:
    asked = request.args
    return stock_places(
        work, organisation_id=_id(asked.get("organisation_id")), site_id=_id(asked.get("site_id"))
    )


def _table(text: str | None) -> LedgerTable:
    """A table with lines; B.1 when none is asked for."""
    table = _any_table(text)
    return table if table in LINE_TABLES else LedgerTable.GENERATION


def _any_table(text: str | None) -> LedgerTable:
    try:
        return LedgerTable(text or "")
    except ValueError:
        return LedgerTable.GENERATION


def _format(suffix: str) -> FileFormat:
    if suffix not in set(FileFormat):
        raise NotFound(say("没有这种格式"))
    return FileFormat(suffix)


def _month(text: str | None) -> Period | None:
    try:
        return month_period(text or "")
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _id(text: str | None) -> UUID | None:
    """An id from an address; what isn't one finds nothing."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
