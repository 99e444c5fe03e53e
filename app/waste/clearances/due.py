"""What is due of contracts and crossings: what ends, and how long an authority has."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import and_, or_, select

from app.foundation.core.due import Due
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.parties.accounts.permissions import Permission
from app.waste.clearances.models import Contract, ContractState, Crossing, CrossingKind, CrossingState
from app.waste.clearances.policy import contracts_seen, crossings_seen
from app.waste.clearances.queries.lists import IN_PROCEDURE, SOON
from app.waste.clearances.steps import clock_of

S = CrossingState
CLOCK_WINDOW: Final = timedelta(days=3)
"""An authority's clock is worth a look this long before it runs out."""
LATELY: Final = timedelta(days=30)
"""What has ended is told for so long: then whoever cares has another."""


def due(work: Work, until: date) -> Sequence[Due]:
    """What ends or runs out up to a day, for every firm the actor sees; two statements. Nothing for who reads none."""
    if not work.actor.may(Permission.CLEARANCES_READ):
        return []
    return [*_contracts(work, until), *_crossings(work, until)]


def _contracts(work: Work, until: date) -> Iterator[Due]:
    rows = work.session.scalars(
        select(Contract)
        .where(
            contracts_seen(work.actor),
            Contract.state == ContractState.SIGNED,
            Contract.valid_to.between(work.today - LATELY, until),
        )
        .order_by(Contract.valid_to, Contract.id)
    )
    for contract in rows:
        yield Due(
            kind="contract",
            title=say("合同 {number} 到期", number=contract.number),
            note=say("到期后不能再凭此合同移出废物，请及时续签"),
            on=contract.valid_to,
            opens_on=contract.valid_to - SOON,
            permission=Permission.CLEARANCES_MANAGE,
            organisation_id=contract.producer_id,
            subject_kind="contract",
            subject_id=contract.id,
            source="HWTM-10-1",
        )


def _crossings(work: Work, until: date) -> Iterator[Due]:
    ends = and_(
        Crossing.state.in_((S.APPROVED, S.REPORTED)),
        Crossing.valid_to.between(work.today - LATELY, until),
    )
    runs = and_(
        Crossing.kind == CrossingKind.HAZARDOUS_DECISION,
        Crossing.state.in_(IN_PROCEDURE),
    )
    rows = work.session.scalars(
        select(Crossing)
        .where(crossings_seen(work.actor), or_(ends, runs))
        .order_by(Crossing.valid_to, Crossing.id)
    )
    for crossing in rows:
        if crossing.state in (S.APPROVED, S.REPORTED):
            yield _end(crossing)
        elif (clock := clock_of(crossing, work.today)) is not None and clock.due_on <= until:
            yield _due(
                crossing,
                "crossing_clock",
                say("{number}：{step}", number=crossing.number, step=clock.waits_for),
                clock.due_on,
                clock.due_on - CLOCK_WINDOW,
                say("法定 {days} 个工作日；逾期可向主管部门查询", days=clock.working_days),
                "HWTM-21",
            )


def _end(crossing: Crossing) -> Due:
    assert crossing.valid_to is not None
    is_submission = crossing.kind is CrossingKind.GENERAL_SUBMISSION
    title = (
        say("跨省利用报送 {number} 到期", number=crossing.number)
        if is_submission
        else say("跨省转移批准 {number} 到期", number=crossing.decision_number or crossing.number)
    )
    note = say("到期后不能再起运；重新办理约需 25 个工作日") if not is_submission else None
    source = "ECC-476-2" if is_submission else "HWTM-27"
    return _due(crossing, "crossing", title, crossing.valid_to, crossing.valid_to - SOON, note, source)


def _due(
    crossing: Crossing, kind: str, title: Text, on: date, opens_on: date, note: Text | None, source: str
) -> Due:
    return Due(
        kind=kind,
        title=title,
        note=note,
        on=on,
        opens_on=opens_on,
        permission=Permission.CLEARANCES_MANAGE,
        organisation_id=crossing.consignor_id,
        site_id=crossing.consignor_site_id,
        subject_kind="crossing",
        subject_id=crossing.id,
        source=source,
    )
