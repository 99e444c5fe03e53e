"""The register of a facility and its zones (domain-rules.md 15.4): which fields there are, and reading what was entered.

The list is data (`data/register.toml`); its keys are the inputs of the facility rules. A field that nobody has entered
is left out of the stored register, and the rules that need it say so.
"""

import enum
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.text import Text, say
from app.foundation.rulebook.loader import all_rules
from app.waste.storage.models import FacilityType

DATA: Final = Path(__file__).parent / "data" / "register.toml"
MOST: Final = 10**9
DECIMAL: Final = re.compile(r"\d{1,9}(\.\d{1,6})?(e-?\d{1,2})?")
WHOLE: Final = re.compile(r"\d{1,10}")
ANSWERS: Final[Mapping[str, bool]] = {"true": True, "false": False, "yes": True, "no": False}
"""How a form says a flag; an empty answer is not known."""

Value: TypeAlias = bool | int | str
"""What a register stores: flags, whole numbers, and texts that are decimals, choices or ISO days."""


class FieldKind(enum.StrEnum):
    """What may be entered."""

    FLAG = "flag"
    WHOLE = "whole"
    DECIMAL = "decimal"
    CHOICE = "choice"
    DAY = "day"


@dataclass(frozen=True)
class RegisterField:
    """One field of the register."""

    key: str
    kind: FieldKind
    group: str
    """See `group_names`."""
    label: Text
    hint: Text | None = None
    unit: str = ""
    """As in the limits of the rulebook: m2, m3, m, mm, L, cm/s, a (years), month, count; "" for the others."""
    choices: Mapping[str, Text] = field(default_factory=dict)
    types: frozenset[FacilityType] = frozenset()

    def shown(self, value: Value) -> Text:
        """A stored value in words, without its unit."""
        if self.kind is FieldKind.FLAG:
            return say("是") if value else say("否")
        if self.kind is FieldKind.CHOICE:
            return self.choices[str(value)]
        return Text(str(value))


@dataclass(frozen=True)
class _Data:
    groups: Mapping[str, Text]
    facility: tuple[RegisterField, ...]
    zone: tuple[RegisterField, ...]


@lru_cache(maxsize=1)
def _data() -> _Data:
    raw = tomllib.loads(DATA.read_text("utf-8"))
    return _Data(
        {key: Text(words["zh"]) for key, words in raw["groups"].items()},
        tuple(_field(row) for row in raw["facility_field"]),
        tuple(_field(row) for row in raw["zone_field"]),
    )


def _field(row: Mapping[str, Any]) -> RegisterField:
    return RegisterField(
        key=row["key"],
        kind=FieldKind(row["kind"]),
        group=row["group"],
        label=Text(row["label"]["zh"]),
        hint=Text(row["hint"]["zh"]) if "hint" in row else None,
        unit=row.get("unit", ""),
        choices={key: Text(words["zh"]) for key, words in row.get("choices", {}).items()},
        types=frozenset(FacilityType(name) for name in row["types"]),
    )


def group_names() -> Mapping[str, Text]:
    """The groups of fields in the order a form shows them."""
    return _data().groups


def fields_for(facility_type: FacilityType) -> list[RegisterField]:
    """The fields of a facility of this type, in the order of the groups."""
    return [field for field in _data().facility if facility_type in field.types]


def fields_for_zone(facility_type: FacilityType) -> list[RegisterField]:
    """The fields of a zone in a facility of this type."""
    return [field for field in _data().zone if facility_type in field.types]


def rules_needing(key: str) -> tuple[str, ...]:
    """The rules of the rulebook that ask for this field."""
    return tuple(rule.id for rule in all_rules() if key in rule.inputs)


def read_register(values: Mapping[str, object], facility_type: FacilityType) -> dict[str, Value]:
    """What was entered of a facility, as it is stored; blank answers are left out.

    Raises:
        InvalidInput: names every wrong value, and every field this type doesn't have.
    """
    return _read(values, fields_for(facility_type))


def read_zone_register(values: Mapping[str, object], facility_type: FacilityType) -> dict[str, Value]:
    """What was entered of a zone in a facility of this type, as it is stored.

    Raises:
        InvalidInput: names every wrong value, and every field such a zone doesn't have.
    """
    return _read(values, fields_for_zone(facility_type))


def _read(values: Mapping[str, object], fields: Sequence[RegisterField]) -> dict[str, Value]:
    by_key = {field.key: field for field in fields}
    read: dict[str, Value] = {}
    problems = [_problem(key, say("此类设施没有这一项")) for key in values if key not in by_key]
    for asked in fields:  # in their own order, so that equal registers are stored alike
        entered = _tidied(values.get(asked.key))
        if entered is None:
            continue
        value = _value(asked, entered)
        if isinstance(value, Text):
            problems.append(_problem(asked.key, value))
        else:
            read[asked.key] = value
    if problems:
        raise InvalidInput(problems)
    return read


def _problem(key: str, text: Text) -> FieldProblem:
    return FieldProblem(f"#/register/{key}", text)


def _tidied(entered: object) -> object:
    """Full-width digits made plain, blanks cut off; None for nothing."""
    if isinstance(entered, str):
        return unicodedata.normalize("NFKC", entered).strip() or None
    return entered


def _value(field: RegisterField, entered: object) -> Value | Text:
    """The value to store, or the sentence that says what is wrong."""
    match field.kind:
        case FieldKind.FLAG:
            flag = entered if isinstance(entered, bool) else ANSWERS.get(str(entered).lower())
            return say("{field}：请选择是或否", field=field.label) if flag is None else flag
        case FieldKind.WHOLE:
            return _whole(field, entered)
        case FieldKind.DECIMAL:
            text = str(entered).lower() if isinstance(entered, (str, int)) else ""
            if not DECIMAL.fullmatch(text) or isinstance(entered, bool):
                return say("{field}：请填写数字，如 1.5 或 1.0e-7", field=field.label)
            return text
        case FieldKind.CHOICE:
            if not isinstance(entered, str) or entered not in field.choices:
                return say("{field}：请从列表中选择", field=field.label)
            return entered
        case FieldKind.DAY:
            return _day(field, entered)


def _whole(field: RegisterField, entered: object) -> int | Text:
    text = "" if isinstance(entered, bool) else str(entered)
    if not WHOLE.fullmatch(text) or not text.isascii() or int(text) > MOST:
        return say("{field}：请填写整数", field=field.label)
    return int(text)


def _day(field: RegisterField, entered: object) -> str | Text:
    try:
        day = entered if isinstance(entered, date) else date.fromisoformat(str(entered))
    except ValueError:
        return say("{field}：请填写日期，如 2026-11-22", field=field.label)
    return day.isoformat()


def labels_of(keys: Iterable[str]) -> dict[str, Text]:
    """What the fields are called; a key of both a facility and a zone by the facility's word."""
    words = {field.key: field.label for field in (*_data().zone, *_data().facility)}
    return {key: words[key] for key in keys if key in words}
