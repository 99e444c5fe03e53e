"""One contract: its page, its form, its signing dialog."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.entry.language import rendered
from app.entry.work import house, reading, unit_of_work
from app.foundation.core.errors import Conflict, InvalidInput
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.foundation.files.models import StoredFile
from app.waste.clearances import policy
from app.waste.clearances.commands import ChangeContract, Upload
from app.waste.clearances.models import CLAUSE_WORDS, CONTRACT_KIND_WORDS, Contract, ContractState
from app.waste.clearances.operations import contracts as operations
from app.waste.clearances.queries import contract_file, contract_view
from app.waste.clearances.queries.choices import partners
from app.waste.clearances.schemas import (
    DraftContractSchema,
    EndContractSchema,
    RecordCheckSchema,
    ReviseContractSchema,
    yuan_text,
)
from app.web.clearances.blueprint import bp
from app.web.clearances.looks import contract_look
from app.web.forms import FormState
from app.web.parsing import parse_form

FIELDS: Final = (
    "number",
    "partner_id",
    "kind",
    "valid_from",
    "valid_to",
    "checked_on",
    "check_note",
    "seen_version",
)
FEWEST_ROWS, MOST_ROWS = 2, 60


@bp.get("/contracts/new")
def new_contract() -> str:
    """The form of a new contract."""
    with reading() as work:
        policy.ensure_may_manage(work.actor)
        return _form(work, FormState(), None)


@bp.post("/contracts/new")
def create_contract() -> BaseResponse | tuple[str, int] | str:
    """Enter a contract; or one more row in its form."""
    if request.form.get("do") == "add":
        return _one_row_more(None)
    try:
        command = parse_form(DraftContractSchema(), _typed())
        with unit_of_work() as work:
            made = operations.draft_contract(work, replace(command, upload=uploaded()), house().files)
    except InvalidInput as refused:
        return _refused(refused, None)
    except Conflict as taken:
        return _refused_whole(taken, None)
    flash(_("合同已登记；你先签署，对方随后能看到并签署"))
    return redirect(url_for("clearances.contract", contract_id=made.id), 303)


@bp.get("/contracts/<uuid:contract_id>/edit")
def edit_contract(contract_id: UUID) -> str:
    """The form of a draft."""
    with reading() as work:
        view = contract_view(work, contract_id)
        policy.ensure_keeps_contract(work.actor, view.contract)
        policy.ensure_draft(view.contract)
        return _form(work, FormState(_values(view.contract, view.wastes)), view.contract)


@bp.post("/contracts/<uuid:contract_id>/edit")
def revise_contract(contract_id: UUID) -> BaseResponse | tuple[str, int] | str:
    """Replace the content of a draft; or one more row in its form."""
    if request.form.get("do") == "add":
        return _one_row_more(contract_id)
    try:
        command = parse_form(ReviseContractSchema(), _typed())
        with unit_of_work() as work:
            operations.revise_contract(work, contract_id, replace(command, upload=uploaded()), house().files)
    except InvalidInput as refused:
        return _refused(refused, contract_id)
    except Conflict as taken:
        return _refused_whole(taken, contract_id)
    flash(_("合同已修改；之前的签署不再有效"))
    return redirect(url_for("clearances.contract", contract_id=contract_id), 303)


@bp.get("/contracts/<uuid:contract_id>")
def contract(contract_id: UUID) -> str:
    """A contract: parties and signatures, wastes and prices, what it settles, its document."""
    with reading() as work:
        return _page(work, contract_id, FormState())


@bp.post("/contracts/<uuid:contract_id>/signature")
def sign_contract(contract_id: UUID) -> BaseResponse | tuple[str, int]:
    """Sign for the viewer's firm what the page showed."""

    def act(work: Work) -> Text:
        done = operations.sign_contract(work, contract_id, ChangeContract(_seen()))
        if done.state is ContractState.SIGNED:
            return say("双方已签署，合同成立")
        return say("已签署，等待对方签署")

    return _do(contract_id, act)


@bp.post("/contracts/<uuid:contract_id>/check")
def check_partner(contract_id: UUID) -> BaseResponse | tuple[str, int]:
    """Note that the partner's qualification and ability were checked."""

    def act(work: Work) -> Text:
        names = ("checked_on", "check_note", "seen_version")
        command = parse_form(RecordCheckSchema(), {name: request.form.get(name, "") for name in names})
        operations.record_check(work, contract_id, command)
        return say("已记录核实")

    return _do(contract_id, act)


@bp.post("/contracts/<uuid:contract_id>/end")
def end_contract(contract_id: UUID) -> BaseResponse | tuple[str, int]:
    """End a contract before its last day."""

    def act(work: Work) -> Text:
        names = ("reason", "seen_version")
        command = parse_form(EndContractSchema(), {name: request.form.get(name, "") for name in names})
        operations.end_contract(work, contract_id, command)
        return say("合同已终止")

    return _do(contract_id, act)


@bp.get("/contracts/<uuid:contract_id>/document")
def contract_document(contract_id: UUID) -> Response:
    """The text of a contract, as a file to keep."""
    with reading() as work:
        return attachment(contract_file(work, contract_id))


