"""The ledger's pages: what came, lies there and went; ledger files read, shown and, once confirmed, stored."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from app.entry.language import rendered
from app.entry.ledger import (
    STAGE_WORDS,
    XLSX,
    attachment,
    export_response,
    named_entries,
    named_place,
)
from app.entry.uploads import LargeLedger, keep_upload, ledger_command, read_unless_large, upload_for
from app.entry.work import house, reading, unit_of_work
from app.foundation.core.errors import FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Actor, Work
from app.jobs.ledger_imports import ask_for_import
from app.parties.accounts.permissions import Permission
from app.parties.accounts.queries import sites_of
from app.waste.consignments.queries.gate import gate_differences
from app.waste.registry.commands import ImportLedger
from app.waste.registry.declaring.models import DECLARATION_STATE_WORDS
from app.waste.registry.declaring.queries import declared_months
from app.waste.registry.error_file import error_file, to_mend
from app.waste.registry.ledger_schemas import LONGEST_TEXT, month_period
from app.waste.registry.models import WasteKind
from app.waste.registry.policy import ensure_may
from app.waste.registry.posting import Place
from app.waste.registry.queries import (
    LedgerBalance,
    LedgerFilter,
    MonthBalance,
    Period,
    Stage,
    earlier_import,
    ensure_may_read,
    entries_count,
    entries_page,
    import_row,
    imports_of_file,
    imports_page,
    monthly_balances,
    period_balance,
    stock_kept,
)
from app.waste.registry.queries.general import general_balance, general_months
from app.waste.registry.queries.stock import packages_on
from app.waste.storage.differences import differences, open_count
from app.waste.storage.ledger_reading import read_ledger_file
from app.waste.storage.operations.imports import import_ledger
from app.waste.storage.places import StockPlaces, stock_places
from app.web.forms import FormState
from app.web.ledger_views import (
    IMPORT_EFFECTS,
    IMPORT_NAMES,
    import_view,
    line_view,
    month_words,
    months_shown,
)

bp = Blueprint("registry", __name__, url_prefix="/ledger")

PAGE = 20
MONTHS_SHOWN = 24
MOST_PACKAGES = 100
VIEWS = ("waste", "container")


@bp.get("/")
def ledger() -> str:
    """The month's balance, the lines of the filter by line, waste or container, and the last two years by month."""
    asked = request.args
    with reading() as work:
        ensure_may_read(work.actor)
        period = _month(asked) or Period.month(work.today)
        places = _places(work, asked)
        text = asked.get("q", "").strip()[:LONGEST_TEXT]
        kind = WasteKind.GENERAL if asked.get("kind") == "general" else WasteKind.HAZARDOUS
        wanted = LedgerFilter(period, text, _stage(asked), kind)
        view = asked.get("view", "")
        page = entries_page(work, places.books, wanted, limit=PAGE, cursor=_id(asked.get("cursor")))
        is_current = period == Period.month(work.today)
        balance, months = _balances(work, places, wanted)
        known = _places(work, MultiDict()) if _is_narrowed(asked) else places
        found = differences(work, places.books, kind, more=[gate_differences])
        shown = months_shown(months)
        values = {
            "period": period,
            "wanted": wanted,
            "kind": kind,
            "balance": balance,
            "kept": stock_kept(work, places.books, kind) if is_current and not text else None,
            "months": shown,
            "declared": declared_months(work, places.sites, shown[-1].period.first, kind),
            "lines": [line_view(line) for line in named_entries(work, places, page.entries)],
            "count": entries_count(work, places.books, wanted),
            "page": page,
            "view": view if view in VIEWS else "",
            "containers": _containers(work, places, wanted) if view == "container" else (),
            "open_differences": open_count(found, period.first, period.last),
            "explained": [one for one in found if not one.is_open and period.first <= one.on <= period.last],
            "capacity": places.capacity if kind is WasteKind.HAZARDOUS else 0,
            "owners": sorted(set(places.organisations.values())),
            "organisations": known.organisations,
            "sites": known.sites,
            "site_options": [(site.id, site.name) for site in known.sites.values()],
            "now": work.now,
            "is_current": is_current,
            "may_import": work.actor.may(Permission.LEDGER_IMPORT),
            "may_correct": work.actor.may(Permission.LEDGER_CORRECT),
        }
    return render_template(
        "registry/ledger.html",
        stages=STAGE_WORDS,
        kept_args=_kept_args(asked),
        month_words=month_words(period),
        state_words=DECLARATION_STATE_WORDS,
        **values,
    )


