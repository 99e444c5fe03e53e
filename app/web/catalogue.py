"""Pages of the waste codes: search of the national list, and the general-waste codes of a park."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from app.entry.language import rendered
from app.entry.ledger import XLSX, attachment
from app.entry.uploads import keep_upload, upload_for
from app.entry.work import house, reading, unit_of_work
from app.foundation.catalogue import queries
from app.foundation.catalogue.schemas import MAX_QUERY
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.files.models import StoredFile
from app.waste.registry.code_list import CodeListReading, code_error_file
from app.waste.registry.general_waste import (
    AddGeneralWasteCode,
    add_general_waste_code,
    ensure_may_add_codes,
    import_general_waste_codes,
    judge_code_list,
    may_add_general_waste_codes,
)
from app.web.forms import FormState

bp = Blueprint("catalogue", __name__, url_prefix="/catalogue")

PAGE = 50
MOST_SHOWN = 200
"""Refused rows that the page lists; the error file has them all."""


@bp.get("/")
def search() -> str:
    """Search the hazardous-waste codes in force today."""
    text = request.args.get("q", "")[:MAX_QUERY]
    with reading() as work:
        page = queries.search_waste(
            work, text, on=work.today, limit=PAGE, cursor=request.args.get("cursor") or None
        )
        notes = [(note.number, note.wording) for note in queries.waste_notes(work)]
    return render_template("catalogue/search.html", text=text, page=page, notes=notes)


@bp.get("/general-waste")
def general_waste() -> str:
    """The general-waste codes of the park, with a form for its operators."""
    return _general_waste_page(FormState())


@bp.post("/general-waste")
def add_general_waste() -> BaseResponse | tuple[str, int]:
    """Add a general-waste code to the park's list."""
    command = AddGeneralWasteCode(request.form.get("code", ""), request.form.get("name", ""))
    try:
        with unit_of_work() as work:
            added = add_general_waste_code(work, command)
    except InvalidInput as refused:
        return _general_waste_page(FormState(request.form, refused.problems)), 422
    except Conflict as refused:
        return _general_waste_page(FormState(request.form, [FieldProblem("#/code", refused.text)])), 409
    flash(_("已添加 %(code)s", code=added.code))
    return redirect(url_for("catalogue.general_waste"), 303)


@bp.post("/general-waste/import")
def upload_codes() -> BaseResponse | tuple[str, int]:
    """Keep an uploaded file of codes for a week and show what is in it; the list stays as it is."""
    file = request.files.get("file")
    content = file.read() if file else b""
    with reading() as work:
        ensure_may_add_codes(work.actor)
    if file is None or not file.filename or not content:
        problem = FieldProblem("#/file", say("请选择一个文件") if not content else say("文件没有名字"))
        return _general_waste_page(FormState({}, [problem])), 422
    house().files.put(content)  # the slow part, before the write lock
    with unit_of_work() as work:
        upload_id = keep_upload(work, house().files, content, file.filename).id
    return redirect(url_for("catalogue.code_list", upload_id=upload_id), 303)


@bp.get("/general-waste/import/<uuid:upload_id>")
def code_list(upload_id: UUID) -> str:
    """What is in an uploaded file of codes: what is new, what the park has, every wrong row; nothing is stored."""
    with reading() as work:
        upload, verdict = _uploaded(work, upload_id)
    return render_template("catalogue/code_list.html", upload=upload, verdict=verdict, most=MOST_SHOWN)


@bp.post("/general-waste/import/<uuid:upload_id>")
def store_codes(upload_id: UUID) -> BaseResponse:
    """Put the right rows of an uploaded file on the park's list."""
    with unit_of_work() as work:
        _upload, verdict = _uploaded(work, upload_id)
        count = import_general_waste_codes(work, verdict)
    flash(ngettext("已添加 %(num)d 个代码", "已添加 %(num)d 个代码", count))
    return redirect(url_for("catalogue.general_waste"), 303)


@bp.get("/general-waste/import/<uuid:upload_id>/errors.xlsx")
def code_errors(upload_id: UUID) -> Response:
    """The wrong rows as they were written, with reasons; can be mended and uploaded as it is.

    Raises:
        NotFound: nothing is wrong.
    """
    with reading() as work:
        upload, verdict = _uploaded(work, upload_id)
    if not verdict.refused:
        raise NotFound(say("这个文件没有要更正的行"))
    stem = upload.filename.rpartition(".")[0] or upload.filename
    return attachment(code_error_file(verdict, rendered), XLSX, f"{stem}-{_('待更正')}.xlsx")


def _uploaded(work: Work, upload_id: UUID) -> tuple[StoredFile, CodeListReading]:
    upload = upload_for(work, upload_id)
    content = house().files.path(upload.sha256).read_bytes()
    return upload, judge_code_list(work, content, upload.filename)


def _general_waste_page(form: FormState) -> str:
    with reading() as work:
        classes = {one.code: one.name for one in queries.general_waste_classes(work)}
        codes = [(one.code, one.class_code, one.name) for one in queries.general_waste_codes(work)]
        may_add = may_add_general_waste_codes(work.actor)
    return render_template(
        "catalogue/general_waste.html", form=form, classes=classes, codes=codes, may_add=may_add
    )
