"""Finding one contract or crossing, and whether the actor may know of it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.waste.clearances.models import (
    Contract,
    ContractSignature,
    ContractWaste,
    Crossing,
    CrossingPaper,
    CrossingStep,
    CrossingWaste,
)
from app.waste.clearances.policy import contracts_seen, crossings_seen, ensure_may_read


def contract_for(work: Work, contract_id: UUID, *, lock: bool = False) -> Contract:
    """A contract the actor may know of.

    Raises:
        NotPermitted: the actor's role reads none.
        NotFound: none such, or not theirs.
    """
    ensure_may_read(work.actor)
    chosen = select(Contract).where(Contract.id == contract_id, contracts_seen(work.actor))
    contract = work.session.scalar(chosen.with_for_update() if lock else chosen)
    if contract is None:
        raise NotFound(say("没有这份合同，或它不属于你的单位"))
    return contract


def crossing_for(work: Work, crossing_id: UUID, *, lock: bool = False) -> Crossing:
    """A crossing the actor may know of.

    Raises:
        NotPermitted: the actor's role reads none.
        NotFound: none such, or not theirs.
    """
    ensure_may_read(work.actor)
    chosen = select(Crossing).where(Crossing.id == crossing_id, crossings_seen(work.actor))
    crossing = work.session.scalar(chosen.with_for_update() if lock else chosen)
    if crossing is None:
        raise NotFound(say("没有这份跨省转移文件，或它不属于你的单位"))
    return crossing


def wastes_of(work: Work, contract_id: UUID) -> Sequence[ContractWaste]:
    """The wastes of a contract, by code."""
    return work.session.scalars(
        select(ContractWaste)
        .where(ContractWaste.contract_id == contract_id)
        .order_by(ContractWaste.waste_code)
    ).all()


def signatures_of(work: Work, contract_id: UUID) -> Sequence[ContractSignature]:
    """All signatures under a contract, those to former texts too, oldest first."""
    return work.session.scalars(
        select(ContractSignature)
        .where(ContractSignature.contract_id == contract_id)
        .order_by(ContractSignature.signed_at, ContractSignature.id)
    ).all()


def wastes_of_crossing(work: Work, crossing_id: UUID) -> Sequence[CrossingWaste]:
    """The wastes of a crossing, by code."""
    return work.session.scalars(
        select(CrossingWaste)
        .where(CrossingWaste.crossing_id == crossing_id)
        .order_by(CrossingWaste.waste_code)
    ).all()


def papers_of(work: Work, crossing_id: UUID) -> Sequence[CrossingPaper]:
    """The documents of a crossing, oldest first."""
    return work.session.scalars(
        select(CrossingPaper)
        .where(CrossingPaper.crossing_id == crossing_id)
        .order_by(CrossingPaper.added_at, CrossingPaper.id)
    ).all()


def steps_of(work: Work, crossing_id: UUID) -> Sequence[CrossingStep]:
    """What happened to a crossing, oldest first."""
    return work.session.scalars(
        select(CrossingStep)
        .where(CrossingStep.crossing_id == crossing_id)
        .order_by(CrossingStep.done_on, CrossingStep.recorded_at, CrossingStep.id)
    ).all()
