"""Lists of contracts and crossings by stage, newest first, page by page."""

import enum
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import aliased

from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation
from app.waste.clearances.covers import CrossingCover
from app.waste.clearances.looking_up import covers_of, crossings_with_draws
from app.waste.clearances.models import (
    Contract,
    ContractState,
    ContractWaste,
    Crossing,
    CrossingKind,
    CrossingState,
)
from app.waste.clearances.policy import contracts_seen, crossings_seen, ensure_may_read

MAX_PAGE: Final = 100
SOON: Final = timedelta(days=60)
"""A contract or decision that ends within so many days is worth a look: a new decision takes 25 working days."""
S = CrossingState


class Stage(enum.StrEnum):
    """What lists are filtered by."""

    DRAFT = "draft"
    OPEN = "open"
    IN_FORCE = "in_force"
    EXPIRING = "expiring"
    OVER = "over"


STAGE_WORDS: Final = {
    Stage.DRAFT: say("草稿"),
    Stage.OPEN: say("办理中"),
    Stage.IN_FORCE: say("有效"),
    Stage.EXPIRING: say("60 天内到期"),
    Stage.OVER: say("已结束"),
}
CONTRACT_STAGES: Final = (Stage.DRAFT, Stage.IN_FORCE, Stage.EXPIRING, Stage.OVER)
IN_PROCEDURE: Final = (
    S.SUBMITTED,
    S.SUPPLEMENT,
    S.ACCEPTED,
    S.PRELIMINARY_OK,
    S.INQUIRY_SENT,
    S.REPLIED_AGREE,
    S.REPLIED_REFUSE,
)
FINAL: Final = (S.PRELIMINARY_REFUSED, S.REFUSED, S.REAPPLY, S.CLOSED)


@dataclass(frozen=True)
class ContractFilter:
    stage: Stage | None = None
    text: str = ""
    """Part of the number or of a party's name."""


@dataclass(frozen=True)
class ContractRow:
    """A contract as lists show it."""

    contract: Contract
    producer_name: str
    partner_name: str
    waste_codes: tuple[str, ...]
    state: ContractState
    """On the day of the list."""


@dataclass(frozen=True)
class ContractPage:
    rows: tuple[ContractRow, ...]
    next_cursor: UUID | None


@dataclass(frozen=True)
class CrossingFilter:
    kinds: Collection[CrossingKind] = ()
    """None: all."""
    stage: Stage | None = None
    text: str = ""


@dataclass(frozen=True)
class CrossingRow:
    """A crossing as lists show it."""

    cover: CrossingCover
    consignor_name: str
    consignee_name: str
    state: CrossingState

    @property
    def crossing(self) -> Crossing:
        return self.cover.crossing


@dataclass(frozen=True)
class CrossingPage:
    rows: tuple[CrossingRow, ...]
    next_cursor: UUID | None


def contracts_page(
    work: Work, wanted: ContractFilter, *, cursor: UUID | None = None, limit: int = 50
) -> ContractPage:
    """One page of the contracts the actor may know of, newest first, in two statements.

    Raises:
        NotPermitted: the actor's role reads none.
    """
    ensure_may_read(work.actor)
    limit = max(1, min(limit, MAX_PAGE))
    producer, partner = aliased(Organisation), aliased(Organisation)
    chosen = (
        select(Contract, producer.short_name, partner.short_name)
        .join(producer, producer.id == Contract.producer_id)
        .join(partner, partner.id == Contract.partner_id)
        .where(contracts_seen(work.actor))
        .order_by(Contract.id.desc())
        .limit(limit + 1)
    )
    if wanted.stage is not None:
        chosen = chosen.where(_contract_stage(wanted.stage, work.today))
    chosen = chosen.where(
        _named(wanted.text, Contract.number, producer.short_name, partner.short_name, partner.name)
    )
    if cursor is not None:
        chosen = chosen.where(Contract.id < cursor)
    found = work.session.execute(chosen).all()
    codes: dict[UUID, list[str]] = {}
    named = select(ContractWaste.contract_id, ContractWaste.waste_code).order_by(ContractWaste.waste_code)
    for contract_id, code in work.session.execute(
        named.where(ContractWaste.contract_id.in_([row[0].id for row in found]))
    ):
        codes.setdefault(contract_id, []).append(code)
    rows = tuple(
        ContractRow(contract, one, other, tuple(codes.get(contract.id, ())), contract.state_on(work.today))
        for contract, one, other in found[:limit]
    )
    return ContractPage(rows, rows[-1].contract.id if len(found) > limit else None)


