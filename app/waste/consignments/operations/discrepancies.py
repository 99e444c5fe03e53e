"""Major differences at the receipt: told to the consignor at once, and to the authority (HWTM 18)."""

from datetime import date, datetime
from uuid import UUID

from app.foundation.core.clock import instant_at, local_day
from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.waste.consignments.commands import InformAuthority, ReportDiscrepancy
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.models import Consignment, ConsignmentLine, DiscrepancyKind
from app.waste.consignments.operations.content import typed_code
from app.waste.consignments.operations.opening import open_consignment, open_papers, record, touch
from app.waste.consignments.queries import Item, Papers
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState

MAX_NOTE = 400
LAST_HOUR, LAST_MINUTE = 23, 59


def report_discrepancy(work: Work, key: UUID | str, command: ReportDiscrepancy) -> Consignment:
    """Note a major difference (HWTM 18): the consignor sees it at once, and only then can it be accepted or refused.

    Of the whole, of one line, or of the line of one container that is taken as it was weighed. A further report is
    added to those before.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
        InvalidInput: no kind, no explanation, or no such line or container.
    """
    papers = open_papers(work, key, ConsignmentAct.REPORT_DISCREPANCY, command.seen_version)
    consignment = papers.consignment
    item = item_of(papers, command.code) if command.code else None
    line = item.line if item else _line_of(papers, command.line_number)
    notes = [consignment.discrepancy_note, command.note.strip()]
    whole_note = "\n".join(note for note in notes if note)
    if problems := _unclear(command, item, line, whole_note):
        raise InvalidInput(problems)
    if consignment.state is not ConsignmentState.DISCREPANCY:
        consignment.move_to(ConsignmentState.DISCREPANCY)
    consignment.discrepancy = _joined(consignment.discrepancy, command.kind)
    consignment.discrepancy_note = whole_note
    consignment.consignor_informed_at = consignment.consignor_informed_at or work.now
    touch(consignment)
    for one in [line] if line else papers.lines:
        one.discrepancy = _joined(one.discrepancy, command.kind)
    if item:
        item.consigned.verdict_note = command.note.strip()[:200]
    changed = [*([line] if line else papers.lines), *([item.consigned] if item else [])]
    record(work, ConsignmentEvent.DISCREPANCY_FOUND, consignment, changed=changed)
    return consignment


def item_of(papers: Papers, code: str) -> Item | None:
    """The container of the papers that bears a scanned or typed code."""
    wanted = typed_code(code)
    return next(
        (
            item
            for item in papers.items
            if wanted in (item.container.id, item.container.code, item.container.short_code)
        ),
        None,
    )


def _line_of(papers: Papers, number: int | None) -> ConsignmentLine | None:
    return next((line for line in papers.lines if line.line_number == number), None)


def _joined(known: DiscrepancyKind, kind: DiscrepancyKind) -> DiscrepancyKind:
    """One kind stands on the form; of several it is `other`, and the explanations say which."""
    return kind if known in (DiscrepancyKind.NONE, kind) else DiscrepancyKind.OTHER


def _unclear(
    command: ReportDiscrepancy, item: Item | None, line: ConsignmentLine | None, whole_note: str
) -> list[FieldProblem]:
    problems = []
    if command.kind is DiscrepancyKind.NONE:
        problems.append(FieldProblem("#/kind", say("请选择差异的种类")))
    if not command.note.strip():
        problems.append(FieldProblem("#/note", say("请说明差异及处理情况")))
    elif len(whole_note) > MAX_NOTE:
        problem = say("几次说明合计不能超过 {longest} 个字", longest=MAX_NOTE)
        problems.append(FieldProblem("#/note", problem))
    if command.code and item is None:
        problems.append(FieldProblem("#/code", say("联单上没有这个容器，请核对标签")))
    if command.line_number is not None and line is None:
        problems.append(FieldProblem("#/line_number", say("联单上没有这一行")))
    return problems


def inform_authority(work: Work, key: UUID | str, command: InformAuthority) -> Consignment:
    """Note that the authority of the place of receipt was told of the difference: to whom, when, under which reference.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
        InvalidInput: no authority, or a day before the arrival or in the future.
    """
    consignment = open_consignment(work, key, ConsignmentAct.INFORM_AUTHORITY, command.seen_version)
    arrived_on = local_day(consignment.arrived_at or work.now, work.actor.zone)
    problems = []
    if not command.authority.strip():
        problems.append(FieldProblem("#/authority", say("请填写报告的主管部门")))
    if not arrived_on <= command.informed_on <= work.today:
        text = say("报告日期应在到达日 {day} 与今天之间", day=arrived_on.isoformat())
        problems.append(FieldProblem("#/informed_on", text))
    if problems:
        raise InvalidInput(problems)
    parts = (command.authority.strip(), command.reference.strip())
    consignment.authority_note = " · ".join(part for part in parts if part)
    consignment.authority_informed_at = instant_of_day(work, command.informed_on)
    touch(consignment)
    record(work, ConsignmentEvent.AUTHORITY_INFORMED, consignment)
    return consignment


def instant_of_day(work: Work, day: date) -> datetime:
    """The instant that stands for a day that people name: its end, and never later than now."""
    return min(work.now, instant_at(day, LAST_HOUR, LAST_MINUTE, work.actor.zone))
