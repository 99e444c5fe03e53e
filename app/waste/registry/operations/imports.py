"""Bringing in a ledger that a firm kept itself: one event, a posting for each row."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import select

from app.foundation import trace
from app.foundation.catalogue.codes import parse_batch_number, parse_container_code
from app.foundation.catalogue.queries import catalogue_of
from app.foundation.core.bulk import present_in
from app.foundation.core.clock import instant_at, local_day
from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation, Site
from app.parties.accounts.permissions import Permission
from app.waste.registry.commands import ImportLedger
from app.waste.registry.ledger_files.general_rows import (
    DispatchRow,
    GeneralLine,
    GeneralStorageRow,
    ListRow,
    SummaryRow,
)
from app.waste.registry.ledger_files.ledger import (
    ON_LINES,
    LedgerContext,
    LedgerReading,
    LedgerRow,
    ListedWaste,
    not_told,
)
from app.waste.registry.ledger_files.ledger_rows import GenerationRow
from app.waste.registry.ledger_files.vocabulary import Table
from app.waste.registry.models import GenerationRecord, LedgerImport, WasteKind, WasteStream
from app.waste.registry.numbering import lift_serials
from app.waste.registry.operations.generation import Generation, batch_series, record_arrivals
from app.waste.registry.policy import ensure_may, site_for

_JSON = json.JSONEncoder(ensure_ascii=False)


def site_to_import(work: Work, command: ImportLedger) -> Site:
    """The site a ledger is brought in for.

    Raises:
        NotPermitted: the actor may not import ledgers.
        NotFound: no such site of the actor's.
    """
    ensure_may(work.actor, Permission.LEDGER_IMPORT)
    return site_for(work, command.site_id)


def ledger_context(work: Work, site: Site) -> LedgerContext:
    """For whom and when a ledger is read, and which containers table B.1 holds already. One statement."""
    credit_code = work.session.scalars(
        select(Organisation.credit_code).where(Organisation.id == site.organisation_id)
    ).one()
    catalogue = catalogue_of(work)

    def find_waste(code: str, day: date) -> ListedWaste | None:
        entry = catalogue.find(code, day)
        if entry is None:
            return None
        return ListedWaste(entry.code, entry.category.code, entry.name, entry.category.name)

    return LedgerContext(
        credit_code=credit_code,
        today=local_day(work.now, work.actor.zone),
        zone=work.actor.zone,
        find_waste=find_waste,
        known_containers=lambda codes: present_in(work.session, GenerationRecord.container_code, codes),
        on_lines=work.session.info.get(ON_LINES, not_told),
    )


def import_generations(
    work: Work, command: ImportLedger, reading: LedgerReading, file_id: UUID | None
) -> tuple[LedgerImport, list[tuple[GenerationRow, Generation]]]:
    """Store the accepted rows of a reading: streams where new, one posting and B.1 line a row, one event.

    Gives the import and its rows with what was recorded of each; containers are made by storage.

    Raises:
        InvalidInput: the file can't be read, holds no right row, or holds refused rows and the
            command doesn't say to take the right ones all the same.
    """
    site = site_for(work, command.site_id)
    ensure_wanted(command, reading)
    rows = reading.rows_of(GenerationRow)
    streams, new_streams = _streams(work, site, rows)
    imported = new_import(work, site, command, reading, Table.B1, file_id)
    event_id = trace.record(
        work,
        "ledger.imported",
        imported,
        about=[("site", site.id)],
        changed=new_streams,
        park_id=site.park_id,
    )
    pairs = [(row, _generation(row, streams[row.waste_code, row.local_name], work)) for row in rows]
    record_arrivals(work, [generation for _, generation in pairs], event_id=event_id, import_id=imported.id)
    _lift_batch_serials(work, site, rows)
    return imported, pairs


def new_import(
    work: Work, site: Site, command: ImportLedger, reading: LedgerReading, table: Table, file_id: UUID | None
) -> LedgerImport:
    """The row of one table of a file. Each table is an import and an event of its own, because its totals are those
    of one official table, and what one table says can be told from what the other says of the same drums."""
    rows = [row for row in reading.accepted if row.table is table]
    refused = sum(1 for refusal in reading.refused if refusal.table is table)
    imported = LedgerImport(
        id=new_id(),
        organisation_id=site.organisation_id,
        site_id=site.id,
        user_id=work.actor.user_id,
        table_name=table.value,
        filename=command.filename[:200],
        file_id=file_id,
        file_sha256=hashlib.sha256(command.content).hexdigest(),
        rows_sha256=rows_hash(rows),
        accepted_count=len(rows),
        refused_count=refused,
        total_mass=Grams(sum(row.grams for row in rows)),
        imported_at=work.now,
    )
    work.session.add(imported)
    work.session.flush()
    return imported


def rows_hash(rows: Sequence[LedgerRow]) -> str:
    """SHA-256 over the rows as stored, so that the event names exactly what came in."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(_JSON.encode(row_facts(row)).encode() + b"\n")
    return digest.hexdigest()


