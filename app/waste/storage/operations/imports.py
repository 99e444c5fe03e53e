"""A generation ledger brought in: the registry posts it, and each of its packages becomes a container."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.foundation.core.bulk import insert_many
from app.foundation.core.work import Work
from app.foundation.files.operations import FileStore, store_file
from app.parties.accounts.models import Site
from app.waste.registry.commands import ImportLedger
from app.waste.registry.ledger_files.ledger import GenerationRow, LedgerReading
from app.waste.registry.models import LedgerImport
from app.waste.registry.numbering import lift_serial
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
    insert_many(
        work.session,
        Container,
        [
            _container(work, site, row, generation, short_code)
            for (row, generation), short_code in zip(pairs, short_codes, strict=True)
        ],
    )
    _lift_serials(work, [row for row, _ in pairs])
    return ImportOutcome(imported, tuple(ids))


def _lift_serials(work: Work, rows: Sequence[GenerationRow]) -> None:
    for (credit_code, waste_code, day), serial in sorted(container_serials(rows).items()):
        lift_serial(work, series_of(credit_code, waste_code, day), serial)


def _container(
    work: Work, site: Site, row: GenerationRow, generation: Generation, short_code: str
) -> dict[str, Any]:
    stream = generation.stream
    return {
        "id": generation.container_id,
        "code": row.container_code,
        "short_code": short_code,
        "local_label": "",
        "organisation_id": site.organisation_id,
        "holder_id": site.organisation_id,
        "site_id": site.id,
        "park_id": site.park_id,
        "stream_id": stream.id,
        "waste_code": stream.waste_code,
        "form": stream.form,
        "hazards": stream.hazards,
        "state": ContainerState.WEIGHED,
        "package": row.container_kind,
        "volume_ml": None,
        "gross": None,
        "tare": None,
        "net": generation.mass,
        "generated_on": generation.generated_on,
        "generated_at": generation.generated_at,
        "batch_number": generation.batch_number,
        "source_facility": generation.source_facility,
        "producer_operator": generation.producer_operator,
        "destination": generation.destination,
        "sealed_at": work.now,
        "weighed_at": work.now,
        "label_prints": 0,
        "remarks": "",
        "material": "",
        "created_at": work.now,
        "version": 1,
    }
