"""A long list of consignments written in the background, and kept for a week."""

from datetime import date
from typing import Any, Final

from app.entry.consignment_files import ListFormat, consignment_file
from app.entry.uploads import EXPORT_TYPE, keep_for_a_week
from app.foundation.core.work import Work
from app.foundation.jobs.models import Job
from app.foundation.jobs.operations import ask_for_job
from app.jobs.ledger_exports import KEEPING, WRITING
from app.jobs.running import Run
from app.waste.consignments.queries.exports import exported_count
from app.waste.consignments.queries.filters import ConsignmentFilter
from app.waste.consignments.queries.lists import Bucket
from app.waste.consignments.workflow import ConsignmentState
from app.waste.registry.ledger_files.limits import BACKGROUND_LINES

CONSIGNMENT_EXPORT: Final = "consignments.export"
TOLD_EVERY: Final = 500


def is_large_list(work: Work, bucket: Bucket | None, wanted: ConsignmentFilter) -> bool:
    """Whether a list has more lines than are written while somebody waits; one statement."""
    return exported_count(work, BACKGROUND_LINES, bucket, wanted) > BACKGROUND_LINES


def ask_for_list(work: Work, bucket: Bucket | None, wanted: ConsignmentFilter, form: ListFormat) -> Job:
    """Have a list written in the background for whoever asks, with their sight of it."""
    arguments: dict[str, Any] = {
        "bucket": bucket.value if bucket else None,
        "text": wanted.text,
        "state": wanted.state.value if wanted.state else None,
        "waste_code": wanted.waste_code,
        "partner": wanted.partner,
        "plate": wanted.plate,
        "first": wanted.first.isoformat() if wanted.first else None,
        "last": wanted.last.isoformat() if wanted.last else None,
        "format": form.value,
        "filename": f"consignments.{form.value}",
    }
    return ask_for_job(work, CONSIGNMENT_EXPORT, arguments, None)


def list_in_background(run: Run) -> None:
    """Write the list and keep the file; its reader finds it at the job."""
    asked = run.arguments
    run.progress.report(WRITING)
    written = 0

    def told(count: int) -> None:
        nonlocal written
        written = count
        if count % TOLD_EVERY == 0:
            run.progress.report(WRITING, count)

    with run.house.database.reading(run.actor) as work:
        file = consignment_file(
            work,
            Bucket(asked["bucket"]) if asked["bucket"] else None,
            _filter(asked),
            ListFormat(asked["format"]),
            told=told,
        )
    run.progress.report(KEEPING)
    with run.house.database.writing(run.actor) as work:
        kept = keep_for_a_week(work, run.house.files, file.body, file.name, EXPORT_TYPE)
        run.finish(work, {"file_id": str(kept.id), "row_count": written, "media_type": file.media_type})


def _filter(asked: dict[str, Any]) -> ConsignmentFilter:
    return ConsignmentFilter(
        text=asked["text"],
        state=ConsignmentState(asked["state"]) if asked["state"] else None,
        waste_code=asked["waste_code"],
        partner=asked["partner"],
        plate=asked["plate"],
        first=date.fromisoformat(asked["first"]) if asked["first"] else None,
        last=date.fromisoformat(asked["last"]) if asked["last"] else None,
    )