def attachment(file: StoredFile) -> Response:
    """An uploaded document: pictures as their view, without metadata."""
    path = house().files.path(file.view_sha256 or file.sha256)
    kind = "image/jpeg" if file.view_sha256 else file.media_type
    response = Response(path.read_bytes(), content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=file.filename)
    return response


def uploaded() -> Upload | None:
    """The document of a form, if one was chosen."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return None
    return Upload(file.read(), file.filename)


def _seen() -> int:
    text = request.form.get("seen_version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1


def _do(contract_id: UUID, act: Callable[[Work], Text]) -> BaseResponse | tuple[str, int]:
    """One act on the page; a refusal is told on it."""
    try:
        with unit_of_work() as work:
            done = act(work)
    except (InvalidInput, Conflict) as refused:
        problems = refused.problems if isinstance(refused, InvalidInput) else ()
        with reading() as work:
            page = _page(work, contract_id, FormState(request.form, problems), refused.text)
        return page, 422 if problems else 409
    flash(rendered(done))
    return redirect(url_for("clearances.contract", contract_id=contract_id), 303)


def _page(work: Work, contract_id: UUID, form: FormState, refusal: Text | None = None) -> str:
    view = contract_view(work, contract_id)
    return render_template(
        "clearances/contract.html",
        view=view,
        contract=view.contract,
        look=contract_look(view.state),
        kind_word=CONTRACT_KIND_WORDS[view.contract.kind],
        clause_words=CLAUSE_WORDS,
        sides=[
            (_("移出单位"), view.producer, view.signature_of(view.producer.id)),
            (_("对方单位"), view.partner, view.signature_of(view.partner.id)),
        ],
        yuan=yuan_text,
        own_id=work.actor.organisation_id,
        today=work.today,
        form=form,
        refusal=refusal,
    )


def _typed() -> dict[str, Any]:
    """The form as its schema wants it: blank rows left out, ticks as a list."""
    typed: dict[str, Any] = {name: request.form.get(name, "") for name in FIELDS}
    typed["clauses"] = request.form.getlist("clauses")
    typed["wastes"] = []
    for at in range(_row_count(request.form)):
        code = request.form.get(f"wastes-{at}-waste_code", "").strip()
        price = request.form.get(f"wastes-{at}-price_yuan_per_tonne", "").strip()
        if code or price:
            typed["wastes"].append({"waste_code": code} | ({"price_yuan_per_tonne": price} if price else {}))
    return typed


def _row_count(values: Mapping[str, Any]) -> int:
    rows = str(values.get("rows", ""))
    return min(int(rows), MOST_ROWS) if rows.isascii() and rows.isdigit() and len(rows) < 4 else FEWEST_ROWS


def _values(contract: Contract, wastes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "number": contract.number,
        "partner_id": str(contract.partner_id),
        "kind": contract.kind.value,
        "valid_from": contract.valid_from.isoformat(),
        "valid_to": contract.valid_to.isoformat(),
        "clauses": list(contract.clauses),
        "checked_on": contract.checked_on.isoformat() if contract.checked_on else "",
        "check_note": contract.check_note,
        "seen_version": str(contract.version),
        "rows": str(max(len(wastes), FEWEST_ROWS)),
    }
    for at, waste in enumerate(wastes):
        values[f"wastes-{at}-waste_code"] = waste.waste_code
        values[f"wastes-{at}-price_yuan_per_tonne"] = "" if waste.price is None else yuan_text(waste.price)
    return values


def _one_row_more(contract_id: UUID | None) -> str:
    with reading() as work:
        view = contract_view(work, contract_id) if contract_id else None
        return _form(work, FormState(request.form), view.contract if view else None, extra=1)


def _refused(refused: InvalidInput, contract_id: UUID | None) -> tuple[str, int]:
    with reading() as work:
        view = contract_view(work, contract_id) if contract_id else None
        form = FormState(request.form, refused.problems)
        return _form(work, form, view.contract if view else None), 422


def _refused_whole(refused: Conflict, contract_id: UUID | None) -> tuple[str, int]:
    with reading() as work:
        view = contract_view(work, contract_id) if contract_id else None
        page = _form(work, FormState(request.form), view.contract if view else None, refusal=refused.text)
        return page, 409


def _form(
    work: Work, form: FormState, contract: Contract | None, extra: int = 0, refusal: Text | None = None
) -> str:
    rows = int(form.value("rows")) if form.value("rows").isdigit() else FEWEST_ROWS
    return render_template(
        "clearances/contract_form.html",
        form=form,
        contract=contract,
        partners=[(str(firm.id), _called(firm)) for firm in partners(work)],
        kinds=[(kind.value, word) for kind, word in CONTRACT_KIND_WORDS.items()],
        clauses=[(clause.value, word) for clause, word in CLAUSE_WORDS.items()],
        rows=min(rows + extra, MOST_ROWS),
        today=work.today,
        refusal=refusal,
    )


def _called(firm: Any) -> Text:
    kinds = [say("承运")] if firm.is_carrier else []
    kinds += [say("接收")] if firm.is_recycler else []
    return say("{name}（{kinds}）", name=firm.short_name, kinds=kinds)
