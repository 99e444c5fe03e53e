"""Recording what a site generates: one posting and one line of table B.1 each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.foundation.catalogue.codes import BatchKind, BatchNumber
from app.foundation.core.bulk import insert_rows
from app.foundation.core.errors import Conflict
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.waste.registry.models import GenerationRecord, PlaceKind, WasteStream
from app.waste.registry.numbering import next_serial
from app.waste.registry.posting import Move, Place, post, post_arrivals

LAST_SERIAL = 999


@dataclass(frozen=True, slots=True)
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


def record_generations(work: Work, generations: Sequence[Generation], *, event_id: UUID) -> None:
    """Post mass from generation to the site's unplaced stock, each with its line of table B.1.

    The caller appends the event and gives its id.
    """
    ids = post(work, [_move(generation) for generation in generations], event_id=event_id)
    _write_lines(work, generations, ids, None)


def record_arrivals(
    work: Work, generations: Sequence[Generation], *, event_id: UUID, import_id: UUID
) -> None:
    """The same for the many packages of a ledger file, whose containers were all made just now."""
    moves = list(map(_move, generations))
    ids = post_arrivals(work, moves, event_id=event_id, import_id=import_id)
    _write_lines(work, generations, ids, import_id)


def _move(generation: Generation) -> Move:
    stream = generation.stream
    return Move(
        stream_id=stream.id,
        mass=generation.mass,
        source=Place(PlaceKind.GENERATION, stream.site_id),
        target=Place(PlaceKind.UNPLACED, stream.site_id),
        effective_on=generation.generated_on,
        container_id=generation.container_id,
    )


LINE = (
    "id",
    "posting_id",
    "organisation_id",
    "site_id",
    "stream_id",
    "batch_number",
    "generated_on",
    "generated_at",
    "local_name",
    "waste_name",
    "container_code",
    "container_kind",
    "container_count",
    "source_facility",
    "producer_operator",
    "destination",
    "import_id",
)


def _write_lines(
    work: Work, generations: Sequence[Generation], posting_ids: Sequence[UUID], import_id: UUID | None
) -> None:
    pairs = zip(generations, posting_ids, strict=True)
    insert_rows(
        work.session,
        GenerationRecord,
        LINE,
        (_line(generation, posting_id, import_id) for generation, posting_id in pairs),
    )


def _line(generation: Generation, posting_id: UUID, import_id: UUID | None) -> tuple[Any, ...]:
    """A line of table B.1, in the order of `LINE`."""
    stream = generation.stream
    return (
        new_id(),
        posting_id,
        stream.organisation_id,
        stream.site_id,
        stream.id,
        generation.batch_number,
        generation.generated_on,
        generation.generated_at,
        generation.local_name or stream.local_name,
        generation.waste_name or stream.waste_name,
        generation.container_code,
        generation.container_kind,
        generation.container_count,
        generation.source_facility,
        generation.producer_operator,
        generation.destination,
        import_id,
    )
