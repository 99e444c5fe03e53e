"""The workflow of a consignment as one table: of which waste, from which state, by which act, to which state, by whom,
under which rules. General waste goes with a lighter form: no containers, no national number, no licence (domain-rules 9.5).

Policy, forms, API, pages of the docs and tests read this table (domain-rules 7.4); nothing else decides it.
"""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from app.foundation.core.text import Text, say
from app.parties.accounts.permissions import Permission
from app.waste.registry.models import WasteKind


class ConsignmentState(enum.StrEnum):
    """States of domain-rules 7.4, and a stop in somebody's licensed store on the way."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    LOADING = "loading"
    REFUSED_BY_CARRIER = "refused_by_carrier"
    IN_TRANSIT = "in_transit"
    TEMPORARILY_STORED = "temporarily_stored"
    INCIDENT = "incident"
    CLOSED_INCIDENT = "closed_incident"
    DIVERTED = "diverted"
    ARRIVED = "arrived"
    DISCREPANCY = "discrepancy"
    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly_accepted"
    REJECTED = "rejected"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    RESULT_REPORTED = "result_reported"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Party(enum.StrEnum):
    """Whose act it is. Three of them are the manifest's parties; the park looks after all of it."""

    CONSIGNOR = "consignor"
    CARRIER = "carrier"
    """Whoever has the load now."""
    NEXT_CARRIER = "next_carrier"
    """Who takes it over for the next leg."""
    CONSIGNEE = "consignee"
    PARK = "park"


class ConsignmentAct(enum.StrEnum):
    """What people do with a consignment."""

    REVISE = "revise"
    SUBMIT = "submit"
    RECORD_NATIONAL_NUMBER = "record_national_number"
    RECORD_WAYBILL = "record_waybill"
    RECORD_PAPER = "record_paper"
    """The national system is out of order: the load goes with a paper manifest (HWTM 20)."""
    BACKFILL = "backfill"
    """The paper manifest was entered in the national system afterwards."""
    START_LOADING = "start_loading"
    LOAD_CONTAINER = "load_container"
    WEIGH_LOAD = "weigh_load"
    """General waste: what the vehicle was loaded with."""
    SIGN_AS_CONSIGNOR = "sign_as_consignor"
    SIGN_AS_CARRIER = "sign_as_carrier"
    REFUSE_TO_CARRY = "refuse_to_carry"
    REOPEN = "reopen"
    TAKE_OVER = "take_over"
    STORE_ON_THE_WAY = "store_on_the_way"
    RESUME = "resume"
    REPORT_INCIDENT = "report_incident"
    SETTLE_INCIDENT = "settle_incident"
    CLOSE_INCIDENT = "close_incident"
    DIVERT = "divert"
    ARRIVE = "arrive"
    WEIGH_CONTAINER = "weigh_container"
    JUDGE_CONTAINER = "judge_container"
    RECORD_TARE = "record_tare"
    REPORT_DISCREPANCY = "report_discrepancy"
    INFORM_AUTHORITY = "inform_authority"
    ACCEPT = "accept"
    ACCEPT_LOAD = "accept_load"
    """General waste: received by mass, line by line."""
    REJECT = "reject"
    RETURN_CONTAINERS = "return_containers"
    TAKE_BACK = "take_back"
    """General waste: the refused load is back in the batches it came from."""
    CONFIRM = "confirm"
    REPORT_RESULT = "report_result"
    CLOSE = "close"
    CANCEL = "cancel"


A = ConsignmentAct
S = ConsignmentState

STATE_WORDS: Final[Mapping[ConsignmentState, Text]] = {
    S.DRAFT: say("草稿"),
    S.SUBMITTED: say("待发运"),
    S.LOADING: say("装载核验"),
    S.REFUSED_BY_CARRIER: say("承运拒绝"),
    S.IN_TRANSIT: say("运输中"),
    S.TEMPORARILY_STORED: say("途中暂存"),
    S.INCIDENT: say("异常"),
    S.CLOSED_INCIDENT: say("事故结案"),
    S.DIVERTED: say("改道退回"),
    S.ARRIVED: say("已到达"),
    S.DISCREPANCY: say("差异处理"),
    S.ACCEPTED: say("已接受"),
    S.PARTLY_ACCEPTED: say("部分接受"),
    S.REJECTED: say("拒收"),
    S.RETURNED: say("已退回"),
    S.CONFIRMED: say("已确认（国家系统）"),
    S.RESULT_REPORTED: say("已利用/处置"),
    S.CLOSED: say("已完结"),
    S.CANCELLED: say("已作废"),
}
"""One word a state, everywhere (ux.md 4.1)."""

