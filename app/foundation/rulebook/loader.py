"""Reads the rulebook from its TOML files and refuses what can't be right, naming all problems at once."""

import string
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.overlays import Jurisdiction, Overlay, effective_rule
from app.foundation.rulebook.rows import Row, RulebookError
from app.foundation.rulebook.rules import (
    Act,
    Citation,
    Confidence,
    Document,
    Law,
    Rule,
    Severity,
    Wording,
)

DATA: Final = Path(__file__).parent / "data"
MESSAGE_NUMBERS: Final = frozenset({"observed", "threshold", "unit"})
"""Placeholders every message may use besides the parameters of its predicate."""


@dataclass(frozen=True)
class Rulebook:
    """All rules and overlays, and the words for their inputs."""

    rules: Mapping[str, Rule]
    overlays: tuple[Overlay, ...]
    words: Mapping[str, Wording]

    def rule(self, rule_id: str) -> Rule:
        """The national row.

        Raises:
            KeyError: there is no such rule.
        """
        return self.rules[rule_id]

    def effective(self, rule_id: str, places: Sequence[Jurisdiction], on: date) -> Rule:
        """The rule as it binds at these places on that day."""
        return effective_rule(self.rules[rule_id], self._overlays_of.get(rule_id, ()), places, on)

    @cached_property
    def _overlays_of(self) -> dict[str, list[Overlay]]:
        by_rule: dict[str, list[Overlay]] = {}
        for overlay in self.overlays:
            by_rule.setdefault(overlay.rule_id, []).append(overlay)
        return by_rule


@lru_cache(maxsize=1)
def rulebook() -> Rulebook:
    """The rulebook that ships with the program.

    Raises:
        RulebookError: its files contradict themselves.
    """
    files = {path.name: tomllib.loads(path.read_text("utf-8")) for path in sorted(DATA.glob("rules/*.toml"))}
    return load(merged(files), tomllib.loads((DATA / "overlays.toml").read_text("utf-8")))


