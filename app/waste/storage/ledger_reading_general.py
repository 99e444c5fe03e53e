"""Which lines of general-waste tables 4 to 7 are in the ledger of a site already, by the keys of the readers.

Lines that came in by file keep their key; those of work with batches here get theirs as our own export would write them.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import select

from app.foundation.core.clock import local_time
from app.foundation.core.work import Work
from app.parties.accounts.models import Site
from app.waste.registry.ledger_files.table_general_lines import line_key, storage_key
from app.waste.registry.ledger_files.vocabulary import Table
from app.waste.registry.models import (
    GenerationRecord,
    LedgerRecord,
    LedgerTable,
    Posting,
    WasteKind,
    WasteStream,
)

SOURCES: Final = {
    Table.GISW4: (LedgerTable.GENERAL_GENERATION,),
    Table.GISW5: (LedgerTable.GENERAL_STORAGE, LedgerTable.STOCK_IN, LedgerTable.STOCK_OUT),
    Table.GISW6: (LedgerTable.GENERAL_UTILISATION, LedgerTable.OWN_TREATMENT),
    Table.GISW7: (LedgerTable.GENERAL_DISPOSAL, LedgerTable.OWN_TREATMENT),
}


def known_general_lines(work: Work, site: Site, table: Table, codes: Collection[str]) -> set[str]:
    """The keys of the lines of a table about these codes; one statement, two for table 4."""
    keys = set(_recorded(work, site, table, codes))
    if table is Table.GISW4:
        keys |= set(_generated(work, site, codes))
    return keys


def _recorded(work: Work, site: Site, table: Table, codes: Collection[str]) -> Iterator[str]:
    rows = work.session.execute(
        select(LedgerRecord, WasteStream.waste_code)
        .join(WasteStream, WasteStream.id == LedgerRecord.stream_id)
        .where(
            LedgerRecord.site_id == site.id,
            LedgerRecord.table.in_(SOURCES[table]),
            WasteStream.kind == WasteKind.GENERAL,
            WasteStream.waste_code.in_(codes),
        )
    )
    for line, code in rows:
        if half := line.details.get("half"):  # our own export writes a row for each of the two movements
            yield str(half)
        yield str(line.details.get("key") or _key_of(line, code, table, work.actor.zone))


def _key_of(line: LedgerRecord, code: str, table: Table, zone: str) -> str:
    clock, person = _clock(line.happened_at, zone), line.operator or line.keeper or line.mover
    if table is not Table.GISW5:
        return line_key(code, line.happened_on, clock, line.mass, line.batch_number, person)
    if line.table is LedgerTable.STOCK_IN:
        return storage_key(
            code, line.happened_on, clock, line.mass, None, "", 0, line.facility_code, line.batch_number
        )
    return storage_key(
        code, None, "", 0, line.happened_on, clock, line.mass, line.facility_code, line.batch_number
    )


def _generated(work: Work, site: Site, codes: Collection[str]) -> Iterator[str]:
    rows = work.session.execute(
        select(GenerationRecord, WasteStream.waste_code, Posting.mass)
        .join(WasteStream, WasteStream.id == GenerationRecord.stream_id)
        .join(Posting, Posting.id == GenerationRecord.posting_id)
        .where(
            GenerationRecord.site_id == site.id,
            WasteStream.kind == WasteKind.GENERAL,
            WasteStream.waste_code.in_(codes),
        )
    )
    for record, code, mass in rows:
        clock = _clock(record.generated_at, work.actor.zone)
        yield line_key(code, record.generated_on, clock, mass, record.batch_number, record.producer_operator)


def _clock(at: datetime | None, zone: str) -> str:
    return f"{local_time(at, zone):%H:%M}" if at else ""