ACT_WORDS: Final[Mapping[ConsignmentAct, Text]] = {
    A.REVISE: say("修改草稿"),
    A.SUBMIT: say("提交给接受人"),
    A.RECORD_NATIONAL_NUMBER: say("填写国家联单编号"),
    A.RECORD_WAYBILL: say("填写危险货物运单信息"),
    A.RECORD_PAPER: say("改用纸质联单"),
    A.BACKFILL: say("补录国家联单编号"),
    A.START_LOADING: say("开始装载"),
    A.LOAD_CONTAINER: say("扫码装车"),
    A.WEIGH_LOAD: say("登记装车量"),
    A.SIGN_AS_CONSIGNOR: say("移出人签署"),
    A.SIGN_AS_CARRIER: say("承运人签署并起运"),
    A.REFUSE_TO_CARRY: say("拒绝承运"),
    A.REOPEN: say("退回草稿"),
    A.TAKE_OVER: say("接续承运"),
    A.STORE_ON_THE_WAY: say("登记途中暂存"),
    A.RESUME: say("继续运输"),
    A.REPORT_INCIDENT: say("上报异常"),
    A.SETTLE_INCIDENT: say("登记事故损失"),
    A.CLOSE_INCIDENT: say("事故结案"),
    A.DIVERT: say("改道"),
    A.ARRIVE: say("登记到达"),
    A.WEIGH_CONTAINER: say("过磅"),
    A.JUDGE_CONTAINER: say("逐件处理"),
    A.RECORD_TARE: say("登记空车重量"),
    A.REPORT_DISCREPANCY: say("登记重大差异"),
    A.INFORM_AUTHORITY: say("登记已报告主管部门"),
    A.ACCEPT: say("签收"),
    A.ACCEPT_LOAD: say("按量签收"),
    A.REJECT: say("整单拒收"),
    A.RETURN_CONTAINERS: say("退回入库"),
    A.TAKE_BACK: say("登记退回"),
    A.CONFIRM: say("登记国家系统确认"),
    A.REPORT_RESULT: say("上报利用处置结果"),
    A.CLOSE: say("核实并完结"),
    A.CANCEL: say("作废联单"),
}

PARTY_WORDS: Final[Mapping[Party, Text]] = {
    Party.CONSIGNOR: say("移出人"),
    Party.CARRIER: say("承运人"),
    Party.NEXT_CARRIER: say("接续承运人"),
    Party.CONSIGNEE: say("接受人"),
    Party.PARK: say("园区"),
}

RIGHTS: Final[Mapping[Party, Permission]] = {
    Party.CONSIGNOR: Permission.CONSIGNMENTS_SEND,
    Party.CARRIER: Permission.CONSIGNMENTS_CARRY,
    Party.NEXT_CARRIER: Permission.CONSIGNMENTS_CARRY,
    Party.CONSIGNEE: Permission.CONSIGNMENTS_RECEIVE,
    Party.PARK: Permission.CONSIGNMENTS_SUPERVISE,
}
"""The permission with which somebody acts for a party."""


_HAZARDOUS: Final = frozenset({WasteKind.HAZARDOUS})
_GENERAL: Final = frozenset({WasteKind.GENERAL})
_EITHER: Final = _HAZARDOUS | _GENERAL


@dataclass(frozen=True)
class Transition:
    """One line of the table: with these kinds of waste, in these states these parties may do this, which leads to one of
    the targets.

    No target: the state stays. `rules` names those rules the act asks, by group (see `rules.GROUPS`).
    """

    act: ConsignmentAct
    by: frozenset[Party]
    sources: frozenset[ConsignmentState]
    targets: frozenset[ConsignmentState] = frozenset()
    rules: tuple[str, ...] = ()
    kinds: frozenset[WasteKind] = _EITHER


def _line(
    act: ConsignmentAct,
    by: Iterable[Party],
    sources: Iterable[ConsignmentState],
    targets: Iterable[ConsignmentState] = (),
    rules: Iterable[str] = (),
    kinds: frozenset[WasteKind] = _EITHER,
) -> Transition:
    return Transition(act, frozenset(by), frozenset(sources), frozenset(targets), tuple(rules), kinds)


_of_containers = partial(_line, kinds=_HAZARDOUS)
"""A line of hazardous waste alone, which goes in containers."""
_of_bulk = partial(_line, kinds=_GENERAL)
"""A line of general waste alone, which goes by mass."""