def _balances(
    work: Work, places: StockPlaces, wanted: LedgerFilter
) -> tuple[LedgerBalance, Sequence[MonthBalance]]:
    """The balance of the month asked for, and of each of the last two years' months."""
    assert wanted.period is not None
    books, this_month = places.books, Period.month(work.today)
    if wanted.kind is WasteKind.GENERAL:
        return (
            general_balance(work, books, wanted.period, wanted.text),
            general_months(work, books, this_month, MONTHS_SHOWN, wanted.text),
        )
    return (
        period_balance(work, books, wanted.period, wanted.text),
        monthly_balances(work, books, this_month, MONTHS_SHOWN, text=wanted.text),
    )


def _containers(work: Work, places: StockPlaces, wanted: LedgerFilter) -> list[dict[str, Any]]:
    """What lay at the end of the month, package by package, oldest first."""
    assert wanted.period is not None
    on = min(wanted.period.last, work.today)
    packages = packages_on(work, places.books, on, kind=wanted.kind, text=wanted.text, limit=MOST_PACKAGES)
    return [
        {"package": one, "place": named_place(Place(one.place_kind, one.place_id), places).label}
        for one in packages
    ]


@bp.get("/export")
def export() -> Response:
    """The filtered ledger as a file: table B.1 in the standard's layout, or every line."""
    asked = request.args
    with reading() as work:
        ensure_may_read(work.actor)
        wanted = LedgerFilter(_month(asked), asked.get("q", "").strip()[:LONGEST_TEXT], _stage(asked))
        table = "entries" if asked.get("table") == "entries" else "B.1"
        return export_response(
            work, _places(work, asked), wanted, table=table, as_xlsx=asked.get("format") != "csv"
        )


@bp.get("/import")
def import_form() -> str:
    """Where a ledger file is chosen."""
    return _upload_page(FormState({"site_id": request.args.get("site_id", "")}))


@bp.post("/import")
def take_upload() -> BaseResponse | tuple[str, int]:
    """Keep an uploaded file for a week and show what the importer makes of it; the ledger stays as it is."""
    file = request.files.get("file")
    content = file.read() if file else b""
    with reading() as work:
        ensure_may(work.actor, Permission.LEDGER_IMPORT)
    try:
        if file is None or not file.filename:
            raise InvalidInput([FieldProblem("#/file", say("请选择一个文件"))])
        if not content:
            raise InvalidInput([FieldProblem("#/file", say("文件是空的，请重新选择"))])
        house().files.put(content)  # the slow part, before the write lock
        with reading() as work:
            command = ledger_command(work, content, file.filename, _id(request.form.get("site_id")))
            is_large = _is_large(work, command)
        with unit_of_work() as work:
            upload_id = keep_upload(work, house().files, content, file.filename).id
            job_id = ask_for_import(work, upload_id, command).id if is_large else None
    except InvalidInput as refused:
        return _upload_page(FormState(request.form, refused.problems)), 422
    if job_id:
        return redirect(url_for("jobs.show", job_id=job_id), 303)
    return redirect(url_for("registry.import_result", upload_id=upload_id, site_id=command.site_id), 303)


def _is_large(work: Work, command: ImportLedger) -> bool:
    """Whether a ledger has more lines than are read while somebody waits."""
    try:
        read_unless_large(work, command)
    except LargeLedger:
        return True
    return False


@bp.get("/import/<uuid:upload_id>")
def import_result(upload_id: UUID) -> str:
    """What the importer makes of an upload: every refused row with cell, reason and mend; nothing is stored."""
    with reading() as work:
        command = _uploaded(work, upload_id, accept_good=False)
        verdict = read_ledger_file(work, command)
        before = earlier_import(work, command.site_id, upload_for(work, upload_id).sha256)
        earlier = import_row(work, before.id) if before else None
        upload, now = upload_for(work, upload_id), work.now
    return render_template(
        "registry/import_result.html",
        upload=upload,
        site_id=command.site_id,
        earlier=earlier,
        now=now,
        **import_view(verdict),
    )


