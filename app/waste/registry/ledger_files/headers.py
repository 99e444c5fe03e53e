"""Finds the header of a table and which column means what. Headers decide, never positions."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.waste.registry.ledger_files.layouts import LAYOUTS, Layout, Patterns
from app.waste.registry.ledger_files.masses import WrittenUnit, is_other_unit, unit_grams
from app.waste.registry.ledger_files.rows import Line, as_written
from app.waste.registry.ledger_files.texts import narrow, plain_text
from app.waste.registry.ledger_files.vocabulary import Field, Table

MIN_FIELDS: Final = 8
"""Most of the fourteen fields of table B.1."""
MAX_HEADER_CHARACTERS: Final = 60

_BRACKETS: Final = re.compile(r"[(\[【〔{].*?[)\]】〕}]")
_BRACKET_CONTENT: Final = re.compile(r"[(\[【〔{](.*?)[)\]】〕}]")
_FILLING: Final = re.compile(r"[\s/\\、，,;；:：*_\-.。()\[\]【】〔〕{}]+")
_UNIT_TAIL: Final = re.compile(r"(?:公?吨|千克|公斤|市?斤|克|kgs?|t|g)$", re.IGNORECASE)
_LABELLED_UNIT: Final = re.compile(r"单位[:：]?(.+)$")

_OTHER_STAGE: Final = re.compile(
    r"^(入库|出库|自行利用|自行处置|委外|委托|接收|转移|填报|填表|审核|登记|记录|录入|更新|创建|打印|称重|修改)|贮存设施|贮存部门|运送"
)
_WASTE: Final = "(?:危险废物|危废|废物)"
_PATTERNS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), field)
    for pattern, field in (
        (r"^(?:废物|危险废物|危废|产生)?(?:去向|流向|去处)|(?:去向|流向)$", Field.DESTINATION),
        (r"经办人?|经手人|产生部门负责人", Field.PRODUCER_OPERATOR),
        (r"俗称|内部名称|通俗名|习惯名", Field.LOCAL_NAME),
        (r"名录.*名称|名录名", Field.WASTE_NAME),
        (
            r"(?:容器|包装|桶|标签|数字识别|识别).*(?:编码|编号|代码|识别码|条码|二维码|号)$|识别码",
            Field.CONTAINER_CODE,
        ),
        (r"(?:容器|包装).*(?:数量|个数|件数|数)$|^(?:件数|桶数|袋数|个数)$", Field.CONTAINER_COUNT),
        (
            r"(?:容器|包装).*(?:类型|种类|形式|方式|类别|规格)|^(?:容器|包装|容器包装|包装容器|包装物)$",
            Field.CONTAINER_KIND,
        ),
        (
            r"设施.*(?:编码|编号|代码|号)|^(?:产生|产废)(?:设施|装置|工序|环节|单元)$|^(?:生产|产生危险废物)?设施$",
            Field.SOURCE_FACILITY,
        ),
        (r"批次|批号", Field.BATCH_NO),
        (rf"{_WASTE}名称|^名称$", Field.WASTE_NAME),
        (r"类别|^大类$", Field.CATEGORY),
        (rf"代码|[八8]位码|{_WASTE}(?:编码|编号)", Field.WASTE_CODE),
        (r"^(?:产生量|产生|产废量)?(?:的)?(?:计量|数量|重量|质量)?单位$", Field.UNIT),
        (
            rf"^(?:本次|实际)?(?:产生量|产生|产废|{_WASTE})*(?:数量|量|产量|重量|质量|净重|吨数|吨位)$",
            Field.QUANTITY,
        ),
        (r"日期|时间|时刻|年月日", Field.EVENT_AT),
    )
)


@dataclass(frozen=True, slots=True)
class Header:
    """Which column holds which field."""

    table: Table
    columns: dict[Field, int]
    units: dict[Field, WrittenUnit]
    """The units the header names for columns of mass."""
    width: int
    """Columns with a title, counted from A."""
    titles: tuple[dict[int, str], ...]
    """The header lines as they stand, to know them again when they are repeated."""
    further: dict[Field, tuple[int, ...]]
    """Other columns of a field of which only one is filled in a row."""

    @property
    def unit(self) -> WrittenUnit | None:
        """The unit the header names for the quantity."""
        return self.units.get(Field.QUANTITY)

    @property
    def needed_width(self) -> int:
        """Cells a line must at least have to reach every field."""
        return max(self.columns.values()) + 1


def find_header(lines: Sequence[Line]) -> tuple[int, Header] | None:
    """The first line, or pair of lines, with most of the field names of a ledger table.

    Returns the position of its first line in `lines`.
    """
    for index, line in enumerate(lines):
        below = lines[index + 1] if index + 1 < len(lines) else None
        if header := header_at(line, below):
            return index, header
    return None


def header_at(line: Line, below: Line | None) -> Header | None:
    """The header that starts on this line, of one or two lines."""
    own = _titles(line)
    if len(own) < 2:
        return None
    single = _header([own])
    sub = _titles(below) if below else {}
    if below is None or not sub or any(re.search(r"\d{6}", text) for text in sub.values()):
        return single
    double = _header([_spread(own, line, below), sub])
    if double is None:
        return single
    if single is None:
        alone = _header([sub])
        return double if alone is None or len(double.columns) > len(alone.columns) else None
    wins = len(double.columns) > len(single.columns) or _only_adds(own, sub, single, double)
    return double if wins else single


def _only_adds(own: dict[int, str], sub: dict[int, str], single: Header, double: Header) -> bool:
    """The second line only says more about columns the first names, such as `（吨）` under 产生量."""
    if any(re.search(r"\d{2}", text) for text in sub.values()):
        return False
    same_fields = single.columns == double.columns
    if not same_fields or len(sub) > len(own):
        return False
    repeats = all(own.get(column) == text for column, text in sub.items())
    says_unit = double.unit is not None and single.unit is None
    explains = all(
        _BRACKET_CONTENT.fullmatch(text) or own.get(column) == text for column, text in sub.items()
    )
    return repeats or explains or (says_unit and len(sub) <= 3)


def _titles(line: Line) -> dict[int, str]:
    return {
        column: text
        for column, cell in enumerate(line.cells)
        if isinstance(cell, str) and cell and (text := plain_text(cell))
    }


def _spread(own: dict[int, str], line: Line, below: Line) -> dict[int, str]:
    """Group names over all their sub-columns: as merged, or in CSV as far as the cells to the right are empty."""
    spread = dict(own)
    for first, last in line.spans:
        if first in own:
            spread.update(dict.fromkeys(range(first, last + 1), own[first]))
    if line.spans:
        return spread
    group = ""
    sub = _titles(below)
    for column in range(max([*own, *sub]) + 1):
        if column in own:
            group = own[column]
        elif column in sub and group:
            spread[column] = group
    return spread


def _header(lines: list[dict[int, str]]) -> Header | None:
    width = max(column for titles in lines for column in titles) + 1
    parts = [_distinct([titles.get(column, "") for titles in lines]) for column in range(width)]
    texts = ["".join(said) for said in parts]
    plain = [_FILLING.sub("", _BRACKETS.sub("", narrow(text))) for text in texts]
    signed = [layout for layout in LAYOUTS if layout.is_signed(plain)]
    for layout in signed:
        if header := _header_of(layout, parts, texts, width, tuple(lines)):
            return header
    return None if signed else _generation_header(parts, texts, width, tuple(lines))


def _generation_header(
    parts: list[list[str]], texts: list[str], width: int, titles: tuple[dict[int, str], ...]
) -> Header | None:
    columns = _columns([_column_field(said, field_of) for said in parts], texts)
    known = len(columns.keys() - {Field.EVENT_CLOCK})
    if known < MIN_FIELDS or not columns.keys() & {Field.BATCH_NO, Field.EVENT_AT}:
        return None
    unit = _header_unit(texts, columns)
    return Header(Table.B1, columns, {Field.QUANTITY: unit} if unit else {}, width, titles, {})


def _header_of(
    layout: Layout, parts: list[list[str]], texts: list[str], width: int, titles: tuple[dict[int, str], ...]
) -> Header | None:
    fields = [_column_field(said, lambda title: _field_in(title, layout)) for said in parts]
    columns = _columns(fields, texts)
    if len(columns.keys() - {Field.EVENT_CLOCK, Field.LOCAL_NAME}) < layout.min_fields:
        return None
    units = {column: unit for column in layout.masses if (unit := _unit_of(column, texts, columns))}
    if not layout.masses[1:] and (unit := _header_unit(texts, columns)):
        units = {Field.QUANTITY: unit}
    further = {
        name: tuple(
            column for column, field in enumerate(fields) if field is name and column != columns[name]
        )
        for name in layout.several & columns.keys()
    }
    return Header(layout.table, columns, units, width, titles, further)


def _unit_of(field: Field, texts: list[str], columns: dict[Field, int]) -> WrittenUnit | None:
    return unit_in_title(texts[columns[field]]) if field in columns else None


@lru_cache(maxsize=4_096)
def _field_in(title: str, layout: Layout) -> Field | None:
    """The field a column title names in a table; None for columns of no use here."""
    if not title or len(title) > MAX_HEADER_CHARACTERS:
        return None
    text = narrow(title)
    bare = _FILLING.sub("", _BRACKETS.sub("", text))
    whole = _FILLING.sub("", text)
    if layout.ignored.search(bare):
        return None
    return (
        _first(layout.patterns, bare)
        or _first(layout.patterns, _UNIT_TAIL.sub("", bare))
        or _first(layout.patterns, whole)
    )


def _first(patterns: Patterns, text: str) -> Field | None:
    if not text:
        return None
    return next((field for pattern, field in patterns if pattern.search(text)), None)


def _distinct(parts: list[str]) -> list[str]:
    return [part for index, part in enumerate(parts) if part and part not in parts[:index]]


def _column_field(said: list[str], read: Callable[[str], Field | None]) -> Field | None:
    if not said:
        return None
    whole = read("".join(said))
    return whole or (read(said[-1]) if len(said) > 1 else None)


@lru_cache(maxsize=4_096)
def field_of(title: str) -> Field | None:
    """The field a column title names; None for columns of no use here (序号, 备注) and other tables' columns."""
    if not title or len(title) > MAX_HEADER_CHARACTERS:
        return None
    text = narrow(title)
    bare = _FILLING.sub("", _BRACKETS.sub("", text))
    whole = _FILLING.sub("", text)
    field = _match(bare) or _match(_UNIT_TAIL.sub("", bare))
    if field in (None, Field.WASTE_NAME):
        return _match(whole) or field
    return field


