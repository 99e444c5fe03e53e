"""What is due between loading and arrival (domain-rules 7.5): T1 the departure, T2 the arrival."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select

from app.foundation.core.clock import local_day
from app.foundation.core.due import Due
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.permissions import Permission
from app.waste.consignments.models import ConsignedContainer, Consignment
from app.waste.consignments.queries.finding import consignments_seen
from app.waste.consignments.workflow import ConsignmentState

S = ConsignmentState
AFTER_LOADING: Final = timedelta(hours=24)
"""T1 (P): departure after the last container was scanned onto the vehicle."""
AFTER_PLAN: Final = timedelta(hours=4)
"""T2 (P): the planned duration and half of it, or four hours, whichever is later."""
ON_THE_ROAD: Final = (S.IN_TRANSIT, S.TEMPORARILY_STORED, S.INCIDENT, S.DIVERTED)
MOST: Final = 500


def due(work: Work, until: date) -> Sequence[Due]:
    """Departures and arrivals that are due up to a day, of consignments the actor may know of; two statements."""
    return [*_departures(work, until), *_arrivals(work, until)]


def _departures(work: Work, until: date) -> Iterator[Due]:
    loaded_at = func.max(ConsignedContainer.loaded_at)
    rows = work.session.execute(
        select(Consignment, loaded_at)
        .join(ConsignedContainer, ConsignedContainer.consignment_id == Consignment.id)
        .where(
            consignments_seen(work.actor),
            Consignment.state == S.LOADING,
            Consignment.loaded_count >= Consignment.container_count,
        )
        .group_by(Consignment.id)
        .order_by(Consignment.id)
        .limit(MOST)
    )
    for consignment, at in rows:
        assert at is not None  # all of them are loaded
        latest = at + AFTER_LOADING
        if local_day(latest, work.actor.zone) <= until:
            yield _due(work, consignment, latest, "T1")


def _arrivals(work: Work, until: date) -> Iterator[Due]:
    c = Consignment
    rows = work.session.scalars(
        select(c)
        .where(
            consignments_seen(work.actor),
            c.state.in_(ON_THE_ROAD),
            and_(c.departed_at.is_not(None), c.due_on.is_not(None)),
            c.due_on <= until,
        )
        .order_by(c.due_on, c.id)
        .limit(MOST)
    )
    for consignment in rows:
        latest = latest_arrival(consignment, work.actor.zone)
        if local_day(latest, work.actor.zone) <= until:
            yield _due(work, consignment, latest, "T2")


def latest_arrival(consignment: Consignment, zone: str) -> datetime:
    """When a load under way is overdue. It is planned to arrive by the end of the day in the park's zone.

    The consignment has departed and names the day.
    """
    assert consignment.due_on is not None and consignment.departed_at is not None
    next_day = consignment.due_on + timedelta(days=1)
    planned = datetime.combine(next_day, time(), ZoneInfo(zone)).astimezone(UTC)
    duration = max(planned - consignment.departed_at, timedelta())
    return max(consignment.departed_at + duration * 3 // 2, planned + AFTER_PLAN)


def _due(work: Work, consignment: Consignment, latest: datetime, timer: str) -> Due:
    """For the actor's own firm as the party it is; for the park under the consignor."""
    on = local_day(latest, work.actor.zone)
    permission, firm = _whose(work, consignment)
    number = consignment.number
    is_departure = timer == "T1"
    return Due(
        kind="consignment",
        title=say("{number} 应起运", number=number)
        if is_departure
        else say("{number} 应送达", number=number),
        note=say("装完后 24 小时内起运")
        if is_departure
        else say("计划时长的 1.5 倍或超过计划 4 小时，取较晚的"),
        on=on,
        opens_on=on - timedelta(days=1),
        permission=permission,
        organisation_id=firm,
        subject_kind="consignment",
        subject_id=number,
        source=timer,
    )


def _whose(work: Work, consignment: Consignment) -> tuple[Permission, UUID]:
    firm = work.actor.organisation_id
    if firm is not None and firm in (consignment.carrier_id, consignment.next_carrier_id):
        return Permission.CONSIGNMENTS_CARRY, firm
    if firm is not None and firm == consignment.consignee_id:
        return Permission.CONSIGNMENTS_RECEIVE, firm
    return Permission.CONSIGNMENTS_SEND, consignment.consignor_id