def row_facts(row: LedgerRow) -> list[str | int]:
    """What a row moves: number, day, waste, grams, package."""
    if isinstance(row, SummaryRow):
        flows = [row.generated, row.own_use, row.out_use, row.own_disposal, row.out_disposal, row.cumulative]
        return [f"{row.month:%Y-%m}", row.waste_code, *flows]
    if isinstance(row, ListRow):
        return [row.year, row.waste_code, row.waste_class, row.annual]
    if isinstance(row, GeneralLine):
        return [row.event_date.isoformat(), row.waste_code, row.grams, row.batch_no]
    if isinstance(row, GeneralStorageRow):
        days = [day.isoformat() if day else "" for day in (row.in_date, row.out_date)]
        return [*days, row.waste_code, row.in_quantity, row.out_quantity, row.batch_no]
    if isinstance(row, DispatchRow):
        return [row.event_date.isoformat(), row.waste_code, row.grams, row.flow_type]
    return [row.batch_no, row.event_date.isoformat(), row.waste_code, row.grams, row.container_code]


def event_instant(day: date, clock: time | None, zone: str) -> datetime | None:
    """The instant a ledger row tells; None when it gives only the day."""
    return None if clock is None else instant_at(day, clock.hour, clock.minute, zone)


def ensure_wanted(command: ImportLedger, reading: LedgerReading) -> None:
    """Pass if the file has right rows, and all are right unless the rest is waived.

    Raises:
        InvalidInput: otherwise.
    """
    if reading.file_problems:
        raise InvalidInput([FieldProblem("#/file", problem.text) for problem in reading.file_problems])
    if not reading.accepted:
        raise InvalidInput([FieldProblem("#/file", say("没有可以入账的行，请按提示更正后重新上传"))])
    if reading.refused and not command.accept_good:
        raise InvalidInput(
            [
                FieldProblem(
                    "#/file",
                    say(
                        "有 {count} 行未通过校验；请更正后重新上传，或选择只导入通过的行",
                        count=len(reading.refused),
                    ),
                )
            ]
        )


def _streams(
    work: Work, site: Site, rows: Sequence[GenerationRow]
) -> tuple[dict[tuple[str, str], WasteStream], list[WasteStream]]:
    """The stream of each waste code and local name of the file; new ones are added."""
    known = {
        (stream.waste_code, stream.local_name): stream
        for stream in work.session.scalars(select(WasteStream).where(WasteStream.site_id == site.id))
    }
    catalogue = catalogue_of(work)
    new = []
    for row in rows:
        key = (row.waste_code, row.local_name)
        if key in known:
            continue
        listed = catalogue.find(row.waste_code, row.event_date)
        known[key] = WasteStream(
            id=new_id(),
            organisation_id=site.organisation_id,
            site_id=site.id,
            kind=WasteKind.HAZARDOUS,
            waste_code=row.waste_code,
            category=row.category,
            local_name=row.local_name,
            waste_name=row.waste_name,
            form=None,
            hazards=list(listed.hazards if listed else ()),
            main_components="",
            harmful_components="",
            precautions="",
            properties={},
            created_at=work.now,
            ended_at=None,
        )
        new.append(known[key])
    work.session.add_all(new)
    return known, new


def _generation(row: GenerationRow, stream: WasteStream, work: Work) -> Generation:
    return Generation(
        stream=stream,
        mass=Grams(row.grams),
        generated_on=row.event_date,
        generated_at=event_instant(row.event_date, row.event_time, work.actor.zone),
        container_id=new_id(),
        container_code=row.container_code,
        container_kind=row.container_kind,
        container_count=row.container_count,
        batch_number=row.batch_no,
        source_facility=row.facility_code,
        producer_operator=row.operator,
        destination=row.destination,
        local_name=row.local_name,
        waste_name=row.waste_name,
    )


def _lift_batch_serials(work: Work, site: Site, rows: Sequence[GenerationRow]) -> None:
    """Numbers that the file used are never drawn again: batches here, containers in storage."""
    highest: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        day, serial = row.batch_no[:-3], int(row.batch_no[-3:])
        highest[day] = max(highest[day], serial)
    lift_serials(
        work,
        {
            batch_series(site.id, parse_batch_number(f"{day}{serial:03d}").day): serial
            for day, serial in highest.items()
        },
    )


def container_serials(rows: Sequence[GenerationRow]) -> dict[tuple[str, str, date], int]:
    """The highest container serial used per credit code, waste code and day."""
    highest: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        if row.container_code:
            waste_and_day, serial = row.container_code[:-3], int(row.container_code[-3:])
            highest[waste_and_day] = max(highest[waste_and_day], serial)
    codes = [parse_container_code(f"{series}{serial:03d}") for series, serial in highest.items()]
    return {(code.credit_code, code.waste_code, code.day): code.serial for code in codes}
