"""A generation ledger brought in: the registry posts it, and each of its packages becomes a container."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.foundation.core.bulk import insert_rows
from app.foundation.core.work import Work
from app.foundation.files.operations import FileStore, store_file
from app.parties.accounts.models import Site
from app.waste.registry.commands import ImportLedger
from app.waste.registry.ledger_files.ledger import GenerationRow, LedgerReading
from app.waste.registry.models import LedgerImport
from app.waste.registry.numbering import lift_serials
from app.waste.registry.operations.generation import Generation
from app.waste.registry.operations.imports import container_serials, import_generations
from app.waste.storage.models import Container, ContainerState
from app.waste.storage.numbering import draw_short_codes, series_of

MEDIA_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class ImportOutcome:
    """What came of a ledger file: the stored import, and the containers made of its rows."""

    imported: LedgerImport
    container_ids: tuple[UUID, ...]


def import_ledger(
    work: Work, command: ImportLedger, reading: LedgerReading, store: FileStore
) -> ImportOutcome:
    """Store a read generation ledger in one transaction: file, streams, postings, B.1 lines, containers, one event.

    Each row's package keeps the 37-character code of the ledger, stands unplaced at the site, and
    waits for its label and its zone. Serials the ledger used are never drawn again.

    Raises:
        InvalidInput: the file can't be read, holds no right row, or refused rows aren't waived.
        Conflict: a row came in meanwhile by another import.
    """
    file = store_file(work, store, command.content, command.filename, MEDIA_TYPE)
    imported, pairs = import_generations(work, command, reading, file.id)
    site = work.session.get_one(Site, imported.site_id)
    file.organisation_id, file.park_id = site.organisation_id, site.park_id  # whoever brought it in
    ids = [generation.container_id for _, generation in pairs]
    short_codes = draw_short_codes(work, "container", ids)
    made = zip(pairs, short_codes, strict=True)
    rows = (_container(work, site, row, generation, code) for (row, generation), code in made)
    insert_rows(work.session, Container, CONTAINER, rows)
    _lift_serials(work, [row for row, _ in pairs])
    return ImportOutcome(imported, tuple(ids))


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
