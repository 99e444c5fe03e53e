"""Lists of consignments in the five buckets of ux.md 1, newest first, page by page."""

import enum
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import aliased

from app.foundation.core.work import Actor, Work
from app.parties.accounts.models import Organisation
from app.parties.accounts.permissions import Permission
from app.parties.licences.models import Vehicle
from app.waste.consignments.models import Consignment, ConsignmentLine, ConsignmentState
from app.waste.consignments.policy import ConsignmentAct, ensure_may_read, next_act
from app.waste.consignments.queries.finding import consignments_seen

MAX_PAGE: Final = 100
S = ConsignmentState


class Bucket(enum.StrEnum):
    """草稿 / 待我处理 / 进行中 / 已完成 / 异常."""

    DRAFTS = "drafts"
    MINE = "mine"
    OPEN = "open"
    DONE = "done"
    TROUBLED = "troubled"


_STATES: Final = {
    Bucket.DRAFTS: frozenset({S.DRAFT}),
    Bucket.OPEN: frozenset({S.SUBMITTED, S.LOADING, S.IN_TRANSIT, S.ARRIVED, S.DISCREPANCY}),
    Bucket.DONE: frozenset({S.ACCEPTED, S.CANCELLED}),
    Bucket.TROUBLED: frozenset({S.DISCREPANCY, S.REJECTED}),
}


@dataclass(frozen=True)
class ConsignmentRow:
    """A consignment as lists show it."""

    consignment: Consignment
    consignor_name: str
    carrier_name: str | None
    consignee_name: str | None
    plate: str | None
    lines: tuple[ConsignmentLine, ...]
    next_act: ConsignmentAct | None
    """The next step, if it is the viewer's."""


@dataclass(frozen=True)
class ConsignmentPage:
    rows: tuple[ConsignmentRow, ...]
    next_cursor: UUID | None
    """Where the next page begins; None on the last one."""


def consignments_page(
    work: Work,
    *,
    bucket: Bucket | None = None,
    cursor: UUID | None = None,
    limit: int = 50,
    text: str = "",
) -> ConsignmentPage:
    """One page of what the actor may know of, newest first, in two statements whatever its size.

    Args:
        text: part of the own or national number.

    Raises:
        NotPermitted: the actor doesn't read consignments at all.
    """
    ensure_may_read(work.actor)
    limit = max(1, min(limit, MAX_PAGE))
    consignor, carrier, consignee = (aliased(Organisation) for _ in range(3))
    chosen = (
        select(Consignment, consignor.short_name, carrier.short_name, consignee.short_name, Vehicle.plate)
        .join(consignor, consignor.id == Consignment.consignor_id)
        .outerjoin(carrier, carrier.id == Consignment.carrier_id)
        .outerjoin(consignee, consignee.id == Consignment.consignee_id)
        .outerjoin(Vehicle, Vehicle.id == Consignment.vehicle_id)
        .where(consignments_seen(work.actor))
        .order_by(Consignment.id.desc())
        .limit(limit + 1)
    )
    if bucket is not None:
        chosen = chosen.where(is_in_bucket(work.actor, bucket))
    if cursor is not None:
        chosen = chosen.where(Consignment.id < cursor)
    if text := text.strip():
        chosen = chosen.where(
            or_(
                Consignment.number.contains(text.upper(), autoescape=True),
                Consignment.national_number.contains(text, autoescape=True),
            )
        )
    found = work.session.execute(chosen).all()
    lines = _lines(work, [row[0].id for row in found[:limit]])
    rows = tuple(
        ConsignmentRow(*row, lines=tuple(lines[row[0].id]), next_act=next_act(work.actor, row[0]))
        for row in found[:limit]
    )
    return ConsignmentPage(rows, rows[-1].consignment.id if len(found) > limit else None)


def _lines(work: Work, consignment_ids: Sequence[UUID]) -> dict[UUID, list[ConsignmentLine]]:
    grouped: defaultdict[UUID, list[ConsignmentLine]] = defaultdict(list)
    for line in work.session.scalars(
        select(ConsignmentLine)
        .where(ConsignmentLine.consignment_id.in_(consignment_ids))
        .order_by(ConsignmentLine.line_number)
    ):
        grouped[line.consignment_id].append(line)
    return grouped


def bucket_counts(work: Work) -> dict[Bucket, int]:
    """How many consignments lie in each bucket for the actor, in one statement."""
    ensure_may_read(work.actor)
    columns = [
        func.coalesce(func.sum(case((is_in_bucket(work.actor, bucket), 1), else_=0)), 0) for bucket in Bucket
    ]
    row = work.session.execute(select(*columns).where(consignments_seen(work.actor))).one()
    return {bucket: int(count) for bucket, count in zip(Bucket, row, strict=True)}


def is_in_bucket(actor: Actor, bucket: Bucket) -> ColumnElement[bool]:
    """The condition that a consignment lies in a bucket of the actor's."""
    return _waits_for(actor) if bucket is Bucket.MINE else Consignment.state.in_(_STATES[bucket])


def _waits_for(actor: Actor) -> ColumnElement[bool]:
    """`next_act(actor, …)` as a condition, drafts left out: they have a bucket of their own."""
    c = Consignment
    is_loaded = c.loaded_count >= c.container_count
    is_signed = c.consignor_signed_at.is_not(None)
    waits: list[ColumnElement[bool]] = []
    if actor.may(Permission.CONSIGNMENTS_SEND):
        waits.append(
            and_(
                c.consignor_id == actor.organisation_id,
                or_(c.state == S.SUBMITTED, and_(c.state == S.LOADING, ~is_signed)),
            )
        )
    if actor.may(Permission.CONSIGNMENTS_CARRY):
        waits.append(
            and_(
                c.carrier_id == actor.organisation_id,
                c.state == S.LOADING,
                or_(~is_loaded, is_signed),
            )
        )
    if actor.may(Permission.CONSIGNMENTS_RECEIVE):
        waits.append(
            and_(
                c.consignee_id == actor.organisation_id,
                c.state.in_([S.IN_TRANSIT, S.ARRIVED, S.DISCREPANCY]),
            )
        )
    return or_(*waits) if waits and actor.organisation_id else false()
