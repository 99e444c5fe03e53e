"""What documents there are, and what is done again and again: lists as data (`data/kinds.toml`)."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from app.foundation.core.text import Text
from app.foundation.rulebook.limits import Limit
from app.foundation.rulebook.loader import limits_of
from app.waste.storage.models import FacilityType

DATA: Final = Path(__file__).parent / "data" / "kinds.toml"
DECIMAL: Final = re.compile(r"\d{1,9}(\.\d{1,6})?")


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document; its key is the input of the rules that ask for it."""

    key: str
    name: Text
    types: frozenset[FacilityType]
    whole_site: bool
    """Whether one filed for the site serves all its facilities."""
    expires: bool
    """Whether it has a last day."""


@dataclass(frozen=True)
class Item:
    """One thing asked in a record: yes or no, or a measured value."""

    key: str
    is_flag: bool
    name: Text
    unit: str
    is_needed: bool
    types: frozenset[FacilityType]
    """Empty: of every facility the record is for."""

    def is_answer(self, value: object) -> bool:
        """Whether the value may stand for it: a flag, or a decimal text."""
        if self.is_flag:
            return isinstance(value, bool)
        return isinstance(value, str) and value.isascii() and bool(DECIMAL.fullmatch(value))


@dataclass(frozen=True)
class RecordKind:
    """A kind of upkeep."""

    key: str
    name: Text
    types: frozenset[FacilityType]
    rule_id: str | None
    """The rule whose limit `interval` says how often it is due; None: when it happens."""
    whole_site: bool
    of_container: bool
    items: tuple[Item, ...]

    @property
    def interval(self) -> Limit | None:
        """How often it is due by the national rule."""
        return limits_of(self.rule_id)["interval"] if self.rule_id else None

    def items_for(self, facility_type: FacilityType) -> list[Item]:
        """What is asked at a facility of this type."""
        return [item for item in self.items if not item.types or facility_type in item.types]


@lru_cache(maxsize=1)
def _raw() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text("utf-8"))


@lru_cache(maxsize=1)
def document_kinds() -> Mapping[str, DocumentKind]:
    """Every kind of document by key, in the order of the list."""
    return {
        row["key"]: DocumentKind(
            row["key"], Text(row["name"]["zh"]), _types(row), row["whole_site"], row.get("expires", False)
        )
        for row in _raw()["document"]
    }


@lru_cache(maxsize=1)
def record_kinds() -> Mapping[str, RecordKind]:
    """Every kind of record by key, in the order of the list."""
    return {row["key"]: _record(row) for row in _raw()["record"]}


def _record(row: Mapping[str, Any]) -> RecordKind:
    return RecordKind(
        row["key"],
        Text(row["name"]["zh"]),
        _types(row),
        row.get("rule"),
        row.get("whole_site", False),
        row.get("of_container", False),
        tuple(_item(item) for item in row.get("items", ())),
    )


def _item(row: Mapping[str, Any]) -> Item:
    return Item(
        row["key"],
        row["kind"] == "flag",
        Text(row["name"]["zh"]),
        row.get("unit", ""),
        row.get("needed", False),
        _types(row),
    )


def _types(row: Mapping[str, Any]) -> frozenset[FacilityType]:
    return frozenset(FacilityType(name) for name in row.get("types", ()))
