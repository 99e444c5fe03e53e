"""After the receipt: the confirmation in the national system, and what became of the waste (HWTM 12 item 4, 18)."""

from collections.abc import Iterable
from uuid import UUID

from app.foundation.core.clock import local_day
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.units import Grams, kg_text
from app.foundation.core.work import Work
from app.foundation.files.operations import file_for
from app.parties.licences.methods import is_covered
from app.waste.consignments.commands import ConfirmConsignment, ReportResult
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.models import Consignment, ConsignmentLine, UseResult
from app.waste.consignments.operations.discrepancies import instant_of_day
from app.waste.consignments.operations.opening import open_consignment, open_papers, record, touch
from app.waste.consignments.queries import Papers
from app.waste.consignments.queries.results import accepted_on, confirmation_due, left_by_line, results_of
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState
from app.waste.registry.methods import METHODS


def confirm_consignment(work: Work, key: UUID | str, command: ConfirmConsignment) -> Consignment:
    """Note the day on which the consignee confirmed the receipt in the national system (HWTM 18: 5 working days).

    Late ones are taken too: the event says whether it was in time.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`; also while a paper manifest is not
            entered in the national system.
        InvalidInput: a day before the acceptance, or in the future.
    """
    consignment = open_consignment(work, key, ConsignmentAct.CONFIRM, command.seen_version)
    if consignment.paper_number and consignment.national_number is None:
        raise Conflict(say("这份联单是用纸质联单起运的，请移出人先在国家系统补录并填写编号"))
    first, due_on = accepted_on(work, consignment), confirmation_due(work, consignment)
    if not first <= command.confirmed_on <= work.today:
        text = say("确认日期应在签收日 {day} 与今天之间", day=first.isoformat())
        raise InvalidInput([FieldProblem("#/confirmed_on", text)])
    consignment.move_to(ConsignmentState.CONFIRMED)
    assert consignment.closed_at is not None  # accepted, so its transfer has ended
    consignment.confirmed_at = max(consignment.closed_at, instant_of_day(work, command.confirmed_on))
    record(
        work,
        ConsignmentEvent.CONFIRMED,
        consignment,
        confirmed_on=command.confirmed_on,
        due_on=due_on,
        in_time=command.confirmed_on <= due_on,
    )
    return consignment


def report_result(work: Work, key: UUID | str, command: ReportResult) -> Consignment:
    """Tell the consignor what was made of a line, or of a part of it: method, mass (g), days, what is left over.

    With the last gram of what was accepted the result is reported (domain-rules 7.7; HWTM 10 item 5, 12 item 4).

    Raises:
        NotFound: see `open_consignment`; also when the file is none of the actor's.
        NotPermitted, VersionConflict, Conflict: see `open_consignment`.
        InvalidInput: no such line, a method the licence doesn't cover, more than is left, or days out of order.
    """
    papers = open_papers(work, key, ConsignmentAct.REPORT_RESULT, command.seen_version)
    consignment = papers.consignment
    left = left_by_line(papers, results_of(work, papers))
    line = next((line for line in papers.lines if line.line_number == command.line_number), None)
    if problems := [*_wrong_mass(line, command, left), *_wrong_rest(work, papers, command)]:
        raise InvalidInput(problems)
    assert line is not None  # else it would be among the problems
    if command.file_id is not None:
        file_for(work, command.file_id)
    result = _result(work, consignment, line, command)
    work.session.add(result)
    if sum(left.values()) == command.mass:
        consignment.move_to(ConsignmentState.RESULT_REPORTED)
        consignment.result_reported_at = work.now
    else:
        touch(consignment)
    record(work, ConsignmentEvent.RESULT_REPORTED, consignment, changed=[result])
    return consignment


def _result(work: Work, consignment: Consignment, line: ConsignmentLine, command: ReportResult) -> UseResult:
    return UseResult(
        consignment_id=consignment.id,
        line_id=line.id,
        method_code=command.method_code,
        mass=command.mass,
        started_on=command.started_on,
        finished_on=command.finished_on,
        residue_note=command.residue_note.strip(),
        file_id=command.file_id,
        reported_at=work.now,
    )


def _wrong_mass(
    line: ConsignmentLine | None, command: ReportResult, left: dict[UUID, Grams]
) -> Iterable[FieldProblem]:
    if line is None:
        yield FieldProblem("#/line_number", say("联单上没有这一行"))
        return
    rest = left[line.id]
    if not 0 < command.mass <= rest:
        text = say("质量要大于 0，且不多于这一行还未上报的 {rest} kg", rest=kg_text(rest))
        yield FieldProblem("#/mass_kg", text)


def _wrong_rest(work: Work, papers: Papers, command: ReportResult) -> Iterable[FieldProblem]:
    licence = papers.licence
    if command.method_code not in METHODS:
        yield FieldProblem("#/method_code", say("请从列表中选择利用或处置方式代码"))
    elif licence is not None and not is_covered(command.method_code, licence.modes, licence.kind):
        text = say("许可证 {number} 的经营方式不含这种方式", number=licence.number)
        yield FieldProblem("#/method_code", text)
    first = accepted_on(work, papers.consignment)
    if command.started_on < first:
        text = say("开始日期不能早于签收日 {day}", day=first.isoformat())
        yield FieldProblem("#/started_on", text)
    if command.finished_on < command.started_on:
        yield FieldProblem("#/finished_on", say("完成日期不能早于开始日期"))
    elif command.finished_on > local_day(work.now, work.actor.zone):
        yield FieldProblem("#/finished_on", say("完成日期不能晚于今天"))
