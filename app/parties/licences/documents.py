"""Documents of licences and permits: PDF or pictures, kept with the file store."""

from datetime import date
from typing import Final

from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.files.models import StoredFile
from app.foundation.files.operations import FileStore, store_file, store_photo

MAX_BYTES: Final = 15 * 2**20
PDF: Final = b"%PDF-"
PDF_TYPE: Final = "application/pdf"


def store_document(
    work: Work, store: FileStore, content: bytes, filename: str, pointer: str = "#/file"
) -> StoredFile:
    """Keep a licence or permit as it was uploaded. It is kept for ever: manifests of many years rest on it.

    Args:
        pointer: the field a problem is told of.

    Raises:
        InvalidInput: empty, larger than 15 MB, or neither PDF nor a picture that can be read.
    """
    if content.startswith(PDF):
        if len(content) > MAX_BYTES:
            raise InvalidInput([FieldProblem(pointer, say("文件超过 15 MB，请压缩后再上传"))])
        return store_file(work, store, content, filename, PDF_TYPE, date.max)
    if not content:
        raise InvalidInput([FieldProblem(pointer, say("文件是空的，请重新选择"))])
    try:
        return store_photo(work, store, content, filename, pointer, date.max)
    except InvalidInput:
        wanted = say("打不开这个文件，请上传 PDF 或 JPEG、PNG、WebP 照片，不超过 15 MB")
        raise InvalidInput([FieldProblem(pointer, wanted)]) from None
