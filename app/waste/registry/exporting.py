"""Table B.1 of HJ 1259 as a spreadsheet, in the columns and words of the standard: it can be imported again as it is."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from app.foundation.core.clock import DEFAULT_ZONE, local_time
from app.foundation.core.units import tonnes_text
from app.foundation.documents.spreadsheet import Value
from app.waste.registry.queries import GenerationLine

B1_HEADER: Final = (
    "序号",
    "产生批次编码",
    "产生时间",
    "行业俗称/单位内部名称",
    "国家危险废物名录名称",
    "危险废物类别",
    "危险废物代码",
    "产生量",
    "计量单位",
    "容器/包装编码",
    "容器/包装类型",
    "容器/包装数量",
    "产生危险废物设施编码",
    "产生部门经办人",
    "去向",
)
"""HJ 1259-2022 annex B, table B.1, in the standard's own words whatever the reader's language."""
B1_SHEET: Final = "产生环节"


def b1_rows(lines: Iterable[GenerationLine], zone: str = DEFAULT_ZONE) -> Iterator[tuple[Value, ...]]:
    """A row of values for each line of table B.1, in the order of `B1_HEADER`; masses are exact tonnes."""
    for number, line in enumerate(lines, 1):
        record = line.record
        yield (
            number,
            record.batch_number,
            _moment(line, zone),
            record.local_name,
            record.waste_name,
            line.category,
            line.waste_code,
            Decimal(tonnes_text(line.mass)),
            "吨",
            record.container_code or "",
            record.container_kind,
            record.container_count,
            record.source_facility,
            record.producer_operator,
            record.destination,
        )


def _moment(line: GenerationLine, zone: str) -> str:
    """As ledgers write it: the day, and the time where it is known."""
    record = line.record
    if record.generated_at is None:
        return record.generated_on.isoformat()
    return f"{local_time(record.generated_at, zone):%Y-%m-%d %H:%M}"
