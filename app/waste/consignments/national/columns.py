"""The columns of the national system's export, found by their titles in whatever order (domain-rules 15.8, `ext`)."""

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.foundation.core.text import Text, say
from app.waste.registry.ledger_files.headers import unit_in_title
from app.waste.registry.ledger_files.rows import Line, as_written
from app.waste.registry.ledger_files.texts import narrow


class Column(enum.StrEnum):
    """A column we read."""

    NATIONAL_NUMBER = "national_number"
    PROVINCE_NUMBER = "province_number"
    STAGE = "stage"
    BACKFILL = "backfill"
    VOID = "void"
    PLANNED = "planned"
    CONFIRMED = "confirmed"
    DISCREPANCY = "discrepancy"
    CONSIGNOR = "consignor"
    CONSIGNEE = "consignee"
    WASTE_CODE = "waste_code"
    PLATE = "plate"
    MOVED_ON = "moved_on"
    RECEIVED_ON = "received_on"
    UNIT = "unit"


C = Column
COLUMN_WORDS: Final[Mapping[Column, Text]] = {
    C.NATIONAL_NUMBER: say("国家联单号"),
    C.PROVINCE_NUMBER: say("省联单号"),
    C.STAGE: say("当前阶段"),
    C.BACKFILL: say("补录类型"),
    C.VOID: say("是否作废"),
    C.PLANNED: say("计划数量"),
    C.CONFIRMED: say("确认数量"),
    C.DISCREPANCY: say("重大差异简述"),
    C.CONSIGNOR: say("移出单位"),
    C.CONSIGNEE: say("接受单位"),
    C.WASTE_CODE: say("废物代码"),
    C.PLATE: say("车牌号"),
    C.MOVED_ON: say("转移日期"),
    C.RECEIVED_ON: say("接收日期"),
    C.UNIT: say("计量单位"),
}
"""What each column is called."""

_TITLES: Final = tuple(
    (column, re.compile(pattern))
    for column, pattern in (
        (C.PROVINCE_NUMBER, r"省(内|级)?(转移)?联单(编)?号"),
        (C.NATIONAL_NUMBER, r"(国家|全国)?(电子)?(转移)?联单(编)?号(码)?"),
        (C.STAGE, r"(联单)?(当前)?(阶段|状态)"),
        (C.BACKFILL, r"(是否)?补录(类型)?"),
        (C.VOID, r"(是否)?(已)?作废"),
        (C.PLANNED, r"(计划|拟)(转移)?(数)?量|(移出|转移)(数)?量"),
        (C.CONFIRMED, r"(确认|实际)?(接[收受])?(数)?量|确认(接[收受])?(数)?量"),
        (C.DISCREPANCY, r"重大差异(简述|说明|情况)?"),
        (C.CONSIGNOR, r"(移出|产废|产生)(单位|者|人|企业)(名称)?"),
        (C.CONSIGNEE, r"(接[收受]|经营|处置|利用处置)(单位|者|人|企业)(名称)?"),
        (C.WASTE_CODE, r"(危险|危)?废物?代码"),
        (C.PLATE, r"(运输)?(车辆|车|运输工具)?(牌照|牌|车牌)(号|号码)"),
        (C.MOVED_ON, r"(转移|移出|发运|(实际)?起运)(日期|时间)|日期"),
        (C.RECEIVED_ON, r"(接[收受]|确认)(单位|人)?(确认)?(日期|时间)"),
        (C.UNIT, r"(计量|数量)?单位"),
    )
)
_BRACKETS: Final = re.compile(r"[(（\[【].*?[)）\]】]|[/*:]")
LEAST_COLUMNS: Final = 3
"""A line that names fewer of them is no header."""
TONNE: Final = 1_000_000


@dataclass(frozen=True)
class NationalHeader:
    """Where each column stands, counted from 0."""

    line: int
    titles: tuple[str, ...]
    columns: Mapping[Column, int]
    units: Mapping[Column, int]
    """Grams in the unit that a title names."""


@lru_cache(maxsize=4_096)
def column_of(title: str) -> Column | None:
    """The column a title names."""
    bare = _BRACKETS.sub("", narrow(title))
    return next((column for column, pattern in _TITLES if pattern.fullmatch(bare)), None)


def header_of(line: Line) -> NationalHeader | None:
    """The header, if the line is one: it names the number, or the stage, and some others."""
    titles = tuple(as_written(cell) for cell in line.cells)
    columns: dict[Column, int] = {}
    for at, title in enumerate(titles):
        if (column := column_of(title)) is not None:
            columns.setdefault(column, at)
    if len(columns) < LEAST_COLUMNS or not {C.NATIONAL_NUMBER, C.STAGE} <= columns.keys():
        return None
    masses: tuple[Column, ...] = (C.PLANNED, C.CONFIRMED)
    units = {column: _unit(titles[columns[column]]) for column in masses if column in columns}
    return NationalHeader(line.number, titles, columns, units)


def columns_under(lines: Sequence[Line]) -> int:
    """How many columns the best header among some lines has: tells the separator of a CSV file."""
    found = (header_of(line) for line in lines)
    return max((len(header.columns) for header in found if header), default=0)


def _unit(title: str) -> int:
    written = unit_in_title(title)
    return written.grams if written is not None and written.grams is not None else TONNE
