"""Which wastes may stand beside each other: groups of a waste, and the pairs that must not meet (domain-rules.md 3.6 A).

The pairs are those of GB 18597-2001 annex B and a few of ours; which waste belongs to which group is a platform
setting (confidence P) in `data/compatibility.toml`. What isn't known is never taken for compatible.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from app.foundation.core.text import Text
from app.foundation.rulebook.outcome import UNKNOWN, Maybe

DATA: Final = Path(__file__).parent / "data" / "compatibility.toml"
ANY: Final = "*"
"""In a pair: every waste that isn't in the other group. In a mapping: every waste."""


@dataclass(frozen=True)
class WasteNature:
    """What decides the groups of a waste."""

    waste_code: str
    """`NNN-NNN-NN`; a general waste (`NNN-NNN-SNN`) is in no group unless its properties say so."""
    form: Maybe[str] = UNKNOWN
    """S, SS, L or G."""
    hazards: Maybe[frozenset[str]] = UNKNOWN
    """Of T, C, I, R, In: those the waste has, not those it might have."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """Entered answers by property, such as `acid: oxidising`; see `properties()`."""


@dataclass(frozen=True)
class WasteGroups:
    """The compatibility groups a waste is in, and those it may be in until a property is entered."""

    certain: frozenset[str]
    possible: Mapping[str, str] = field(default_factory=dict)
    """Group -> the property (or `form`, `hazards`) that would settle it."""

    @property
    def open_questions(self) -> frozenset[str]:
        """The properties nobody has entered yet and on which the groups depend."""
        return frozenset(self.possible.values())


@dataclass(frozen=True)
class Clash:
    """Two wastes that must not meet."""

    group: str
    other_group: str
    danger: Text


@dataclass(frozen=True)
class Meeting:
    """What is to be said of two wastes side by side: they clash, they may clash, or (neither) they are compatible."""

    clash: Clash | None = None
    asked_of_one: frozenset[str] = frozenset()
    """The properties of the first waste to enter before it can be told."""
    asked_of_other: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Property:
    """Something that may be entered about a waste; `answers` are the choices and the groups they lead to."""

    name: Text
    answers: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class _Pair:
    groups: tuple[str, str]
    danger: Text


@dataclass(frozen=True)
class _Mapping:
    match: frozenset[str]
    forms: frozenset[str]
    hazards: frozenset[str]
    groups: frozenset[str]
    ask: frozenset[str]
    implies: Mapping[str, str]

    def is_about(self, code: str) -> bool:
        is_hazardous = len(code) == 10
        return is_hazardous and not self.match.isdisjoint({ANY, code, f"HW{code[-2:]}"})

    def condition(self, waste: WasteNature) -> str | bool:
        """True or False, or the name of the input that would tell."""
        if self.forms and waste.form is not UNKNOWN and waste.form not in self.forms:
            return False
        if self.hazards and waste.hazards is not UNKNOWN and not self.hazards & waste.hazards:
            return False
        if self.forms and waste.form is UNKNOWN:
            return "form"
        if self.hazards and waste.hazards is UNKNOWN:
            return "hazards"
        return True


@dataclass(frozen=True)
class _Data:
    groups: Mapping[str, Text]
    pairs: tuple[_Pair, ...]
    properties: Mapping[str, Property]
    mapping: tuple[_Mapping, ...]


@lru_cache(maxsize=1)
def _data() -> _Data:
    raw = tomllib.loads(DATA.read_text("utf-8"))
    return _Data(
        groups={name: Text(words["zh"]) for name, words in raw["groups"].items()},
        pairs=tuple(_Pair(tuple(row["groups"]), Text(row["danger"]["zh"])) for row in raw["pairs"]),
        properties={name: _property(row) for name, row in raw["properties"].items()},
        mapping=tuple(_mapping(row) for row in raw["mapping"]),
    )


def _property(row: Mapping[str, Any]) -> Property:
    answers = {answer: frozenset(groups) for answer, groups in row["answers"].items()}
    return Property(Text(row["name"]["zh"]), answers)


def _mapping(row: Mapping[str, Any]) -> _Mapping:
    sets = {key: frozenset(row.get(key, ())) for key in ("match", "forms", "hazards", "groups", "ask")}
    return _Mapping(**sets, implies=row.get("implies", {}))


def group_name(group: str) -> Text:
    """The name of a group for people."""
    return _data().groups[group]


def properties() -> Mapping[str, Property]:
    """What may be entered about a waste, by property."""
    return _data().properties


def is_answer(name: str, answer: object) -> bool:
    """Whether this may be entered for the property `name`. Anything else in the data counts as not entered."""
    return name in properties() and isinstance(answer, str) and answer in properties()[name].answers


def groups_of(waste: WasteNature) -> WasteGroups:
    """The groups a waste is certainly in, and those it may be in as long as something is not entered."""
    rows = _rows_about(waste)
    answers = _answers(waste, rows)
    certain = {group for name, answer in answers.items() for group in properties()[name].answers[answer]}
    possible: dict[str, str] = {}
    for row in rows:
        condition = row.condition(waste)
        if condition is False:
            continue
        if condition is True:
            certain |= row.groups
        else:
            possible.update(dict.fromkeys(row.groups, str(condition)))
        for name in row.ask - answers.keys():
            for groups in properties()[name].answers.values():
                possible.update(dict.fromkeys(groups, name))
    return WasteGroups(
        frozenset(certain), {group: name for group, name in possible.items() if group not in certain}
    )


def answers_of(waste: WasteNature) -> dict[str, str]:
    """What is known of a waste by property: what its code implies, and what was entered, which wins."""
    return _answers(waste, _rows_about(waste))


def _rows_about(waste: WasteNature) -> list[_Mapping]:
    return [row for row in _data().mapping if row.is_about(waste.waste_code)]


def _answers(waste: WasteNature, rows: list[_Mapping]) -> dict[str, str]:
    implied = {
        name: answer for row in rows if row.condition(waste) is True for name, answer in row.implies.items()
    }
    entered = {name: answer for name, answer in waste.properties.items() if is_answer(name, answer)}
    return implied | entered


def meeting(one: WasteGroups, other: WasteGroups) -> Meeting:
    """What happens when two wastes meet: the first certain clash in the order of the table, else what is open."""
    asked_of_one: set[str] = set()
    asked_of_other: set[str] = set()
    for pair in _data().pairs:
        for group, other_group in (pair.groups, pair.groups[::-1]):
            mine = _is_in(one, group, outside=other_group)
            theirs = _is_in(other, other_group, outside=group)
            if mine is True and theirs is True:
                return Meeting(Clash(group, other_group, pair.danger))
            if mine is not False and theirs is not False:
                asked_of_one |= {mine} if isinstance(mine, str) else set()
                asked_of_other |= {theirs} if isinstance(theirs, str) else set()
    return Meeting(None, frozenset(asked_of_one), frozenset(asked_of_other))


def _is_in(waste: WasteGroups, group: str, *, outside: str) -> bool | str:
    """Whether the waste is in the group, or the property that would tell; for `ANY` whether it is outside the other."""
    if group == ANY:
        return outside not in waste.certain and waste.possible.get(outside, True)
    return group in waste.certain or waste.possible.get(group, False)
