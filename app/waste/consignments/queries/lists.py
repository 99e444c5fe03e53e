"""Lists of consignments in the five buckets of ux.md 1, newest first, page by page."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy import text as sql_text
from sqlalchemy.orm import aliased

from app.foundation.core.json_rows import json_rows
from app.foundation.core.lookup import Lookup
from app.foundation.core.work import Actor, Work
from app.parties.accounts.models import Organisation
from app.parties.licences.models import Vehicle
from app.waste.consignments.models import UNFINISHED, Consignment, ConsignmentLine, ConsignmentViewer
from app.waste.consignments.policy import ensure_may_read, next_act
from app.waste.consignments.queries.filters import EVERYTHING, ConsignmentFilter
from app.waste.consignments.queries.finding import NOBODY, is_open_to, viewer_of
from app.waste.consignments.workflow import GATES, RIGHTS, UNDER_WAY, ConsignmentAct, ConsignmentState, Party
from app.waste.registry.models import WasteKind

MAX_PAGE: Final = 100
COUNTED_TO: Final = 1_000
"""Counts of buckets go no further: so many means so many or more. Nobody reads the difference, and counting a park's
whole past for every page would cost more than the page."""
A = ConsignmentAct
S = ConsignmentState


class Bucket(enum.StrEnum):
    """草稿 / 待我处理 / 进行中 / 已完成 / 异常."""

    DRAFTS = "drafts"
    MINE = "mine"
    OPEN = "open"
    DONE = "done"
    TROUBLED = "troubled"


_is_unfinished: Final = sql_text(f"consignments.{UNFINISHED}")
_STATES: Final = {
    Bucket.DRAFTS: frozenset({S.DRAFT}),
    Bucket.OPEN: frozenset({S.SUBMITTED, S.LOADING})
    | UNDER_WAY
    | {S.ACCEPTED, S.CONFIRMED, S.RESULT_REPORTED},
    Bucket.DONE: frozenset({S.CLOSED, S.CANCELLED}),
    Bucket.TROUBLED: frozenset(
        {
            S.REFUSED_BY_CARRIER,
            S.INCIDENT,
            S.CLOSED_INCIDENT,
            S.DIVERTED,
            S.DISCREPANCY,
            S.PARTLY_ACCEPTED,
            S.REJECTED,
            S.RETURNED,
        }
    ),
}


_c = Consignment
_SHOWN: Final = (
    *(
        _c.number,
        _c.kind,
        _c.national_number,
        _c.state,
        _c.version,
        _c.container_count,
        _c.sent_mass,
        _c.received_mass,
    ),
    *(_c.consignor_id, _c.carrier_id, _c.next_carrier_id, _c.consignee_id, _c.park_id, _c.consignee_park_id),
    *(_c.loaded_count, _c.weighed_count, _c.refused_count, _c.missing_count, _c.consignor_signed_at),
    *(_c.created_at, _c.due_on, _c.departed_at, _c.arrived_at, _c.closed_at),
)
"""What lists show of a consignment and `next_act` asks of it; asking for anything else of it is an error."""
_WASTES: Final = (
    select(
        json_rows(
            ConsignmentLine.line_number,
            ConsignmentLine.waste_code,
            ConsignmentLine.waste_name,
            ConsignmentLine.package,
        )
    )
    .where(ConsignmentLine.consignment_id == Consignment.id)
    .correlate(Consignment)
    .scalar_subquery()
)


class ListedWaste(NamedTuple):
    """One line of a consignment as lists show it."""

    waste_code: str
    waste_name: str
    package: str


@dataclass(frozen=True)
class ConsignmentRow:
    """A consignment as lists show it."""

    consignment: Any
    """A row with its id and the columns of `_SHOWN`, by the names they have on a `Consignment`."""
    consignor_name: str
    carrier_name: str | None
    consignee_name: str | None
    plate: str | None
    lines: tuple[ListedWaste, ...]
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
    wanted: ConsignmentFilter = EVERYTHING,
) -> ConsignmentPage:
    """One page of what the actor may know of, newest first, in one statement whatever its size.

    Args:
        text: part of the own or national number.
        wanted: what else it is narrowed to.

    Raises:
        NotPermitted: the actor doesn't read consignments at all.
    """
    ensure_may_read(work.actor)
    limit = max(1, min(limit, MAX_PAGE))
    wanted = replace(wanted, text=text) if text else wanted
    conditions = wanted.conditions(work.actor.zone)
    told = {"at_most": limit + 1} | ({"cursor": cursor} if cursor else {})
    if conditions:
        chosen = _page(work.actor, bucket, has_cursor=cursor is not None)
        found: Sequence[Any] = work.session.connection().execute(chosen.where(*conditions), told).all()
    else:
        found = _lookup(_standing(work.actor), bucket, cursor is not None).all(work, **told)
    rows = tuple(_row(work.actor, row) for row in found[:limit])
    return ConsignmentPage(rows, rows[-1].consignment.id if len(found) > limit else None)


def _row(actor: Actor, row: Any) -> ConsignmentRow:
    wastes = (ListedWaste(*told) for _number, *told in sorted(row.wastes or ()))
    return ConsignmentRow(
        row,
        row.consignor_name,
        row.carrier_name,
        row.consignee_name,
        row.plate,
        tuple(wastes),
        next_act(actor, row),
    )


def _standing(actor: Actor) -> Actor:
    """The actor as far as lists depend on it: colleagues in the same role see the same."""
    return replace(actor, user_id=actor.user_id and NOBODY, confirmation=None)


@lru_cache(maxsize=64)
def _lookup(actor: Actor, bucket: Bucket | None, has_cursor: bool) -> Lookup:
    """The statement of a bucket without a filter; making one takes as long as the whole page."""
    return Lookup(_page(actor, bucket, has_cursor=has_cursor))


def _page(actor: Actor, bucket: Bucket | None, *, has_cursor: bool) -> Select[*tuple[Any, ...]]:
    """Rows of a bucket, newest first, `:at_most` of them and below the `:cursor`."""
    consignor, carrier, consignee = (aliased(Organisation) for _ in range(3))
    columns = select(
        Consignment.id,
        *_SHOWN,
        consignor.short_name.label("consignor_name"),
        carrier.short_name.label("carrier_name"),
        consignee.short_name.label("consignee_name"),
        Vehicle.plate,
        _WASTES.label("wastes"),
    )
    cursor = bindparam("cursor", type_=Consignment.id.type) if has_cursor else None
    return (
        _newest_first(_of_bucket(columns, actor, bucket), actor, cursor)
        .outerjoin(consignor, consignor.id == Consignment.consignor_id)
        .outerjoin(carrier, carrier.id == Consignment.carrier_id)
        .outerjoin(consignee, consignee.id == Consignment.consignee_id)
        .outerjoin(Vehicle, Vehicle.id == Consignment.vehicle_id)
        .limit(bindparam("at_most", type_=Integer))
    )


def _of_bucket(
    columns: Select[*tuple[Any, ...]], actor: Actor, bucket: Bucket | None
) -> Select[*tuple[Any, ...]]:
    """The columns of what the actor may know of in a bucket, or in all of them.

    A join, not a subquery: the planner may then walk the viewer's own consignments or the unfinished ones, whichever
    are fewer, in the order of their ids.
    """
    chosen = columns.select_from(Consignment)
    if (viewer := viewer_of(actor)) is not None:
        is_known = and_(
            ConsignmentViewer.consignment_id == Consignment.id, ConsignmentViewer.viewer_id == viewer
        )
        chosen = chosen.join(ConsignmentViewer, is_known).where(is_open_to(actor))
    return chosen if bucket is None else chosen.where(is_in_bucket(actor, bucket))


def _newest_first(chosen: Select[*tuple[Any, ...]], actor: Actor, cursor: Any) -> Select[*tuple[Any, ...]]:
    """Ordered by the viewer's index where there is one; the cursor is told to both, for no engine derives it."""
    is_all = viewer_of(actor) is None
    key = Consignment.id if is_all else ConsignmentViewer.consignment_id
    chosen = chosen.order_by(key.desc())
    return chosen if cursor is None else chosen.where(key < cursor, Consignment.id < cursor)


