"""The consignee's verdict on the whole: accepted, accepted in part, or refused."""

from collections import Counter
from collections.abc import Iterable, Mapping
from uuid import UUID

from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.models import store_overrides
from app.foundation.rulebook.rules import Act
from app.parties.licences.operations import release_capacity, use_licence
from app.waste.consignments.commands import AcceptConsignment, RejectConsignment
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.facts import receipt_findings
from app.waste.consignments.models import (
    AcceptanceCheck,
    ConsignedContainer,
    Consignment,
    Opinion,
    Verdict,
)
from app.waste.consignments.operations.handling import Change, change_containers
from app.waste.consignments.operations.ledger import enter_entrusted
from app.waste.consignments.operations.opening import ensure_rules_allow, open_papers, outcomes, record
from app.waste.consignments.policy import ensure_all_weighed
from app.waste.consignments.queries import Item, Papers
from app.waste.consignments.signing import sign
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState, Party
from app.waste.registry.methods import METHODS
from app.waste.registry.models import PlaceKind, WasteKind
from app.waste.registry.posting import Move, Place, post
from app.waste.storage.models import Container, ContainerState


def accept_consignment(work: Work, key: UUID | str, command: AcceptConsignment) -> Consignment:
    """The consignee signs for what was weighed: into its ledger, onto its licence, the containers into its hands.

    What the two scales disagree on is posted beside it, and so is each missing container, each for somebody to explain;
    refused containers stay in transit until the consignor has them back (HWTM 12, domain-rules 7.4).

    Raises:
        NotFound, NotPermitted, VersionConflict: see `open_consignment`.
        Conflict: not arrived, a container is neither weighed nor refused nor missing, or nothing is left to accept.
        InvalidInput: not all four checks are named (HWTM-12-1), or a method is none.
        RuleViolated: a major difference not yet reported (DISC-2, DISC-C, DISC-3), no licence for it any more, or
            none for the method (HWLM-10-mode, MAN-X12), or 20 % above its yearly scale (HWLM-12-4).
    """
    papers = open_papers(work, key, ConsignmentAct.ACCEPT, command.seen_version)
    ensure_all_weighed(papers.consignment)
    _ensure_something_is_left(papers)
    if problems := [*_unnamed_checks(command), *_unknown_methods(papers, command)]:
        raise InvalidInput(problems)
    findings, licence = receipt_findings(work, papers, command.methods, command.checks)
    overrides = ensure_rules_allow(work, findings, Act.ACCEPT, command.overrides)

    event_id = new_id()
    received = _post_receipt(work, papers, event_id)
    _give_opinions(papers, command)
    _close(work, papers.consignment)
    enter_entrusted(work, papers, received, licence)
    signature = sign(work, papers, Party.CONSIGNEE)
    change_containers(work, [_handed_over(work, papers.consignment, item) for item in papers.taken])
    _void_missing(work, papers)
    used = _masses_by_code(papers)
    if licence is not None:
        use_licence(work, licence.id, used, consignment_id=papers.consignment.id, event_id=event_id)
    record(
        work,
        ConsignmentEvent.ACCEPTED,
        papers.consignment,
        changed=[signature, *papers.containers, *papers.lines],
        event_id=event_id,
        licence_id=licence.id if licence else None,
        licence_used=used,
        **outcomes(findings, overrides),
    )
    store_overrides(work, overrides, event_id)
    return papers.consignment


def _ensure_something_is_left(papers: Papers) -> None:
    """Raises:
    Conflict: every container is refused, missing or lost: then the whole is to be refused.
    """
    if papers.items and not papers.taken:
        raise Conflict(say("没有一个容器可以接收，请改为整单拒收"))


def _unnamed_checks(command: AcceptConsignment) -> Iterable[FieldProblem]:
    if set(AcceptanceCheck) - command.checks:
        yield FieldProblem("#/checks", say("签收人须逐项确认已核验：种类、重量、包装、标签"))


def _unknown_methods(papers: Papers, command: AcceptConsignment) -> Iterable[FieldProblem]:
    numbers = {line.line_number for line in papers.lines}
    for number, method in command.methods.items():
        if number not in numbers or method not in METHODS:
            yield FieldProblem(f"#/methods/{number}", say("请从列表中选择利用或处置方式代码"))


def _post_receipt(work: Work, papers: Papers, event_id: UUID) -> dict[UUID, UUID]:
    """Post what was received and what is missing; gives the posting of each container that arrived."""
    moves = [move for item in papers.items for move in receipt_moves(work, papers, item)]
    posting_ids = post(work, moves, event_id=event_id)
    return {
        move.container_id: posting_id
        for move, posting_id in zip(moves, posting_ids, strict=True)
        if move.source.kind is PlaceKind.CONSIGNMENT and move.target.kind is PlaceKind.UNPLACED
    }


def _close(work: Work, consignment: Consignment) -> None:
    is_part = consignment.opinion is Opinion.PARTIAL
    consignment.move_to(ConsignmentState.PARTLY_ACCEPTED if is_part else ConsignmentState.ACCEPTED)
    consignment.closed_at = work.now


