"""Drafts of transfers of general waste, and what the vehicle was loaded with."""

from collections.abc import Mapping
from uuid import UUID

from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.waste.consignments.commands.general import CreateTransfer, ReviseTransfer, WeighLoad
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.models import Consignment
from app.waste.consignments.operations.content import fill_in
from app.waste.consignments.operations.drafting import begin, new_draft, open_draft, remove_lines
from app.waste.consignments.operations.general_content import (
    MAX_LOAD,
    add_bulk_lines,
    bulk_load_of,
    short_of_stock,
    take_bulk_load,
)
from app.waste.consignments.operations.opening import open_papers, record
from app.waste.consignments.policy import ensure_may_send, ensure_not_signed
from app.waste.consignments.queries import Papers
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState
from app.waste.registry.models import WasteKind


def create_transfer(work: Work, command: CreateTransfer) -> Consignment:
    """Start a draft of general waste of the actor's firm.

    Raises:
        NotPermitted: the actor's role doesn't send waste.
        NotFound: it is to be a copy of none that the actor knows of.
        InvalidInput: a waste is none of the firm's general wastes, or the parties don't fit together.
    """
    ensure_may_send(work.actor)
    load = bulk_load_of(work, command.lines)
    consignment = new_draft(work, WasteKind.GENERAL, command.copied_from_id)
    take_bulk_load(consignment, load)
    fill_in(work, consignment, command, demo=bool(load.park and load.park.is_demo))
    begin(work, consignment)
    record(work, ConsignmentEvent.CREATED, consignment, changed=add_bulk_lines(work, consignment, load))
    return consignment


def revise_transfer(work: Work, key: UUID | str, command: ReviseTransfer) -> Consignment:
    """Replace the whole content of a draft of general waste.

    Raises:
        NotFound, NotPermitted, VersionConflict: see `open_consignment`.
        InvalidInput: as `create_transfer`.
        Conflict: it is no draft any more, or one of hazardous waste.
    """
    consignment = open_draft(work, key, WasteKind.GENERAL, command.seen_version)
    load = bulk_load_of(work, command.lines)
    fill_in(work, consignment, command, demo=bool(load.park and load.park.is_demo))
    take_bulk_load(consignment, load)
    removed = remove_lines(work, consignment)
    lines = add_bulk_lines(work, consignment, load)
    record(work, ConsignmentEvent.REVISED, consignment, changed=lines, removed=removed)
    return consignment


def weigh_load(work: Work, key: UUID | str, command: WeighLoad) -> Consignment:
    """Note what the vehicle was loaded with, until the consignor signs; again replaces the value.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`; also when the consignor has signed.
        InvalidInput: a line is none of this consignment's, its mass is none, or more than lies in its batches.
    """
    papers = open_papers(work, key, ConsignmentAct.WEIGH_LOAD, command.seen_version)
    consignment = papers.consignment
    ensure_not_signed(consignment)
    ensure_masses(papers, command.masses)
    for line in papers.lines:
        line.sent_mass = command.masses.get(line.line_number, line.sent_mass)
    if short := short_of_stock(work, papers.lines):
        raise InvalidInput([FieldProblem(f"#/masses/{number}", text) for number, text in short.items()])
    consignment.sent_mass = Grams(sum(line.sent_mass for line in papers.lines))
    if consignment.state is not ConsignmentState.LOADING:
        consignment.move_to(ConsignmentState.LOADING)
    consignment.loading_at = work.now
    record(work, ConsignmentEvent.LOAD_WEIGHED, consignment, changed=papers.lines)
    return consignment


def ensure_masses(papers: Papers, masses: Mapping[int, Grams]) -> None:
    """Raises:
    InvalidInput: a mass is for no line of the papers, or none that a vehicle can carry.
    """
    numbers = {line.line_number for line in papers.lines}
    problems = [
        FieldProblem(f"#/masses/{number}", say("转移单上没有第 {number} 行", number=number))
        for number in masses
        if number not in numbers
    ]
    problems += [
        FieldProblem(f"#/masses/{number}", say("质量要大于 0，不超过 100 t"))
        for number, mass in masses.items()
        if number in numbers and not 0 < mass <= MAX_LOAD
    ]
    if problems:
        raise InvalidInput(problems)
