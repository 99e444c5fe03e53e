"""At the consignee's: arrival, weights drum by drum, differences, and the verdict on the whole."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.units import Grams, kg_text
from app.foundation.core.work import Work
from app.foundation.rulebook.models import store_overrides
from app.foundation.rulebook.rules import Act
from app.parties.licences.operations import use_licence
from app.waste.consignments.commands import (
    AcceptConsignment,
    ArriveConsignment,
    RejectConsignment,
    ReportDiscrepancy,
    WeighContainer,
)
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.facts import receipt_findings
from app.waste.consignments.models import (
    ConsignedContainer,
    Consignment,
    ConsignmentLine,
    ConsignmentState,
    DiscrepancyKind,
    Opinion,
    Party,
)
from app.waste.consignments.operations.dispatch import consigned_container
from app.waste.consignments.operations.handling import Change, change_containers
from app.waste.consignments.operations.ledger import enter_entrusted
from app.waste.consignments.operations.opening import (
    ensure_rules_allow,
    open_consignment,
    open_papers,
    outcomes,
    record,
)
from app.waste.consignments.policy import ConsignmentAct, ensure_all_weighed
from app.waste.consignments.queries import Item, Papers
from app.waste.consignments.signing import sign
from app.waste.registry.models import PlaceKind
from app.waste.registry.posting import Move, Place, post
from app.waste.storage.models import ContainerState
from app.waste.storage.weights import MAX_NET


def arrive(work: Work, key: UUID | str, command: ArriveConsignment) -> Consignment:
    """The vehicle came through the consignee's gate.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
    """
    consignment = open_consignment(work, key, ConsignmentAct.ARRIVE, command.seen_version)
    consignment.move_to(ConsignmentState.ARRIVED)
    consignment.arrived_at = work.now
    consignment.gate_gross = command.gate_gross
    record(work, ConsignmentEvent.ARRIVED, consignment)
    return consignment


def weigh_container(work: Work, key: UUID | str, command: WeighContainer) -> Consignment:
    """Note what one container weighs on the consignee's scale; weighing again replaces the value.

    Raises:
        NotFound: see `open_consignment`; also when the code is none of this consignment's.
        NotPermitted, VersionConflict, Conflict: see `open_consignment`.
        InvalidInput: no weight, or gross not above tare.
    """
    consignment = open_consignment(work, key, ConsignmentAct.WEIGH_CONTAINER, command.seen_version)
    net = _net(command)
    consigned, _ = consigned_container(work, consignment, command.code)
    if consigned.weighed_at is None:
        consignment.weighed_count += 1
    consignment.received_mass = Grams((consignment.received_mass or 0) + net - (consigned.received_mass or 0))
    consigned.received_gross, consigned.received_tare = command.gross, command.tare
    consigned.received_mass, consigned.weighed_at = net, work.now
    flag_modified(consignment, "weighed_count")  # a new version even when the same weight is entered again
    record(work, ConsignmentEvent.CONTAINER_WEIGHED, consignment, changed=[consigned])
    return consignment


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


def report_discrepancy(work: Work, key: UUID | str, command: ReportDiscrepancy) -> Consignment:
    """Note a major difference (HWTM 18): the consignor sees it, and only then can it be accepted or refused.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
        InvalidInput: no kind or no explanation.
    """
    consignment = open_consignment(work, key, ConsignmentAct.REPORT_DISCREPANCY, command.seen_version)
    problems = []
    if command.kind is DiscrepancyKind.NONE:
        problems.append(FieldProblem("#/kind", say("请选择差异的种类")))
    if not command.note.strip():
        problems.append(FieldProblem("#/note", say("请说明差异及处理情况")))
    if problems:
        raise InvalidInput(problems)
    consignment.move_to(ConsignmentState.DISCREPANCY)
    consignment.discrepancy = command.kind
    consignment.discrepancy_note = command.note.strip()
    record(work, ConsignmentEvent.DISCREPANCY_FOUND, consignment)
    return consignment


def accept_consignment(work: Work, key: UUID | str, command: AcceptConsignment) -> Consignment:
    """The consignee signs for what was weighed: into its ledger, onto its licence, the containers into its hands.

    What the two scales disagree on is posted beside it, so nothing stays in transit.

    Raises:
        NotFound, NotPermitted, VersionConflict: see `open_consignment`.
        Conflict: not arrived, or a container is not weighed yet.
        RuleViolated: a major difference not yet reported (DISC-2, DISC-C, DISC-3), or no licence for it any more.
    """
    papers = open_papers(work, key, ConsignmentAct.ACCEPT, command.seen_version)
    consignment = papers.consignment
    ensure_all_weighed(consignment)
    findings, licence = receipt_findings(work, papers)
    overrides = ensure_rules_allow(work, findings, Act.ACCEPT, command.overrides)

    event_id = new_id()
    moves = [move for item in papers.items for move in receipt_moves(work, papers, item)]
    posting_ids = post(work, moves, event_id=event_id)
    received = {
        move.container_id: posting_id
        for move, posting_id in zip(moves, posting_ids, strict=True)
        if move.source.kind is PlaceKind.CONSIGNMENT and move.target.kind is PlaceKind.UNPLACED
    }
    enter_entrusted(work, papers, received, licence)
    signature = sign(work, papers, Party.CONSIGNEE)
    _close(work, consignment, Opinion.ACCEPT)
    change_containers(work, [_handed_over(work, consignment, item) for item in papers.items])
    masses = _masses_by_line(papers)
    used = _masses_by_code(papers)
    if licence is not None:
        use_licence(work, licence.id, used, consignment_id=consignment.id, event_id=event_id)
    record(
        work,
        ConsignmentEvent.ACCEPTED,
        consignment,
        changed=[signature, *papers.containers, *masses],
        event_id=event_id,
        licence_id=licence.id if licence else None,
        licence_used=used,
        **outcomes(findings, overrides),
    )
    store_overrides(work, overrides, event_id)
    return consignment


def reject_consignment(work: Work, key: UUID | str, command: RejectConsignment) -> Consignment:
    """The consignee refuses the whole load; it stays in transit until its way back is decided.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
        InvalidInput: no reason.
    """
    consignment = open_consignment(work, key, ConsignmentAct.REJECT, command.seen_version)
    if not command.reason.strip():
        raise InvalidInput([FieldProblem("#/reason", say("请填写拒收理由，移出人会看到"))])
    consignment.closing_note = command.reason.strip()
    _close(work, consignment, Opinion.REJECT)
    record(work, ConsignmentEvent.REJECTED, consignment)
    return consignment


def _close(work: Work, consignment: Consignment, opinion: Opinion) -> None:
    accepted = opinion is Opinion.ACCEPT
    consignment.move_to(ConsignmentState.ACCEPTED if accepted else ConsignmentState.REJECTED)
    consignment.opinion = opinion
    consignment.closed_at = work.now


def receipt_moves(work: Work, papers: Papers, item: Item) -> Iterable[Move]:
    """A container's received mass to the consignee's site, and the difference to where differences lie."""
    consignment = papers.consignment
    sent, received = item.consigned.sent_mass, _received(item.consigned)
    transit = Place(PlaceKind.CONSIGNMENT, consignment.id)
    difference = Place(PlaceKind.WEIGHING_DIFFERENCE, consignment.id)
    assert consignment.consignee_site_id is not None  # required since the submission
    arrived = Place(PlaceKind.UNPLACED, consignment.consignee_site_id)

    def move(mass: int, source: Place, target: Place) -> Move:
        return Move(
            stream_id=item.line.stream_id,
            container_id=item.container.id,
            mass=Grams(mass),
            source=source,
            target=target,
            effective_on=work.today,
        )

    yield move(min(sent, received), transit, arrived)
    if received < sent:
        yield move(sent - received, transit, difference)
    elif received > sent:
        yield move(received - sent, difference, arrived)


def _received(consigned: ConsignedContainer) -> Grams:
    assert consigned.received_mass is not None  # all are weighed before anything is accepted
    return consigned.received_mass


def _handed_over(work: Work, consignment: Consignment, item: Item) -> Change:
    """The container is the consignee's now, weighs what its scale says, and its age there counts from today."""
    return Change(
        item.container,
        ContainerState.ACCEPTED,
        {
            "holder_id": consignment.consignee_id,
            "site_id": consignment.consignee_site_id,
            "park_id": consignment.consignee_park_id,
            "consignment_id": None,
            "gross": item.consigned.received_gross,
            "tare": item.consigned.received_tare,
            "net": _received(item.consigned),
            "weighed_at": item.consigned.weighed_at,
            "accepted_on": work.today,
        },
    )


def _masses_by_line(papers: Papers) -> list[ConsignmentLine]:
    for line in papers.lines:
        line.received_mass = Grams(
            sum(_received(item.consigned) for item in papers.items if item.line is line)
        )
    return list(papers.lines)


def _masses_by_code(papers: Papers) -> dict[str, Grams]:
    used: Counter[str] = Counter()
    for item in papers.items:
        used[item.line.waste_code] += _received(item.consigned)
    return {code: Grams(mass) for code, mass in used.items()}
