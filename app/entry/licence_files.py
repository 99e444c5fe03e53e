"""A year of a licence as a file: what was reserved, given back and used, line by line."""

from decimal import Decimal
from typing import Final
from uuid import UUID

from app.entry.language import rendered
from app.foundation.core.errors import NotFound
from app.foundation.core.text import Text, say
from app.foundation.core.units import tonnes_text
from app.foundation.core.work import Work
from app.foundation.documents.spreadsheet import Value, csv_bytes, xlsx_bytes
from app.parties.licences.models import CapacityKind, CapacitySource
from app.parties.licences.queries import entries_of, licence_for

MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2999
SOURCE_WORDS: Final = {
    CapacitySource.CONSIGNMENT: say("联单"),
    CapacitySource.TRADE: say("成交"),
    CapacitySource.BID: say("出价"),
    CapacitySource.EARLIER: say("平台外接收"),
}
HEADINGS: Final = (
    say("时间"), say("废物代码"), say("类型"), say("质量（t）"), say("来源"), say("编号"), say("许可证编号"),
)  # fmt: skip


def licence_entries_file(work: Work, licence_id: UUID, year: int, form: str) -> tuple[bytes, str, str]:
    """Body, media type and name.

    Raises:
        NotPermitted: the actor's role doesn't read licences.
        NotFound: no such licence, year or format.
    """
    if form not in MEDIA_TYPES or not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound(say("没有这种格式"))
    licence = licence_for(work, licence_id).licence
    rows: list[list[Value]] = [
        [
            entry.recorded_at,
            entry.waste_code,
            rendered(_kind(entry.kind, entry.mass)),
            Decimal(tonnes_text(entry.mass)),
            rendered(SOURCE_WORDS[entry.source_kind]),
            entry.note or str(entry.source_id),
            licence.number,
        ]
        for entry in entries_of(work, licence.root_id, year)
    ]
    header = [rendered(text) for text in HEADINGS]
    name = f"licence-{year}-{licence.id.hex[-8:]}.{form}"
    zone = work.actor.zone
    if form == "csv":
        return csv_bytes(header, rows, time_zone=zone), MEDIA_TYPES[form], name
    return xlsx_bytes(header, rows, sheet_name=str(year), time_zone=zone), MEDIA_TYPES[form], name


def _kind(kind: CapacityKind, mass: int) -> Text:
    if kind is CapacityKind.USED:
        return say("已用") if mass > 0 else say("更正")
    return say("预留") if mass > 0 else say("放开")
