"""The way a vehicle took, kept as it was told (HWTM 11 item 3).

Positions are measurements, thousands a day, and no acts of people: they leave no trace event. Who sent a load on its
way, handed it over and received it does; where the vehicle was in between stands beside that, and is only ever added.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotPermitted
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.permissions import Permission
from app.waste.consignments.commands.road import Position
from app.waste.consignments.models import Consignment, ConsignmentLeg, TrackPoint
from app.waste.consignments.queries import consignment_for

CLOCKS_DIFFER: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Kept:
    """How many positions of a batch were new, and how many were known."""

    added: int
    known: int


def keep_positions(work: Work, key: UUID | str, points: Sequence[Position]) -> Kept:
    """Keep a batch of positions of a consignment under way; one of an instant that is known changes nothing.

    Those that a phone kept while it had no network may come after the arrival. Three statements, four on a way with
    several carriers.

    Raises:
        NotFound: none such, or not theirs.
        NotPermitted: the actor's firm doesn't carry it.
        Conflict: it has not departed.
        InvalidInput: an instant before the departure, after the arrival or still to come.
    """
    consignment = consignment_for(work, key)
    _ensure_carries(work, consignment)
    if consignment.departed_at is None:
        raise Conflict(say("联单 {number} 还没有起运，起运后才记录轨迹", number=consignment.number))
    _ensure_on_the_way(work, consignment, points)
    rows = {
        point.at: {
            "id": new_id(),
            "consignment_id": consignment.id,
            "at": point.at,
            "latitude_e6": point.latitude_e6,
            "longitude_e6": point.longitude_e6,
        }
        for point in points
    }
    dialect = postgresql if work.session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(TrackPoint).values(list(rows.values())).on_conflict_do_nothing()
    added = len(work.session.scalars(statement.returning(TrackPoint.id)).all())
    return Kept(added, len(points) - added)


def _ensure_carries(work: Work, consignment: Consignment) -> None:
    firm = work.actor.organisation_id
    carriers = {consignment.carrier_id}
    if consignment.leg_count > 1:
        chosen = select(ConsignmentLeg.carrier_id).where(ConsignmentLeg.consignment_id == consignment.id)
        carriers |= set(work.session.scalars(chosen))
    if firm not in carriers or not work.actor.may(Permission.CONSIGNMENTS_CARRY):
        raise NotPermitted(say("只有承运这份联单的单位可以上传轨迹"))


def _ensure_on_the_way(work: Work, consignment: Consignment, points: Sequence[Position]) -> None:
    departed_at, last = consignment.departed_at, (consignment.arrived_at or work.now) + CLOCKS_DIFFER
    assert departed_at is not None  # checked before
    first = departed_at - CLOCKS_DIFFER
    problems = [
        FieldProblem(f"#/points/{at}/at", say("时间应在起运之后、到达之前，且不晚于现在"))
        for at, point in enumerate(points)
        if not first <= point.at <= last
    ]
    if problems:
        raise InvalidInput(problems)


def track_of(
    work: Work, key: UUID | str, *, after: datetime | None = None, limit: int = 1_000
) -> Sequence[TrackPoint]:
    """Where the vehicle of a consignment was, in order of time; two statements.

    Raises:
        NotFound: none such, or not theirs.
    """
    consignment = consignment_for(work, key)
    chosen = select(TrackPoint).where(TrackPoint.consignment_id == consignment.id)
    if after is not None:
        chosen = chosen.where(TrackPoint.at > after)
    return work.session.scalars(chosen.order_by(TrackPoint.at).limit(limit)).all()