def _contract_stage(stage: Stage, today: date) -> ColumnElement[bool]:
    is_signed = Contract.state == ContractState.SIGNED
    holds = and_(is_signed, Contract.valid_to >= today)
    match stage:
        case Stage.DRAFT | Stage.OPEN:
            return Contract.state == ContractState.DRAFT
        case Stage.IN_FORCE:
            return holds
        case Stage.EXPIRING:
            return and_(holds, Contract.valid_to <= today + SOON)
        case Stage.OVER:
            return or_(Contract.state == ContractState.ENDED, and_(is_signed, Contract.valid_to < today))


def crossings_page(
    work: Work, wanted: CrossingFilter, *, cursor: UUID | None = None, limit: int = 50
) -> CrossingPage:
    """One page of the crossings the actor may know of, newest first, with what is left of them; two statements.

    Raises:
        NotPermitted: the actor's role reads none.
    """
    ensure_may_read(work.actor)
    limit = max(1, min(limit, MAX_PAGE))
    consignor, consignee = aliased(Organisation), aliased(Organisation)
    chosen = (
        select(Crossing.id, consignor.short_name, consignee.short_name)
        .join(consignor, consignor.id == Crossing.consignor_id)
        .join(consignee, consignee.id == Crossing.consignee_id)
        .where(crossings_seen(work.actor))
        .order_by(Crossing.id.desc())
        .limit(limit + 1)
    )
    if wanted.kinds:
        chosen = chosen.where(Crossing.kind.in_(wanted.kinds))
    if wanted.stage is not None:
        chosen = chosen.where(_crossing_stage(wanted.stage, work.today))
    names = (Crossing.number, Crossing.decision_number, consignor.short_name, consignee.short_name)
    chosen = chosen.where(_named(wanted.text, *names))
    if cursor is not None:
        chosen = chosen.where(Crossing.id < cursor)
    found = work.session.execute(chosen).all()
    ids = [row[0] for row in found[:limit]]
    covers = covers_of(work, crossings_with_draws(work.today.year).where(Crossing.id.in_(ids)))
    by_id = {cover.crossing.id: cover for cover in covers}
    rows = tuple(
        CrossingRow(by_id[crossing_id], one, other, by_id[crossing_id].state_on(work.today))
        for crossing_id, one, other in found[:limit]
    )
    return CrossingPage(rows, ids[-1] if len(found) > limit else None)


def _crossing_stage(stage: Stage, today: date) -> ColumnElement[bool]:
    binds = Crossing.state.in_((S.APPROVED, S.REPORTED))
    ends_on = Crossing.valid_to
    holds = and_(binds, or_(ends_on.is_(None), ends_on >= today))
    match stage:
        case Stage.DRAFT:
            return Crossing.state == S.DRAFT
        case Stage.OPEN:
            waits = and_(Crossing.state == S.REPORTED, ends_on.is_(None))
            return or_(Crossing.state.in_(IN_PROCEDURE), waits)
        case Stage.IN_FORCE:
            return holds
        case Stage.EXPIRING:
            return and_(binds, ends_on >= today, ends_on <= today + SOON)
        case Stage.OVER:
            return or_(Crossing.state.in_(FINAL), and_(binds, ends_on < today))


def _named(text: str, *columns: Any) -> ColumnElement[bool]:
    """Whether one of the columns holds the text; no text is in all."""
    text = text.strip()
    return or_(*(column.contains(text, autoescape=True) for column in columns)) if text else true()


def words_of(stages: Collection[Stage]) -> list[tuple[str, Text]]:
    """Values and words of some stages, for a filter."""
    return [(stage.value, STAGE_WORDS[stage]) for stage in stages]
