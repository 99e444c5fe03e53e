"""A file of the national system on its way in: kept until somebody decides, and its verdict in the reader's language."""

from typing import Any
from uuid import UUID

from app.entry.language import rendered
from app.entry.uploads import NATIONAL_TYPE, keep_for_a_week, tidy_name
from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.files.models import StoredFile
from app.foundation.files.operations import FileStore, file_for
from app.waste.consignments.national.matching import Effect, Match
from app.waste.consignments.national.operations import ImportNational, NationalVerdict


def national_command(content: bytes, filename: str) -> ImportNational:
    """What is asked with an uploaded file."""
    return ImportNational(tidy_name(filename), content)


def keep_national(work: Work, store: FileStore, command: ImportNational) -> StoredFile:
    """Keep an upload for a week, until somebody has decided about it."""
    return keep_for_a_week(work, store, command.content, command.filename, NATIONAL_TYPE)


def national_upload(work: Work, upload_id: UUID) -> StoredFile:
    """An upload of the actor's firm that is still kept.

    Raises:
        NotFound: none such, not theirs, or its week is over.
    """
    row = file_for(work, upload_id)
    if row.media_type != NATIONAL_TYPE or row.keep_until < work.today:
        raise NotFound(say("没有这个上传的文件；读取结果只保留 7 天，请重新上传"))
    return row


def national_json(verdict: NationalVerdict) -> dict[str, Any]:
    """The verdict as data, each problem in words besides."""
    fault = verdict.fault
    return {
        "stored": False,
        "import_id": None,
        "file_problem": fault
        and {"reason": fault.reason.value, "text": rendered(fault.text), "mend": rendered(fault.mend)},
        "number_count": len(verdict.doing(Effect.NUMBER)),
        "confirmed_count": len(verdict.doing(Effect.CONFIRM)),
        "same_count": len(verdict.doing(Effect.NOTHING)),
        "conflict_count": len(verdict.conflicts),
        "lines": [_line(match) for match in verdict.matches],
    }


def _line(match: Match) -> dict[str, Any]:
    row, consignment = match.row, match.consignment
    return {
        "sheet": row.sheet,
        "row": row.row,
        "national_number": row.national_number,
        "stage": row.stage.value if row.stage else None,
        "consignment_id": str(consignment.id) if consignment else None,
        "number": consignment.number if consignment else None,
        "effect": match.effect.value,
        "problems": [
            {
                "reason": problem.reason.value,
                "column": problem.column.value,
                "cell": problem.cell,
                "value": problem.value,
                "text": rendered(problem.text),
                "mend": rendered(problem.mend),
            }
            for problem in match.problems
        ],
    }