def _match(text: str) -> Field | None:
    if not text:
        return None
    if _OTHER_STAGE.search(text) and not text.startswith("去向") and not text.endswith("去向"):
        return None
    return next((field for pattern, field in _PATTERNS if pattern.search(text)), None)


def _columns(fields: list[Field | None], texts: list[str]) -> dict[Field, int]:
    columns: dict[Field, int] = {}
    for column, field in enumerate(fields):
        if field is None:
            continue
        if field not in columns:
            columns[field] = column
        elif field is Field.EVENT_AT and Field.EVENT_CLOCK not in columns:
            _add_clock(columns, column, texts)
        elif field is Field.QUANTITY:
            _choose_quantity(columns, column, texts)
    if Field.WASTE_CODE not in columns and "代码" in _text_of(Field.CATEGORY, columns, texts):
        columns[Field.WASTE_CODE] = columns.pop(Field.CATEGORY)  # 废物类别及代码: one column for both
    names = columns.keys() & {Field.LOCAL_NAME, Field.WASTE_NAME}
    if len(names) == 1:  # one name column serves for both names
        only = columns[names.pop()]
        columns |= {Field.LOCAL_NAME: only, Field.WASTE_NAME: only}
    return columns


def _text_of(field: Field, columns: dict[Field, int], texts: list[str]) -> str:
    return texts[columns[field]] if field in columns else ""


