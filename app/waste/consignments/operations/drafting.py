"""Starting a consignment and changing it while it is a draft."""

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from app.foundation.catalogue.codes import national_manifest_number_problem
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.trace.recording import Thing
from app.waste.consignments.commands import CreateConsignment, RecordNationalNumber, ReviseDraft
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.models import ConsignedContainer, Consignment, ConsignmentLine, ConsignmentParent
from app.waste.consignments.operations.content import add_lines, add_parents, fill_in, load_of, take_load
from app.waste.consignments.operations.legs import forget_legs, plan_legs
from app.waste.consignments.operations.opening import open_consignment, open_papers, record
from app.waste.consignments.operations.viewers import admit
from app.waste.consignments.policy import ensure_may_send, ensure_not_signed
from app.waste.consignments.queries import consignment_for
from app.waste.consignments.workflow import ConsignmentAct
from app.waste.registry.models import KIND_WORDS, WasteKind
from app.waste.registry.numbering import next_serial
from app.waste.storage.numbering import draw_short_code


def create_consignment(work: Work, command: CreateConsignment) -> Consignment:
    """Start a draft from stored containers of the actor's firm; they are reserved only when it is submitted.

    Raises:
        NotPermitted: the actor's role doesn't send waste.
        NotFound: it is to be a copy of none that the actor knows of.
        InvalidInput: a container is not there, not stored or not weighed, or the parties don't fit together.
        Conflict: the national number stands on another consignment.
    """
    ensure_may_send(work.actor)
    load = load_of(work, command.containers)
    consignment = new_draft(work, WasteKind.HAZARDOUS, command.copied_from_id)
    take_load(consignment, load)
    fill_in(work, consignment, command, demo=bool(load.park and load.park.is_demo))
    begin(work, consignment)
    lines, items = add_lines(work, consignment, load)
    add_parents(work, consignment, load)
    legs = plan_legs(work, consignment, command.legs)
    record(work, ConsignmentEvent.CREATED, consignment, changed=[*lines, *items, *legs])
    return consignment


def new_draft(work: Work, kind: WasteKind, copied_from_id: UUID | None) -> Consignment:
    """A consignment of the actor's firm that isn't written yet.

    Raises:
        NotFound: it is to be a copy of none that the actor knows of.
    """
    return Consignment(
        id=new_id(),
        kind=kind,
        consignor_id=work.actor.organisation_id,
        created_at=work.now,
        copied_from_id=consignment_for(work, copied_from_id).id if copied_from_id else None,
    )


def begin(work: Work, consignment: Consignment) -> None:
    """Number a new draft and write it; from now on its consignor knows of it.

    Raises:
        Conflict: the national number stands on another consignment.
    """
    consignment.number = _own_number(work)
    consignment.short_code = draw_short_code(work, Consignment.trace_kind, consignment.id)
    work.session.add(consignment)
    flush_number(work, consignment)
    admit(work, consignment, [consignment.consignor_id])


def revise_draft(work: Work, key: UUID | str, command: ReviseDraft) -> Consignment:
    """Replace the whole content of a draft.

    Raises:
        NotFound, NotPermitted, VersionConflict: see `open_consignment`.
        InvalidInput: as `create_consignment`.
        Conflict: it is no draft any more, or the national number stands on another consignment.
    """
    consignment = open_draft(work, key, WasteKind.HAZARDOUS, command.seen_version)
    load = load_of(work, command.containers)
    fill_in(work, consignment, command, demo=bool(load.park and load.park.is_demo))
    take_load(consignment, load)
    flush_number(work, consignment)
    removed = [*remove_lines(work, consignment), *forget_legs(work, consignment)]
    lines, items = add_lines(work, consignment, load)
    add_parents(work, consignment, load)
    legs = plan_legs(work, consignment, command.legs)
    record(work, ConsignmentEvent.REVISED, consignment, changed=[*lines, *items, *legs], removed=removed)
    return consignment


def open_draft(work: Work, key: UUID | str, kind: WasteKind, seen_version: int) -> Consignment:
    """A draft to revise, locked.

    Raises:
        NotFound, NotPermitted, VersionConflict: see `open_consignment`.
        Conflict: it is no draft any more, or one of the other kind of waste.
    """
    consignment = open_consignment(work, key, ConsignmentAct.REVISE, seen_version)
    if consignment.kind is not kind:
        raise Conflict(
            say(
                "联单 {number} 移出的是{kind}，请在它自己的表单里修改",
                number=consignment.number,
                kind=KIND_WORDS[consignment.kind],
            )
        )
    return consignment


def record_national_number(work: Work, key: UUID | str, command: RecordNationalNumber) -> Consignment:
    """Enter the number that the national system gave, until the consignor signs.

    Raises:
        NotFound, NotPermitted, VersionConflict: see `open_consignment`.
        InvalidInput: it is no such number (HWTM 15).
        Conflict: the consignor has signed, or the number stands on another consignment.
    """
    act = ConsignmentAct.RECORD_NATIONAL_NUMBER
    papers = open_papers(work, key, act, command.seen_version)
    consignment = papers.consignment
    ensure_not_signed(consignment)
    if problem := national_manifest_number_problem(command.national_number, demo=papers.is_demo):
        raise InvalidInput([FieldProblem("#/national_number", problem)])
    consignment.national_number = command.national_number
    flush_number(work, consignment)
    record(work, ConsignmentEvent.NATIONAL_NUMBER_RECORDED, consignment)
    return consignment


def _own_number(work: Work) -> str:
    """`M-<year month>-<serial of that month>`: short enough to be read out, as typed into the scanner."""
    month = f"{work.today:%y%m}"
    return f"M-{month}-{next_serial(work, f'consignment/{month}'):04d}"


def flush_number(work: Work, consignment: Consignment) -> None:
    """Write the row; a national number is never used twice, not even by two people at once."""
    number = consignment.national_number
    try:
        work.session.flush()
    except IntegrityError as error:
        if "national_number" not in str(error.orig):
            raise
        raise Conflict(say("国家联单编号 {number} 已用于另一份联单", number=number)) from None


def remove_lines(work: Work, consignment: Consignment) -> list[Thing]:
    """Delete the draft's lines and what refers to them; gives what is gone, for the event."""
    removed: list[Thing] = []
    work.session.execute(delete(ConsignmentParent).where(ConsignmentParent.consignment_id == consignment.id))
    for model in (ConsignedContainer, ConsignmentLine):
        gone = delete(model).where(model.consignment_id == consignment.id).returning(model.id)
        removed += [(model.trace_kind, thing_id) for thing_id in work.session.scalars(gone)]
    return sorted(removed)
