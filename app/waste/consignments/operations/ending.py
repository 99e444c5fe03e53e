"""Withdrawing a consignment before it departs."""

from uuid import UUID

from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.waste.consignments.commands import CancelConsignment
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.models import Consignment, ConsignmentState
from app.waste.consignments.operations.handling import Change, change_containers
from app.waste.consignments.operations.opening import open_papers, record
from app.waste.consignments.policy import ConsignmentAct
from app.waste.storage.models import Container, ContainerState


def cancel_consignment(work: Work, key: UUID | str, command: CancelConsignment) -> Consignment:
    """Withdraw a consignment before departure; its containers are free again, its number is never used again.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
        InvalidInput: no reason.
    """
    papers = open_papers(work, key, ConsignmentAct.CANCEL, command.seen_version)
    consignment = papers.consignment
    if not command.reason.strip():
        raise InvalidInput([FieldProblem("#/reason", say("请填写作废理由"))])
    was_draft = consignment.state is ConsignmentState.DRAFT
    consignment.move_to(ConsignmentState.CANCELLED)
    consignment.closing_note = command.reason.strip()
    consignment.closed_at = work.now
    freed: list[Container] = [] if was_draft else list(papers.containers)
    change_containers(
        work, [Change(container, ContainerState.STORED, {"consignment_id": None}) for container in freed]
    )
    record(work, ConsignmentEvent.CANCELLED, consignment, changed=freed)
    return consignment
