"""Lines of the ledger and the verdict on a ledger file, as their pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from babel.dates import format_date
from flask import url_for

from app.entry.language import chosen_locale
from app.entry.ledger import STAGE_WORDS, NamedEntry
from app.foundation.core.clock import local_day
from app.foundation.core.text import Text, say
from app.foundation.core.units import tonnes_text
from app.waste.registry.error_file import to_mend
from app.waste.registry.ledger_files.general_rows import SummaryRow
from app.waste.registry.ledger_files.ledger import LedgerReading, LedgerRow, LedgerWarning, Refusal
from app.waste.registry.ledger_files.ledger_rows import GenerationRow, PackageRow
from app.waste.registry.ledger_files.messages import SHORT_NAMES, TABLE_NAMES, mass_name
from app.waste.registry.ledger_files.vocabulary import Field, LineKind, Reason, Table
from app.waste.registry.policy import FIXED_KINDS
from app.waste.registry.queries import MonthBalance, Period, Stage
from app.web.filters import url_if

MAX_PROBLEMS: Final = 200
"""Lines of refusals shown on the page; the error file has all."""
MAX_KNOWN: Final = 10
"""Lines shown when every refused row was imported before: they all say the same."""
MAX_WARNINGS: Final = 100

ICONS: Final = {
    Stage.GENERATED: "flask",
    Stage.STORED: "building-warehouse",
    Stage.MOVED: "arrows-exchange",
    Stage.OUTBOUND: "package-export",
    Stage.TRANSFERRED: "truck-delivery",
    Stage.RECEIVED: "package-import",
    Stage.USED: "recycle",
    Stage.DIFFERENCE: "scale",
}
SIGNS: Final = {Stage.OUTBOUND: -1, Stage.STORED: 1, Stage.RECEIVED: 1, Stage.TRANSFERRED: -1, Stage.USED: -1}
"""How a line's mass is signed where its effect on the stock alone would not tell (ux.md 4.2)."""


@dataclass(frozen=True)
class LineView:
    """One line of the ledger on its page."""

    stage: Text
    icon: str
    happened_at: datetime | None
    """The instant, if it lies on the line's day."""
    effective_on: date
    waste_code: str
    local_name: str
    container_code: str | None
    container_kind: str | None
    container_url: str | None
    mass: int
    """Grams with the sign the page shows."""
    is_signed: bool
    origin: Text | str
    consignment_number: str | None
    consignment_url: str | None
    operator: str
    state: tuple[str, Text, str]
    """Kind, words and icon of the tag."""
    posting_id: UUID
    is_correctable: bool
    """Whether it may be corrected here: it stands, and no manifest made it."""


def month_words(period: Period) -> str:
    """2026 年 11 月; November 2026."""
    if chosen_locale() == "en":
        return str(format_date(period.first, "MMMM y", locale="en"))
    return str(format_date(period.first, "y 年 M 月", locale="zh"))


def months_shown(months: Sequence[MonthBalance]) -> list[MonthBalance]:
    """The months, newest first, without those before anything happened; always the newest."""
    shown = list(months)
    while len(shown) > 1 and not any(vars(shown[-1].balance).values()):
        shown.pop()
    return shown


def line_view(line: NamedEntry) -> LineView:
    """What the page shows of a line."""
    entry = line.entry
    instant = entry.happened_at
    number = line.source.consignment_number or line.target.consignment_number
    sign = _sign(line)
    return LineView(
        stage=STAGE_WORDS[entry.stage],
        icon=ICONS[entry.stage],
        happened_at=instant if instant and local_day(instant) == entry.effective_on else None,
        effective_on=entry.effective_on,
        waste_code=entry.waste_code,
        local_name=entry.local_name,
        container_code=entry.container_code,
        container_kind=entry.container_kind,
        container_url=url_if("storage.container", code=entry.container_code)
        if entry.container_code
        else None,
        mass=entry.mass * (sign or 1),
        is_signed=sign != 0,
        origin=_origin(line),
        consignment_number=number,
        consignment_url=url_if("consignments.show", number=number) if number else None,
        operator=entry.operator,
        state=_state(line),
        posting_id=entry.id,
        is_correctable=not (entry.is_corrected or entry.corrects_id)
        and not FIXED_KINDS & {entry.source.kind, entry.target.kind},
    )


def _sign(line: NamedEntry) -> int:
    entry = line.entry
    if entry.stage is Stage.DIFFERENCE:
        return 1 if entry.effect > 0 else -1
    sign = SIGNS.get(entry.stage, 0)
    return -sign if entry.corrects_id else sign