def bucket_counts(work: Work) -> dict[Bucket, int]:
    """How many consignments lie in each bucket for the actor, none counted beyond `COUNTED_TO`; one statement."""
    ensure_may_read(work.actor)
    row = work.session.execute(select(*(bucket_count(work.actor, bucket) for bucket in Bucket))).one()
    return {bucket: int(count) for bucket, count in zip(Bucket, row, strict=True)}


def bucket_count(actor: Actor, bucket: Bucket) -> ScalarSelect[int]:
    """How many consignments lie in a bucket for the actor, up to `COUNTED_TO`, as a column.

    Counted from the newest on: unordered, a planner may begin with the oldest, of which everything is finished.
    """
    chosen = _newest_first(_of_bucket(select(literal(1)), actor, bucket), actor, None)
    found = chosen.limit(COUNTED_TO).subquery()
    return select(func.count()).select_from(found).scalar_subquery()


def counted(count: int) -> str:
    """A count of a bucket as people read it: 999+ where counting stopped."""
    return str(count) if count < COUNTED_TO else f"{COUNTED_TO - 1}+"


def is_in_bucket(actor: Actor, bucket: Bucket) -> ColumnElement[bool]:
    """The condition that a consignment lies in a bucket of the actor's.

    What is not finished says so in the words of the index of unfinished consignments, which is small for ever.
    """
    if bucket is Bucket.DONE:
        return Consignment.state.in_(_STATES[bucket])
    if bucket is Bucket.MINE:
        return and_(_is_unfinished, _waits_for(actor))
    others = frozenset(ConsignmentState) - _STATES[Bucket.DONE] - _STATES[bucket]
    # What the bucket holds not, because planners multiply: "unfinished, and in half of these states" they guess right.
    lies_there = and_(_is_unfinished, Consignment.state.not_in(sorted(others)))
    if bucket is Bucket.DRAFTS and not actor.is_deployment:
        return and_(lies_there, Consignment.consignor_id == actor.organisation_id)  # nobody else sees them
    return lies_there


