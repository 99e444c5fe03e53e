"""A carrier that doesn't take the load, and the draft that is made of it again."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.licences.operations import release_capacity
from app.waste.consignments.commands.road import RefuseToCarry, ReopenConsignment
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.models import Consignment, Signature
from app.waste.consignments.operations.handling import back_in_store, change_containers
from app.waste.consignments.operations.opening import open_consignment, open_papers, record
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState, Party


def refuse_to_carry(work: Work, key: UUID | str, command: RefuseToCarry) -> Consignment:
    """The carrier takes nothing along (HWTM-11-1, HWTM-13-3): all containers are free again, where they stood.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
        InvalidInput: no reason.
    """
    papers = open_papers(work, key, ConsignmentAct.REFUSE_TO_CARRY, command.seen_version)
    consignment = papers.consignment
    if not command.reason.strip():
        raise InvalidInput([FieldProblem("#/reason", say("请填写拒绝承运的理由，移出人会看到"))])
    consignment.move_to(ConsignmentState.REFUSED_BY_CARRIER)
    consignment.closing_note = command.reason.strip()
    consignment.loaded_count = 0
    consignment.consignor_signed_at = None
    consignment.round_id = consignment.round_stop = None
    for consigned in papers.consigned:
        consigned.loaded_at = None
    change_containers(work, [back_in_store(container) for container in papers.containers])
    withdrawn = withdraw_signatures(work, consignment, Party.CONSIGNOR)
    event_id = new_id()
    release_capacity(work, consignment.id, event_id=event_id)
    record(
        work,
        ConsignmentEvent.REFUSED_BY_CARRIER,
        consignment,
        changed=[*papers.containers, *papers.consigned, *withdrawn],
        event_id=event_id,
    )
    return consignment


def withdraw_signatures(work: Work, consignment: Consignment, party: Party) -> Sequence[Signature]:
    """Signatures of a party that stand for nothing any more; they stay readable under leg 0, -1, and so on.

    One statement, and one for each such signature, which is at most one.
    """
    given = work.session.scalars(
        select(Signature)
        .where(Signature.consignment_id == consignment.id, Signature.party == party)
        .order_by(Signature.leg)
    ).all()
    standing = [signature for signature in given if signature.leg > 0]
    lowest = min((signature.leg for signature in given), default=1)
    for number, signature in enumerate(standing, start=1):
        signature.leg = min(lowest, 1) - number
    return standing


def reopen_consignment(work: Work, key: UUID | str, command: ReopenConsignment) -> Consignment:
    """A draft again, with all it said: its content may be changed, and nothing is reserved for it.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
    """
    consignment = open_consignment(work, key, ConsignmentAct.REOPEN, command.seen_version)
    consignment.move_to(ConsignmentState.DRAFT)
    consignment.submitted_at = consignment.loading_at = None
    consignment.waybill_number = ""  # it was of the carrier who refused
    record(work, ConsignmentEvent.REOPENED, consignment)
    return consignment
