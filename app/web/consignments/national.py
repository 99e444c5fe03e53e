"""Files of the national system: chosen, compared with our consignments line by line, brought in."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.entry.language import rendered
from app.entry.ledger import XLSX, attachment
from app.entry.national_files import keep_national, national_command, national_upload
from app.entry.work import house, reading, unit_of_work
from app.foundation.core.errors import FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.waste.consignments.national.error_file import national_error_file
from app.waste.consignments.national.matching import Effect
from app.waste.consignments.national.operations import (
    ImportNational,
    ensure_may_import,
    import_national,
    judge_national,
)
from app.waste.consignments.national.queries import recent_imports
from app.waste.consignments.national.reading import STAGE_WORDS
from app.web.consignments.blueprint import bp
from app.web.forms import FormState

MAX_SHOWN = 200
"""Lines of one kind that the page lists; the report in the error file is whole."""


@bp.get("/national-import")
def national_form() -> str:
    """Where an export of the national system is chosen."""
    return _upload_page(FormState())


@bp.post("/national-import")
def take_national() -> BaseResponse | tuple[str, int]:
    """Keep an uploaded file for a week and show how it compares; nothing else is stored."""
    file = request.files.get("file")
    content = file.read() if file else b""
    with reading() as work:
        ensure_may_import(work.actor)
    try:
        if file is None or not file.filename:
            raise InvalidInput([FieldProblem("#/file", say("请选择一个文件"))])
        if not content:
            raise InvalidInput([FieldProblem("#/file", say("文件是空的，请重新选择"))])
        command = national_command(content, file.filename)
        house().files.put(content)  # the slow part, before the write lock
        with unit_of_work() as work:
            upload_id = keep_national(work, house().files, command).id
    except InvalidInput as refused:
        return _upload_page(FormState(request.form, refused.problems)), 422
    return redirect(url_for("consignments.national_result", upload_id=upload_id), 303)


@bp.get("/national-import/<uuid:upload_id>")
def national_result(upload_id: UUID) -> str:
    """What a file would write, and every line that doesn't agree with cell, reason and mend."""
    with reading() as work:
        upload = national_upload(work, upload_id)
        verdict = judge_national(work, _command(work, upload_id))
        now = work.now
    conflicts = [(match, problem) for match in verdict.conflicts for problem in match.problems]
    return render_template(
        "consignments/national_result.html",
        upload=upload,
        verdict=verdict,
        effects=verdict.effects[:MAX_SHOWN],
        conflicts=conflicts[:MAX_SHOWN],
        conflict_count=len(conflicts),
        same_count=len(verdict.doing(Effect.NOTHING)),
        several_sheets=len(verdict.headers or {}) > 1,
        stage_words=STAGE_WORDS,
        now=now,
    )


@bp.post("/national-import/<uuid:upload_id>")
def store_national(upload_id: UUID) -> BaseResponse:
    """Write what agrees: numbers, and confirmations of receipts."""
    with unit_of_work() as work:
        imported, verdict = import_national(work, _command(work, upload_id))
        counts = {"numbers": imported.number_count, "confirmed": imported.confirmed_count}
        left = len(verdict.conflicts)
    flash(_("已写入 %(numbers)s 个国家联单编号，登记 %(confirmed)s 份确认", **counts))
    if left:
        return redirect(url_for("consignments.national_result", upload_id=upload_id), 303)
    return redirect(url_for("consignments.index"), 303)


@bp.get("/national-import/<uuid:upload_id>/errors.xlsx")
def national_errors(upload_id: UUID) -> Response:
    """The lines that don't agree as they were written, with reasons; can be mended and uploaded as it is.

    Raises:
        NotFound: every line agrees, or the file can't be read at all.
    """
    with reading() as work:
        command = _command(work, upload_id)
        verdict = judge_national(work, command)
    if not verdict.conflicts:
        raise NotFound(say("这个文件没有要更正的行"))
    stem = command.filename.rpartition(".")[0] or command.filename
    return attachment(national_error_file(verdict, rendered), XLSX, f"{stem}-{_('待更正')}.xlsx")


def _command(work: Work, upload_id: UUID) -> ImportNational:
    upload = national_upload(work, upload_id)
    return national_command(house().files.path(upload.sha256).read_bytes(), upload.filename)


def _upload_page(form: FormState) -> str:
    with reading() as work:
        recent = recent_imports(work, limit=5)
    limit = house().config.max_upload_bytes // 2**20
    return render_template("consignments/national.html", form=form, recent=recent, limit_mb=limit)
