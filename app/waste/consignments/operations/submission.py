"""Submitting a draft: everything is filled in, the rules allow it, its containers are reserved."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.rulebook.models import store_overrides
from app.foundation.rulebook.rules import Act
from app.waste.consignments.commands import SubmitConsignment
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.facts import plan_findings, transfer_of
from app.waste.consignments.fields import required_at
from app.waste.consignments.models import Consignment
from app.waste.consignments.naming import called
from app.waste.consignments.operations.booking import book_capacity
from app.waste.consignments.operations.content import not_ready
from app.waste.consignments.operations.general_content import short_of_stock
from app.waste.consignments.operations.handling import Change, change_containers
from app.waste.consignments.operations.legs import papers_of_legs, unplanned_legs
from app.waste.consignments.operations.opening import ensure_rules_allow, open_papers, outcomes, record
from app.waste.consignments.operations.viewers import admit_parties
from app.waste.consignments.queries import Papers
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState
from app.waste.registry.models import WasteKind
from app.waste.storage.models import ContainerState

DEFAULT_JOURNEY = timedelta(days=1)
"""From submission to planned acceptance, where nobody says otherwise."""


def submit_consignment(work: Work, key: UUID | str, command: SubmitConsignment) -> Consignment:
    """Hand a draft to the consignee; reserve its containers, and its mass on the consignee's licence.

    Raises:
        NotFound, NotPermitted, VersionConflict: see `open_consignment`.
        InvalidInput: a required field is empty.
        Conflict: it is no draft any more, or a container is not ready: its label must bear its present weight.
        RuleViolated: the consignee's licence doesn't allow it (HWLM-15, -10-cat, -10-mode, -6-scope) or has not that
            much left (HWLM-10-scale), no filed plan backs it (HWTM-14-plan), it may not cross a province's border
            (HWTM-21, -28), carrier, vehicle or crew may not carry it (HWTM-13-2, DGROAD-scope), or the vehicle would
            carry too much or what must not meet (DGROAD-load, MAN-X8, MAN-X14).
    """
    papers = open_papers(work, key, ConsignmentAct.SUBMIT, command.seen_version)
    consignment = papers.consignment
    due_on = consignment.due_on or work.today + DEFAULT_JOURNEY
    if problems := [
        *missing_fields(papers),
        *unplanned_legs(papers),
        *_past(due_on, work.today),
    ]:
        raise InvalidInput(problems)
    ensure_containers_ready(papers)
    ensure_in_stock(work, papers)
    legs = papers_of_legs(work, papers)[1:]
    transfer = transfer_of(work, papers, acceptance_on=due_on, legs=legs)
    licence = transfer.licence
    findings = [*transfer.findings, *plan_findings(work, papers, licence)]
    overrides = ensure_rules_allow(work, findings, Act.SUBMIT, command.overrides)

    consignment.move_to(ConsignmentState.SUBMITTED)
    consignment.submitted_at = work.now
    consignment.due_on = due_on
    consignment.licence_id = licence.id if licence else None
    _reserve(work, papers)
    event_id = new_id()
    book_capacity(work, papers, licence, event_id)
    admit_parties(work, consignment, *(leg.carrier_id for leg in papers.legs))
    record(
        work,
        ConsignmentEvent.SUBMITTED,
        consignment,
        changed=[*papers.containers, *papers.consigned],
        event_id=event_id,
        **outcomes(findings, overrides),
    )
    store_overrides(work, overrides, event_id)
    return consignment


def _reserve(work: Work, papers: Papers) -> None:
    held = {"consignment_id": papers.consignment.id}
    change_containers(
        work, [Change(container, ContainerState.RESERVED, held) for container in papers.containers]
    )
    for item in papers.items:
        if item.container.zone_id is not None:
            item.consigned.zone_id = item.container.zone_id


def missing_fields(papers: Papers) -> Iterable[FieldProblem]:
    """What the manifest form requires (domain-rules 15.8) and the draft doesn't say yet."""
    for rule in required_at(ConsignmentAct.SUBMIT, papers.consignment.kind):
        if rule.missing is not None and not getattr(papers.consignment, rule.column):
            yield FieldProblem(f"#/{rule.path}", rule.missing)


def _past(due_on: date, today: date) -> Iterable[FieldProblem]:
    if due_on < today:
        yield FieldProblem("#/due_on", say("计划送达日 {day} 已过，请改为今天或以后", day=due_on.isoformat()))


def ensure_in_stock(work: Work, papers: Papers) -> None:
    """General waste lies in its batches, as much as the draft says; one statement for it, none for containers.

    Raises:
        InvalidInput: of a line less is there.
    """
    if papers.consignment.kind is WasteKind.GENERAL and (short := short_of_stock(work, papers.lines)):
        raise InvalidInput(
            [FieldProblem(f"#/lines/{number - 1}/mass_kg", text) for number, text in short.items()]
        )


def ensure_containers_ready(papers: Papers) -> None:
    """Each container still stands in store as the draft says, under a label with its present weight.

    Raises:
        Conflict: one doesn't; says which and how to mend it.
    """
    for item in papers.items:
        container = item.container
        if problem := not_ready(container):
            raise Conflict(problem)
        if (
            container.holder_id != papers.consignment.consignor_id
            or container.net != item.consigned.sent_mass
        ):
            raise Conflict(say("容器 {code} 在起草后有变化，请重新保存草稿", code=called(container)))
        if container.label_mass != container.net:
            raise Conflict(
                say("容器 {code} 的标签没有印当前重量，请重新打印并粘贴标签后再提交", code=called(container))
            )
