"""Withdrawing a consignment before it departs."""

from uuid import UUID

from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.licences.operations import release_capacity
from app.waste.consignments.commands import CancelConsignment
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.models import Consignment
from app.waste.consignments.operations.handling import back_in_store, change_containers
from app.waste.consignments.operations.opening import open_papers, record
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState
from app.waste.storage.models import Container


def cancel_consignment(work: Work, key: UUID | str, command: CancelConsignment) -> Consignment:
    """Withdraw a consignment before departure: its containers and what the licence held for it are free again, its
    number is never used again.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
        InvalidInput: no reason.
    """
    papers = open_papers(work, key, ConsignmentAct.CANCEL, command.seen_version)
    consignment = papers.consignment
    if not command.reason.strip():
        raise InvalidInput([FieldProblem("#/reason", say("请填写作废理由"))])
    is_held = consignment.state in (ConsignmentState.SUBMITTED, ConsignmentState.LOADING)
    consignment.move_to(ConsignmentState.CANCELLED)
    consignment.closing_note = command.reason.strip()
    consignment.closed_at = work.now
    consignment.round_id = consignment.round_stop = None
    freed: list[Container] = list(papers.containers) if is_held else []
    change_containers(work, [back_in_store(container) for container in freed])
    event_id = record(work, ConsignmentEvent.CANCELLED, consignment, changed=freed)
    release_capacity(work, consignment.id, event_id=event_id)
    return consignment
