"""Counting what stands in a facility: started, counted line by line, closed with every difference explained."""

from uuid import UUID

from sqlalchemy import select

from app.foundation import trace
from app.foundation.core.bulk import insert_many
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.accounts.permissions import Permission
from app.waste.registry.policy import ensure_may
from app.waste.storage.counting.commands import CountContainer, StartCount
from app.waste.storage.counting.models import CountState, Found, StockCount, StockCountLine
from app.waste.storage.counting.queries import count_for, counted_container, open_count
from app.waste.storage.models import IN_PLACE, STATE_WORDS, Container, ContainerState, Facility, Zone
from app.waste.storage.queries import facility_for
from app.waste.storage.weights import MAX_NET

COUNTABLE = frozenset({*IN_PLACE, ContainerState.WEIGHED, ContainerState.ACCEPTED})
"""States of a container that can stand in a store."""


def start_count(work: Work, command: StartCount) -> StockCount:
    """Begin a count: a line for each container that stands in the facility as the ledger says.

    Raises:
        NotFound: no such facility of the actor's.
        NotPermitted: the actor doesn't handle containers.
        Conflict: a count of it is going on.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    facility_for(work, command.facility_id)
    facility = work.session.scalars(
        select(Facility).where(Facility.id == command.facility_id).with_for_update(key_share=True)
    ).one()
    if open_count(work, facility.id) is not None:
        raise Conflict(say("{facility} 正在盘点，请先完成或取消", facility=facility.name))
    count = StockCount(
        id=new_id(),
        organisation_id=facility.organisation_id,
        facility_id=facility.id,
        park_id=facility.park_id,
        state=CountState.OPEN,
        user_id=work.actor.user_id,
        started_at=work.now,
        closed_at=None,
    )
    work.session.add(count)
    work.session.flush()
    standing = work.session.execute(
        select(Container.id, Container.zone_id, Container.net)
        .join(Zone, Zone.id == Container.zone_id)
        .where(Zone.facility_id == facility.id, Container.state.in_(IN_PLACE))
    ).all()
    lines = [_line(count, row.id, row.zone_id, row.net) for row in standing]
    insert_many(work.session, StockCountLine, lines)
    trace.record(
        work, "stock_count.started", count, about=[facility], park_id=facility.park_id, lines=len(lines)
    )
    return count


def _line(
    count: StockCount, container_id: UUID, zone_id: UUID | None, mass: Grams | None
) -> dict[str, object]:
    return {
        "id": new_id(),
        "count_id": count.id,
        "container_id": container_id,
        "expected_zone_id": zone_id,
        "expected_mass": mass or Grams(0),
        "found": None,
        "found_zone_id": None,
        "counted_mass": None,
        "explanation": "",
        "counted_at": None,
        "event_id": None,
    }


def count_container(work: Work, count_id: UUID, command: CountContainer) -> StockCountLine:
    """Note what was found of one container. Counting it again replaces what was noted; the last one counts.

    Raises:
        NotFound: no such count of the actor's.
        NotPermitted: the actor doesn't handle containers.
        Conflict: the count is closed, or the container can't stand here.
        InvalidInput: an unknown code, a zone of another facility, or a wrong mass.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    count = open_count_for(work, count_id)
    facility = work.session.get_one(Facility, count.facility_id)
    container = counted_container(work, facility, command.code)
    if container is None:
        text = say("没有找到这个编码，请重扫，或输入完整的容器码")
        raise InvalidInput([FieldProblem("#/code", text)])
    line = work.session.scalar(
        select(StockCountLine).where(
            StockCountLine.count_id == count.id, StockCountLine.container_id == container.id
        )
    )
    zones = set(
        work.session.scalars(select(Zone.id).where(Zone.facility_id == facility.id, Zone.ended_at.is_(None)))
    )
    zone_id = _zone_found(zones, container, command)
    _ensure_countable(container, facility)
    if line is None:
        if command.is_missing:
            raise InvalidInput([FieldProblem("#/code", say("容器不在这次盘点的账上，不能标为未找到"))])
        line = StockCountLine(**_line(count, container.id, container.zone_id, container.net))
        work.session.add(line)
    _note(work, line, container, zones, zone_id, command)
    trace.record(
        work,
        "stock_count.container_counted",
        count,
        about=[container],
        park_id=count.park_id,
        found=line.found,
        zone_id=line.found_zone_id,
        mass=line.counted_mass,
    )
    return line


def _zone_found(zones: set[UUID], container: Container, command: CountContainer) -> UUID | None:
    """The zone it was seen in; the ledger's own when none is said."""
    problems = []
    if command.mass is not None and not 0 < command.mass <= MAX_NET:
        problems.append(FieldProblem("#/mass_kg", say("净重要大于 0，且不超过 60 t")))
    zone_id = command.zone_id or (container.zone_id if container.zone_id in zones else None)
    if command.zone_id is not None and command.zone_id not in zones:
        problems.append(FieldProblem("#/zone_id", say("请选择本设施的分区")))
    elif zone_id is None and not command.is_missing:
        problems.append(FieldProblem("#/zone_id", say("账上不在本设施，请选择它现在所在的分区")))
    if problems:
        raise InvalidInput(problems)
    return zone_id


def _ensure_countable(container: Container, facility: Facility) -> None:
    if container.state not in COUNTABLE or container.net is None:
        raise Conflict(
            say(
                "容器 {code} 当前为“{state}”，不应出现在库内，请先核对",
                code=container.code,
                state=STATE_WORDS[container.state],
            )
        )
    if container.site_id != facility.site_id:
        raise Conflict(say("容器 {code} 登记在另一个场所，请先核对", code=container.code))


def _note(
    work: Work,
    line: StockCountLine,
    container: Container,
    zones: set[UUID],
    zone_id: UUID | None,
    command: CountContainer,
) -> None:
    """What was found, against what the ledger says now."""
    line.expected_zone_id, line.expected_mass = container.zone_id, container.net or Grams(0)
    if command.is_missing:
        line.found, line.found_zone_id, line.counted_mass = Found.MISSING, None, None
    else:
        moved = Found.ELSEWHERE if container.zone_id in zones else Found.UNEXPECTED
        line.found = Found.PRESENT if zone_id == container.zone_id else moved
        line.found_zone_id, line.counted_mass = zone_id, command.mass
    line.explanation = command.explanation.strip()[:300] or line.explanation
    line.counted_at = work.now


def cancel_count(work: Work, count_id: UUID) -> StockCount:
    """Give up a count; the ledger stays as it is.

    Raises:
        NotFound: no such count of the actor's.
        NotPermitted: the actor doesn't handle containers.
        Conflict: it is closed.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    count = open_count_for(work, count_id)
    count.state, count.closed_at = CountState.CANCELLED, work.now
    trace.record(work, "stock_count.cancelled", count, park_id=count.park_id)
    return count


def open_count_for(work: Work, count_id: UUID) -> StockCount:
    """A count the actor may see, locked: two who count at once wait for each other.

    Raises:
        NotFound: none such, or not theirs.
        Conflict: it is closed or cancelled.
    """
    count = count_for(work, count_id, lock=True)
    if count.state is not CountState.OPEN:
        raise Conflict(say("这次盘点已结束"))
    return count
