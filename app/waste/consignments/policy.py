"""Who may do what with a consignment, in which state: one table, from which pages take their buttons too."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.foundation.core.errors import Conflict, NotPermitted, VersionConflict
from app.foundation.core.text import Text, say
from app.foundation.core.work import Actor
from app.parties.accounts.permissions import Permission
from app.waste.consignments.models import STATE_WORDS, Consignment, ConsignmentState, Party


class ConsignmentAct(enum.StrEnum):
    """What people do with a consignment."""

    REVISE = "revise"
    SUBMIT = "submit"
    RECORD_NATIONAL_NUMBER = "record_national_number"
    START_LOADING = "start_loading"
    LOAD_CONTAINER = "load_container"
    SIGN_AS_CONSIGNOR = "sign_as_consignor"
    SIGN_AS_CARRIER = "sign_as_carrier"
    ARRIVE = "arrive"
    WEIGH_CONTAINER = "weigh_container"
    REPORT_DISCREPANCY = "report_discrepancy"
    ACCEPT = "accept"
    REJECT = "reject"
    CANCEL = "cancel"


A = ConsignmentAct
S = ConsignmentState

ACT_WORDS: Final[Mapping[ConsignmentAct, Text]] = {
    A.REVISE: say("修改草稿"),
    A.SUBMIT: say("提交给接受人"),
    A.RECORD_NATIONAL_NUMBER: say("填写国家联单编号"),
    A.START_LOADING: say("开始装载"),
    A.LOAD_CONTAINER: say("扫码装车"),
    A.SIGN_AS_CONSIGNOR: say("移出人签署"),
    A.SIGN_AS_CARRIER: say("承运人签署并起运"),
    A.ARRIVE: say("登记到达"),
    A.WEIGH_CONTAINER: say("过磅"),
    A.REPORT_DISCREPANCY: say("登记重大差异"),
    A.ACCEPT: say("签收"),
    A.REJECT: say("整单拒收"),
    A.CANCEL: say("作废联单"),
}


@dataclass(frozen=True)
class Gate:
    """By whom an act may be done, with which permission, and in which states."""

    by: Mapping[Party, Permission]
    states: frozenset[ConsignmentState]


_SENDING = {Party.CONSIGNOR: Permission.CONSIGNMENTS_SEND}
_CARRYING = {Party.CARRIER: Permission.CONSIGNMENTS_CARRY}
_RECEIVING = {Party.CONSIGNEE: Permission.CONSIGNMENTS_RECEIVE}
_BEFORE_DEPARTURE = frozenset({S.DRAFT, S.SUBMITTED, S.LOADING})
_AT_CONSIGNEE = frozenset({S.ARRIVED, S.DISCREPANCY})

GATES: Final[Mapping[ConsignmentAct, Gate]] = {
    A.REVISE: Gate(_SENDING, frozenset({S.DRAFT})),
    A.SUBMIT: Gate(_SENDING, frozenset({S.DRAFT})),
    A.RECORD_NATIONAL_NUMBER: Gate(_SENDING, frozenset({S.SUBMITTED, S.LOADING})),
    A.START_LOADING: Gate(_SENDING, frozenset({S.SUBMITTED})),
    A.LOAD_CONTAINER: Gate(_SENDING | _CARRYING, frozenset({S.LOADING})),
    A.SIGN_AS_CONSIGNOR: Gate(_SENDING, frozenset({S.LOADING})),
    A.SIGN_AS_CARRIER: Gate(_CARRYING, frozenset({S.LOADING})),
    A.ARRIVE: Gate(_RECEIVING, frozenset({S.IN_TRANSIT})),
    A.WEIGH_CONTAINER: Gate(_RECEIVING, _AT_CONSIGNEE),
    A.REPORT_DISCREPANCY: Gate(_RECEIVING, frozenset({S.ARRIVED})),
    A.ACCEPT: Gate(_RECEIVING, _AT_CONSIGNEE),
    A.REJECT: Gate(_RECEIVING, _AT_CONSIGNEE),
    A.CANCEL: Gate(_SENDING, _BEFORE_DEPARTURE),
}
"""The acts of domain-rules 7.4 that exist so far."""


def parties_of(actor: Actor, consignment: Consignment) -> frozenset[Party]:
    """What the actor's organisation is in a consignment; one firm can be several parties."""
    if actor.organisation_id is None:
        return frozenset()
    held = {
        Party.CONSIGNOR: consignment.consignor_id,
        Party.CARRIER: consignment.carrier_id,
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
        Conflict: the consignment's state doesn't allow it.
    """
    ensure_is_theirs(actor, consignment, act)
    if consignment.state not in GATES[act].states:
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


def ensure_consignor_signed(consignment: Consignment) -> None:
    """The carrier signs after the consignor, never before.

    Raises:
        Conflict: the consignor has not signed yet.
    """
    if consignment.consignor_signed_at is None:
        raise Conflict(say("移出人尚未签署，承运人不能签署起运"))


def ensure_all_weighed(consignment: Consignment) -> None:
    """Raises:
    Conflict: a container was not weighed by the consignee yet.
    """
    if missing := consignment.container_count - consignment.weighed_count:
        raise Conflict(say("还有 {count} 个容器未过磅，全部过磅后才能签收", count=missing))


def due_act(consignment: Consignment) -> ConsignmentAct | None:
    """The one act that brings the consignment on; None when it is at its end."""
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
        case S.IN_TRANSIT:
            return A.ARRIVE
        case S.ARRIVED | S.DISCREPANCY if consignment.weighed_count < consignment.container_count:
            return A.WEIGH_CONTAINER
        case S.ARRIVED | S.DISCREPANCY:
            return A.ACCEPT
        case _:
            return None


def next_act(actor: Actor, consignment: Consignment) -> ConsignmentAct | None:
    """The one next step of this actor: the act that is due, if it is theirs."""
    due = due_act(consignment)
    return due if due is not None and _is_permitted(actor, consignment, due) else None


def acts_open_to(actor: Actor, consignment: Consignment) -> frozenset[ConsignmentAct]:
    """Everything the actor may do in the consignment's present state; what is still missing for it shows later."""
    return frozenset(
        act
        for act, gate in GATES.items()
        if consignment.state in gate.states and _is_permitted(actor, consignment, act)
    )


def _is_permitted(actor: Actor, consignment: Consignment, act: ConsignmentAct) -> bool:
    parties = parties_of(actor, consignment)
    return any(party in parties and actor.may(right) for party, right in GATES[act].by.items())