def _give_opinions(papers: Papers, command: AcceptConsignment) -> None:
    """Line by line what was received, whether that is all of it, and what will be made of it."""
    consignment = papers.consignment
    for line in papers.lines:
        items = [item for item in papers.items if item.line is line]
        taken = [item for item in items if item.is_taken]
        line.received_mass = Grams(sum(_received(item.consigned) for item in taken))
        line.opinion = _opinion(items, bool(taken))
        line.method_code = command.methods.get(line.line_number) or consignment.planned_method
    consignment.opinion = Opinion.PARTIAL if consignment.refused_count else Opinion.ACCEPT
    consignment.checks = sorted(command.checks)


def _opinion(items: list[Item], is_taken: bool) -> Opinion:
    if not is_taken:
        return Opinion.REJECT
    is_refused = any(item.consigned.verdict is Verdict.REFUSED for item in items)
    return Opinion.PARTIAL if is_refused else Opinion.ACCEPT


def reject_consignment(work: Work, key: UUID | str, command: RejectConsignment) -> Consignment:
    """The consignee refuses the whole load; what is on the vehicle stays in transit until it is back or goes elsewhere.

    What the licence held for it is free again. Where nothing was on the vehicle there is nothing to bring back.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
        InvalidInput: no reason.
    """
    papers = open_papers(work, key, ConsignmentAct.REJECT, command.seen_version)
    consignment = papers.consignment
    if not command.reason.strip():
        raise InvalidInput([FieldProblem("#/reason", say("请填写拒收理由，移出人会看到"))])
    event_id = new_id()
    consignment.closing_note = command.reason.strip()
    consignment.opinion = Opinion.REJECT
    consignment.received_mass = Grams(0)
    for line in papers.lines:
        line.received_mass, line.opinion = Grams(0), Opinion.REJECT
    consignment.move_to(ConsignmentState.REJECTED)
    consignment.closed_at = work.now
    release_capacity(work, consignment.id, event_id=event_id)
    gone = settle_refusal(work, papers, event_id)
    record(
        work,
        ConsignmentEvent.REJECTED,
        consignment,
        changed=[*papers.lines, *gone],
        event_id=event_id,
    )
    return consignment


def settle_refusal(work: Work, papers: Papers, event_id: UUID) -> list[Container]:
    """End a refused load once nothing of it is on its way any more; gives the containers that never arrived.

    Until then what was missing may still turn up: the load may yet go to another consignee.
    """
    if papers.consignment.kind is WasteKind.GENERAL or (papers.items and papers.coming_back):
        return []
    moves = [move for item in papers.items for move in _missing_moves(work, papers, item)]
    if moves:
        post(work, moves, event_id=event_id)
    papers.consignment.move_to(ConsignmentState.RETURNED)
    return _void_missing(work, papers)


def _void_missing(work: Work, papers: Papers) -> list[Container]:
    """Missing containers are no more: their codes are never used again."""
    missing = [item.container for item in papers.items if item.consigned.verdict is Verdict.MISSING]
    free = {"consignment_id": None}
    change_containers(work, [Change(container, ContainerState.VOIDED, free) for container in missing])
    return missing


def receipt_moves(work: Work, papers: Papers, item: Item) -> Iterable[Move]:
    """A container's received mass to the consignee's site, and the difference to where differences lie.

    A missing container is a difference as a whole; a refused one doesn't move.
    """
    if not item.is_taken:
        yield from _missing_moves(work, papers, item)
        return
    consignment = papers.consignment
    sent, received = item.consigned.sent_mass, _received(item.consigned)
    transit = Place(PlaceKind.CONSIGNMENT, consignment.id)
    difference = Place(PlaceKind.WEIGHING_DIFFERENCE, consignment.id)
    assert consignment.consignee_site_id is not None  # required since the submission
    arrived = Place(PlaceKind.UNPLACED, consignment.consignee_site_id)

    yield _move(work, item, min(sent, received), transit, arrived)
    if received < sent:
        yield _move(work, item, sent - received, transit, difference)
    elif received > sent:
        yield _move(work, item, received - sent, difference, arrived)


def _missing_moves(work: Work, papers: Papers, item: Item) -> Iterable[Move]:
    if item.consigned.verdict is Verdict.MISSING:
        transit = Place(PlaceKind.CONSIGNMENT, papers.consignment.id)
        difference = Place(PlaceKind.WEIGHING_DIFFERENCE, papers.consignment.id)
        yield _move(work, item, item.consigned.sent_mass, transit, difference)


def _move(work: Work, item: Item, mass: int, source: Place, target: Place) -> Move:
    return Move(
        stream_id=item.line.stream_id,
        container_id=item.container.id,
        mass=Grams(mass),
        source=source,
        target=target,
        effective_on=work.today,
    )


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


def _masses_by_code(papers: Papers) -> Mapping[str, Grams]:
    used: Counter[str] = Counter()
    for item in papers.taken:
        used[item.line.waste_code] += _received(item.consigned)
    return {code: Grams(mass) for code, mass in used.items()}