_CONSIGNOR, _CARRIER, _CONSIGNEE, _PARK = {Party.CONSIGNOR}, {Party.CARRIER}, {Party.CONSIGNEE}, {Party.PARK}
_NEXT = {Party.NEXT_CARRIER}
_ON_THE_ROAD = {S.IN_TRANSIT, S.TEMPORARILY_STORED}
_AT_CONSIGNEE = {S.ARRIVED, S.DISCREPANCY}
_JUDGED = {S.ACCEPTED, S.PARTLY_ACCEPTED}
_DEPARTED = {
    *_ON_THE_ROAD,
    S.INCIDENT,
    S.DIVERTED,
    *_AT_CONSIGNEE,
    *_JUDGED,
    S.REJECTED,
    S.RETURNED,
    S.CLOSED_INCIDENT,
}
"""From the departure on, until the national system confirms."""
_TRANSFER = ("papers", "licence", "road", "manifest")
"""What a transfer is asked before it is sealed and before it leaves."""

TRANSITIONS: Final[tuple[Transition, ...]] = (
    _line(A.REVISE, _CONSIGNOR, {S.DRAFT}),
    _line(A.SUBMIT, _CONSIGNOR, {S.DRAFT}, {S.SUBMITTED}, ("plan", *_TRANSFER)),
    _of_containers(A.RECORD_NATIONAL_NUMBER, _CONSIGNOR, {S.SUBMITTED, S.LOADING}),
    _of_containers(A.RECORD_WAYBILL, _CONSIGNOR | _CARRIER, {S.SUBMITTED, S.LOADING}),
    _of_containers(A.RECORD_PAPER, _CONSIGNOR, {S.SUBMITTED, S.LOADING}),
    _of_containers(A.BACKFILL, _CONSIGNOR, _DEPARTED),
    _of_containers(A.START_LOADING, _CONSIGNOR, {S.SUBMITTED}, {S.LOADING}),
    _of_containers(A.LOAD_CONTAINER, _CONSIGNOR | _CARRIER, {S.LOADING}),
    _of_bulk(A.WEIGH_LOAD, _CONSIGNOR, {S.SUBMITTED, S.LOADING}, {S.LOADING}),
    _line(A.SIGN_AS_CONSIGNOR, _CONSIGNOR, {S.LOADING}, rules=("manifest",)),
    _line(A.SIGN_AS_CARRIER, _CARRIER, {S.LOADING}, {S.IN_TRANSIT}, _TRANSFER),
    _line(A.REFUSE_TO_CARRY, _CARRIER, {S.LOADING}, {S.REFUSED_BY_CARRIER}),
    _line(A.REOPEN, _CONSIGNOR, {S.REFUSED_BY_CARRIER}, {S.DRAFT}),
    _of_containers(A.TAKE_OVER, _NEXT, _ON_THE_ROAD, {S.IN_TRANSIT}, ("road",)),
    _of_containers(A.STORE_ON_THE_WAY, _CARRIER, {S.IN_TRANSIT}, {S.TEMPORARILY_STORED}),
    _of_containers(A.RESUME, _CARRIER, {S.INCIDENT, S.DIVERTED, S.TEMPORARILY_STORED}, {S.IN_TRANSIT}),
    _of_bulk(A.RESUME, _CARRIER, {S.INCIDENT}, {S.IN_TRANSIT}),
    _line(
        A.REPORT_INCIDENT,
        _CONSIGNOR | _CARRIER | _CONSIGNEE | _PARK,
        _ON_THE_ROAD,
        {S.INCIDENT},
    ),
    _of_containers(A.SETTLE_INCIDENT, _CONSIGNOR, {S.INCIDENT}),
    _of_containers(A.CLOSE_INCIDENT, _PARK, {S.INCIDENT}, {S.CLOSED_INCIDENT}),
    _of_containers(A.DIVERT, _CONSIGNOR | _CARRIER, {S.IN_TRANSIT, S.REJECTED}, {S.DIVERTED}, _TRANSFER),
    _line(A.ARRIVE, _CONSIGNEE, {S.IN_TRANSIT, S.INCIDENT}, {S.ARRIVED}),
    _of_containers(A.WEIGH_CONTAINER, _CONSIGNEE, _AT_CONSIGNEE),
    _of_containers(A.JUDGE_CONTAINER, _CONSIGNEE, _AT_CONSIGNEE),
    _line(A.RECORD_TARE, _CONSIGNEE, _AT_CONSIGNEE | _JUDGED),
    _of_containers(A.REPORT_DISCREPANCY, _CONSIGNEE, _AT_CONSIGNEE, {S.DISCREPANCY}),
    _of_containers(A.INFORM_AUTHORITY, _CONSIGNEE, {S.DISCREPANCY, *_JUDGED, S.REJECTED}),
    _of_containers(A.ACCEPT, _CONSIGNEE, _AT_CONSIGNEE, _JUDGED, ("receipt", "licence")),
    _of_bulk(A.ACCEPT_LOAD, _CONSIGNEE, {S.ARRIVED}, {S.ACCEPTED}),
    _of_containers(A.REJECT, _CONSIGNEE, _AT_CONSIGNEE, {S.REJECTED, S.RETURNED}),
    _of_bulk(A.REJECT, _CONSIGNEE, {S.ARRIVED}, {S.REJECTED}),
    _of_bulk(A.TAKE_BACK, _CONSIGNOR, {S.REJECTED}, {S.RETURNED}),
    _of_containers(A.RETURN_CONTAINERS, _CONSIGNOR, {S.REJECTED}, {S.REJECTED, S.RETURNED}, ("storage",)),
    _of_containers(
        A.RETURN_CONTAINERS,
        _CONSIGNOR,
        {S.PARTLY_ACCEPTED, S.CONFIRMED, S.RESULT_REPORTED},
        rules=("storage",),
    ),
    _of_containers(A.CONFIRM, _CONSIGNEE, _JUDGED, {S.CONFIRMED}),
    _of_containers(A.REPORT_RESULT, _CONSIGNEE, {S.CONFIRMED}, {S.CONFIRMED, S.RESULT_REPORTED}),
    _of_containers(A.CLOSE, _CONSIGNOR, {S.RETURNED, S.CLOSED_INCIDENT, S.RESULT_REPORTED}, {S.CLOSED}),
    _of_bulk(A.CLOSE, _CONSIGNOR, {S.RETURNED, S.ACCEPTED}, {S.CLOSED}),
    _line(A.CANCEL, _CONSIGNOR, {S.DRAFT, S.SUBMITTED, S.LOADING, S.REFUSED_BY_CARRIER}, {S.CANCELLED}),
)
"""Every act that exists. What is not here is refused."""


