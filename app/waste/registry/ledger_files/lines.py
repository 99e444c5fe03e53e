"""What a line below the header is, when it isn't data: totals, carry-overs, notes, repeated titles."""

import re
from collections.abc import Iterable
from typing import Final

from app.waste.registry.ledger_files.headers import Header, unit_in_line
from app.waste.registry.ledger_files.masses import WrittenUnit
from app.waste.registry.ledger_files.periods import Period, period_of
from app.waste.registry.ledger_files.rows import Cell, Line, as_written
from app.waste.registry.ledger_files.texts import is_empty, plain_text, tidy_text
from app.waste.registry.ledger_files.vocabulary import Field, LineKind

MAX_LABEL_CHARACTERS: Final = 30
_PAGE_LABEL: Final = re.compile(
    r"过次页|承前页|承上页|接前页|接上页|转下页|转次页|过下页|续前页|续上页|上页结转|结转下页|结转次页|前页累计|上页累计"
    r"|^(?:上年|上月|上期)(?:度|末)?(?:结转|结存|库存|余额)|^(?:期|月|年)[初末](?:结存|结转|库存|贮存|余额|数|量)"
)
_SUM_LABEL: Final = re.compile(
    r"(?:小计|合计|总计|共计|累计|总和|汇总)(?:\(.{0,12}\)|[\d.,]*(?:吨|t|kg|千克|公斤)?)?$|^(?:小计|合计|总计|共计|累计|总和|本页计|本月计|本日计|日计|月计|年计)",
    re.IGNORECASE,
)
_SUBTOTAL: Final = re.compile(r"小计|本页|本日|日计|当日|每日|分计")
_NOTE: Final = re.compile(
    r"^\(?(?:注\d*[:：.、)]|注$|备注|说明|填表|填报|制表|编制|审核|复核|批准|审批|负责人|单位负责|企业负责|部门负责|经办人?[:：]|记录人|联系|电话|打印"
    r"|盖章|单位\(?盖章|统计人?|填写|仓管|保管|\(盖章|签字|签名|签章|日期[:：]|第.{1,4}页|共.{1,4}页|以下空白|以下无正文|本表|此表|本页|附[:：注])"
)
_IDENTITY: Final = (Field.BATCH_NO, Field.CONTAINER_CODE)


class Preamble:
    """The lines above a table: title and information, and what they say about unit and period."""

    def __init__(self, lines: list[Line]) -> None:
        self.kinds: dict[int, LineKind] = {}
        self._texts: dict[str, LineKind] = {}
        texts: list[str] = []
        for line in lines:
            text = _line_text(line)
            if not text:
                continue
            kind = (
                LineKind.INFO if LineKind.TITLE in self.kinds.values() or _is_info(text) else LineKind.TITLE
            )
            self.kinds[line.number] = kind
            self._texts[text] = kind
            texts.extend(tidy_text(as_written(cell)) for cell in line.cells if not is_empty(cell))
        self.period: Period | None = period_of(texts)
        units = (unit_in_line(text) for text in (*texts, *(" ".join(texts),)))
        self.unit: WrittenUnit | None = next((unit for unit in units if unit), None)

    def kind_of_repeat(self, line: Line) -> LineKind | None:
        """Title or info when the line stands above the table too, as on every printed page."""
        return self._texts.get(_line_text(line))


def _is_info(text: str) -> bool:
    return re.match(r".{0,12}[:：]|sep=", text) is not None and not re.search(r"台账|记录表|^表", text)


def _line_text(line: Line) -> str:
    return "|".join(text for cell in line.cells if (text := plain_text(cell)))


def kind_of(line: Line, header: Header, preamble: Preamble) -> LineKind | None:
    """What a line is, or None when it has to be taken for data. Repeated headers are asked of `headers`."""
    own = {column: text for column, cell in enumerate(line.cells) if (text := plain_text(cell))}
    if not own:
        return LineKind.BLANK
    if not _names_a_container(line, header):
        if kind := sum_kind(own.values()):
            return kind
        if kind := preamble.kind_of_repeat(line):
            return kind
        if _is_note(line, own, header):
            return LineKind.NOTE
    if _is_only_numbered(own, header):
        return LineKind.BLANK
    return None


def sum_kind(texts: Iterable[str]) -> LineKind | None:
    """Subtotal or total, when one of the texts is a label of one."""
    for text in texts:
        if len(text) > MAX_LABEL_CHARACTERS:
            continue
        label = text.strip(":：,，.。")
        if _PAGE_LABEL.search(label):
            return LineKind.SUBTOTAL
        if _SUM_LABEL.search(label):
            return LineKind.SUBTOTAL if _SUBTOTAL.search(label) else LineKind.TOTAL
    return None


def _names_a_container(line: Line, header: Header) -> bool:
    """A line with a batch number or a container code is data, whatever its names say."""
    for field in _IDENTITY:
        text = plain_text(cell_of(line, header, field))
        if len(text) >= 8 and re.search(r"\d{6}", text):
            return True
    if not header.table.is_hazardous:
        return re.search(r"\d{3}-?\d{3}-?S", plain_text(cell_of(line, header, Field.WASTE_CODE))) is not None
    return False


def _is_note(line: Line, own: dict[int, str], header: Header) -> bool:
    texts = list(own.values())
    if len(own) <= 4 and _NOTE.search(texts[0]):
        return True
    if len(own) > 1:
        return False
    column = next(iter(own))
    is_label = column <= min(header.columns.values()) and not re.search(r"\d", texts[0])
    return is_label or (len(texts[0]) >= 4 and not re.fullmatch(r"[\dA-Za-z.,/:-]+", texts[0]))


def _is_only_numbered(own: dict[int, str], header: Header) -> bool:
    """Lines numbered, and perhaps given a unit, in advance."""
    other = {column for column in own if column not in header.columns.values()}
    unit = header.columns.get(Field.UNIT)
    return all(column == unit or (column in other and own[column].isdigit()) for column in own)


def cell_of(line: Line, header: Header, field: Field) -> Cell:
    """The cell of a field; empty when the table or the line doesn't have it."""
    column = header.columns.get(field)
    return line.cells[column] if column is not None and column < len(line.cells) else ""
