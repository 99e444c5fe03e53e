"""A ledger file on its way in: for which site, and the verdict on it in the reader's language."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from app.entry.language import rendered
from app.foundation.core.errors import FieldProblem, InvalidInput, NotFound, NotPermitted
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.files.models import StoredFile
from app.foundation.files.operations import FileStore, file_for, store_file
from app.parties.accounts.models import Site
from app.parties.accounts.permissions import Permission
from app.parties.accounts.queries import sites_of
from app.waste.registry.commands import ImportLedger
from app.waste.registry.ledger_files.ledger import ON_LINES, LedgerReading
from app.waste.registry.ledger_files.limits import BACKGROUND_LINES
from app.waste.registry.policy import ensure_may, site_for
from app.waste.storage.ledger_reading import read_ledger_file

LONGEST_NAME = 200
UPLOAD_TYPE = "application/x-ledger-upload"
"""Media type of a ledger that was read but not stored; nothing else of a firm's files is taken for one."""
ERRORS_TYPE = "application/x-ledger-errors"
"""Media type of the rows to mend of a ledger that was read in the background."""
EXPORT_TYPE = "application/x-ledger-export"
"""Media type of a table that was written in the background."""
NATIONAL_TYPE = "application/x-national-upload"
"""Media type of a file of the national system that was judged and not brought in."""
KEEP_UPLOADS_FOR = timedelta(days=7)


def ledger_command(
    work: Work, content: bytes, filename: str, site_id: UUID | None, *, accept_good: bool = False
) -> ImportLedger:
    """What is asked with an uploaded ledger. A firm with one site need not name it.

    Raises:
        NotPermitted: the actor may not import ledgers, or acts for no firm.
        NotFound: no such site of the actor's.
        InvalidInput: the firm has several sites, or none.
    """
    ensure_may(work.actor, Permission.LEDGER_IMPORT)
    site = _site(work, site_id)
    return ImportLedger(site.organisation_id, site.id, tidy_name(filename), content, accept_good)


def read_unless_large(work: Work, command: ImportLedger) -> LedgerReading:
    """The verdict on a ledger that somebody waits for.

    Raises:
        LargeLedger: it has more than 5 000 lines: a background job has to do it.
    """
    work.session.info[ON_LINES] = _stop_if_large
    return read_ledger_file(work, command)


class LargeLedger(Exception):
    """A ledger has more lines than are read while somebody waits."""


def _stop_if_large(lines: int) -> None:
    if lines > BACKGROUND_LINES:
        raise LargeLedger


def keep_upload(work: Work, store: FileStore, content: bytes, filename: str) -> StoredFile:
    """Keep an uploaded ledger for a week, until somebody has decided about it."""
    return keep_for_a_week(work, store, content, filename, UPLOAD_TYPE)


def keep_for_a_week(
    work: Work, store: FileStore, content: bytes, filename: str, media_type: str
) -> StoredFile:
    """Keep a file that is of use for a while only; `flask tidy run` removes it then."""
    return store_file(work, store, content, tidy_name(filename), media_type, work.today + KEEP_UPLOADS_FOR)


def forget_old_uploads(work: Work) -> set[str]:
    """Delete the rows of uploads and error files whose week is over; gives the hashes of their bytes."""
    old = (
        StoredFile.media_type.in_((UPLOAD_TYPE, ERRORS_TYPE, EXPORT_TYPE, NATIONAL_TYPE)),
        StoredFile.keep_until < work.today,
    )
    hashes = set(work.session.scalars(select(StoredFile.sha256).where(*old)))
    work.session.execute(delete(StoredFile).where(*old))
    return hashes


def remove_bytes(work: Work, store: FileStore, hashes: set[str]) -> int:
    """Remove the bytes that no row names any more; gives their number. Asked after the rows are gone for good."""
    named = set(work.session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(hashes))))
    for sha256 in hashes - named:
        store.path(sha256).unlink(missing_ok=True)
    return len(hashes - named)


def upload_for(work: Work, upload_id: UUID) -> StoredFile:
    """An upload of the actor's firm that is still kept.

    Raises:
        NotFound: none such, not theirs, or its week is over.
    """
    row = file_for(work, upload_id)
    if row.media_type != UPLOAD_TYPE or row.keep_until < work.today:
        raise NotFound(say("没有这个上传的文件；读取结果只保留 7 天，请重新上传"))
    return row


def export_for(work: Work, file_id: UUID) -> StoredFile:
    """A table written in the background that is still kept, for its firm.

    Raises:
        NotFound: none such, not theirs, or its week is over.
    """
    row = file_for(work, file_id)
    if row.media_type != EXPORT_TYPE or row.keep_until < work.today:
        raise NotFound(say("没有这个导出文件；导出文件只保留 7 天，请重新导出"))
    return row


def tidy_name(filename: str) -> str:
    """The last part of a file's name as the browser gave it, cut to what we keep."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in name if character.isprintable())[:LONGEST_NAME] or "file"


def is_to_be_stored(reading: LedgerReading, *, accept_good: bool) -> bool:
    """Whether something goes in: right rows, and every one right unless the rest is waived."""
    return bool(reading.accepted) and (accept_good or not reading.refused) and not reading.file_problems


def verdict_json(reading: LedgerReading) -> dict[str, Any]:
    """The verdict as data: the keys of the sample expectations, each problem in words besides."""
    verdict = reading.as_json()
    verdict["file_problems"] = [
        {"reason": problem.reason, "text": rendered(problem.text), "mend": rendered(problem.mend)}
        for problem in reading.file_problems
    ]
    for refusal, line in zip(reading.refused, verdict["refused"], strict=True):
        for problem, written in zip(refusal.problems, line["problems"], strict=True):
            written |= {"text": rendered(problem.text), "mend": rendered(problem.mend)}
    for warning, line in zip(reading.warnings, verdict["warnings"], strict=True):
        line["text"] = rendered(warning.text)
    return verdict


def _site(work: Work, site_id: UUID | None) -> Site:
    if site_id is not None:
        return site_for(work, site_id)
    if work.actor.organisation_id is None:
        raise NotPermitted(say("台账由企业自己导入"))
    sites = sites_of(work, work.actor.organisation_id)
    if len(sites) != 1:
        raise InvalidInput([FieldProblem("#/site_id", say("请选择生产经营场所"))])
    return sites[0]
