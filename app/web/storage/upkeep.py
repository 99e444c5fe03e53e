"""Documents and upkeep of a facility: what is on file, what was done last, what is due."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.entry.language import rendered
from app.entry.work import house, reading, unit_of_work
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.files.operations import file_for, store_file, store_photo
from app.foundation.rulebook.retention import file_kept_until
from app.waste.storage import policy
from app.waste.storage.models import Facility, FacilityType
from app.waste.storage.rules.makers import last_day
from app.waste.storage.upkeep.kinds import DocumentKind, Item, RecordKind, document_kinds, record_kinds
from app.waste.storage.upkeep.models import CheckResult, StorageDocument, UpkeepRecord
from app.waste.storage.upkeep.operations import end_document, file_document, record_upkeep
from app.waste.storage.upkeep.queries import (
    Upkeep,
    document_for,
    documents_of,
    latest_upkeep,
    records_of,
)
from app.waste.storage.upkeep.schemas import FileDocumentSchema, RecordUpkeepSchema
from app.web.forms import FormState
from app.web.parsing import parse_form
from app.web.storage.blueprint import bp
from app.web.storage.facilities import facility_stock, facility_tabs

SHOWN: Final = 30
"""Records on the page."""
MAX_PAPER: Final = 15 * 2**20
"""Bytes of an uploaded document, as of a photo."""
YARDS = (FacilityType.CLASS_I_SITE, FacilityType.CLASS_II_SITE)
"""Their archive is kept for ever (GB 18599 7.3)."""
PDF: Final = b"%PDF-"
FIRST_RECORD: Final = "routine_check"
RESULTS = ((CheckResult.IN_ORDER.value, say("符合")), (CheckResult.NOT_IN_ORDER.value, say("不符合")))


@dataclass(frozen=True)
class KindRow:
    """A kind of record with its latest one and the day it is due."""

    kind: RecordKind
    last: UpkeepRecord | None
    due_on: date | None
    chosen: bool


@bp.get("/facilities/<uuid:facility_id>/upkeep")
def facility_upkeep(facility_id: UUID) -> str:
    """What is on file for a facility, what was done, what is due; and the forms for more."""
    with reading() as work:
        today = work.today.isoformat()
    values = {"kind": request.args.get("document", ""), "done_on": today, "result": "in_order"}
    return _page(facility_id, FormState(values), FormState(values), request.args.get("record", ""))


@bp.post("/facilities/<uuid:facility_id>/documents")
def add_document(facility_id: UUID) -> BaseResponse | tuple[str, int]:
    """Put a document on file for a facility, or for its whole site."""
    typed = request.form
    with reading() as work:
        policy.ensure_may_read(work.actor)
        found = facility_stock(work, facility_id).facility
    try:
        names = ("kind", "number", "issued_on", "valid_to", "remarks")
        values: dict[str, Any] = {name: typed.get(name, "") for name in names}
        values["site_id"] = str(found.site_id)
        kind = document_kinds().get(values["kind"])
        if kind is None or not kind.whole_site:
            values["facility_id"] = str(found.id)
        command = parse_form(FileDocumentSchema(), values)
        with unit_of_work() as work:
            document = file_document(work, replace(command, file_id=_upload(work, facility_id)))
    except InvalidInput as refused:
        return _page(facility_id, FormState(typed, refused.problems), FormState(), ""), 422
    flash(_("已归档 %(document)s", document=rendered(document_kinds()[document.kind].name)))
    return redirect(url_for("storage.facility_upkeep", facility_id=facility_id, _anchor="documents"), 303)


@bp.post("/storage-documents/<uuid:document_id>/end")
def retire_document(document_id: UUID) -> BaseResponse:
    """Take a document off the file."""
    back = request.form.get("facility_id", "")
    try:
        with unit_of_work() as work:
            end_document(work, document_id)
        flash(_("已停用这份文件"))
    except Conflict as refused:
        flash(rendered(refused.text), "error")
    return redirect(url_for("storage.facility_upkeep", facility_id=UUID(back), _anchor="documents"), 303)


@bp.get("/storage-documents/<uuid:document_id>/file")
def document_file(document_id: UUID) -> Response:
    """The upload of a document, as a file to keep; photos as their view."""
    with reading() as work:
        policy.ensure_may_read(work.actor)
        document = document_for(work, document_id)
        if document.file_id is None:
            abort(404)
        file = file_for(work, document.file_id)
    path = house().files.path(file.view_sha256 or file.sha256)
    kind = "image/jpeg" if file.view_sha256 else file.media_type
    response = Response(path.read_bytes(), content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=file.filename)
    return response


@bp.post("/facilities/<uuid:facility_id>/upkeep")
def add_record(facility_id: UUID) -> BaseResponse | tuple[str, int]:
    """Record a check, sample, drill, training or event."""
    typed = request.form
    with reading() as work:
        policy.ensure_may_read(work.actor)
        found = facility_stock(work, facility_id).facility
    kind = record_kinds().get(typed.get("kind", ""))
    try:
        command = parse_form(
            RecordUpkeepSchema(),
            {
                **{name: typed.get(name, "") for name in ("kind", "done_on", "result", "remarks")},
                "site_id": str(found.site_id),
                "facility_id": str(found.id),
                "readings": _readings(kind.items_for(found.type)) if kind else {},
            },
        )
        with unit_of_work() as work:
            record = record_upkeep(work, replace(command, file_id=_upload(work, facility_id)))
    except InvalidInput as refused:
        key = kind.key if kind else ""
        return _page(facility_id, FormState(), FormState(typed, refused.problems), key), 422
    flash(_("已记录 %(record)s", record=rendered(record_kinds()[record.kind].name)))
    return redirect(url_for("storage.facility_upkeep", facility_id=facility_id, _anchor="record"), 303)


def _readings(items: list[Item]) -> dict[str, object]:
    flags: dict[str, object] = {"true": True, "false": False}
    found: dict[str, object] = {}
    for item in items:
        text = request.form.get(f"readings-{item.key}", "").strip()[:40]
        if text:
            found[item.key] = flags.get(text, text) if item.is_flag else text
    return found


def _upload(work: Work, facility_id: UUID) -> UUID | None:
    """Keep the uploaded PDF or photo, if one came.

    Raises:
        InvalidInput: it is neither, or too large.
    """
    upload = request.files.get("file")
    content = upload.read(MAX_PAPER + 1) if upload and upload.filename else b""
    if upload is None or not content:
        return None
    name = upload.filename or ""
    if len(content) > MAX_PAPER:
        raise InvalidInput([FieldProblem("#/file", say("文件超过 15 MB，请缩小后再上传"))])
    facility = work.session.get(Facility, facility_id)
    is_yard = facility is not None and facility.type in YARDS
    until = file_kept_until("yard_archive" if is_yard else "hw_ledger", work.today)
    if content.startswith(PDF):
        return store_file(work, house().files, content, name, "application/pdf", until).id
    return store_photo(work, house().files, content, name, "#/file", until).id


def _page(facility_id: UUID, document_form: FormState, record_form: FormState, record_key: str) -> str:
    with reading() as work:
        policy.ensure_may_read(work.actor)
        found = facility_stock(work, facility_id).facility
        documents = documents_of(work, found.site_id, found.id)
        records = records_of(work, found.id, SHOWN)
        latest = latest_upkeep(work, [found])[found.id]
        own = found.organisation_id == work.actor.organisation_id
        may_manage = policy.may_manage_storage(work.actor) and own
        today = work.today
    kinds = [kind for kind in record_kinds().values() if found.type in kind.types and not kind.of_container]
    chosen = next((kind for kind in kinds if kind.key == record_key), None) or next(
        (kind for kind in kinds if kind.key == FIRST_RECORD), kinds[0] if kinds else None
    )
    return render_template(
        "storage/upkeep.html",
        facility=found,
        tabs=facility_tabs(found, "facility_upkeep"),
        documents=[(one, document_kinds()[one.kind], _ends(one, today)) for one in documents],
        missing=_missing(found, documents),
        document_kinds=[(kind.key, kind.name) for kind in _kinds_of(found)],
        document_form=document_form,
        record_form=record_form,
        rows=[_kind_row(kind, latest, kind is chosen) for kind in kinds],
        chosen=chosen,
        items=chosen.items_for(found.type) if chosen else [],
        flags=[("", say("未填")), ("true", say("是")), ("false", say("否"))],
        results=RESULTS,
        result_words=dict(RESULTS),
        records=[(one, record_kinds()[one.kind]) for one in records],
        may_manage=may_manage,
        today=today,
    )


def _kinds_of(found: Facility) -> list[DocumentKind]:
    return [kind for kind in document_kinds().values() if found.type in kind.types]


def _missing(found: Facility, documents: Any) -> list[DocumentKind]:
    """Kinds of document that a facility of this type keeps and that aren't on file."""
    filed = {document.kind for document in documents}
    return [kind for kind in _kinds_of(found) if kind.key not in filed]


def _ends(document: StorageDocument, today: date) -> bool:
    """Whether it is past its last day."""
    return document.valid_to is not None and document.valid_to < today


def _kind_row(kind: RecordKind, latest: Upkeep, chosen: bool) -> KindRow:
    last = latest.latest(kind.key)
    due_on = last_day(last.done_on, kind.interval) if last and kind.interval else None
    return KindRow(kind, last, due_on, chosen)
