"""Storing and reading uploads."""

import hashlib
import io
import os
import tempfile
from datetime import date
from pathlib import Path
from uuid import UUID

from PIL import Image, ImageOps
from sqlalchemy import false, or_, select

from app.foundation.core.errors import FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.foundation.files.models import StoredFile

MAX_PHOTO_BYTES = 15 * 2**20
MAX_PHOTO_PIXELS = 50_000_000
VIEW_PIXELS = 1_600
"""Longer side of the copy that is shown (ux.md 3.4)."""
PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
"""What is taken. Phones also write several pictures into one JPEG file, which then calls itself MPO."""


class FileStore:
    """A folder of files named by their SHA-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def put(self, content: bytes) -> str:
        """Write content durably (synced, then renamed into place) and give its SHA-256."""
        sha256 = hashlib.sha256(content).hexdigest()
        target = self.path(sha256)
        if target.exists():
            return sha256
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(target)
        for folder in (target.parent, self._folder):
            _sync_folder(folder)
        return sha256

    def sweep(self, known: set[str]) -> int:
        """Remove files that no row names; gives their number. Only run while nothing is uploaded."""
        orphans = [p for p in self._folder.glob("??/*") if p.is_file() and p.name not in known]
        for orphan in orphans:
            orphan.unlink()
        return len(orphans)


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder outlast a power cut, as its content does."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def store_file(
    work: Work, store: FileStore, content: bytes, filename: str, media_type: str, keep_until: date
) -> StoredFile:
    """Keep an upload as it came. The file is on disk before the row can commit.

    Args:
        keep_until: the last day it must be kept; `rulebook.retention` knows it of every kind of record.
    """
    row = StoredFile(
        sha256=store.put(content),
        size=len(content),
        media_type=media_type,
        filename=_tidy_name(filename),
        park_id=work.actor.park_id,
        organisation_id=work.actor.organisation_id,
        user_id=work.actor.user_id,
        created_at=work.now,
        keep_until=keep_until,
    )
    work.session.add(row)
    work.session.flush()
    return row


def _tidy_name(filename: str) -> str:
    """The last part of a path, as any database can keep it."""
    printable = "".join(character for character in filename if character.isprintable())
    return Path(printable.replace("\\", "/")).name[:200] or "file"


def store_photo(
    work: Work, store: FileStore, content: bytes, filename: str, pointer: str, keep_until: date
) -> StoredFile:
    """Keep a photo and a smaller re-encoded copy of it without metadata, which is what is shown.

    Raises:
        InvalidInput: empty, larger than 15 MB, no JPEG, PNG or WebP, damaged, or too many pixels;
            `pointer` names the field.
    """
    view, media_type = _view_of(content, pointer)
    row = store_file(work, store, content, filename, media_type, keep_until)
    row.view_sha256 = store.put(view)
    return row


def _view_of(content: bytes, pointer: str) -> tuple[bytes, str]:
    if not content:
        raise _bad_photo(pointer, say("照片是空文件，请重新拍摄或选择"))
    if len(content) > MAX_PHOTO_BYTES:
        raise _bad_photo(pointer, say("照片超过 15 MB，请缩小后再上传"))
    try:
        picture = Image.open(io.BytesIO(content), formats=tuple(PICTURES))
        if picture.width * picture.height > MAX_PHOTO_PIXELS:
            raise _bad_photo(pointer, say("照片像素过大，请缩小后再上传"))
        shown = ImageOps.exif_transpose(picture).convert("RGB")
    except InvalidInput:
        raise
    except Exception:  # Pillow's decoders raise any kind of error on a hostile file, each meaning: no photo
        raise _bad_photo(pointer, say("这不是可读取的照片，请使用 JPEG、PNG 或 WebP")) from None
    shown.thumbnail((VIEW_PIXELS, VIEW_PIXELS))
    shown.info.clear()  # comments and the like would be written along
    out = io.BytesIO()
    shown.save(out, "JPEG", quality=80)
    return out.getvalue(), PICTURES.get(picture.format or "", "image/jpeg")


def _bad_photo(pointer: str, text: Text) -> InvalidInput:
    return InvalidInput([FieldProblem(pointer, text)])


def file_for(work: Work, file_id: UUID) -> StoredFile:
    """A file that the actor's organisation owns, or one of its park if the actor is park staff.

    Raises:
        NotFound: no such file, or not theirs.
    """
    own = work.actor.organisation_id
    mine = false() if own is None else StoredFile.organisation_id == own
    if work.actor.is_park_staff:
        mine = or_(mine, StoredFile.park_id == work.actor.park_id)
    row = work.session.scalar(select(StoredFile).where(StoredFile.id == file_id, mine))
    if row is None:
        raise NotFound(say("没有这个文件"))
    return row