def _waits_for(actor: Actor) -> ColumnElement[bool]:
    """`next_act(actor, …)` as a condition, drafts left out: they have a bucket of their own."""
    held = {
        Party.CONSIGNOR: Consignment.consignor_id,
        Party.CARRIER: Consignment.carrier_id,
        Party.NEXT_CARRIER: Consignment.next_carrier_id,
        Party.CONSIGNEE: Consignment.consignee_id,
    }
    waits = [
        and_(column == actor.organisation_id, or_(*(_DUE[act] for act in _DUE if party in GATES[act].by)))
        for party, column in held.items()
        if actor.may(RIGHTS[party])
    ]
    return or_(*waits) if waits and actor.organisation_id else false()


def _due_conditions() -> dict[ConsignmentAct, ColumnElement[bool]]:
    """`policy.due_act` as conditions, act by act."""
    c = Consignment
    is_loaded = c.loaded_count >= c.container_count
    is_signed = c.consignor_signed_at.is_not(None)
    changes_hands = c.next_carrier_id.is_not(None)
    is_judged = c.weighed_count + c.refused_count + c.missing_count >= c.container_count
    at_consignee = c.state.in_([S.ARRIVED, S.DISCREPANCY])
    is_general = c.kind == WasteKind.GENERAL
    return {
        A.START_LOADING: and_(c.state == S.SUBMITTED, ~is_general),
        A.WEIGH_LOAD: and_(c.state == S.SUBMITTED, is_general),
        A.LOAD_CONTAINER: and_(c.state == S.LOADING, ~is_loaded),
        A.SIGN_AS_CONSIGNOR: and_(c.state == S.LOADING, is_loaded, ~is_signed),
        A.SIGN_AS_CARRIER: and_(c.state == S.LOADING, is_loaded, is_signed),
        A.REOPEN: c.state == S.REFUSED_BY_CARRIER,
        A.TAKE_OVER: and_(c.state.in_([S.IN_TRANSIT, S.TEMPORARILY_STORED]), changes_hands),
        A.ARRIVE: and_(c.state == S.IN_TRANSIT, ~changes_hands),
        A.RESUME: or_(
            c.state == S.DIVERTED,
            and_(c.state == S.TEMPORARILY_STORED, ~changes_hands),
            and_(c.state == S.INCIDENT, is_general),
        ),
        A.SETTLE_INCIDENT: and_(c.state == S.INCIDENT, ~is_general),
        A.WEIGH_CONTAINER: and_(at_consignee, ~is_judged),
        A.ACCEPT: and_(at_consignee, is_judged, ~is_general),
        A.ACCEPT_LOAD: and_(at_consignee, is_general),
        A.RETURN_CONTAINERS: and_(c.state == S.REJECTED, ~is_general),
        A.TAKE_BACK: and_(c.state == S.REJECTED, is_general),
        A.CONFIRM: and_(c.state.in_([S.ACCEPTED, S.PARTLY_ACCEPTED]), ~is_general),
        A.REPORT_RESULT: c.state == S.CONFIRMED,
        A.CLOSE: or_(
            c.state.in_([S.RESULT_REPORTED, S.RETURNED, S.CLOSED_INCIDENT]),
            and_(c.state == S.ACCEPTED, is_general),
        ),
    }


_DUE: Final = _due_conditions()
