"""Container codes (HJ 1276, domain-rules 14.2), batch numbers (14.4), kinds and counts of containers."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.foundation.catalogue.codes import FIRST_YEAR, LAST_YEAR, is_credit_code
from app.waste.registry.ledger_files.rows import Cell, as_written
from app.waste.registry.ledger_files.texts import Memo, code_text, narrow
from app.waste.registry.ledger_files.vocabulary import Reason

_CONTAINER: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}\d{19}", re.ASCII)
_BATCH: Final = re.compile(r"HW(CS|RK|ZXLY|ZXCZ|WWLY|WWCZ|CKLY|CKCZ|CK)(\d{8})\d{3}", re.ASCII)
"""Domain-rules 14.4: HWCK begins HWCKLY and HWCKCZ too, so the longer ones come first."""
GENERATION: Final = frozenset({"CS"})
STOCK_IN: Final = frozenset({"RK"})
STOCK_OUT: Final = frozenset({"CK"})
OWN_TREATMENT: Final = frozenset({"ZXLY", "ZXCZ"})
ENTRUSTED: Final = frozenset({"WWLY", "WWCZ", "CKLY", "CKCZ"})
_COUNT: Final = re.compile(r"\+?(\d{1,9})(?:\.0+)?", re.ASCII)
_BRACKETS: Final = re.compile(r"\(.*?\)")
_KIND_WORDS: Final = re.compile(r"(桶|DRUM|IBC)|(袋|BAG)|(槽|罐|TANK)")
_KIND_NUMBERS: Final = {"2": "桶", "1": "袋", "0": "槽罐", "9": "其他"}
"""The numbers national systems use (domain-rules 14.4)."""


@dataclass(frozen=True, slots=True)
class WrittenContainer:
    """A container code in its normal form and its parts; without parts when `reason` says why."""

    code: str
    credit_code: str = ""
    waste_digits: str = ""
    day: date | None = None
    reason: Reason | None = None


class CodeReader:
    """Reads container codes and batch numbers; days and credit codes repeat, so they are remembered."""

    def __init__(self) -> None:
        self._days: Memo[str, date | None] = Memo(_day)
        self._credit_codes: Memo[str, bool] = Memo(is_credit_code)

    def container(self, cell: Cell) -> WrittenContainer:
        """Form before check digit: a code with a wrong form isn't looked at further. Not for empty cells."""
        written = as_written(cell)
        code = written if _CONTAINER.fullmatch(written) else _code(written)
        if not isinstance(cell, str) or not _CONTAINER.fullmatch(code):
            return WrittenContainer(code, reason=Reason.CONTAINER_CODE_INVALID)
        day = self._days[code[26:34]]
        if day is None or code.endswith("000"):
            return WrittenContainer(code, reason=Reason.CONTAINER_CODE_INVALID)
        if not self._credit_codes[code[:18]]:
            return WrittenContainer(code, reason=Reason.CHECK_DIGIT)
        return WrittenContainer(code, code[:18], code[18:26], day)

    def batch(self, cell: Cell, kinds: frozenset[str] = GENERATION) -> tuple[str, date | None]:
        """A batch number of one of these kinds and its day; None when it isn't of that form. Not for empty cells."""
        written = as_written(cell)
        match = _BATCH.fullmatch(written) or _BATCH.fullmatch(_code(written))
        if match is None or match[1] not in kinds:
            return "", None
        return match[0], self._days[match[2]]


def container_kind(text: str) -> str:
    """桶, 袋, 槽罐 or 其他, by the last word that names one: `200L铁桶`, `吨桶(IBC)`, `编织袋`."""
    plain = narrow(text).upper()
    if plain in _KIND_NUMBERS:
        return _KIND_NUMBERS[plain]
    words = list(_KIND_WORDS.finditer(_BRACKETS.sub("", plain))) or list(_KIND_WORDS.finditer(plain))
    if not words:
        return "其他"
    return ("桶", "袋", "槽罐")[(words[-1].lastindex or 1) - 1]


def container_count(cell: Cell) -> int | None:
    """A whole number from 1; None when it is none."""
    match = _COUNT.fullmatch(narrow(as_written(cell)).lstrip("'"))
    return int(match[1]) if match and int(match[1]) >= 1 else None


def _code(written: str) -> str:
    return code_text(written).replace("-", "")


def _day(digits: str) -> date | None:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
