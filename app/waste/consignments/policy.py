"""Who may do what with a consignment, in which state. The table itself is `workflow.TRANSITIONS`."""

from app.foundation.core.errors import Conflict, NotPermitted, VersionConflict
from app.foundation.core.text import say
from app.foundation.core.work import Actor
from app.parties.accounts.permissions import Permission
from app.waste.consignments.models import Consignment
from app.waste.consignments.workflow import (
    ACT_WORDS,
    GATES,
    RIGHTS,
    STATE_WORDS,
    ConsignmentAct,
    ConsignmentState,
    Party,
)
from app.waste.registry.models import KIND_WORDS, WasteKind

A = ConsignmentAct
S = ConsignmentState


def parties_of(actor: Actor, consignment: Consignment) -> frozenset[Party]:
    """What the actor is in a consignment; one firm can be several parties."""
    if actor.is_park_staff:
        parks = {consignment.park_id, consignment.consignee_park_id} - {None}
        return frozenset({Party.PARK}) if actor.park_id in parks else frozenset()
    if actor.organisation_id is None:
        return frozenset()
    held = {
        Party.CONSIGNOR: consignment.consignor_id,
        Party.CARRIER: consignment.carrier_id,
        Party.NEXT_CARRIER: consignment.next_carrier_id,
        Party.CONSIGNEE: consignment.consignee_id,
    }
    return frozenset(party for party, firm in held.items() if firm == actor.organisation_id)


def ensure_may_read(actor: Actor) -> None:
    """Pass for whoever works with consignments in any way.

    Raises:
        NotPermitted: neither the actor's role nor its token reads consignments.
    """
    if not actor.may(Permission.CONSIGNMENTS_READ):
        raise NotPermitted(say("你的角色不能查看联单"))


def ensure_may_send(actor: Actor) -> None:
    """Pass for those who may start a consignment of their firm.

    Raises:
        NotPermitted: the actor's role doesn't send waste, or acts for no firm.
    """
    if actor.organisation_id is None or not actor.may(Permission.CONSIGNMENTS_SEND):
        raise NotPermitted(say("只有移出单位的联单经办人可以新建联单"))


def ensure_may(actor: Actor, consignment: Consignment, act: ConsignmentAct) -> None:
    """Pass if the actor may do this to the consignment as it is now.

    Raises:
        NotPermitted: the actor's firm is not the party that does this, or its role may not.
        Conflict: the consignment's state doesn't allow it, or the act isn't for its kind of waste.
    """
    ensure_is_theirs(actor, consignment, act)
    states = GATES[act].states(consignment.kind)
    if not states:
        raise Conflict(
            say(
                "联单 {number} 移出的是{kind}，没有“{act}”这一步",
                number=consignment.number,
                kind=KIND_WORDS[consignment.kind],
                act=ACT_WORDS[act],
            )
        )
    if consignment.state not in states:
        raise Conflict(
            say(
                "联单 {number} 当前为“{state}”，不能“{act}”",
                number=consignment.number,
                state=STATE_WORDS[consignment.state],
                act=ACT_WORDS[act],
            )
        )


def ensure_is_theirs(actor: Actor, consignment: Consignment, act: ConsignmentAct) -> None:
    """Pass if this is the actor's to do, in whatever state.

    Raises:
        NotPermitted: the actor's firm is not the party that does this, or its role may not.
    """
    if not _is_permitted(actor, consignment, act):
        raise NotPermitted(say("你的单位或角色不能在此联单上“{act}”", act=ACT_WORDS[act]))


def ensure_unchanged(consignment: Consignment, seen_version: int) -> None:
    """Pass if the actor acts on what is there.

    Raises:
        VersionConflict: somebody else changed it since.
    """
    if consignment.version != seen_version:
        raise VersionConflict(
            say(
                "联单 {number} 在你打开之后已被更新，当前为“{state}”，请核对后重试",
                number=consignment.number,
                state=STATE_WORDS[consignment.state],
            )
        )


def ensure_all_loaded(consignment: Consignment) -> None:
    """Raises:
    Conflict: a container was not scanned onto the vehicle yet.
    """
    if missing := consignment.container_count - consignment.loaded_count:
        raise Conflict(say("还有 {count} 个容器未扫码装车，扫完后才能签署", count=missing))


def ensure_not_signed(consignment: Consignment) -> None:
    """Raises:
    Conflict: the consignor signed already.
    """
    if consignment.consignor_signed_at is not None:
        raise Conflict(say("移出人已签署，不能再改动"))


