"""A large official table written in the background, and kept for a week."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from app.entry.official_files import FileFormat, official_file
from app.entry.uploads import EXPORT_TYPE, keep_for_a_week
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.jobs.models import Job
from app.foundation.jobs.operations import ask_for_job
from app.jobs.running import Run
from app.waste.registry.ledger_files.limits import BACKGROUND_LINES
from app.waste.registry.models import LedgerTable
from app.waste.registry.queries.books import Period
from app.waste.registry.queries.official import OfficialFilter, official_count
from app.waste.storage.places import StockPlaces, stock_places

LEDGER_EXPORT: Final = "ledger.export"
WRITING: Final = say("写出表格")
KEEPING: Final = say("保存文件")


def is_large(work: Work, places: StockPlaces, wanted: OfficialFilter, form: FileFormat) -> bool:
    """Whether a table has more lines than are written while somebody waits. Paper refuses so many anyway."""
    return form is not FileFormat.PDF and official_count(work, places.books, wanted) > BACKGROUND_LINES


def ask_for_export(
    work: Work,
    wanted: OfficialFilter,
    form: FileFormat,
    *,
    organisation_id: UUID | None = None,
    site_id: UUID | None = None,
) -> Job:
    """Have a table written in the background for whoever asks, with their sight of it."""
    places = stock_places(work, organisation_id=organisation_id, site_id=site_id)
    arguments: dict[str, Any] = {
        "table": wanted.table.value,
        "first": wanted.period.first.isoformat() if wanted.period else None,
        "text": wanted.text,
        "format": form.value,
        "organisation_id": str(organisation_id) if organisation_id else None,
        "site_id": str(site_id) if site_id else None,
        "filename": f"{wanted.table.value}.{form.value}",
    }
    return ask_for_job(work, LEDGER_EXPORT, arguments, official_count(work, places.books, wanted))


def export_in_background(run: Run) -> None:
    """Write the table and keep the file; its reader finds it at the job."""
    asked = run.arguments
    run.progress.report(WRITING)
    with run.house.database.reading(run.actor) as work:
        places = stock_places(
            work, organisation_id=_id(asked["organisation_id"]), site_id=_id(asked["site_id"])
        )
        wanted = OfficialFilter(LedgerTable(asked["table"]), _month(asked["first"]), asked["text"])
        total = official_count(work, places.books, wanted)
        file = official_file(
            work,
            places,
            wanted,
            FileFormat(asked["format"]),
            told=lambda count: run.progress.report(WRITING, min(count, total), total),
        )
    run.progress.report(KEEPING)
    with run.house.database.writing(run.actor) as work:
        kept = keep_for_a_week(work, run.house.files, file.body, file.name, EXPORT_TYPE)
        run.finish(work, {"file_id": str(kept.id), "row_count": total, "media_type": file.media_type})


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _month(first: str | None) -> Period | None:
    return Period.month(date.fromisoformat(first)) if first else None
