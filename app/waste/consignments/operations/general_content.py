"""What a transfer of general waste is made of: wastes of one site of the actor's firm, each with its mass."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams, kg_text
from app.foundation.core.work import Work
from app.parties.accounts.models import Park, Site
from app.waste.consignments.commands.general import PACKAGES, LoadLine
from app.waste.consignments.models import Consignment, ConsignmentLine
from app.waste.registry.batches import STOCK
from app.waste.registry.models import Balance, WasteBatch, WasteKind, WasteStream

MAX_LINES: Final = 20
MAX_LOAD: Final = Grams(100_000_000)
"""What no vehicle carries: 100 t."""


@dataclass(frozen=True)
class BulkLoad:
    """The wastes of a draft in the order of its lines, all of one site."""

    lines: tuple[tuple[LoadLine, WasteStream], ...]
    site: Site
    park: Park | None

    @property
    def mass(self) -> Grams:
        return Grams(sum(line.mass for line, _ in self.lines))


def bulk_load_of(work: Work, lines: Sequence[LoadLine]) -> BulkLoad:
    """The wastes named, each general waste of one site of the actor's firm; two statements, one without batches.

    Raises:
        InvalidInput: none or too many are named, or one is unknown, hazardous, no longer used, of another site, without
            mass, or drawn from twice; all of them at once.
    """
    if not 0 < len(lines) <= MAX_LINES:
        raise InvalidInput([FieldProblem("#/lines", say("请填写 1 至 {most} 种废物", most=MAX_LINES))])
    rows = work.session.execute(
        select(WasteStream, Site, Park)
        .join(Site, Site.id == WasteStream.site_id)
        .outerjoin(Park, Park.id == Site.park_id)
        .where(
            WasteStream.id.in_({line.stream_id for line in lines}),
            WasteStream.organisation_id == work.actor.organisation_id,
        )
    ).all()
    streams = {row[0].id: row for row in rows}
    problems = [*_line_problems(lines, {key: row[0] for key, row in streams.items()}), *_batches(work, lines)]
    if len({row[1].id for row in rows}) > 1:
        problems.append(FieldProblem("#/lines", say("一份转移单只能从一个场所移出")))
    if problems:
        raise InvalidInput(problems)
    _, site, park = streams[lines[0].stream_id]
    return BulkLoad(tuple((line, streams[line.stream_id][0]) for line in lines), site, park)


def _line_problems(lines: Sequence[LoadLine], streams: dict[UUID, WasteStream]) -> Iterator[FieldProblem]:
    of_stream = Counter(line.stream_id for line in lines)
    for at, line in enumerate(lines):
        if problem := _stream_problem(streams.get(line.stream_id)):
            yield FieldProblem(f"#/lines/{at}/stream_id", problem)
        if of_stream[line.stream_id] > 1:
            text = say("同一种废物请合并为一行")
            yield FieldProblem(f"#/lines/{at}/stream_id", text)
        if not 0 < line.mass <= MAX_LOAD:
            yield FieldProblem(f"#/lines/{at}/mass_kg", say("质量要大于 0，不超过 100 t"))
        if line.package not in PACKAGES:
            yield FieldProblem(f"#/lines/{at}/package", say("请从列表中选择包装方式"))


def _stream_problem(stream: WasteStream | None) -> Text | None:
    if stream is None:
        return say("没有这种废物，或它不在你的单位")
    if stream.kind is not WasteKind.GENERAL:
        return say("这是危险废物，请用危险废物转移联单逐件移出")
    if stream.ended_at is not None:
        return say("这种废物已停用，请选择其他废物")
    return None


def _batches(work: Work, lines: Sequence[LoadLine]) -> Iterator[FieldProblem]:
    named = {line.batch_id for line in lines if line.batch_id is not None}
    if not named:
        return
    chosen = select(WasteBatch.id, WasteBatch.stream_id).where(WasteBatch.id.in_(named))
    of_stream = {row[0]: row[1] for row in work.session.execute(chosen)}
    for at, line in enumerate(lines):
        if line.batch_id is not None and of_stream.get(line.batch_id) != line.stream_id:
            yield FieldProblem(f"#/lines/{at}/batch_id", say("这不是该废物的批次"))


def take_bulk_load(consignment: Consignment, load: BulkLoad) -> None:
    """The draft is of this load: its site, park and mass."""
    consignment.consignor_site_id, consignment.park_id = load.site.id, load.site.park_id
    consignment.container_count, consignment.sent_mass = 0, load.mass


def add_bulk_lines(work: Work, consignment: Consignment, load: BulkLoad) -> list[ConsignmentLine]:
    """Write the lines of a draft that has none."""
    lines = [
        ConsignmentLine(
            id=new_id(),
            consignment_id=consignment.id,
            line_number=number,
            stream_id=stream.id,
            waste_code=stream.waste_code,
            waste_name=stream.local_name or stream.waste_name,
            hazards=[],
            form=stream.form,
            harmful_components="",
            package=line.package,
            container_count=0,
            sent_mass=line.mass,
            received_mass=None,
            batch_id=line.batch_id,
        )
        for number, (line, stream) in enumerate(load.lines, start=1)
    ]
    work.session.add_all(lines)
    return lines


def short_of_stock(work: Work, lines: Sequence[ConsignmentLine]) -> dict[int, Text]:
    """What is wrong with lines of which less lies there than they say, by number; one statement."""
    held = in_stock(work, {line.stream_id for line in lines})
    return {
        line.line_number: say(
            "{waste} 现有 {held} kg，不足 {wanted} kg",
            waste=line.waste_name,
            held=kg_text(there),
            wanted=kg_text(line.sent_mass),
        )
        for line in lines
        if (there := held_for(line, held)) < line.sent_mass
    }


def in_stock(work: Work, streams: set[UUID]) -> dict[tuple[UUID, UUID], Grams]:
    """What lies in batches, by stream and batch; one statement."""
    rows = work.session.execute(
        select(Balance.stream_id, WasteBatch.id, func.sum(Balance.mass))
        .join(WasteBatch, WasteBatch.id == Balance.container_id)
        .where(Balance.stream_id.in_(streams), Balance.place_kind.in_(STOCK), Balance.mass > 0)
        .group_by(Balance.stream_id, WasteBatch.id)
    )
    return {(stream, batch): Grams(int(mass)) for stream, batch, mass in rows}


def held_for(line: ConsignmentLine, held: dict[tuple[UUID, UUID], Grams]) -> Grams:
    """What a line can draw from: its batch, or all of its waste."""
    return Grams(
        sum(
            mass
            for (stream, batch), mass in held.items()
            if stream == line.stream_id and line.batch_id in (None, batch)
        )
    )
