"""A ledger file brought in, table after table; each package of its generations becomes a container."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.foundation.core.bulk import insert_rows
from app.foundation.core.work import Work
from app.foundation.files.operations import FileStore, store_file
from app.foundation.rulebook.retention import file_kept_until
from app.parties.accounts.models import Site
from app.waste.registry.commands import ImportLedger
from app.waste.registry.ledger_files.ledger import LedgerReading
from app.waste.registry.ledger_files.ledger_rows import GenerationRow
from app.waste.registry.ledger_files.vocabulary import Table
from app.waste.registry.models import LedgerImport
from app.waste.registry.numbering import lift_serials
from app.waste.registry.operations.generation import Generation
from app.waste.registry.operations.imports import (
    container_serials,
    ensure_wanted,
    import_generations,
    site_to_import,
)
from app.waste.registry.operations.imports_general import import_dispatches, import_summaries
from app.waste.registry.operations.imports_general_lines import import_lines, import_list, import_storage
from app.waste.storage.models import Container, ContainerState
from app.waste.storage.numbering import draw_short_codes, series_of
from app.waste.storage.operations.imports_packages import import_packages

MEDIA_TYPE = "application/octet-stream"
GENERAL_TABLES = {
    Table.GISW1: import_list,
    Table.GISW2: import_summaries,
    Table.GISW3: import_dispatches,
    Table.GISW5: import_storage,
}
"""Who stores the tables of general waste; `import_lines` stores the others of them."""


@dataclass(frozen=True)
class ImportOutcome:
    """What came of a ledger file: an import for each table in it, and the containers made of its rows."""

    imports: tuple[LedgerImport, ...]
    container_ids: tuple[UUID, ...]

    @property
    def imported(self) -> LedgerImport:
        """The import of the first table."""
        return self.imports[0]


def import_ledger(
    work: Work, command: ImportLedger, reading: LedgerReading, store: FileStore
) -> ImportOutcome:
    """Store a read ledger in one transaction, table after table in the order of the waste's way: the file, streams,
    postings, lines of the tables, containers, and one event a table.

    Each package of B.1 keeps the 37-character code of the ledger, stands unplaced at the site, and waits for its
    label and its zone. B.2 puts containers into the zone of the facility it names, B.3 takes them out, B.4 and B.5
    use them up; general waste has no containers. Serials the ledger used are never drawn again.

    Raises:
        InvalidInput: the file can't be read, holds no right row, or refused rows aren't waived.
        Conflict: a row came in meanwhile by another import, a container moved on, or a period is declared.
    """
    ensure_wanted(command, reading)
    until = file_kept_until("hw_ledger", work.today)
    file = store_file(work, store, command.content, command.filename, MEDIA_TYPE, until)
    site = site_to_import(work, command)
    file.organisation_id, file.park_id = site.organisation_id, site.park_id  # whoever brought it in
    imports: list[LedgerImport] = []
    containers: tuple[UUID, ...] = ()
    tables = {row.table for row in reading.accepted}
    for table in (table for table in Table if table in tables):
        if table is Table.B1:
            imported, containers = _import_generations(work, site, command, reading, file.id)
            imports.append(imported)
        elif table in GENERAL_TABLES:
            imports.append(GENERAL_TABLES[table](work, site, command, reading, file.id))
        elif not table.is_hazardous:
            imports.append(import_lines(work, site, command, reading, table, file.id))
        else:
            imports.append(import_packages(work, site, command, reading, table, file.id))
    return ImportOutcome(tuple(imports), containers)


def _import_generations(
    work: Work, site: Site, command: ImportLedger, reading: LedgerReading, file_id: UUID
) -> tuple[LedgerImport, tuple[UUID, ...]]:
    imported, pairs = import_generations(work, command, reading, file_id)
    ids = [generation.container_id for _, generation in pairs]
    short_codes = draw_short_codes(work, "container", ids)
    made = zip(pairs, short_codes, strict=True)
    rows = (_container(work, site, row, generation, code) for (row, generation), code in made)
    insert_rows(work.session, Container, CONTAINER, rows)
    _lift_serials(work, [row for row, _ in pairs])
    return imported, tuple(ids)


def _lift_serials(work: Work, rows: Sequence[GenerationRow]) -> None:
    lift_serials(work, {series_of(*key): serial for key, serial in container_serials(rows).items()})


CONTAINER = (
    "id",
    "code",
    "short_code",
    "local_label",
    "organisation_id",
    "holder_id",
    "site_id",
    "park_id",
    "stream_id",
    "waste_code",
    "form",
    "hazards",
    "state",
    "package",
    "volume_ml",
    "gross",
    "tare",
    "net",
    "generated_on",
    "generated_at",
    "batch_number",
    "source_facility",
    "producer_operator",
    "destination",
    "sealed_at",
    "weighed_at",
    "label_prints",
    "remarks",
    "material",
    "created_at",
    "version",
)


def _container(
    work: Work, site: Site, row: GenerationRow, generation: Generation, short_code: str
) -> tuple[Any, ...]:
    """The row of a package, in the order of `CONTAINER`."""
    stream = generation.stream
    return (
        generation.container_id,
        row.container_code,
        short_code,
        "",
        site.organisation_id,
        site.organisation_id,
        site.id,
        site.park_id,
        stream.id,
        stream.waste_code,
        stream.form,
        stream.hazards,
        ContainerState.WEIGHED,
        row.container_kind,
        None,
        None,
        None,
        generation.mass,
        generation.generated_on,
        generation.generated_at,
        generation.batch_number,
        generation.source_facility,
        generation.producer_operator,
        generation.destination,
        work.now,
        work.now,
        0,
        "",
        "",
        work.now,
        1,
    )
