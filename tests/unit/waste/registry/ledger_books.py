"""Builders of ledgers after table B.1: rows that are right by title, and workbooks of several sheets."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any

import xlsxwriter

from app.foundation.core.units import Grams
from app.waste.registry.ledger_files.ledger import LedgerReading, Source
from app.waste.registry.ledger_files.reading import read_ledger
from app.waste.registry.ledger_files.vocabulary import Table
from tests.unit.waste.registry.ledgers import a_context, container_code, csv_bytes

DRUM = container_code(1)
B2 = (
    "序号", "入库批次编码", "入库时间", "容器/包装编码", "容器/包装类型", "容器/包装数量", "行业俗称/单位内部名称",
    "国家危险废物名录名称", "危险废物类别", "危险废物代码", "入库量", "计量单位", "贮存设施编码", "贮存设施类型",
    "运送部门经办人", "贮存部门经办人", "产生批次编码",
)  # fmt: skip
B3 = (
    "序号", "出库批次编码", "出库时间", "容器/包装编码", "容器/包装类型", "容器/包装数量", "行业俗称/单位内部名称",
    "国家危险废物名录名称", "危险废物类别", "危险废物代码", "出库量", "计量单位", "贮存设施编码", "贮存设施类型",
    "出库部门经办人", "运送部门经办人", "入库批次编码", "去向",
)  # fmt: skip
B4 = (
    "序号", "自行利用/处置批次编码", "自行利用/处置时间", "容器/包装编码", "容器/包装类型", "容器/包装数量",
    "行业俗称/单位内部名称", "国家危险废物名录名称", "危险废物类别", "危险废物代码", "自行利用/处置量", "计量单位",
    "自行利用/处置设施编码", "自行利用/处置方式", "自行利用/处置完毕时间", "自行利用/处置部门经办人", "产生批次编码/出库批次编码",
)  # fmt: skip
B5 = (
    "序号", "委外利用/处置批次编码", "出厂时间", "容器/包装编码", "容器/包装类型", "容器/包装数量", "行业俗称/单位内部名称",
    "国家危险废物名录名称", "危险废物类别", "危险废物代码", "委外利用/处置量", "计量单位", "利用/处置方式", "接收单位类型",
    "利用/处置单位名称", "许可证编码/出口核准通知单编号", "产生批次编码/出库批次编码",
)  # fmt: skip
G2 = (
    "年月", "代码", "名称", "类别", "产生量（吨）", "贮存量（吨）", "累计贮存量（吨）", "自行利用方式", "自行利用数量（吨）",
    "委托利用方式", "委托利用数量（吨）", "自行处置方式", "自行处置数量（吨）", "委托处置方式", "委托处置数量（吨）",
)  # fmt: skip
G3 = (
    "代码", "名称", "出厂时间", "出厂数量", "计量单位", "经办人", "运输单位", "运输信息（车牌号）", "运输方式", "接收单位", "流向类型",
)  # fmt: skip

G1 = ("年份", "代码", "名称", "类别", "产生环节", "物理性状", "主要成分", "污染特性", "年产生量（吨）")
G4 = (
    "代码", "名称", "产生时间", "产生数量", "计量单位", "转移时间", "去向", "产生部门经办人", "运输经办人", "批次编码",
)  # fmt: skip
G5 = (
    "代码", "名称", "入库时间", "入库数量", "出库时间", "出库数量", "计量单位", "批次编码", "设施编号", "去向", "经办人",
)  # fmt: skip
G6 = ("代码", "名称", "接收时间", "数量", "计量单位", "利用方式", "利用完毕时间", "批次编码", "经办人")
G7 = ("代码", "名称", "接收时间", "数量", "计量单位", "处置方式", "处置完毕时间", "批次编码", "经办人")


def stock_in(serial: int = 1, **changes: Any) -> list[Any]:
    """A right row of table B.2, by title."""
    values = {
        "序号": serial, "入库批次编码": f"HWRK20261002{serial:03d}", "入库时间": "2026-10-02 09:00",
        "容器/包装编码": container_code(serial), "容器/包装类型": "铁桶", "容器/包装数量": 1,
        "行业俗称/单位内部名称": "废机油", "国家危险废物名录名称": "废矿物油与含矿物油废物", "危险废物类别": "HW08",
        "危险废物代码": "900-249-08", "入库量": "0.2", "计量单位": "吨", "贮存设施编码": "TS001",
        "贮存设施类型": "贮存库", "运送部门经办人": "钱例二", "贮存部门经办人": "何库管例",
        "产生批次编码": f"HWCS20261001{serial:03d}",
    }  # fmt: skip
    return [(values | changes)[title] for title in B2]


def stock_out(serial: int = 1, **changes: Any) -> list[Any]:
    """A right row of table B.3, by title."""
    values = {
        "序号": serial, "出库批次编码": f"HWCK20261003{serial:03d}", "出库时间": "2026-10-03 10:00",
        "容器/包装编码": container_code(serial), "容器/包装类型": "铁桶", "容器/包装数量": 1,
        "行业俗称/单位内部名称": "废机油", "国家危险废物名录名称": "废矿物油与含矿物油废物", "危险废物类别": "HW08",
        "危险废物代码": "900-249-08", "出库量": "0.2", "计量单位": "吨", "贮存设施编码": "TS001",
        "贮存设施类型": "贮存库", "出库部门经办人": "何库管例", "运送部门经办人": "钱例二",
        "入库批次编码": f"HWRK20261002{serial:03d}", "去向": "外运利用处置：碧汀假设环保科技有限公司",
    }  # fmt: skip
    return [(values | changes)[title] for title in B3]


def treated(serial: int = 1, **changes: Any) -> list[Any]:
    """A right row of table B.4, by title."""
    values = {
        "序号": serial, "自行利用/处置批次编码": f"HWZXLY20261004{serial:03d}", "自行利用/处置时间": "2026-10-04 08:00",
        "容器/包装编码": container_code(serial), "容器/包装类型": "铁桶", "容器/包装数量": 1,
        "行业俗称/单位内部名称": "废机油", "国家危险废物名录名称": "废矿物油与含矿物油废物", "危险废物类别": "HW08",
        "危险废物代码": "900-249-08", "自行利用/处置量": "0.2", "计量单位": "吨", "自行利用/处置设施编码": "TS005",
        "自行利用/处置方式": "R9", "自行利用/处置完毕时间": "2026-10-04 18:00", "自行利用/处置部门经办人": "吴设六",
        "产生批次编码/出库批次编码": f"HWCK20261003{serial:03d}",
    }  # fmt: skip
    return [(values | changes)[title] for title in B4]


def entrusted(serial: int = 1, **changes: Any) -> list[Any]:
    """A right row of table B.5, by title."""
    values = {
        "序号": serial, "委外利用/处置批次编码": f"HWWWLY20261004{serial:03d}", "出厂时间": "2026-10-04",
        "容器/包装编码": container_code(serial), "容器/包装类型": "铁桶", "容器/包装数量": 1,
        "行业俗称/单位内部名称": "废机油", "国家危险废物名录名称": "废矿物油与含矿物油废物", "危险废物类别": "HW08",
        "危险废物代码": "900-249-08", "委外利用/处置量": "0.2", "计量单位": "吨", "利用/处置方式": "R9",
        "接收单位类型": "危险废物经营许可证持有单位", "利用/处置单位名称": "碧汀假设环保科技有限公司",
        "许可证编码/出口核准通知单编号": "9900000001", "产生批次编码/出库批次编码": f"HWCK20261003{serial:03d}",
    }  # fmt: skip
    return [(values | changes)[title] for title in B5]


def month(text: str = "2026年10月", **changes: Any) -> list[Any]:
    """A right row of general-waste table 2, by title: 5 t made, 4 t used elsewhere."""
    values = dict.fromkeys(G2, "") | {
        "年月": text, "代码": "900-003-S17", "名称": "废塑料", "类别": "第Ⅰ类", "产生量（吨）": "5", "贮存量（吨）": "1",
        "累计贮存量（吨）": "1", "委托利用方式": "再生造粒", "委托利用数量（吨）": "4",
    }  # fmt: skip
    return [(values | changes)[title] for title in G2]


def load(**changes: Any) -> list[Any]:
    """A right row of general-waste table 3, by title."""
    values = {
        "代码": "900-003-S17", "名称": "废塑料", "出厂时间": "2026-10-10 13:50", "出厂数量": "4", "计量单位": "吨",
        "经办人": "孙样三", "运输单位": "竹溪虚拟运输有限公司", "运输信息（车牌号）": "浙X10001", "运输方式": "公路",
        "接收单位": "青屿虚设再生资源有限公司", "流向类型": "委托利用",
    }  # fmt: skip
    return [(values | changes)[title] for title in G3]


def book(**sheets: Iterable[Sequence[Any]]) -> bytes:
    """A workbook; sheets in order, names from the keywords."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}) as file:
        for name, lines in sheets.items():
            sheet = file.add_worksheet(name)
            for number, cells in enumerate(lines):
                for column, value in enumerate(cells):
                    if isinstance(value, str):
                        sheet.write_string(number, column, value)
                    elif value is not None:
                        sheet.write(number, column, value)
    return stream.getvalue()