def ensure_in_last_hands(consignment: Consignment) -> None:
    """Raises:
    Conflict: a later carrier was planned and has not taken the load over yet (HWTM-17).
    """
    if consignment.next_carrier_id is not None:
        raise Conflict(say("接续承运人尚未签署接收，交接登记后才能登记到达"))


def ensure_all_weighed(consignment: Consignment) -> None:
    """Raises:
    Conflict: a container was neither weighed by the consignee yet, nor refused, nor noted as missing.
    """
    if missing := unjudged_count(consignment):
        raise Conflict(say("还有 {count} 个容器未过磅，全部过磅后才能签收", count=missing))


def unjudged_count(consignment: Consignment) -> int:
    """How many containers the consignee still has to weigh, refuse or miss."""
    c = consignment
    return c.container_count - c.weighed_count - c.refused_count - c.missing_count


def due_act(consignment: Consignment) -> ConsignmentAct | None:
    """The one act that brings the consignment on; None when it is at its end."""
    if consignment.kind is WasteKind.GENERAL:
        return _due_of_general_waste(consignment)
    return _due_before_departure(consignment) or _due_on_the_way(consignment) or _due_after(consignment)


def _due_before_departure(consignment: Consignment) -> ConsignmentAct | None:
    match consignment.state:
        case S.DRAFT:
            return A.SUBMIT
        case S.SUBMITTED:
            return A.START_LOADING
        case S.LOADING if consignment.loaded_count < consignment.container_count:
            return A.LOAD_CONTAINER
        case S.LOADING if consignment.consignor_signed_at is None:
            return A.SIGN_AS_CONSIGNOR
        case S.LOADING:
            return A.SIGN_AS_CARRIER
        case S.REFUSED_BY_CARRIER:
            return A.REOPEN
        case _:
            return None


def _due_on_the_way(consignment: Consignment) -> ConsignmentAct | None:
    match consignment.state:
        case S.IN_TRANSIT | S.TEMPORARILY_STORED if consignment.next_carrier_id is not None:
            return A.TAKE_OVER
        case S.IN_TRANSIT:
            return A.ARRIVE
        case S.TEMPORARILY_STORED | S.DIVERTED:
            return A.RESUME
        case S.INCIDENT:
            return A.SETTLE_INCIDENT
        case S.ARRIVED | S.DISCREPANCY if unjudged_count(consignment):
            return A.WEIGH_CONTAINER
        case S.ARRIVED | S.DISCREPANCY:
            return A.ACCEPT
        case _:
            return None


def _due_after(consignment: Consignment) -> ConsignmentAct | None:
    match consignment.state:
        case S.REJECTED:
            return A.RETURN_CONTAINERS
        case S.ACCEPTED | S.PARTLY_ACCEPTED:
            return A.CONFIRM
        case S.CONFIRMED:
            return A.REPORT_RESULT
        case S.RESULT_REPORTED | S.RETURNED | S.CLOSED_INCIDENT:
            return A.CLOSE
        case _:
            return None


def _due_of_general_waste(consignment: Consignment) -> ConsignmentAct | None:
    match consignment.state:
        case S.SUBMITTED:
            return A.WEIGH_LOAD
        case S.INCIDENT:
            return A.RESUME
        case S.ARRIVED:
            return A.ACCEPT_LOAD
        case S.REJECTED:
            return A.TAKE_BACK
        case S.ACCEPTED | S.RETURNED:
            return A.CLOSE
        case S.IN_TRANSIT:
            return A.ARRIVE
        case _:
            return _due_before_departure(consignment)


def next_act(actor: Actor, consignment: Consignment) -> ConsignmentAct | None:
    """The one next step of this actor: the act that is due, if it is theirs."""
    due = due_act(consignment)
    return due if due is not None and _is_permitted(actor, consignment, due) else None


def acts_open_to(actor: Actor, consignment: Consignment) -> frozenset[ConsignmentAct]:
    """Everything the actor may do in the consignment's present state; what is still missing for it shows later."""
    return frozenset(
        act
        for act, gate in GATES.items()
        if consignment.state in gate.states(consignment.kind) and _is_permitted(actor, consignment, act)
    )


def _is_permitted(actor: Actor, consignment: Consignment, act: ConsignmentAct) -> bool:
    return any(actor.may(RIGHTS[party]) for party in parties_of(actor, consignment) & GATES[act].by)
