"""The official tables as rows of a sheet, in the columns and words of the standard: they can be imported again as they are.

Words of the tables are the standard's own whatever the reader's language.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from app.foundation.core.clock import DEFAULT_ZONE, local_time
from app.foundation.core.units import tonnes_text
from app.foundation.documents.spreadsheet import Value
from app.waste.registry.models import GenerationRecord, LedgerRecord, LedgerTable
from app.waste.registry.queries.books import Period
from app.waste.registry.queries.general import ListLine, Share, SummaryLine
from app.waste.registry.queries.official import OfficialLine

TONNE: Final = "吨"
_PACKAGE: Final = ("容器/包装编码", "容器/包装类型", "容器/包装数量")
_WASTE: Final = ("行业俗称/单位内部名称", "国家危险废物名录名称", "危险废物类别", "危险废物代码")
T = LedgerTable


@dataclass(frozen=True)
class Sheet:
    """How an official table is called, and its columns."""

    title: str
    name: str
    """Of the sheet in a workbook."""
    header: tuple[str, ...]
    mass_column: str
    """The column whose sum is the table's total."""


SHEETS: Final = {
    T.GENERATION: Sheet(
        "表B.1 危险废物产生环节记录表",
        "产生环节",
        (
            "序号", "产生批次编码", "产生时间", *_WASTE, "产生量", "计量单位", *_PACKAGE,
            "产生危险废物设施编码", "产生部门经办人", "去向",
        ),
        "产生量",
    ),
    T.STOCK_IN: Sheet(
        "表B.2 危险废物入库环节记录表",
        "入库环节",
        (
            "序号", "入库批次编码", "入库时间", *_PACKAGE, *_WASTE, "入库量", "计量单位",
            "贮存设施编码", "贮存设施类型", "运送部门经办人", "贮存部门经办人", "产生批次编码",
        ),
        "入库量",
    ),
    T.STOCK_OUT: Sheet(
        "表B.3 危险废物出库环节记录表",
        "出库环节",
        (
            "序号", "出库批次编码", "出库时间", *_PACKAGE, *_WASTE, "出库量", "计量单位",
            "贮存设施编码", "贮存设施类型", "出库部门经办人", "运送部门经办人", "入库批次编码", "去向",
        ),
        "出库量",
    ),
    T.OWN_TREATMENT: Sheet(
        "表B.4 危险废物自行利用/处置环节记录表",
        "自行利用处置环节",
        (
            "序号", "自行利用/处置批次编码", "自行利用/处置时间", *_PACKAGE, *_WASTE, "自行利用/处置量", "计量单位",
            "自行利用/处置设施编码", "自行利用/处置方式", "自行利用/处置完毕时间", "自行利用/处置部门经办人",
            "产生批次编码/出库批次编码",
        ),
        "自行利用/处置量",
    ),
    T.ENTRUSTED: Sheet(
        "表B.5 危险废物委外利用/处置环节记录表",
        "委外利用处置环节",
        (
            "序号", "委外利用/处置批次编码", "出厂时间", *_PACKAGE, *_WASTE, "委外利用/处置量", "计量单位",
            "利用/处置方式", "接收单位类型", "利用/处置单位名称", "许可证编码/出口核准通知单编号",
            "产生批次编码/出库批次编码",
        ),
        "委外利用/处置量",
    ),
    T.GENERAL_LIST: Sheet(
        "一般工业固体废物产生清单",
        "附表1 产生清单",
        ("年份", "代码", "名称", "类别", "产生环节", "物理性状", "主要成分", "污染特性", "年产生量（吨）"),
        "年产生量（吨）",
    ),
    T.GENERAL_SUMMARY: Sheet(
        "一般工业固体废物流向汇总表",
        "附表2 流向汇总表",
        (
            "年月", "代码", "名称", "类别", "产生量（吨）", "贮存量（吨）", "累计贮存量（吨）",
            "自行利用方式", "自行利用数量（吨）", "委托利用方式", "委托利用数量（吨）",
            "自行处置方式", "自行处置数量（吨）", "委托处置方式", "委托处置数量（吨）",
        ),
        "产生量（吨）",
    ),
    T.GENERAL_DISPATCH: Sheet(
        "一般工业固体废物出厂环节记录表",
        "附表3 出厂环节记录表",
        (
            "代码", "名称", "出厂时间", "出厂数量", "计量单位", "经办人", "运输单位", "运输信息（车牌号）", "运输方式",
            "接收单位", "流向类型",
        ),
        "出厂数量",
    ),
    T.GENERAL_GENERATION: Sheet(
        "一般工业固体废物产生环节记录表",
        "附表4 产生环节记录表",
        (
            "代码", "名称", "产生时间", "产生数量", "计量单位", "转移时间", "去向", "产生部门经办人", "运输经办人",
            "批次编码",
        ),
        "产生数量",
    ),
    T.GENERAL_STORAGE: Sheet(
        "一般工业固体废物贮存环节记录表",
        "附表5 贮存环节记录表",
        (
            "代码", "名称", "入库时间", "入库数量", "出库时间", "出库数量", "计量单位", "批次编码", "设施编号", "去向",
            "经办人",
        ),
        "入库数量",
    ),
    T.GENERAL_UTILISATION: Sheet(
        "一般工业固体废物自行利用环节记录表",
        "附表6 自行利用环节记录表",
        ("代码", "名称", "接收时间", "数量", "计量单位", "利用方式", "利用完毕时间", "批次编码", "经办人"),
        "数量",
    ),
    T.GENERAL_DISPOSAL: Sheet(
        "一般工业固体废物自行处置环节记录表",
        "附表7 自行处置环节记录表",
        ("代码", "名称", "接收时间", "数量", "计量单位", "处置方式", "处置完毕时间", "批次编码", "经办人"),
        "数量",
    ),
}  # fmt: skip
"""HJ 1259-2022 annex B (domain-rules 15.6) and the tables of the general-waste ledger (15.10)."""


