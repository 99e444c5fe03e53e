"""Keeping an uploaded document: a PDF as it came, a picture with its smaller view."""

from datetime import date
from typing import Final

from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.files.models import StoredFile
from app.foundation.files.operations import FileStore, store_file, store_photo
from app.foundation.rulebook.retention import file_kept_until
from app.waste.clearances.commands import Upload

MAX_BYTES: Final = 15 * 2**20
PDF: Final = b"%PDF-"
PDF_TYPE: Final = "application/pdf"
RETENTION: Final = "hw_trade"
"""Contracts and permissions tied to hazardous waste (domain-rules 16.3): 10 years after they end."""


def keep_document(work: Work, store: FileStore, upload: Upload, ends_on: date) -> StoredFile:
    """Store a document that is kept for years after it ends.

    Raises:
        InvalidInput: empty, larger than 15 MB, neither a PDF nor a readable picture.
    """
    if not upload.content:
        raise InvalidInput([FieldProblem("#/file", say("文件是空的，请重新选择"))])
    if len(upload.content) > MAX_BYTES:
        raise InvalidInput([FieldProblem("#/file", say("文件超过 15 MB，请缩小后再上传"))])
    until = file_kept_until(RETENTION, max(ends_on, work.today))
    if upload.content.startswith(PDF):
        return store_file(work, store, upload.content, upload.filename, PDF_TYPE, until)
    return store_photo(work, store, upload.content, upload.filename, "#/file", until)
