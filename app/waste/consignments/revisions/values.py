"""Reading, comparing and writing the values that a correction may change."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.foundation.catalogue.codes import national_manifest_number_problem
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams, grams_from_kg
from app.foundation.documents.qr import HAZARDS
from app.foundation.trace.canonical import plain
from app.waste.consignments.fields import FieldRule, Value, rule_of
from app.waste.consignments.goods import MAX_WAYBILL
from app.waste.consignments.models import ConsignedContainer, Consignment, ConsignmentLine
from app.waste.consignments.queries import Papers
from app.waste.registry.methods import METHODS
from app.waste.registry.models import WasteForm
from app.waste.storage.weights import MAX_NET

MAX_WORDS: Final = 400
PACKAGES: Final = ("桶", "袋", "槽罐", "其他")

Row = Consignment | ConsignmentLine | ConsignedContainer


class Unreadable(ValueError):
    """The value can't be read; `text` says what is wrong and how to mend it."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


@dataclass(frozen=True)
class Change:
    """One field with both of its values, as the column holds them."""

    path: str
    rule: FieldRule
    row: Row
    before: Any
    after: Any

    @property
    def shown(self) -> dict[str, Any]:
        """As the revision and its event keep it: free texts as their hash alone."""
        return {"path": self.path, "before": self._told(self.before), "after": self._told(self.after)}

    def _told(self, value: Any) -> Any:
        return text_hash(value) if self.rule.is_free_text and value else plain(value)


def text_hash(text: str) -> str:
    """What stands for a free text where it may not stand itself."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def row_of(papers: Papers, path: str) -> Row | None:
    """What a path is about: the consignment, a line by its number, or a container by its code."""
    parts = path.split(".")
    if len(parts) == 1:
        return papers.consignment
    if parts[0] == "lines":
        return next((line for line in papers.lines if str(line.line_number) == parts[1]), None)
    return next((item.consigned for item in papers.items if item.container.code == parts[1]), None)


def change_of(papers: Papers, path: str, typed: str) -> Change:
    """The change that a typed value asks for.

    Raises:
        Unreadable: no such field, it can't be corrected, the value is wrong, or it is the same.
    """
    rule = rule_of(path)
    row = row_of(papers, path)
    if rule is None or row is None:
        raise Unreadable(say("联单上没有这一项"))
    if rule.value is None or not rule.agreed_by:
        raise Unreadable(say("“{field}”不能更正，只能通过相应的操作改变", field=rule.words))
    after = READERS[rule.value](typed.strip(), papers)
    before = getattr(row, rule.column)
    if after == before:
        raise Unreadable(say("与原来相同，没有要更正的"))
    return Change(path, rule, row, before, after)


def _national_number(typed: str, papers: Papers) -> str:
    if problem := national_manifest_number_problem(typed, demo=papers.is_demo):
        raise Unreadable(problem)
    return typed


def _method(typed: str, _papers: Papers) -> str:
    if typed not in METHODS:
        raise Unreadable(say("没有利用处置方式 {code}", code=typed))
    return typed


def _day(typed: str, _papers: Papers) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Unreadable(say("请按 2026-11-20 的写法填写日期")) from None


def _words(typed: str, _papers: Papers) -> str:
    return _text(typed, MAX_WORDS)


def _waybill_number(typed: str, _papers: Papers) -> str:
    return _text(typed, MAX_WAYBILL)


def _text(typed: str, longest: int) -> str:
    if not typed or len(typed) > longest:
        raise Unreadable(say("请填写 1 至 {longest} 个字", longest=longest))
    return typed


def _mass(typed: str, _papers: Papers) -> Grams:
    try:
        mass = grams_from_kg(typed)
    except ValueError:
        raise Unreadable(say("请填写千克数，如 186.4")) from None
    if not 0 < mass <= MAX_NET:
        raise Unreadable(say("净重应大于 0，不超过 60 t"))
    return mass


def _form(typed: str, _papers: Papers) -> WasteForm:
    try:
        return WasteForm(typed)
    except ValueError:
        raise Unreadable(say("形态请填 {codes} 之一", codes=[form.value for form in WasteForm])) from None


def _hazards(typed: str, _papers: Papers) -> list[str]:
    letters = [letter.strip() for letter in typed.replace("，", ",").split(",") if letter.strip()]
    if not letters or any(letter not in HAZARDS for letter in letters):
        raise Unreadable(say("危险特性请填 {codes}，用逗号分开", codes=list(HAZARDS)))
    return [letter for letter in HAZARDS if letter in letters]


def _package(typed: str, _papers: Papers) -> str:
    if typed not in PACKAGES:
        raise Unreadable(say("包装方式请填 {codes} 之一", codes=list(PACKAGES)))
    return typed


READERS: Final[Mapping[Value, Callable[[str, Papers], Any]]] = {
    Value.NATIONAL_NUMBER: _national_number,
    Value.WAYBILL_NUMBER: _waybill_number,
    Value.METHOD: _method,
    Value.DAY: _day,
    Value.WORDS: _words,
    Value.MASS: _mass,
    Value.FORM: _form,
    Value.HAZARDS: _hazards,
    Value.PACKAGE: _package,
}
"""How each kind of value is read from what was typed."""
