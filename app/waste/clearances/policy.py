"""Who may see and do what with contracts and crossings."""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select, true

from app.foundation.core.errors import Conflict, NotPermitted, VersionConflict
from app.foundation.core.text import say
from app.foundation.core.work import Actor
from app.parties.accounts.models import Site
from app.parties.accounts.permissions import Permission
from app.waste.clearances.models import (
    CONTRACT_STATE_WORDS,
    Contract,
    ContractState,
    Crossing,
    CrossingState,
)


def ensure_may_read(actor: Actor) -> None:
    """Raises:
    NotPermitted: the actor's role reads neither contracts nor crossings.
    """
    if not actor.may(Permission.CLEARANCES_READ):
        raise NotPermitted(say("你的角色不能查看合同与跨省转移文件"))


def ensure_may_manage(actor: Actor) -> None:
    """Raises:
    NotPermitted: the actor's role keeps no contracts and crossings, or acts for no firm.
    """
    if not actor.may(Permission.CLEARANCES_MANAGE) or actor.organisation_id is None:
        raise NotPermitted(say("只有移出单位可以登记合同与跨省转移文件"))


def contracts_seen(actor: Actor) -> ColumnElement[bool]:
    """A firm's own contracts; the partner's once the producer has signed; park staff those of its firms, as then."""
    if actor.is_deployment:
        return true()
    is_offered = Contract.offered_at.is_not(None)
    if actor.is_park_staff:
        firms = select(Site.organisation_id).where(Site.park_id == actor.park_id)
        return and_(is_offered, or_(Contract.park_id == actor.park_id, Contract.partner_id.in_(firms)))
    firm = actor.organisation_id
    return or_(Contract.producer_id == firm, and_(is_offered, Contract.partner_id == firm))


def crossings_seen(actor: Actor) -> ColumnElement[bool]:
    """A firm's own crossings; the receiver's and the park's once they are no drafts any more."""
    if actor.is_deployment:
        return true()
    is_out = Crossing.state != CrossingState.DRAFT
    if actor.is_park_staff:
        return and_(is_out, Crossing.park_id == actor.park_id)
    firm = actor.organisation_id
    return or_(Crossing.consignor_id == firm, and_(is_out, Crossing.consignee_id == firm))


def keeps_contract(actor: Actor, contract: Contract) -> bool:
    """Whether the actor writes this contract: its producer does."""
    return actor.may(Permission.CLEARANCES_MANAGE) and actor.organisation_id == contract.producer_id


def keeps_crossing(actor: Actor, crossing: Crossing) -> bool:
    """Whether the actor keeps this crossing: the consignor does, telling what the authorities said."""
    return actor.may(Permission.CLEARANCES_MANAGE) and actor.organisation_id == crossing.consignor_id


def may_sign(actor: Actor, contract: Contract) -> bool:
    """Whether the actor may sign for one of the parties; the producer signs first."""
    if not actor.may(Permission.CONTRACTS_SIGN) or contract.state is not ContractState.DRAFT:
        return False
    if actor.organisation_id == contract.producer_id:
        return True
    return actor.organisation_id == contract.partner_id and contract.offered_at is not None


def ensure_keeps_contract(actor: Actor, contract: Contract) -> None:
    """Raises:
    NotPermitted: the actor doesn't write this contract.
    """
    ensure_may_manage(actor)
    if not keeps_contract(actor, contract):
        raise NotPermitted(say("合同由移出单位登记和修改"))


def ensure_keeps_crossing(actor: Actor, crossing: Crossing) -> None:
    """Raises:
    NotPermitted: the actor doesn't keep this crossing.
    """
    ensure_may_manage(actor)
    if not keeps_crossing(actor, crossing):
        raise NotPermitted(say("跨省转移文件由移出单位登记"))


def ensure_draft(contract: Contract) -> None:
    """Raises:
    Conflict: it is signed: what both signed isn't changed.
    """
    if contract.state is not ContractState.DRAFT:
        raise Conflict(say("合同 {number} 已签署，不能修改；请终止后另立合同", number=contract.number))


def ensure_in_force(contract: Contract, today: date) -> None:
    """Raises:
    Conflict: it isn't signed, or over already.
    """
    state = contract.state_on(today)
    if state not in (ContractState.SIGNED, ContractState.ACTIVE):
        raise Conflict(
            say(
                "合同 {number} 当前为“{state}”，不能终止",
                number=contract.number,
                state=CONTRACT_STATE_WORDS[state],
            )
        )


def ensure_unchanged(thing: Contract | Crossing, seen_version: int) -> None:
    """Raises:
    VersionConflict: it changed since the actor saw it.
    """
    if thing.version != seen_version:
        raise VersionConflict(say("内容刚被他人修改，请刷新后重试"))
