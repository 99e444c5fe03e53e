"""The last act: the consignor has verified what became of everything (HWTM 10 item 5)."""

from uuid import UUID

from sqlalchemy import Select, exists, func, select

from app.foundation.core.errors import Conflict
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.waste.consignments.commands.road import CloseConsignment
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.models import ConsignedContainer, Consignment, Revision, RevisionState, Verdict
from app.waste.consignments.operations.opening import open_consignment, record
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState


def close_consignment(work: Work, key: UUID | str, command: CloseConsignment) -> Consignment:
    """Close a consignment of which everything is used, disposed of, back or settled. Nothing changes it any more.

    Raises:
        NotFound, NotPermitted, VersionConflict: see `open_consignment`.
        Conflict: its state doesn't allow it, refused containers are not back, or a correction is open.
    """
    consignment = open_consignment(work, key, ConsignmentAct.CLOSE, command.seen_version)
    if missing := work.session.scalar(_refused_and_not_back(consignment)):
        raise Conflict(say("还有 {count} 个被拒收的容器没有退回，退回入库后才能完结", count=missing))
    if work.session.scalar(select(exists(_open_revision(consignment)))):
        raise Conflict(say("有一项更正尚未处理，处理后才能完结"))
    consignment.move_to(ConsignmentState.CLOSED)
    consignment.completed_at = work.now
    record(work, ConsignmentEvent.COMPLETED, consignment)
    return consignment


def _refused_and_not_back(consignment: Consignment) -> Select[int]:
    """By the containers themselves: the counts of a load that was refused as a whole say nothing of single ones."""
    return select(func.count()).where(
        ConsignedContainer.consignment_id == consignment.id, ConsignedContainer.verdict == Verdict.REFUSED
    )


def _open_revision(consignment: Consignment) -> Select[UUID]:
    return select(Revision.id).where(
        Revision.consignment_id == consignment.id, Revision.state == RevisionState.OPEN
    )
