"""Recording what a site generates: one posting and one line of table B.1 each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.foundation.catalogue.codes import BatchKind, BatchNumber
from app.foundation.core.bulk import insert_many
from app.foundation.core.errors import Conflict
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.waste.registry.models import GenerationRecord, PlaceKind, WasteStream
from app.waste.registry.numbering import next_serial
from app.waste.registry.posting import Move, Place, post

LAST_SERIAL = 999


@dataclass(frozen=True)
class Generation:
    """One package generated: its mass and what table B.1 of HJ 1259 asks beyond."""

    stream: WasteStream
    mass: Grams
    generated_on: date
    generated_at: datetime | None
    container_id: UUID
    container_code: str | None
    container_kind: str
    batch_number: str
    source_facility: str
    producer_operator: str
    destination: str
    container_count: int = 1
    local_name: str = ""
    waste_name: str = ""


def batch_series(site_id: UUID, day: date) -> str:
    """The series generation batch numbers of a site and day are drawn from."""
    return f"HWCS/{site_id}/{day:%Y%m%d}"


def draw_batch_number(work: Work, site_id: UUID, day: date) -> str:
    """The next generation batch number of a site and day, HWCS + date + serial (domain-rules 14.4).

    Raises:
        Conflict: all 999 of the day are used.
    """
    serial = next_serial(work, batch_series(site_id, day))
    if serial > LAST_SERIAL:
        raise Conflict(say("{day} 的 999 个产生批次编号已用完", day=day.isoformat()))
    return str(BatchNumber(BatchKind.GENERATION, day, serial))


def record_generations(
    work: Work, generations: Sequence[Generation], *, event_id: UUID, import_id: UUID | None = None
) -> None:
    """Post mass from generation to the site's unplaced stock, each with its line of table B.1.

    The caller appends the event and gives its id.
    """
    moves = [
        Move(
            stream_id=generation.stream.id,
            mass=generation.mass,
            source=Place(PlaceKind.GENERATION, generation.stream.site_id),
            target=Place(PlaceKind.UNPLACED, generation.stream.site_id),
            effective_on=generation.generated_on,
            container_id=generation.container_id,
        )
        for generation in generations
    ]
    posting_ids = post(work, moves, event_id=event_id, import_id=import_id)
    insert_many(
        work.session,
        GenerationRecord,
        [
            _record(generation, posting_id, import_id)
            for generation, posting_id in zip(generations, posting_ids, strict=True)
        ],
    )


def _record(generation: Generation, posting_id: UUID, import_id: UUID | None) -> dict[str, Any]:
    stream = generation.stream
    return {
        "id": new_id(),
        "posting_id": posting_id,
        "organisation_id": stream.organisation_id,
        "site_id": stream.site_id,
        "stream_id": stream.id,
        "batch_number": generation.batch_number,
        "generated_on": generation.generated_on,
        "generated_at": generation.generated_at,
        "local_name": generation.local_name or stream.local_name,
        "waste_name": generation.waste_name or stream.waste_name,
        "container_code": generation.container_code,
        "container_kind": generation.container_kind,
        "container_count": generation.container_count,
        "source_facility": generation.source_facility,
        "producer_operator": generation.producer_operator,
        "destination": generation.destination,
        "import_id": import_id,
    }
