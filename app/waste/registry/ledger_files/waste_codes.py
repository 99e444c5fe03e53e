"""Hazardous-waste codes and categories as people write them, down to `NNN-NNN-CC` and `HWcc` (domain-rules 14.5)."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.waste.registry.ledger_files.rows import Cell, as_written
from app.waste.registry.ledger_files.texts import code_text

_LOOKALIKES: Final = str.maketrans("OIL", "011")
_D: Final = "[0-9OIL]"
_CATEGORY: Final = re.compile(rf"HW-?({_D}{{1,2}})(?=\D|{_D}{{3}}-|{_D}{{8}}|$)")
_SEPARATED: Final = re.compile(rf"(?<![0-9A-Z-]){_D}{{1,3}}-{_D}{{1,3}}-{_D}{{1,2}}(?![0-9A-Z-])")
_RUN: Final = re.compile(
    rf"(?<![0-9A-Z-])(?:{_D}{{7,8}}|{_D}{{6}}-{_D}{{2}}|{_D}{{3}}-{_D}{{5}})(?![0-9A-Z-])"
)
_JOINED: Final = re.compile(rf"{_D}{{3}}-{_D}{{3}}-{_D}{{2}}")
_SEVERAL: Final = re.compile(rf"(?<![0-9A-Z-])(?:{_JOINED.pattern}){{2,}}(?![0-9A-Z-])")
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?E\+?0?7|\d{7,8}\.0+")
_PLAIN: Final = re.compile(r"\d{3}-\d{3}-\d{2}")
_NAMED_CATEGORY: Final = re.compile(rf"HW-?({_D}{{1,2}})(?!\d)")
_BARE_CATEGORY: Final = re.compile(rf"第?({_D}{{1,2}})(?:\.0)?(?:大?类)?")
_SEPARATORS: Final = re.compile(r"[-_.·/\\]+")


@dataclass(frozen=True, slots=True)
class WrittenCode:
    """The codes one cell names, in normal form."""

    codes: tuple[str, ...] = ()
    category: str | None = None
    """The category the same cell names besides, `HW49 900-041-49`."""
    mended: bool = False
    """O read as 0, l as 1, or a leading zero put back: right only if the code is in the list."""


@dataclass(frozen=True, slots=True)
class WrittenCategory:
    """What a category cell says: `HWcc`, or a name, or nothing that could be either."""

    category: str | None = None
    name: str = ""
    mended: bool = False


def read_waste_code(cell: Cell) -> WrittenCode:
    """All waste codes in a cell, without or with hyphens, with the category before, behind or in brackets."""
    written = as_written(cell)
    if _PLAIN.fullmatch(written):
        return WrittenCode((written,))
    text = code_text(written)
    if _SCIENTIFIC.fullmatch(text):
        text = str(int(Decimal(text)))
    text = _SEPARATORS.sub(lambda match: "-" if match[0] in "-_.·" else "/", text)
    categories = _CATEGORY.findall(text)
    text = _CATEGORY.sub("/", text).strip("-/")
    matches = [*_SEPARATED.findall(text), *_RUN.findall(_SEPARATED.sub("/", text))] or _joined(text)
    found = dict(_normal(match) for match in matches)
    mended = any(found.values()) or any(_digits(category) != category for category in categories)
    return WrittenCode(tuple(found), _categories(categories), mended)


def _categories(written: list[str]) -> str | None:
    """`HW08`, or several in a row, which no single code fits."""
    return "/".join(sorted({f"HW{_digits(text).zfill(2)}" for text in written})) or None


def _joined(text: str) -> list[str]:
    """Codes that only a space held apart, now gone: `900-041-49900-249-08`, `9000414990024908`."""
    if several := _SEVERAL.search(text):
        return _JOINED.findall(several[0])
    run = re.search(r"\d{16,}", text)
    if run is None or len(run[0]) % 8:
        return []
    return [run[0][i : i + 8] for i in range(0, len(run[0]), 8)]


def _normal(text: str) -> tuple[str, bool]:
    digits = _digits(text)
    if digits.count("-") == 1:
        text = text.replace("-", "")
        digits = digits.replace("-", "")
    if "-" in digits:
        industry, sequence, category = digits.split("-")
        code = f"{industry.zfill(3)}-{sequence.zfill(3)}-{category.zfill(2)}"
        return code, code != text
    full = digits.zfill(8)
    return f"{full[:3]}-{full[3:6]}-{full[6:]}", full != text


def read_category(cell: Cell) -> WrittenCategory:
    """The category a cell names: `HW08`, `08`, `第8类`, `HW08废矿物油…`, or a name alone."""
    text = code_text(as_written(cell))
    found = _NAMED_CATEGORY.findall(text)
    if not found and (bare := _BARE_CATEGORY.fullmatch(text)):
        found = [bare[1]]
    mended = any(_digits(category) != category for category in found)
    return WrittenCategory(_categories(found), "" if found else text, mended)


def _digits(text: str) -> str:
    return text.translate(_LOOKALIKES)