def _moves(kind: WasteKind) -> Mapping[ConsignmentState, frozenset[ConsignmentState]]:
    leads: dict[ConsignmentState, set[ConsignmentState]] = {}
    for line in (line for line in TRANSITIONS if kind in line.kinds):
        for source in line.sources:
            leads.setdefault(source, set()).update(line.targets - {source})
    return {source: frozenset(targets) for source, targets in leads.items() if targets}


MOVES: Final = {kind: _moves(kind) for kind in WasteKind}
"""Where each state may lead, by kind of waste; states not listed are final, or never reached."""


@dataclass(frozen=True)
class Gate:
    """By whom an act may be done in which states, over all its lines."""

    lines: tuple[Transition, ...]

    @property
    def by(self) -> frozenset[Party]:
        return frozenset().union(*(line.by for line in self.lines))

    def states(self, kind: WasteKind) -> frozenset[ConsignmentState]:
        """Empty where the act isn't for that waste."""
        return frozenset().union(*(line.sources for line in self.lines if kind in line.kinds))


GATES: Final[Mapping[ConsignmentAct, Gate]] = {
    act: Gate(tuple(line for line in TRANSITIONS if line.act is act)) for act in ConsignmentAct
}
"""The table, by act. An act has the same parties in all its states."""

SIGNED_BY: Final[Mapping[ConsignmentAct, Party]] = {
    A.SIGN_AS_CONSIGNOR: Party.CONSIGNOR,
    A.SIGN_AS_CARRIER: Party.CARRIER,
    A.TAKE_OVER: Party.NEXT_CARRIER,
    A.ACCEPT: Party.CONSIGNEE,
    A.ACCEPT_LOAD: Party.CONSIGNEE,
}
"""Acts that are a named person's signature, and of which party."""

BEFORE_DEPARTURE: Final = frozenset({S.DRAFT, S.SUBMITTED, S.LOADING, S.REFUSED_BY_CARRIER})
UNDER_WAY: Final = frozenset(
    {S.IN_TRANSIT, S.TEMPORARILY_STORED, S.INCIDENT, S.DIVERTED, S.ARRIVED, S.DISCREPANCY}
)
"""Departed and not yet judged by the consignee."""
TRANSFER_ENDED: Final = frozenset(ConsignmentState) - BEFORE_DEPARTURE - UNDER_WAY
"""The transfer is over: accepted, refused, back, closed after an accident, or withdrawn."""
IMMUTABLE: Final = frozenset({S.CONFIRMED, S.RESULT_REPORTED, S.CLOSED, S.CANCELLED, S.DRAFT})
"""No revision any more, or none needed: the national system has confirmed it, or it is a draft."""
