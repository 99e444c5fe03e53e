"""The dangerous-goods waybill: its number, and what it says of every waste."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from app.foundation.catalogue.codes import is_waste_code
from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.waste.consignments.commands.waybill import GoodsOfLine, RecordWaybill
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.models import Consignment, ConsignmentLine
from app.waste.consignments.operations.opening import open_consignment, record, touch
from app.waste.consignments.workflow import ConsignmentAct


def record_waybill(work: Work, key: UUID | str, command: RecordWaybill) -> Consignment:
    """Write the number of the carrier's waybill, and of every hazardous line how it goes as dangerous goods
    (DGROAD 13, 24; JT/T 617.5). Until the carrier signs it may be written again.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
        InvalidInput: a line is left out, named twice, unknown or no hazardous waste, or a class is its own subsidiary
            hazard.
    """
    consignment = open_consignment(work, key, ConsignmentAct.RECORD_WAYBILL, command.seen_version)
    lines = work.session.scalars(
        select(ConsignmentLine)
        .where(ConsignmentLine.consignment_id == consignment.id)
        .order_by(ConsignmentLine.line_number)
    ).all()
    hazardous = {line.line_number: line for line in lines if is_waste_code(line.waste_code)}
    if problems := list(_problems(command.lines, hazardous)):
        raise InvalidInput(problems)
    consignment.waybill_number = command.waybill_number
    for told in command.lines:
        hazardous[told.line_number].dangerous_goods = told.stored()
    touch(consignment)
    record(work, ConsignmentEvent.WAYBILL_RECORDED, consignment, changed=hazardous.values())
    return consignment


def _problems(told: tuple[GoodsOfLine, ...], hazardous: dict[int, ConsignmentLine]) -> Iterator[FieldProblem]:
    seen: set[int] = set()
    for at, one in enumerate(told):
        if one.line_number not in hazardous:
            text = say("联单上没有第 {number} 行危险废物", number=one.line_number)
            yield FieldProblem(f"#/lines/{at}/line_number", text)
        elif one.line_number in seen:
            yield FieldProblem(f"#/lines/{at}/line_number", say("第 {number} 行重复", number=one.line_number))
        seen.add(one.line_number)
        if one.goods_class in one.subsidiary_hazards:
            text = say("次要危险性不应重复主要类别 {code}，请删去", code=one.goods_class.value)
            yield FieldProblem(f"#/lines/{at}/subsidiary_hazards", text)
    for number in sorted(set(hazardous) - seen):
        text = say("还缺第 {number} 行 {name} 的信息", number=number, name=hazardous[number].waste_name)
        yield FieldProblem("#/lines", text)
