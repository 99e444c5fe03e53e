"""Paper manifests: what the load goes with while the national system is out of order, and what is entered afterwards
(HWTM 20)."""

from uuid import UUID

from app.foundation.catalogue.codes import national_manifest_number_problem
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.waste.consignments.commands.paper import Backfill, RecordPaper
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.models import Consignment
from app.waste.consignments.operations.drafting import flush_number
from app.waste.consignments.operations.opening import open_papers, record
from app.waste.consignments.policy import ensure_not_signed
from app.waste.consignments.workflow import ConsignmentAct


def record_paper(work: Work, key: UUID | str, command: RecordPaper) -> Consignment:
    """The load goes with a paper manifest, until the consignor signs; it then departs without a national number.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`; also when it has a national number, or
            the consignor has signed.
        InvalidInput: no number or no reason.
    """
    consignment = open_papers(work, key, ConsignmentAct.RECORD_PAPER, command.seen_version).consignment
    ensure_not_signed(consignment)
    if consignment.national_number is not None:
        raise Conflict(say("已有国家联单编号，不需要纸质联单"))
    number, reason = command.paper_number.strip(), command.reason.strip()
    problems = []
    if not number:
        problems.append(FieldProblem("#/paper_number", say("请填写纸质联单上印的编号")))
    if not reason:
        problems.append(FieldProblem("#/reason", say("请说明国家系统不能用的情况和起始时间")))
    if problems:
        raise InvalidInput(problems)
    consignment.paper_number, consignment.paper_reason = number, reason
    record(work, ConsignmentEvent.PAPER_RECORDED, consignment)
    return consignment


def backfill(work: Work, key: UUID | str, command: Backfill) -> Consignment:
    """The paper manifest was entered in the national system, which gave it a number.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`; also when it didn't go with a paper
            manifest, was entered already, or the number stands on another consignment.
        InvalidInput: it is no such number (HWTM 15).
    """
    papers = open_papers(work, key, ConsignmentAct.BACKFILL, command.seen_version)
    consignment = papers.consignment
    if not consignment.paper_number or consignment.national_number is not None:
        raise Conflict(say("这份联单不是用纸质联单起运的，或已经补录"))
    if problem := national_manifest_number_problem(command.national_number, demo=papers.is_demo):
        raise InvalidInput([FieldProblem("#/national_number", problem)])
    consignment.national_number = command.national_number
    consignment.backfilled_at = work.now
    flush_number(work, consignment)
    record(work, ConsignmentEvent.BACKFILLED, consignment)
    return consignment