@bp.post("/import/<uuid:upload_id>")
def store_upload(upload_id: UUID) -> BaseResponse:
    """Store the right rows of an upload: postings, B.1 lines and containers, in one transaction."""
    with reading() as work:
        command = _uploaded(work, upload_id, accept_good=True)
        try:
            verdict = read_unless_large(work, command)
        except LargeLedger:
            verdict = None
    if verdict is None:
        with unit_of_work() as work:
            job_id = ask_for_import(work, upload_id, command).id
        return redirect(url_for("jobs.show", job_id=job_id), 303)
    with unit_of_work() as work:
        outcome = import_ledger(work, command, verdict, house().files)
        import_id = outcome.imported.id
        count = sum(imported.accepted_count for imported in outcome.imports)
    flash(_("已导入 %(count)s 行，台账与容器已更新", count=count))
    return redirect(url_for("registry.imported", import_id=import_id), 303)


@bp.get("/import/<uuid:upload_id>/errors.xlsx")
def import_errors(upload_id: UUID) -> Response:
    """The refused rows as they were written, with reasons; can be mended and uploaded as it is.

    Raises:
        NotFound: there is nothing to mend, or the file can't be read at all.
    """
    with reading() as work:
        command = _uploaded(work, upload_id, accept_good=False)
        verdict = read_ledger_file(work, command)
    if not to_mend(verdict):
        raise NotFound(say("这个文件没有要更正的行"))
    stem = command.filename.rpartition(".")[0] or command.filename
    body = error_file(command.content, command.filename, verdict, rendered)
    return attachment(body, XLSX, f"{stem}-{_('待更正')}.xlsx")


@bp.get("/imports")
def imports() -> str:
    """The ledger files that were stored."""
    with reading() as work:
        rows, cursor = imports_page(work, limit=PAGE, before=_id(request.args.get("cursor")))
        may_import = work.actor.may(Permission.LEDGER_IMPORT)
    return render_template(
        "registry/imports.html", rows=rows, cursor=cursor, may_import=may_import, table_names=IMPORT_NAMES
    )


@bp.get("/imports/<uuid:import_id>")
def imported(import_id: UUID) -> str:
    """One table of a ledger file that was stored, what came of it, and the file's other tables."""
    with reading() as work:
        row = import_row(work, import_id)
        others = imports_of_file(work, row.imported)
    effect = IMPORT_EFFECTS[row.imported.table_name]
    return render_template(
        "registry/imported.html", row=row, others=others, effect=effect, table_names=IMPORT_NAMES
    )


def _upload_page(form: FormState) -> str:
    with reading() as work:
        ensure_may(work.actor, Permission.LEDGER_IMPORT)
        sites = [(str(site.id), site.name) for site in _own_sites(work, work.actor)]
        rows, _cursor = imports_page(work, limit=5)
    limit = house().config.max_upload_bytes // 2**20
    return render_template("registry/import.html", form=form, sites=sites, recent=rows, limit_mb=limit)


def _own_sites(work: Work, actor: Actor) -> Any:
    return sites_of(work, actor.organisation_id) if actor.organisation_id else ()


def _uploaded(work: Work, upload_id: UUID, *, accept_good: bool) -> ImportLedger:
    """The import asked for by an upload. Only our own row tells where its bytes lie."""
    row = upload_for(work, upload_id)
    content = house().files.path(row.sha256).read_bytes()
    site_id = _id(request.values.get("site_id"))
    return ledger_command(work, content, row.filename, site_id, accept_good=accept_good)


def _places(work: Work, asked: MultiDict[str, str]) -> StockPlaces:
    return stock_places(
        work, organisation_id=_id(asked.get("organisation_id")), site_id=_id(asked.get("site_id"))
    )


def _is_narrowed(asked: MultiDict[str, str]) -> bool:
    return bool(asked.get("organisation_id") or asked.get("site_id"))


def _month(asked: MultiDict[str, str]) -> Period | None:
    """The month asked for; nonsense in the address counts as none."""
    try:
        return month_period(asked.get("month", ""))
    except ValueError:
        return None


def _stage(asked: MultiDict[str, str]) -> Stage | None:
    try:
        return Stage(asked.get("stage", ""))
    except ValueError:
        return None


def _id(text: str | None) -> UUID | None:
    """An id from an address or a form; what isn't one finds nothing."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _kept_args(asked: MultiDict[str, str]) -> dict[str, str]:
    """The parameters of the page's address that its links carry on."""
    names = ("month", "q", "stage", "site_id", "organisation_id", "view", "kind")
    return {name: asked[name] for name in names if asked.get(name)}
