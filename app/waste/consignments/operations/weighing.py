"""At the consignee's gate and scale: arrival, weights drum by drum, what is refused or missing, the empty vehicle."""

from uuid import UUID

from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.units import Grams, kg_text
from app.foundation.core.work import Work
from app.waste.consignments.commands import ArriveConsignment, JudgeContainer, RecordTare, WeighContainer
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.models import ConsignedContainer, Consignment, Verdict
from app.waste.consignments.naming import called
from app.waste.consignments.operations.dispatch import consigned_container
from app.waste.consignments.operations.opening import open_consignment, record, touch
from app.waste.consignments.operations.stops import end_incident
from app.waste.consignments.policy import ensure_in_last_hands
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState
from app.waste.storage.models import Container
from app.waste.storage.weights import MAX_NET

MAX_VEHICLE = Grams(100_000_000)
"""100 t: more than any vehicle on a road."""
JUDGEMENTS = frozenset({Verdict.OPEN, Verdict.REFUSED, Verdict.MISSING})
"""What the consignee may say of a container."""


def arrive(work: Work, key: UUID | str, command: ArriveConsignment) -> Consignment:
    """The vehicle came through the consignee's gate.

    Raises:
        NotFound, NotPermitted, VersionConflict: see `open_consignment`.
        Conflict: see `open_consignment`; also while a later carrier has not taken the load over (HWTM-17).
        InvalidInput: a weight (g) that no vehicle has.
    """
    consignment = open_consignment(work, key, ConsignmentAct.ARRIVE, command.seen_version)
    gross = command.gate_gross
    if gross is not None and not 0 < gross <= MAX_VEHICLE:
        raise InvalidInput([FieldProblem("#/gate_gross_kg", say("车辆总重要大于 0，不超过 100 t"))])
    ensure_in_last_hands(consignment)
    ended = end_incident(work, consignment)
    consignment.move_to(ConsignmentState.ARRIVED)
    consignment.arrived_at = work.now
    consignment.gate_gross = gross
    record(work, ConsignmentEvent.ARRIVED, consignment, changed=ended)
    return consignment


def weigh_container(work: Work, key: UUID | str, command: WeighContainer) -> Consignment:
    """Note what one container weighs on the consignee's scale; weighing again replaces the value.

    Raises:
        NotFound: see `open_consignment`; also when the code is none of this consignment's.
        NotPermitted, VersionConflict: see `open_consignment`.
        Conflict: see `open_consignment`; also when it is refused or missing.
        InvalidInput: no weight, or gross not above tare.
    """
    consignment = open_consignment(work, key, ConsignmentAct.WEIGH_CONTAINER, command.seen_version)
    net = _net(command)
    consigned, container = consigned_container(work, consignment, command.code)
    if consigned.verdict is not Verdict.OPEN:
        raise Conflict(say("容器 {code} 已拒收或未到，撤回后才能过磅", code=called(container)))
    _count(consignment, consigned, -1)
    consigned.received_gross, consigned.received_tare = command.gross, command.tare
    consigned.received_mass, consigned.weighed_at = net, work.now
    _count(consignment, consigned, 1)
    touch(consignment)
    record(work, ConsignmentEvent.CONTAINER_WEIGHED, consignment, changed=[consigned])
    return consignment


def judge_container(work: Work, key: UUID | str, command: JudgeContainer) -> Consignment:
    """Refuse one container, note that it is not on the vehicle (DISC-3), or take either back.

    A refused one keeps the weight that speaks against it; a missing one has none.

    Raises:
        NotFound: see `open_consignment`; also when the code is none of this consignment's.
        NotPermitted, VersionConflict: see `open_consignment`.
        Conflict: see `open_consignment`; also when it is judged so already, or lost on the way.
        InvalidInput: no such verdict, or no reason.
    """
    consignment = open_consignment(work, key, ConsignmentAct.JUDGE_CONTAINER, command.seen_version)
    if problems := _unclear(command):
        raise InvalidInput(problems)
    consigned, container = consigned_container(work, consignment, command.code)
    _ensure_changes(consigned, container, command.verdict)
    _count(consignment, consigned, -1)
    consigned.verdict = command.verdict
    consigned.verdict_note = "" if command.verdict is Verdict.OPEN else command.note.strip()
    if command.verdict is Verdict.MISSING:
        consigned.received_gross = consigned.received_tare = consigned.received_mass = None
        consigned.weighed_at = None
    _count(consignment, consigned, 1)
    record(work, ConsignmentEvent.CONTAINER_JUDGED, consignment, changed=[consigned])
    return consignment


