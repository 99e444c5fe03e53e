"""Ending a count: the ledger is brought in line with what was found, and every difference has its reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from app.foundation import trace
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.accounts.permissions import Permission
from app.waste.registry.declaring.models import DifferenceExplanation, DifferenceKind
from app.waste.registry.models import PlaceKind
from app.waste.registry.operations.handling import Handled, Handling, record_stock_in
from app.waste.registry.policy import ensure_may
from app.waste.registry.posting import Move, Place, post
from app.waste.storage.counting.commands import CloseCount
from app.waste.storage.counting.models import CountState, Found, StockCount
from app.waste.storage.counting.operations import open_count_for
from app.waste.storage.counting.queries import CountRow, DifferenceIn, count_rows
from app.waste.storage.models import (
    FACILITY_TYPE_WORDS,
    IN_PLACE,
    Container,
    ContainerState,
    Facility,
)
from app.waste.storage.operations.placing import MAY_BE_PUT, place_of

CONSIGNED = frozenset({ContainerState.RESERVED, ContainerState.LOADED})
"""States in which a manifest names a container's mass and place."""


@dataclass
class _Outcome:
    """What closing does to the ledger."""

    moves: list[Move] = field(default_factory=list)
    changed: list[Container] = field(default_factory=list)
    entered: list[tuple[CountRow, int]] = field(default_factory=list)
    """Lines of containers that were in no store before, with the place of their move among the moves."""


def close_count(work: Work, count_id: UUID, command: CloseCount) -> StockCount:
    """End a count. What was not counted is missing; missing mass and weight that is not there are losses of the site.

    Raises:
        NotFound: no such count of the actor's.
        NotPermitted: the actor doesn't handle containers.
        Conflict: it is closed, or a container that differs stands in a manifest, or was moved or weighed since
            it was counted.
        InvalidInput: a difference without explanation; names each.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    count = open_count_for(work, count_id)
    facility = work.session.get_one(Facility, count.facility_id)
    rows = _locked_rows(work, count)
    different = [row for row in rows if row.differences and not _has_left(row)]
    _ensure_explained(different, command)
    _ensure_unmoved(different)
    outcome = _Outcome()
    for row in different:
        _settle(work, row, outcome)
    explanations = [_explanation(work, facility, row) for row in different]
    work.session.add_all(explanations)
    count.state, count.closed_at = CountState.CLOSED, work.now
    event_id = new_id()
    for row in different:
        row.line.event_id = event_id
    trace.record(
        work,
        "stock_count.closed",
        count,
        about=[facility],
        changed=[*outcome.changed, *explanations],
        park_id=count.park_id,
        event_id=event_id,
        lines=len(rows),
        differences=len(different),
    )
    _post(work, facility, outcome, event_id)
    return count


def _locked_rows(work: Work, count: StockCount) -> Sequence[CountRow]:
    """The lines with their containers as they are now, which nobody else may change meanwhile."""
    rows = count_rows(work, count.id)
    ids = sorted(row.container.id for row in rows)
    work.session.scalars(
        select(Container)
        .where(Container.id.in_(ids))
        .order_by(Container.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return rows


def _has_left(row: CountRow) -> bool:
    """Sent, used or emptied in the ordinary way since the count began: nothing is missing."""
    return row.line.found is None and (
        row.container.state not in IN_PLACE or row.container.zone_id != row.line.expected_zone_id
    )


def _ensure_explained(rows: Sequence[CountRow], command: CloseCount) -> None:
    for row in rows:
        given = command.explanations.get(row.container.code, "").strip()[:300]
        row.line.explanation = given or row.line.explanation
    problems = [
        FieldProblem(
            f"#/explanations/{row.container.code}",
            say("请说明 {label} 的差异原因", label=row.container.local_label or row.container.short_code),
        )
        for row in rows
        if not row.line.explanation
    ]
    if problems:
        raise InvalidInput(problems)


def _ensure_unmoved(rows: Sequence[CountRow]) -> None:
    for row in rows:
        held = (row.container.zone_id, row.container.net)
        if held != (row.line.expected_zone_id, row.line.expected_mass):
            raise Conflict(say("容器 {code} 在盘点后有变动，请重盘这一个", code=row.container.code))
        if row.container.state in CONSIGNED:
            text = say("容器 {code} 已写入联单，请先从联单移除或改好联单", code=row.container.code)
            raise Conflict(text)


def _settle(work: Work, row: CountRow, outcome: _Outcome) -> None:
    container, line = row.container, row.line
    place = place_of(container)
    lost = Place(PlaceKind.LOSS, container.site_id)

    def move(mass: int, source: Place, target: Place) -> None:
        outcome.moves.append(Move(container.stream_id, Grams(mass), source, target, work.today, container.id))

    outcome.changed.append(container)
    if DifferenceIn.MISSING in row.differences:
        line.found, line.counted_at = Found.MISSING, line.counted_at or work.now
        move(line.expected_mass, place, lost)
        container.move_to(ContainerState.VOIDED)
        container.zone_id = None
        return
    if DifferenceIn.PLACE in row.differences:
        assert line.found_zone_id is not None
        here = Place(PlaceKind.ZONE, line.found_zone_id)
        if container.zone_id is None:
            outcome.entered.append((row, len(outcome.moves)))
        move(line.expected_mass, place, here)
        container.state = MAY_BE_PUT.get(container.state, container.state)
        container.zone_id = line.found_zone_id
        container.stored_at = container.stored_at or work.now
        place = here
    if row.mass_difference:
        less = row.mass_difference < 0
        move(abs(row.mass_difference), place if less else lost, lost if less else place)
        container.net = Grams(line.expected_mass + row.mass_difference)
        if container.tare is not None:
            container.gross = Grams(container.tare + container.net)


def _explanation(work: Work, facility: Facility, row: CountRow) -> DifferenceExplanation:
    return DifferenceExplanation(
        id=new_id(),
        organisation_id=facility.organisation_id,
        site_id=facility.site_id,
        stream_id=row.container.stream_id,
        kind=DifferenceKind.COUNT,
        about_id=row.line.id,
        on=work.today,
        mass=row.mass_difference,
        reason=row.line.explanation,
        user_id=work.actor.user_id,
        explained_at=work.now,
    )


def _post(work: Work, facility: Facility, outcome: _Outcome, event_id: UUID) -> None:
    if not outcome.moves:
        return
    posting_ids = post(work, outcome.moves, event_id=event_id)
    entered = [
        Handled(
            posting_id=posting_ids[place],
            stream_id=row.container.stream_id,
            mass=row.line.expected_mass,
            local_name=row.stream.local_name,
            waste_name=row.stream.waste_name,
            container_id=row.container.id,
            container_code=row.container.code,
            container_kind=row.container.package,
            source_batch=row.container.batch_number,
            facility_code=facility.code,
            facility_type=FACILITY_TYPE_WORDS[facility.type].msgid,
        )
        for row, place in outcome.entered
    ]
    if entered:
        record_stock_in(
            work, Handling(facility.organisation_id, facility.site_id, happened_at=work.now), entered
        )