def generated(serials: Iterable[int] = range(1, 10), kg: int = 200) -> dict[str, list[Source]]:
    """Containers of table B.1 that the ledger holds."""
    return {
        f"HWCS20261001{serial:03d}": [
            Source(container_code(serial), date(2026, 10, 1), time(8), Grams(kg * 1000), Grams(kg * 1000))
        ]
        for serial in serials
    }


def outbound(serials: Iterable[int] = range(1, 10), kg: int = 200) -> dict[str, list[Source]]:
    """Containers of table B.3 that the ledger holds."""
    return {
        f"HWCK20261003{serial:03d}": [
            Source(container_code(serial), date(2026, 10, 3), None, Grams(kg * 1000), Grams(kg * 1000))
        ]
        for serial in serials
    }


def read(content: bytes, name: str = "x.xlsx", **context: Any) -> LedgerReading:
    """Read a file into a ledger that holds the generations, and what `held` says of other tables."""
    held = {Table.B1: generated(), Table.B3: outbound()} | context.pop("held", {})
    sources = lambda table, batches: {b: held[table][b] for b in batches if b in held.get(table, {})}  # noqa: E731
    return read_ledger(content, name, a_context(sources=sources, **context))


def rows(header: Sequence[str], *lines: Sequence[Any], title: str = "台账 2026年10月") -> bytes:
    return csv_bytes([[title], header, *lines])


