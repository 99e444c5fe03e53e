"""Certificates of use and disposal: uploaded with a result, read by every party."""

from uuid import UUID

from flask import Response, abort, request
from sqlalchemy import select

from app.entry.work import house, reading
from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.files.models import StoredFile
from app.foundation.files.operations import store_file, store_photo
from app.foundation.rulebook.retention import file_kept_until
from app.waste.consignments.models import UseResult
from app.waste.consignments.queries import papers_for
from app.web.consignments.blueprint import bp

PDF = b"%PDF-"
MAX_PAPER = 15 * 2**20
FIELD = "certificate"


def kept_upload(work: Work) -> UUID | None:
    """Keep the uploaded PDF or photo as long as the manifest itself, if one came.

    Raises:
        InvalidInput: it is neither, or above 15 MB.
    """
    upload = request.files.get(FIELD)
    content = upload.read(MAX_PAPER + 1) if upload and upload.filename else b""
    if upload is None or not content:
        return None
    if len(content) > MAX_PAPER:
        raise InvalidInput([FieldProblem(f"#/{FIELD}", say("文件超过 15 MB，请缩小后再上传"))])
    name, until = upload.filename or "", file_kept_until("hw_manifest", work.today)
    if content.startswith(PDF):
        return store_file(work, house().files, content, name, "application/pdf", until).id
    return store_photo(work, house().files, content, name, f"#/{FIELD}", until).id


@bp.get("/<number>/results/<uuid:result_id>/file")
def result_file(number: str, result_id: UUID) -> Response:
    """The certificate of a result, as a file to keep; a photo as its view. For whoever may know of the consignment."""
    with reading() as work:
        consignment = papers_for(work, number).consignment
        file = work.session.scalar(
            select(StoredFile)
            .join(UseResult, UseResult.file_id == StoredFile.id)
            .where(UseResult.id == result_id, UseResult.consignment_id == consignment.id)
        )
    if file is None:
        abort(404)
    kind = "image/jpeg" if file.view_sha256 else file.media_type
    content = house().files.path(file.view_sha256 or file.sha256).read_bytes()
    response = Response(content, content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=file.filename)
    return response
