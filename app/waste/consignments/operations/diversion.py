"""A load that goes to another consignee than its manifest says."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.rulebook.models import store_overrides
from app.foundation.rulebook.rules import Act
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Organisation, Park, Site
from app.parties.licences.operations import release_capacity
from app.waste.clearances.looking_up import draw_on_clearances, give_back_draws
from app.waste.consignments.commands.road import DivertConsignment
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.facts import transfer_of
from app.waste.consignments.facts.parts import sent_masses
from app.waste.consignments.models import Consignment, DiscrepancyKind, Diversion, Signature, Verdict
from app.waste.consignments.operations.booking import book_capacity
from app.waste.consignments.operations.opening import ensure_rules_allow, open_papers, outcomes, record
from app.waste.consignments.operations.refusal import withdraw_signatures
from app.waste.consignments.operations.viewers import admit
from app.waste.consignments.queries import Papers
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState, Party
from app.waste.registry.methods import METHODS


def divert_consignment(work: Work, key: UUID | str, command: DivertConsignment) -> Consignment:
    """Another consignee takes the load, under guards of its own. The first one keeps sight of it.

    What it drew from a decision on another province is given back, and drawn anew where it goes to now (HWTM 28).
    From a refusal the whole load stays in transit: what the first consignee weighed, noted and signed is void.

    Raises:
        NotFound, NotPermitted, VersionConflict: see `open_consignment`.
        Conflict: neither on its way nor refused, a part of it is back already, or somebody drew from the same decision
            at once.
        InvalidInput: no reason, a day that is past, or a consignee that is none, is the same, or is the consignor.
        RuleViolated: the new consignee's licence doesn't allow it, or another rule on departures (see `sign_as_carrier`).
    """
    papers = open_papers(work, key, ConsignmentAct.DIVERT, command.seen_version)
    consignment = papers.consignment
    if consignment.returned_count:
        raise Conflict(say("已有容器退回移出人，不能再改道；请把其余的也退回"))
    target = _target(work, papers, command)
    if problems := list(_problems(work, papers, target, command)):
        raise InvalidInput(problems)
    event_id, diversion = new_id(), _diversion(work, consignment, command)
    withdrawn: Sequence[Signature] = ()
    was_refused = consignment.state is ConsignmentState.REJECTED
    refused: list[Traced] = [*papers.lines, *papers.consigned] if was_refused else []
    _give_back(work, papers, event_id)
    with work.session.no_autoflush:  # the row is written once, whole
        papers = _sent_to(papers, target, command)
        transfer = transfer_of(work, papers, departs_on=work.today, acceptance_on=command.due_on)
        findings, licence = transfer.findings, transfer.licence
        overrides = ensure_rules_allow(work, findings, Act.DISPATCH, command.overrides)
        consignment.licence_id = licence.id if licence else None
        release_capacity(work, consignment.id, event_id=event_id)
        book_capacity(work, papers, licence, event_id)
        draw_on_clearances(
            work,
            transfer.clearances,
            sent_masses(papers),
            consignment.planned_method,
            consignment_id=consignment.id,
            event_id=event_id,
        )
        consignment.move_to(ConsignmentState.DIVERTED)
        if was_refused:
            withdrawn = withdraw_signatures(work, consignment, Party.CONSIGNEE)
            _forget_refusal(papers)
    work.session.add(diversion)
    admit(work, consignment, [consignment.consignee_id, consignment.consignee_park_id])
    record(
        work,
        ConsignmentEvent.DIVERTED,
        consignment,
        changed=[diversion, *withdrawn, *refused],
        event_id=event_id,
        **outcomes(findings, overrides),
    )
    store_overrides(work, overrides, event_id)
    return consignment


def _give_back(work: Work, papers: Papers, event_id: UUID) -> None:
    """First of all, so that the rules see as free what the load no longer needs where it was to go."""
    c, there = papers.consignment, papers.consignee_site
    if there is not None and there.province != papers.consignor_site.province:
        give_back_draws(work, c.consignor_site_id, consignment_id=c.id, event_id=event_id)


_Target = tuple[Organisation, Site, Park | None]


def _target(work: Work, papers: Papers, command: DivertConsignment) -> _Target | None:
    """The new consignee with the place where it takes the load; one statement."""
    row = work.session.execute(
        select(Organisation, Site, Park)
        .join(Site, Site.organisation_id == Organisation.id)
        .outerjoin(Park, Park.id == Site.park_id)
        .where(
            Organisation.id == command.consignee_id,
            Site.id == command.consignee_site_id,
            Organisation.is_recycler,
            Organisation.suspended_at.is_(None),
        )
    ).first()
    return (row[0], row[1], row[2]) if row else None


def _problems(
    work: Work, papers: Papers, target: _Target | None, command: DivertConsignment
) -> Iterable[FieldProblem]:
    c = papers.consignment
    if not command.reason.strip():
        yield FieldProblem("#/reason", say("请填写改道的理由"))
    if command.due_on < work.today:
        day = command.due_on.isoformat()
        yield FieldProblem("#/due_on", say("计划送达日 {day} 已过，请改为今天或以后", day=day))
    if command.planned_method and command.planned_method not in METHODS:
        yield FieldProblem("#/planned_method", say("没有利用处置方式 {code}", code=command.planned_method))
    if target is None:
        yield FieldProblem("#/consignee_id", say("没有这家接收单位，或这不是它的场所"))
    elif command.consignee_id == c.consignor_id:
        yield FieldProblem("#/consignee_id", say("接受人不能与移出人相同"))
    elif (command.consignee_id, command.consignee_site_id) == (c.consignee_id, c.consignee_site_id):
        yield FieldProblem("#/consignee_id", say("这就是联单上的接受人，请选择另一家"))


def _diversion(work: Work, consignment: Consignment, command: DivertConsignment) -> Diversion:
    return Diversion(
        id=new_id(),
        consignment_id=consignment.id,
        from_consignee_id=consignment.consignee_id,
        from_site_id=consignment.consignee_site_id,
        to_consignee_id=command.consignee_id,
        to_site_id=command.consignee_site_id,
        reason=command.reason.strip(),
        diverted_at=work.now,
    )


def _sent_to(papers: Papers, target: _Target | None, command: DivertConsignment) -> Papers:
    """The papers with the new consignee on them, and on the consignment itself."""
    assert target is not None  # else it is among the problems
    firm, site, park = target
    c = papers.consignment
    c.consignee_id, c.consignee_site_id, c.consignee_park_id = firm.id, site.id, site.park_id
    c.due_on = command.due_on
    c.planned_method = command.planned_method or c.planned_method
    return replace(papers, consignee=firm, consignee_site=site, consignee_park=park)


def _forget_refusal(papers: Papers) -> None:
    """The load is in transit again, as if it had not arrived."""
    c = papers.consignment
    c.closed_at = c.arrived_at = c.opinion = c.received_mass = None
    c.consignor_informed_at = c.authority_informed_at = None
    c.gate_gross = c.gate_tare = None
    c.weighed_count = c.refused_count = c.missing_count = 0
    c.discrepancy, c.discrepancy_note, c.checks = DiscrepancyKind.NONE, "", []
    for line in papers.lines:
        line.received_mass = line.opinion = None
        line.method_code = ""
        line.discrepancy = DiscrepancyKind.NONE
    for consigned in papers.consigned:
        consigned.verdict, consigned.verdict_note = Verdict.OPEN, ""
        consigned.received_gross = consigned.received_tare = None
        consigned.received_mass = consigned.weighed_at = None