def _origin(line: NamedEntry) -> Text | str:
    entry = line.entry
    if entry.stage is Stage.GENERATED:
        places = [entry.source_facility, entry.destination]
        return " → ".join(place for place in places if place)
    if entry.stage in (Stage.STORED, Stage.USED):
        return line.target.label
    reference = line.source.consignment or line.target.consignment
    is_difference_at_home = entry.stage is Stage.DIFFERENCE and reference is None
    if entry.stage in (Stage.MOVED, Stage.OUTBOUND) or is_difference_at_home:
        return say("{source} → {target}", source=line.source.label, target=line.target.label)
    if reference is None:
        return say("联单")
    if entry.stage is Stage.TRANSFERRED:
        return say("→ {name}", name=reference.consignee_name or "—")
    if entry.stage is Stage.RECEIVED:
        return say("来自 {name}", name=reference.consignor_name)
    return say("移出与接收的重量差")


def _state(line: NamedEntry) -> tuple[str, Text, str]:
    entry = line.entry
    if entry.is_corrected:
        return "", say("已冲正"), "history"
    if entry.corrects_id:
        return "info", say("更正"), "history"
    if entry.stage is Stage.GENERATED and not entry.operator:
        return "warn", say("缺经办人"), "alert-triangle"
    if entry.import_id:
        return "out", say("文件导入"), "file-import"
    return "ok", say("有效"), "check"


@dataclass(frozen=True)
class ProblemView:
    """One thing wrong in one cell, as a line of the page."""

    row: int
    sheet: str
    cell: str
    field: Text
    value: str
    text: Text
    mend: Text
    same_as: Text | None
    look_up: str | None
    is_first: bool
    """The first problem of its row."""


@dataclass(frozen=True)
class WarningView:
    """Something accepted that deserves a look."""

    row: int | None
    sheet: str
    field: Text | None
    text: Text
    recorded: str | None
    """What we made of the cell."""


@dataclass(frozen=True)
class TableSum:
    """What one table of a file came to."""

    table: Table
    name: Text
    short: Text
    mass_name: Text
    rows: int
    mass: int
    refused: int
    wastes: Sequence["WasteSum"]


@dataclass(frozen=True)
class WasteSum:
    """Right rows of one waste."""

    code: str
    name: str
    rows: int
    mass: int


def import_view(reading: LedgerReading) -> dict[str, Any]:
    """What the page of a read file shows."""
    problems = [view for refusal in reading.refused for view in _problems(refusal)]
    mendable = len(to_mend(reading))
    rows = {(row.sheet, row.row): row for row in reading.accepted}
    warned = {(warning.sheet, warning.row) for warning in reading.warnings if warning.row is not None}
    left_out = [line for line in reading.skipped if line.kind in (LineKind.SUBTOTAL, LineKind.TOTAL)]
    return {
        "reading": reading,
        "read_sheets": [sheet for sheet in reading.sheets if sheet.read],
        "problems": problems[: MAX_PROBLEMS if mendable else MAX_KNOWN],
        "mendable": mendable,
        "known_count": len(reading.refused) - mendable,
        "problem_count": len(problems),
        "warnings": [_warning(warning, rows) for warning in reading.warnings[:MAX_WARNINGS]],
        "warning_count": len(reading.warnings),
        "warned_rows": len(warned & rows.keys()),
        "tables": [_table_sum(reading, table) for table in reading.tables],
        "table_names": TABLE_NAMES,
        "left": sum(reading.stock_left.values()),
        "has_stock": {Table.B2, Table.B3} <= {*reading.tables},
        "sum_lines": len(left_out),
        "several_sheets": len(reading.sheets) > 1,
    }


def _problems(refusal: Refusal) -> list[ProblemView]:
    return [
        ProblemView(
            row=refusal.row,
            sheet=refusal.sheet,
            cell=problem.cell,
            field=problem.column,
            value=problem.value,
            text=problem.text,
            mend=problem.mend,
            same_as=_same_as(refusal) if problem.reason is Reason.DUPLICATE else None,
            look_up=url_for("catalogue.search", q=problem.value[:40])
            if problem.reason is Reason.CODE_UNKNOWN and problem.table.is_hazardous
            else None,
            is_first=number == 0,
        )
        for number, problem in enumerate(refusal.problems)
    ]