def _unclear(command: JudgeContainer) -> list[FieldProblem]:
    problems = []
    if command.verdict not in JUDGEMENTS:
        problems.append(FieldProblem("#/verdict", say("只能是：拒收、未到，或撤回")))
    if command.verdict is not Verdict.OPEN and not command.note.strip():
        problems.append(FieldProblem("#/note", say("请说明理由，移出人会看到")))
    return problems


def _ensure_changes(consigned: ConsignedContainer, container: Container, verdict: Verdict) -> None:
    if consigned.verdict not in JUDGEMENTS:
        raise Conflict(say("容器 {code} 已退回或在途中灭失", code=called(container)))
    if consigned.verdict is verdict:
        raise Conflict(say("容器 {code} 已是这个处理结果", code=called(container)))


def _count(consignment: Consignment, consigned: ConsignedContainer, sign: int) -> None:
    """Add a container to the sums of the whole as it is now, or take it out of them."""
    if consigned.verdict is Verdict.REFUSED:
        consignment.refused_count += sign
    elif consigned.verdict is Verdict.MISSING:
        consignment.missing_count += sign
    elif consigned.received_mass is not None:
        consignment.weighed_count += sign
        consignment.received_mass = Grams((consignment.received_mass or 0) + sign * consigned.received_mass)


def _net(command: WeighContainer) -> Grams:
    if command.gross is None and command.tare is None and command.net is not None:
        net = command.net
    elif command.gross is None or command.tare is None:
        raise InvalidInput([FieldProblem("#/gross_kg", say("请填写毛重和皮重，或只填净重"))])
    else:
        net = Grams(command.gross - command.tare)
        if command.tare < 0 or net <= 0:
            raise InvalidInput(
                [FieldProblem("#/gross_kg", say("毛重要大于皮重 {tare} kg", tare=kg_text(command.tare)))]
            )
        if command.net is not None and command.net != net:
            raise InvalidInput(
                [FieldProblem("#/net_kg", say("净重应等于毛重减皮重，即 {net} kg", net=kg_text(net)))]
            )
    if net <= 0:
        raise InvalidInput([FieldProblem("#/net_kg", say("净重应大于 0"))])
    if net > MAX_NET:
        raise InvalidInput([FieldProblem("#/net_kg", say("单个容器净重不能超过 60 t"))])
    return net


def record_tare(work: Work, key: UUID | str, command: RecordTare) -> Consignment:
    """Weigh the empty vehicle on its way out: with the gross weight the weighbridge's own net mass, the third weight
    beside the consignor's and the consignee's.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
        InvalidInput: nothing (g), not below the gross weight, or no gross weight to compare with.
    """
    consignment = open_consignment(work, key, ConsignmentAct.RECORD_TARE, command.seen_version)
    gross = consignment.gate_gross
    if gross is None:
        problem = say("到达时没有登记车辆总重，空车重量无从比较")
        raise InvalidInput([FieldProblem("#/gate_tare_kg", problem)])
    if not 0 < command.gate_tare < gross:
        problem = say("空车重量要大于 0，小于车辆总重 {gross} kg", gross=kg_text(gross))
        raise InvalidInput([FieldProblem("#/gate_tare_kg", problem)])
    consignment.gate_tare = command.gate_tare
    touch(consignment)
    record(work, ConsignmentEvent.TARE_RECORDED, consignment)
    return consignment
