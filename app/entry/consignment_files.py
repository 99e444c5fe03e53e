"""The list of consignments as a file to keep, in the reader's language."""

import enum
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from flask_babel import gettext as _

from app.entry.language import rendered
from app.entry.ledger import XLSX
from app.entry.official_files import CSV, KeptFile
from app.foundation.core.work import Work
from app.foundation.documents.spreadsheet import csv_bytes, xlsx_bytes
from app.waste.consignments.exporting import HEADER, export_rows
from app.waste.consignments.queries.exports import ExportedLine, exported_lines
from app.waste.consignments.queries.filters import ConsignmentFilter
from app.waste.consignments.queries.lists import Bucket

NAME: Final = "consignments"


class ListFormat(enum.StrEnum):
    """As what a list may be kept."""

    XLSX = "xlsx"
    CSV = "csv"


def consignment_file(
    work: Work,
    bucket: Bucket | None,
    wanted: ConsignmentFilter,
    form: ListFormat,
    *,
    told: Callable[[int], None] | None = None,
) -> KeptFile:
    """Every line of what the actor may know of in a bucket and under a filter. `told` hears how many are written.

    Raises:
        NotPermitted: the actor doesn't read consignments at all.
    """
    header = [rendered(title) for title in HEADER]
    rows = export_rows(_counted(exported_lines(work, bucket, wanted), told), rendered)
    if form is ListFormat.XLSX:
        body = xlsx_bytes(header, rows, sheet_name=_("转移联单"), time_zone=work.actor.zone)
        return KeptFile(body, XLSX, f"{NAME}.xlsx")
    return KeptFile(csv_bytes(header, rows, time_zone=work.actor.zone), CSV, f"{NAME}.csv")


def _counted(lines: Iterable[ExportedLine], told: Callable[[int], None] | None) -> Iterator[ExportedLine]:
    for count, line in enumerate(lines, start=1):
        if told is not None:
            told(count)
        yield line