def _same_as(refusal: Refusal) -> Text | None:
    if refusal.same_as is None:
        return None
    if refusal.same_as.row is None:
        return say("以前已导入台账")
    if refusal.same_as.sheet == refusal.sheet:
        return say("与第 {row} 行相同", row=refusal.same_as.row)
    return say("与“{sheet}”第 {row} 行相同", sheet=refusal.same_as.sheet, row=refusal.same_as.row)


def _warning(warning: LedgerWarning, rows: Mapping[tuple[str, int], LedgerRow]) -> WarningView:
    row = rows.get((warning.sheet, warning.row)) if warning.row is not None else None
    return WarningView(
        row=warning.row,
        sheet=warning.sheet,
        field=warning.column,
        text=warning.text,
        recorded=_recorded(row, warning.field) if row else None,
    )


def _recorded(row: LedgerRow, field: Field | None) -> str | None:
    """What was made of a cell, in the ledger's own units."""
    if not isinstance(row, GenerationRow | PackageRow):
        return _recorded_general(row, field)
    values = {
        Field.BATCH_NO: row.batch_no,
        Field.EVENT_AT: f"{row.event_date.isoformat()}{f' {row.event_time:%H:%M}' if row.event_time else ''}",
        Field.CATEGORY: row.category,
        Field.WASTE_CODE: row.waste_code,
        Field.QUANTITY: f"{tonnes_text(row.grams)} t",
        Field.CONTAINER_CODE: row.container_code,
    }
    return values.get(field) if field else None


def _recorded_general(row: LedgerRow, field: Field | None) -> str | None:
    if field is None:
        return None
    if field is Field.WASTE_CODE:
        return row.waste_code
    if field is Field.QUANTITY:
        return f"{tonnes_text(row.grams)} t"
    if field is Field.YEAR:
        return f"{row.event_date.year}"
    value = getattr(row, field.value, None)
    if isinstance(value, int):
        return f"{tonnes_text(value)} t"
    return f"{row.month:%Y-%m}" if isinstance(row, SummaryRow) else f"{row.event_date}"


def _table_sum(reading: LedgerReading, table: Table) -> TableSum:
    sums: dict[str, WasteSum] = {}
    for row in reading.accepted:
        if row.table is not table:
            continue
        known = sums.get(row.waste_code, WasteSum(row.waste_code, row.local_name, 0, 0))
        sums[row.waste_code] = WasteSum(known.code, known.name, known.rows + 1, known.mass + row.grams)
    wastes = sorted(sums.values(), key=lambda one: -one.mass)
    rows, mass = sum(one.rows for one in wastes), sum(one.mass for one in wastes)
    refused = sum(1 for refusal in reading.refused if refusal.table is table)
    return TableSum(
        table, TABLE_NAMES[table], SHORT_NAMES[table], mass_name(table), rows, mass, refused, wastes
    )


IMPORT_NAMES: Final = {table.value: name for table, name in TABLE_NAMES.items()}
"""What the table of an import is called, by what its row keeps."""
IMPORT_EFFECTS: Final = {
    Table.B1.value: ("package", say("新容器"), say("个"), say("等待贴标签和入库")),
    Table.B2.value: (
        "building-warehouse",
        say("入库容器"),
        say("个"),
        say("进入所写设施的分区；没有分区的归入“未分区”"),
    ),
    Table.B3.value: ("package-export", say("出库容器"), say("个"), say("等待利用处置记录（表 B.4、B.5）")),
    Table.B4.value: ("recycle", say("利用处置记录"), say("条"), say("全部用完的容器已结束")),
    Table.B5.value: ("recycle", say("委外利用处置记录"), say("条"), say("全部用完的容器已结束")),
    Table.GISW2.value: ("calendar-event", say("月度流向"), say("条"), say("按月末记入一般固体废物收支")),
    Table.GISW3.value: (
        "truck-delivery",
        say("出厂记录"),
        say("条"),
        say("说明当月委托利用处置的去向，不重复计量"),
    ),
    Table.GISW1.value: ("list-details", say("清单中的废物"), say("种"), say("补全废物资料，不计量")),
    Table.GISW4.value: ("building-factory-2", say("产生记录"), say("条"), say("说明当月产生量，不重复计量")),
    Table.GISW5.value: ("building-warehouse", say("贮存记录"), say("条"), say("厂内入库出库，不改变结存")),
    Table.GISW6.value: ("recycle", say("自行利用记录"), say("条"), say("说明当月自行利用量，不重复计量")),
    Table.GISW7.value: ("recycle", say("自行处置记录"), say("条"), say("说明当月自行处置量，不重复计量")),
}
"""Icon, words, unit and note of what the rows of a table became."""