def _add_clock(columns: dict[Field, int], column: int, texts: list[str]) -> None:
    """日期 and 时间 side by side: one is the day, the other the time of day."""
    first = columns[Field.EVENT_AT]
    if "日" in texts[first] and "日期" not in texts[column]:
        columns[Field.EVENT_CLOCK] = column
    elif "日" in texts[column] and "日期" not in texts[first]:
        columns |= {Field.EVENT_AT: column, Field.EVENT_CLOCK: first}


def _choose_quantity(columns: dict[Field, int], column: int, texts: list[str]) -> None:
    """产生量 is the mass; a bare 数量 beside it counts containers."""
    first = columns[Field.QUANTITY]
    bare = [c for c in (first, column) if narrow(texts[c]) in ("数量", "件数")]
    if len(bare) != 1:
        return
    columns[Field.QUANTITY] = column if bare[0] == first else first
    columns.setdefault(Field.CONTAINER_COUNT, bare[0])


def _header_unit(texts: list[str], columns: dict[Field, int]) -> WrittenUnit | None:
    for field in (Field.QUANTITY, Field.UNIT):
        if field in columns and (unit := unit_in_title(texts[columns[field]])):
            return unit
    return None


def unit_in_title(title: str) -> WrittenUnit | None:
    """The unit a column title or a title line names: `产生量（吨）`, `产生量/kg`, `产生量(单位：t)`."""
    text = narrow(title)
    bare = _BRACKETS.sub("", text)
    for content in [*_BRACKET_CONTENT.findall(text), *re.split(r"[/,、]", bare)[1:]]:
        if unit := _unit(content):
            return unit
    tail = _UNIT_TAIL.search(bare)
    return WrittenUnit(unit_grams(tail[0])) if tail and tail[0] != text else None


def unit_in_line(text: str) -> WrittenUnit | None:
    """The unit a line above the table names: `计量单位：吨`. `单位：某某公司` names no unit."""
    for match in re.finditer(r"单位\s*(?:[:：]|均?为)\s*([^\s,，;；。|]+)", text):
        if unit := _unit(narrow(match[1]).rstrip(")】]")):
            return unit
    return None


def _unit(text: str) -> WrittenUnit | None:
    labelled = _LABELLED_UNIT.search(text)
    words = labelled[1] if labelled else text
    if (grams := unit_grams(words)) is not None:
        return WrittenUnit(grams)
    return WrittenUnit(None) if is_other_unit(words) else None


def repeats_header(line: Line, header: Header) -> bool:
    """Whether a line says again what one of the header lines says."""
    own = {column: text for column, cell in enumerate(line.cells) if (text := plain_text(as_written(cell)))}
    if len(own) < 2:
        return False
    for titles in header.titles:
        same = sum(1 for column, text in own.items() if titles.get(column) == text)
        if same >= 2 and same * 5 >= len(own) * 3:
            return True
    return False