def line_rows(
    table: LedgerTable,
    lines: Iterable[OfficialLine],
    corrected: Sequence[OfficialLine] = (),
    period: Period | None = None,
    zone: str = DEFAULT_ZONE,
) -> Iterator[tuple[Value, ...]]:
    """A row for each line as it counts, in the order of the table's header; masses are exact tonnes.

    A cancelled line is left out. `corrected` are lines of declared months that were corrected in `period`: each
    gives a row of the difference, so that the sum is the period's.
    """
    number = 0
    for line in lines:
        mass = line.mass_in(period)
        if mass is not None:
            number += 1
            yield _row(table, line, mass, number, zone)
    for line in corrected:
        if difference := _difference(line, period):
            number += 1
            yield _row(table, line, difference, number, zone)


def summary_rows(lines: Iterable[SummaryLine]) -> Iterator[tuple[Value, ...]]:
    """Rows of table 2 of the general-waste ledger."""
    for line in lines:
        first = line.period.first
        ways: list[Value] = []
        for share in (line.own_use, line.entrusted_use, line.own_disposal, line.entrusted_disposal):
            ways += _share(share)
        stream, account = line.stream, line.account
        yield (
            f"{first.year}年{first.month}月", stream.waste_code, stream.local_name, line.waste_class,
            tonnes(account.generated), tonnes(line.stored), tonnes(account.closing), *ways,
        )  # fmt: skip


def list_rows(lines: Iterable[ListLine]) -> Iterator[tuple[Value, ...]]:
    """Rows of table 1 of the general-waste ledger."""
    for line in lines:
        stream = line.stream
        yield (
            f"{line.year}年", stream.waste_code, stream.local_name, line.waste_class, line.step,
            _FORMS.get(stream.form.value, "") if stream.form else "", stream.main_components,
            stream.harmful_components, tonnes(line.generated),
        )  # fmt: skip


_FORMS: Final = {"S": "固态", "SS": "半固态", "L": "液态", "G": "气态"}


def tonnes(mass: int) -> Decimal:
    """Exact tonnes as a number of a sheet."""
    return Decimal(tonnes_text(mass))


def _difference(line: OfficialLine, period: Period | None) -> int:
    """What the corrections that stand in a period change, in grams."""
    if period is None:
        return 0
    ours = [one for one in line.corrections if period.first <= one.on <= period.last]
    return (ours[-1].new_mass or 0) - ours[0].old_mass if ours else 0


