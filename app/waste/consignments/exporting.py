"""The list of consignments as a spreadsheet: headings as texts, a row of plain values for each line."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Final

from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams, tonnes_text
from app.foundation.documents.spreadsheet import Value
from app.waste.consignments.goods import DangerousGoods, PackingGroup
from app.waste.consignments.models import DiscrepancyKind, Opinion
from app.waste.consignments.queries.exports import ExportedLine
from app.waste.consignments.workflow import STATE_WORDS
from app.waste.registry.models import FORM_WORDS, KIND_WORDS

DISCREPANCIES: Final = {
    DiscrepancyKind.NONE: say("无"),
    DiscrepancyKind.QUANTITY: say("数量"),
    DiscrepancyKind.PACKAGING: say("包装"),
    DiscrepancyKind.FORM: say("形态"),
    DiscrepancyKind.NATURE: say("性质"),
    DiscrepancyKind.OTHER: say("其他"),
}
OPINIONS: Final = {
    Opinion.ACCEPT: say("接受"),
    Opinion.PARTIAL: say("部分接受"),
    Opinion.REJECT: say("拒收"),
}
HEADER: Final = (
    say("平台编号"),
    say("国家联单编号"),
    say("废物种类"),
    say("状态"),
    say("移出人"),
    say("承运人"),
    say("车牌号"),
    say("危险货物运单编号"),
    say("接受人"),
    say("许可证编号"),
    say("行号"),
    say("废物代码"),
    say("废物名称"),
    say("危险特性"),
    say("形态"),
    say("有害成分"),
    say("包装"),
    say("件数"),
    say("移出量 t"),
    say("接受量 t"),
    say("重大差异"),
    say("接受人处理意见"),
    say("利用处置方式"),
    say("联合国编号"),
    say("正式运输名称"),
    say("类别项别"),
    say("次要危险性"),
    say("包装类别"),
    say("过磅毛重 t"),
    say("空车重 t"),
    say("起草时间"),
    say("提交时间"),
    say("移出人签署时间"),
    say("起运时间"),
    say("到达时间"),
    say("转移结束时间"),
    say("国家系统确认时间"),
    say("结果上报时间"),
    say("完结时间"),
    say("更正次数"),
)
OF_LINE: Final = 18
"""So many of them say something of one line."""


def export_rows(lines: Iterable[ExportedLine], render: Callable[[Text], str]) -> Iterator[tuple[Value, ...]]:
    """A row of values for each line, in the order of `HEADER`; masses are exact tonnes, times are instants."""
    for exported in lines:
        c, line = exported.consignment, exported.line
        yield (
            c.number,
            c.national_number,
            render(KIND_WORDS[c.kind]),
            render(STATE_WORDS[c.state]),
            exported.consignor_name,
            exported.carrier_name,
            printed_plate(exported.plate) if exported.plate else None,
            c.waybill_number or None,
            exported.consignee_name,
            exported.licence_number,
            *(_of_line(exported, render) if line is not None else (None,) * OF_LINE),
            _tonnes(c.gate_gross),
            _tonnes(c.gate_tare),
            c.created_at,
            c.submitted_at,
            c.consignor_signed_at,
            c.departed_at,
            c.arrived_at,
            c.closed_at,
            c.confirmed_at,
            c.result_reported_at,
            c.completed_at,
            c.revision,
        )


def _of_line(exported: ExportedLine, render: Callable[[Text], str]) -> tuple[Value, ...]:
    line, c = exported.line, exported.consignment
    assert line is not None  # asked by the caller
    opinion = line.opinion or c.opinion
    return (
        line.line_number,
        line.waste_code,
        line.waste_name,
        ", ".join(line.hazards),
        render(FORM_WORDS[line.form]) if line.form else None,
        line.harmful_components,
        line.package,
        line.container_count,
        _tonnes(line.sent_mass),
        _tonnes(line.received_mass),
        render(DISCREPANCIES[line.discrepancy]),
        render(OPINIONS[opinion]) if opinion else None,
        line.method_code or c.planned_method,
        *_of_goods(line.goods),
    )


def _of_goods(goods: DangerousGoods | None) -> tuple[Value, ...]:
    if goods is None:
        return (None,) * 5
    return (
        goods.un_number,
        goods.shipping_name,
        goods.goods_class.value,
        ", ".join(goods.subsidiary_hazards),
        goods.packing_group.value if goods.packing_group is not PackingGroup.NONE else None,
    )


def _tonnes(mass: Grams | None) -> Decimal | None:
    return None if mass is None else Decimal(tonnes_text(mass))