def listed(**changes: Any) -> list[Any]:
    """A right row of general-waste table 1, by title."""
    values = {
        "年份": "2026年", "代码": "900-003-S17", "名称": "废塑料", "类别": "第Ⅰ类", "产生环节": "注塑", "物理性状": "固态",
        "主要成分": "聚丙烯", "污染特性": "", "年产生量（吨）": "30",
    }  # fmt: skip
    return [(values | changes)[title] for title in G1]


def made(**changes: Any) -> list[Any]:
    """A right row of general-waste table 4, by title."""
    values = {
        "代码": "900-003-S17", "名称": "废塑料", "产生时间": "2026-10-05 18:00", "产生数量": "1.5", "计量单位": "吨",
        "转移时间": "2026-10-06", "去向": "废塑料库", "产生部门经办人": "周例一", "运输经办人": "吴例二", "批次编码": "",
    }  # fmt: skip
    return [(values | changes)[title] for title in G4]


def kept(**changes: Any) -> list[Any]:
    """A right row of general-waste table 5, by title."""
    values = {
        "代码": "900-003-S17", "名称": "废塑料", "入库时间": "2026-10-06 08:00", "入库数量": "1.5",
        "出库时间": "2026-10-09 08:00", "出库数量": "1.0", "计量单位": "吨", "批次编码": "", "设施编号": "TS002",
        "去向": "造粒车间", "经办人": "何库管例",
    }  # fmt: skip
    return [(values | changes)[title] for title in G5]


def used(**changes: Any) -> list[Any]:
    """A right row of general-waste table 6, by title."""
    values = {
        "代码": "900-003-S17", "名称": "废塑料", "接收时间": "2026-10-09", "数量": "1.0", "计量单位": "吨",
        "利用方式": "造粒回用", "利用完毕时间": "2026-10-10", "批次编码": "", "经办人": "郑例三",
    }  # fmt: skip
    return [(values | changes)[title] for title in G6]


def buried(**changes: Any) -> list[Any]:
    """A right row of general-waste table 7, by title."""
    values = {
        "代码": "900-003-S17", "名称": "废塑料", "接收时间": "2026-10-09", "数量": "0.5", "计量单位": "吨",
        "处置方式": "D1", "处置完毕时间": "2026-10-10", "批次编码": "", "经办人": "郑例三",
    }  # fmt: skip
    return [(values | changes)[title] for title in G7]