def _row(table: LedgerTable, line: OfficialLine, mass: int, number: int, zone: str) -> tuple[Value, ...]:
    if isinstance(line.record, GenerationRecord):
        return _generation(table, line, line.record, mass, number, zone)
    return _handled(table, line, line.record, mass, number, zone)


def _generation(
    table: LedgerTable, line: OfficialLine, record: GenerationRecord, mass: int, number: int, zone: str
) -> tuple[Value, ...]:
    at = moment(record.generated_on, record.generated_at, zone)
    if table is T.GENERAL_GENERATION:
        return (
            line.stream.waste_code, record.local_name, at, tonnes(mass), TONNE, "", record.destination,
            record.producer_operator, "", record.batch_number,
        )  # fmt: skip
    return (
        number, record.batch_number, at, *_names(line, record), tonnes(mass), TONNE,
        record.container_code or "", record.container_kind, record.container_count,
        record.source_facility, record.producer_operator, record.destination,
    )  # fmt: skip


def _handled(
    table: LedgerTable, line: OfficialLine, record: LedgerRecord, mass: int, number: int, zone: str
) -> tuple[Value, ...]:
    at = moment(record.happened_on, record.happened_at, zone)
    if table.value.startswith("GISW"):
        return _general(table, line, record, mass, at, zone)
    start = (
        number, record.batch_number, at, record.container_code, record.container_kind, record.container_count,
        *_names(line, record), tonnes(mass), TONNE,
    )  # fmt: skip
    if table is T.STOCK_IN:
        store = (record.facility_code, record.facility_type, record.mover, record.keeper)
        return (*start, *store, record.source_batch)
    if table is T.STOCK_OUT:
        store = (record.facility_code, record.facility_type, record.keeper, record.mover)
        return (*start, *store, record.source_batch, record.destination)
    if table is T.OWN_TREATMENT:
        finished = f"{local_time(record.finished_at, zone):%Y-%m-%d %H:%M}" if record.finished_at else ""
        treated = (record.facility_code, record.method_code, finished, record.operator)
        return (*start, *treated, record.source_batch)
    receiver = (record.receiver_kind, record.receiver_name, record.licence_number)
    return (*start, record.method_code, *receiver, record.source_batch)


def _general(
    table: LedgerTable, line: OfficialLine, record: LedgerRecord, mass: int, at: str, zone: str
) -> tuple[Value, ...]:
    waste = (line.stream.waste_code, record.local_name)
    person = record.operator or record.keeper or record.mover
    if table is T.GENERAL_DISPATCH:
        told = {
            key: str(record.details.get(key, ""))
            for key in ("carrier", "plate", "transport_mode", "flow_type")
        }
        receiver = record.receiver_name or str(record.details.get("receiver", ""))
        return (
            *waste, at, tonnes(mass), TONNE, person, told["carrier"], told["plate"], told["transport_mode"],
            receiver, told["flow_type"],
        )  # fmt: skip
    if table is T.GENERAL_GENERATION:
        return (
            *waste, at, tonnes(mass), TONNE, str(record.details.get("moved_at", "")), record.destination,
            record.operator, record.mover, record.batch_number,
        )  # fmt: skip
    if table is T.GENERAL_STORAGE:
        is_out = record.table is T.STOCK_OUT or record.details.get("stage") == "out"
        half: tuple[Value, Value] = (at, tonnes(mass))
        halves = ("", None, *half) if is_out else (*half, "", None)
        return (*waste, *halves, TONNE, record.batch_number, record.facility_code, record.destination, person)
    finished = str(record.details.get("finished_at", ""))
    if not finished and record.finished_at:
        finished = f"{local_time(record.finished_at, zone):%Y-%m-%d %H:%M}"
    method = record.method_code or str(record.details.get("method", ""))
    return (*waste, at, tonnes(mass), TONNE, method, finished, record.batch_number, person)


def _names(line: OfficialLine, record: GenerationRecord | LedgerRecord) -> tuple[str, str, str, str]:
    return record.local_name, record.waste_name, line.stream.category, line.stream.waste_code


def _share(share: Share) -> tuple[Value, Value]:
    return "、".join(share.methods), tonnes(share.mass) if share.mass else None


def moment(day: date, at: datetime | None, zone: str) -> str:
    """As ledgers write it: the day, and the time where it is known."""
    return f"{local_time(at, zone):%Y-%m-%d %H:%M}" if at else day.isoformat()
