"""A large ledger file brought in in the background: read, judged, and stored in one transaction or not at all."""

from typing import Any, Final
from uuid import UUID

from app.entry.uploads import ERRORS_TYPE, is_to_be_stored, keep_for_a_week, ledger_command, upload_for
from app.foundation.core.bulk import ON_ROWS
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.foundation.jobs.models import Job
from app.foundation.jobs.operations import ask_for_job
from app.foundation.jobs.progress import Progress
from app.jobs.running import Run
from app.waste.registry.commands import ImportLedger
from app.waste.registry.error_file import error_file, to_mend
from app.waste.registry.ledger_files.ledger import ON_LINES, LedgerReading
from app.waste.storage.ledger_reading import read_ledger_file
from app.waste.storage.operations.imports import import_ledger

LEDGER_IMPORT: Final = "ledger.import"

READING: Final = say("读取")
JUDGING: Final = say("校验")
STORING: Final = say("入账")
WRITING_ERRORS: Final = say("整理错误文件")

TABLES: Final = 5
"""Each row of the ledger becomes a row in so many tables."""


def import_in_background(run: Run) -> None:
    """Read and judge an upload, and store it if every row is right or the right ones are to be taken.

    Else the job ends with the verdict and, where there is something to mend, an error file.
    """
    run.progress.report(READING)
    with run.house.database.reading(run.actor) as work:
        command = _command(run, work)
        lines = _lines(command.content)
        work.session.info[ON_LINES] = lambda count: run.progress.report(
            JUDGING, count, lines and max(lines, count)
        )
        reading = read_ledger_file(work, command)
    if is_to_be_stored(reading, accept_good=command.accept_good):
        _store(run, command, reading)
    else:
        _answer(run, command, reading)


def _command(run: Run, work: Work) -> ImportLedger:
    asked = run.arguments
    upload = upload_for(work, UUID(asked["upload_id"]))
    content = run.house.files.path(upload.sha256).read_bytes()
    site_id = UUID(asked["site_id"])
    return ledger_command(work, content, upload.filename, site_id, accept_good=asked["accept_good"])


def _lines(content: bytes) -> int | None:
    """How many lines a text file has; workbooks don't say."""
    return None if content.startswith((b"PK", b"\xd0\xcf")) else content.count(b"\n")


class _Storing:
    """Counts what goes into all tables together, as rows of the ledger."""

    def __init__(self, progress: Progress, rows: int) -> None:
        self._progress, self._rows, self._stored = progress, rows, 0
        progress.report(STORING, 0, rows)

    def told(self, count: int) -> None:
        self._stored += count
        self._progress.report(STORING, min(self._stored // TABLES, self._rows), self._rows)


def _store(run: Run, command: ImportLedger, reading: LedgerReading) -> None:
    storing = _Storing(run.progress, len(reading.accepted))
    with run.house.database.writing(run.actor) as work:
        work.session.info[ON_ROWS] = storing.told
        outcome = import_ledger(work, command, reading, run.house.files)
        ids = [str(imported.id) for imported in outcome.imports]
        result = _verdict(reading) | {"stored": True, "import_id": ids[0], "import_ids": ids}
        run.finish(work, result)


def _answer(run: Run, command: ImportLedger, reading: LedgerReading) -> None:
    body = None
    if to_mend(reading):
        run.progress.report(WRITING_ERRORS)
        body = error_file(command.content, command.filename, reading, _chinese)
    with run.house.database.writing(run.actor) as work:
        result = _verdict(reading) | {"stored": False, "import_id": None, "import_ids": [], "errors_id": None}
        if body is not None:
            kept = keep_for_a_week(work, run.house.files, body, command.filename, ERRORS_TYPE)
            result["errors_id"] = str(kept.id)
        run.finish(work, result)


def _chinese(text: Text) -> str:
    """Nobody waits in some language: the error file speaks that of the ledger."""
    return str(text)


def _verdict(reading: LedgerReading) -> dict[str, Any]:
    return {
        "accepted_count": len(reading.accepted),
        "refused_count": len(reading.refused),
        "warning_count": len(reading.warnings),
        "mendable_count": len(to_mend(reading)),
        "file_problems": [problem.reason.value for problem in reading.file_problems],
    }


def ask_for_import(work: Work, upload_id: UUID, command: ImportLedger) -> Job:
    """Have a kept upload brought in in the background."""
    arguments = {
        "upload_id": str(upload_id),
        "site_id": str(command.site_id),
        "accept_good": command.accept_good,
        "filename": command.filename,
    }
    return ask_for_job(work, LEDGER_IMPORT, arguments, _lines(command.content))
