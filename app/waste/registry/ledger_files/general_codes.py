"""General-waste codes, classes and months as people write them (domain-rules 14.6, 15.10)."""

import re
from datetime import date
from typing import Final

from app.foundation.catalogue.codes import is_general_waste_code
from app.waste.registry.ledger_files.periods import Period, digits_for_numerals
from app.waste.registry.ledger_files.rows import Cell, DateCell, as_written
from app.waste.registry.ledger_files.texts import code_text, narrow
from app.waste.registry.ledger_files.waste_codes import WrittenCode

_D: Final = "[0-9OIL]"
_CODE: Final = re.compile(rf"(?<![0-9A-Z])({_D}{{3}})-?({_D}{{3}})-?S(?:W-?)?({_D}{{2}})(?![0-9A-Z])")
_LOOKALIKES: Final = str.maketrans("OIL", "011")
_CLASS_ONE: Final = re.compile(r"^第?(?:I|1|一)类?(?:一般)?(?:工业)?(?:固体废物|固废)?$")
_CLASS_TWO: Final = re.compile(r"^第?(?:II|2|二)类?(?:一般)?(?:工业)?(?:固体废物|固废)?$")
CLASS_ONE: Final = "第Ⅰ类"
CLASS_TWO: Final = "第Ⅱ类"
_MONTH: Final = re.compile(
    r"(20\d{2})(?:年度?|[-/.])(1[0-2]|0?[1-9])月?份?(?:[-/.]?0?1日?)?(?:00:00(?::00)?)?"
)
_SIX_DIGITS: Final = re.compile(r"(20\d{2})(1[0-2]|0[1-9])(?:\.0)?")
_BARE_MONTH: Final = re.compile(r"(1[0-2]|0?[1-9])(?:\.0)?月?份?")
_YEAR: Final = re.compile(r"(20\d{2})(?:\.0)?年?度?")


def read_general_code(cell: Cell) -> WrittenCode:
    """All general-waste codes in a cell, with or without hyphens; O and l among digits are mended."""
    text = code_text(as_written(cell))
    codes: dict[str, bool] = {}
    for match in _CODE.finditer(text):
        parts = [part.translate(_LOOKALIKES) for part in match.groups()]
        code = f"{parts[0]}-{parts[1]}-S{parts[2]}"
        if is_general_waste_code(code):
            codes[code] = codes.get(code, False) or parts != list(match.groups())
    return WrittenCode(tuple(codes), None, any(codes.values()))


def read_waste_class(cell: Cell) -> str:
    """第Ⅰ类 or 第Ⅱ类, however the numeral is written; empty when it is neither."""
    text = code_text(as_written(cell))
    if _CLASS_ONE.match(text):
        return CLASS_ONE
    return CLASS_TWO if _CLASS_TWO.match(text) else ""


def read_month(cell: Cell, period: Period | None, year_cell: Cell | None) -> tuple[date | None, bool]:
    """The first day of the month a cell means, and whether its year had to come from the title line."""
    if isinstance(cell, DateCell):
        return cell.moment.date().replace(day=1), False
    text = digits_for_numerals(narrow(as_written(cell)).lstrip("'"))
    if match := _MONTH.fullmatch(text) or _SIX_DIGITS.fullmatch(text):
        return date(int(match[1]), int(match[2]), 1), False
    match = _BARE_MONTH.fullmatch(text)
    if match is None:
        return None, False
    if year_cell is not None and (year := _YEAR.fullmatch(narrow(as_written(year_cell)))):
        return date(int(year[1]), int(match[1]), 1), False
    if period is None or period.first.year != period.last.year:
        return None, False
    return date(period.first.year, int(match[1]), 1), True


def only_month(period: Period | None) -> date | None:
    """The month a title line names, if it names just one."""
    if period is None or (period.first.year, period.first.month) != (period.last.year, period.last.month):
        return None
    return period.first