def merged(files: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The files of the rules as one: their lists in a row, their words together.

    Raises:
        RulebookError: two files word an input differently, or a file has something else in it.
    """
    whole: dict[str, Any] = {"document": [], "law": [], "rule": [], "words": {}}
    problems = []
    for name, table in files.items():
        for key, value in table.items():
            if key == "words":
                problems += [
                    f"{name}: {word} is worded differently in another file"
                    for word, wording in value.items()
                    if whole["words"].get(word, wording) != wording
                ]
                whole["words"] |= value
            elif key in whole:
                whole[key] += value
            else:
                problems.append(f"{name}: unknown key {key}")
    if problems:
        raise RulebookError(problems)
    return whole


def all_rules() -> tuple[Rule, ...]:
    """Every rule row by id, evaluated or only listed."""
    return tuple(rule for _, rule in sorted(rulebook().rules.items()))


def load(rules: Mapping[str, Any], overlays: Mapping[str, Any]) -> Rulebook:
    """Build a rulebook from the two parsed files.

    Raises:
        RulebookError: with all problems: unknown keys and values, doubled ids, messages whose languages differ in
            their parameters, overlays for unknown rules or looser than the national row.
    """
    problems: list[str] = []
    top = Row("rules", rules, problems)
    words = _words(top.child("words"))
    documents = _documents(top.children("document"))
    laws = _laws(top.children("law"))
    rows = [_rule(row, documents, laws, words) for row in top.children("rule")]
    top.finish()
    by_id = {rule.id: rule for rule in rows}
    problems += [f"rule {rule_id} appears twice" for rule_id in _doubles([rule.id for rule in rows])]
    top = Row("overlays", overlays, problems)
    local = [_overlay(row, by_id) for row in top.children("overlay")]
    top.finish()
    problems += [f"overlay {name} appears twice" for name in _doubles([overlay.id for overlay in local])]
    if problems:
        raise RulebookError(problems)
    return Rulebook(by_id, tuple(local), words)


def _doubles(ids: Sequence[str]) -> list[str]:
    return sorted({name for name in ids if ids.count(name) > 1})


def _words(top: Row) -> dict[str, Wording]:
    return {key: top.wording(key) for key in top.table}


def _documents(rows: Sequence[Row]) -> dict[str, Document]:
    documents = {}
    for row in rows:
        document = Document(row.text("key"), row.wording("name"), row.text("number"))
        row.finish()
        documents[document.key] = document
    return documents


def _laws(rows: Sequence[Row]) -> dict[str, Law]:
    laws = {}
    for row in rows:
        law = Law(
            row.text("key"), row.wording("name"), row.day("valid_from") or date.min, row.day("valid_to")
        )
        row.finish()
        laws[law.key] = law
    return laws


def _rule(
    row: Row, documents: Mapping[str, Document], laws: Mapping[str, Law], words: Mapping[str, Wording]
) -> Rule:
    row.name = f"rule {row.table.get('id', row.name)}"
    unknown = Document("", Wording("", ""), "")
    document = documents.get(row.text("document"), unknown)
    if document is unknown:
        row.wrong("document is not in the list of documents")
    rule = Rule(
        id=row.text("id"),
        document=document,
        clause=row.text("clause"),
        valid_from=row.day("valid_from"),
        valid_to=row.day("valid_to"),
        severity=row.choice("severity", Severity, Severity.INFO),
        milder_severity=row.optional_choice("milder_severity", Severity),
        block=row.flag("block") or False,
        confidence=row.choice("confidence", Confidence, Confidence.MEMORY),
        subject=row.text("subject"),
        acts=frozenset(_acts(row)),
        inputs=row.texts("inputs"),
        act_inputs=_act_inputs(row.child("act_inputs")),
        limits=row.limits(),
        title=row.wording("title"),
        message=row.wording("message"),
        citations=tuple(_citations(row.children("citations"), laws)),
        legally_reviewed=row.text("legally_reviewed") if "legally_reviewed" in row.table else None,
    )
    row.finish()
    _check_rule(row, rule, words)
    return rule


def _acts(row: Row) -> list[Act]:
    acts = []
    for name in row.texts("acts"):
        if name in list(Act):
            acts.append(Act(name))
        else:
            row.wrong(f"unknown act {name}")
    return acts


def _act_inputs(row: Row) -> dict[Act, frozenset[str]]:
    inputs = {}
    for name in row.table:
        if name in list(Act):
            inputs[Act(name)] = frozenset(row.texts(name))
        else:
            row.texts(name)
            row.wrong(f"unknown act {name}")
    return inputs


def _citations(rows: Sequence[Row], laws: Mapping[str, Law]) -> list[Citation]:
    citations = []
    for row in rows:
        law = laws.get(row.text("law"))
        article, valid_from, valid_to = row.text("article"), row.day("valid_from"), row.day("valid_to")
        row.finish()
        if law is None:
            row.wrong("law is not in the list of laws")
            continue
        citations.append(Citation(law, article, valid_from or law.valid_from, valid_to or law.valid_to))
    return citations


def _check_rule(row: Row, rule: Rule, words: Mapping[str, Wording]) -> None:
    for wording in (rule.title, rule.message):
        if _placeholders(wording.zh) != _placeholders(wording.en):
            row.wrong("the Chinese and the English text have different parameters")
    if rule.milder_severity and rule.milder_severity.rank > rule.severity.rank:
        row.wrong("milder_severity is above severity")
    if rule.valid_from and rule.valid_to and rule.valid_to < rule.valid_from:
        row.wrong("valid_to is before valid_from")
    named = {*rule.inputs, *(name for names in rule.act_inputs.values() for name in names)}
    for name in sorted(named - words.keys()):
        row.wrong(f"there is no word for the input {name}")
    for act in rule.act_inputs.keys() - rule.acts:
        row.wrong(f"act_inputs names {act}, which is not among the acts")


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _overlay(row: Row, rules: Mapping[str, Rule]) -> Overlay:
    row.name = f"overlay {row.table.get('id', row.name)}"
    rule = rules.get(row.text("rule"))
    limits = row.limits(rule.limits if rule else None)
    overlay = Overlay(
        id=row.text("id"),
        rule_id=rule.id if rule else "",
        area=_area(row.child("area")),
        source=row.wording("source"),
        confidence=row.choice("confidence", Confidence, Confidence.MEMORY),
        valid_from=row.day("valid_from"),
        valid_to=row.day("valid_to"),
        severity=row.optional_choice("severity", Severity),
        block=row.flag("block"),
        limits=limits,
    )
    row.finish()
    if rule is None:
        row.wrong(f"there is no rule {row.table.get('rule')!r}")
    else:
        _check_tightens(row, overlay, rule)
    return overlay


def _area(row: Row) -> Jurisdiction:
    parts = {key: row.text(key) for key in ("province", "city", "park") if key in row.table}
    row.finish()
    if not parts:
        row.wrong("names no province, city or park")
    return Jurisdiction(**parts)


def _check_tightens(row: Row, overlay: Overlay, rule: Rule) -> None:
    if overlay.severity and overlay.severity.rank < rule.severity.rank:
        row.wrong(f"severity {overlay.severity} is lower than the rule's {rule.severity}")
    if rule.block and overlay.block is False:
        row.wrong("takes away the block of the rule")
    for name, limit in overlay.limits.items():
        base = rule.limits.get(name)
        if base is None:
            row.wrong(f"the rule has no limit {name}")
        elif (limit.unit, limit.direction) != (base.unit, base.direction):
            row.wrong(f"limit {name} must be in {base.unit}, {base.direction}")
        elif limit.is_looser_than(base):
            row.wrong(f"limit {name} {limit.text} {limit.unit} is looser than the rule's {base.text}")


def limits_of(rule_id: str) -> Limits:
    """The national thresholds of a rule."""
    return rulebook().rule(rule_id).limits
