"""Reading a ledger file for a site: what its rows may draw on lies in zones and containers, which storage knows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, func, select

from app.foundation.catalogue.codes import general_waste_class_of
from app.foundation.catalogue.queries import general_waste_classes, general_waste_codes
from app.foundation.core.clock import local_time
from app.foundation.core.ids import NO_ID
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.accounts.models import Site
from app.waste.registry.commands import ImportLedger
from app.waste.registry.ledger_files.ledger import LedgerContext, LedgerReading, Source
from app.waste.registry.ledger_files.reading import read_ledger
from app.waste.registry.ledger_files.table_general import dispatch_key
from app.waste.registry.ledger_files.vocabulary import Table
from app.waste.registry.models import (
    Balance,
    GenerationRecord,
    LedgerRecord,
    LedgerTable,
    PlaceKind,
    WasteStream,
)
from app.waste.registry.operations.imports import ledger_context, site_to_import
from app.waste.storage.ledger_reading_general import known_general_lines
from app.waste.storage.models import Container, ContainerState, Facility

IN_REACH: Final = {
    Table.B1: ((PlaceKind.UNPLACED, PlaceKind.ZONE), (ContainerState.WEIGHED, ContainerState.STORED)),
    Table.B2: ((PlaceKind.ZONE,), (ContainerState.STORED,)),
    Table.B3: ((PlaceKind.OUTBOUND,), (ContainerState.OUTBOUND, ContainerState.STORED)),
}
"""Where the mass of a batch lies, and the states of containers that may be drawn on; others are promised or gone."""


def read_ledger_file(work: Work, command: ImportLedger) -> LedgerReading:
    """Read and judge a ledger file, all tables of it, without storing anything; needs no write lock.

    Raises:
        NotPermitted: the actor may not import ledgers.
        NotFound: no such site of the actor's.
    """
    site = site_to_import(work, command)
    return read_ledger(command.content, command.filename, context_of(work, site))


def context_of(work: Work, site: Site) -> LedgerContext:
    """What is in the ledger of a site already, as far as rows of a file ask for it."""
    classes = {known.code for known in general_waste_classes(work)}
    codes = {known.code for known in general_waste_codes(work)}
    facilities = work.session.scalars(
        select(Facility.code).where(Facility.site_id == site.id, Facility.ended_at.is_(None))
    )
    return replace(
        ledger_context(work, site),
        facilities=frozenset(facilities),
        known_rows=lambda table, keys: _known_rows(work, site, table, keys),
        sources=lambda table, batches: _sources(work, site, table, batches),
        is_listed_general=lambda code: code in codes or general_waste_class_of(code) in classes,
        stocks=lambda wanted: _stocks(work, site, wanted),
    )


def _known_rows(work: Work, site: Site, table: Table, keys: Collection[str]) -> Collection[str]:
    if table is Table.GISW2:
        return {f"{month:%Y-%m} {code}" for code, month in _stocks(work, site, {key[8:] for key in keys})}
    if table is Table.GISW3:
        return _known_loads(work, site, {key.split("|")[0] for key in keys})
    if table is Table.GISW1:
        return _known_years(work, site, {key[5:] for key in keys})
    if not table.is_hazardous:
        return known_general_lines(work, site, table, {key.split("|")[0] for key in keys})
    lines = select(LedgerRecord.batch_number, LedgerRecord.container_code).where(
        LedgerRecord.organisation_id == site.organisation_id, LedgerRecord.table == LedgerTable(table.value)
    )
    if table in (Table.B2, Table.B3):
        found = work.session.execute(lines.where(LedgerRecord.container_code.in_(keys)))
        return {row.container_code for row in found}
    batches = {key.split(" ")[0] for key in keys}
    found = work.session.execute(
        lines.where(LedgerRecord.site_id == site.id, LedgerRecord.batch_number.in_(batches))
    )
    return {f"{row.batch_number} {row.container_code}" for row in found}


def _known_years(work: Work, site: Site, codes: Collection[str]) -> set[str]:
    lines = work.session.execute(
        select(LedgerRecord.happened_on, WasteStream.waste_code)
        .join(WasteStream, WasteStream.id == LedgerRecord.stream_id)
        .where(
            LedgerRecord.site_id == site.id,
            LedgerRecord.table == LedgerTable.GENERAL_LIST,
            WasteStream.waste_code.in_(codes),
        )
    )
    return {f"{line.happened_on.year} {line.waste_code}" for line in lines}


def _known_loads(work: Work, site: Site, codes: Collection[str]) -> set[str]:
    lines = work.session.execute(
        select(LedgerRecord, WasteStream.waste_code)
        .join(WasteStream, WasteStream.id == LedgerRecord.stream_id)
        .where(
            LedgerRecord.site_id == site.id,
            LedgerRecord.table == LedgerTable.GENERAL_DISPATCH,
            WasteStream.waste_code.in_(codes),
        )
    )
    return {
        dispatch_key(
            code,
            line.happened_on,
            str(line.details.get("clock", "")),
            line.mass,
            str(line.details.get("plate", "")),
            line.receiver_name,
        )
        for line, code in lines
    }


def _stocks(work: Work, site: Site, codes: Collection[str]) -> Mapping[tuple[str, date], Grams]:
    lines = work.session.execute(
        select(LedgerRecord.happened_on, LedgerRecord.details, WasteStream.waste_code)
        .join(WasteStream, WasteStream.id == LedgerRecord.stream_id)
        .where(
            LedgerRecord.site_id == site.id,
            LedgerRecord.table == LedgerTable.GENERAL_SUMMARY,
            WasteStream.waste_code.in_(codes),
        )
    )
    return {
        (line.waste_code, line.happened_on.replace(day=1)): Grams(int(line.details.get("cumulative", 0)))
        for line in lines
        if not line.details.get("opening")
    }


def _sources(
    work: Work, site: Site, table: Table, batches: Collection[str]
) -> Mapping[str, Sequence[Source]]:
    """The containers of batches, each with the mass that lies where the next table would take it. Two statements."""
    lines = list(_batch_lines(work, site, table, batches))
    left = _left(work, site, table, {container_id for _, _, container_id, *_ in lines})
    sources: defaultdict[str, list[Source]] = defaultdict(list)
    for batch, code, container_id, on, at, mass in lines:
        clock = local_time(at, work.actor.zone).time().replace(microsecond=0) if at else None
        sources[batch].append(Source(code, on, clock, Grams(mass), Grams(left.get(container_id, 0))))
    return sources


Line = tuple[str, str, UUID, date, datetime | None, int]


def _batch_lines(work: Work, site: Site, table: Table, batches: Collection[str]) -> Iterable[Line]:
    if table is Table.B1:
        found: Any = (
            select(
                GenerationRecord.batch_number,
                GenerationRecord.container_code,
                Container.id,
                GenerationRecord.generated_on,
                GenerationRecord.generated_at,
                Container.net,
            )
            .join(Container, Container.code == GenerationRecord.container_code)
            .where(GenerationRecord.site_id == site.id, GenerationRecord.batch_number.in_(batches))
        )
    else:
        found = select(
            LedgerRecord.batch_number,
            LedgerRecord.container_code,
            LedgerRecord.container_id,
            LedgerRecord.happened_on,
            LedgerRecord.happened_at,
            LedgerRecord.mass,
        ).where(
            LedgerRecord.site_id == site.id,
            LedgerRecord.table == LedgerTable(table.value),
            LedgerRecord.batch_number.in_(batches),
            LedgerRecord.container_id != NO_ID,
        )
    for row in work.session.execute(found):
        batch, code, container_id, on, at, mass = row
        yield batch, code, container_id, on, at, int(mass or 0)


def _left(work: Work, site: Site, table: Table, container_ids: Collection[UUID]) -> Mapping[UUID, int]:
    kinds, states = IN_REACH[table]
    rows = work.session.execute(
        select(Balance.container_id, func.sum(Balance.mass).label("mass"))
        .join(Container, and_(Container.id == Balance.container_id, Container.stream_id == Balance.stream_id))
        .where(
            Balance.container_id.in_(container_ids),
            Balance.place_kind.in_(kinds),
            Container.holder_id == site.organisation_id,
            Container.site_id == site.id,
            Container.state.in_(states),
        )
        .group_by(Balance.container_id)
    )
    return {row.container_id: int(row.mass) for row in rows}
