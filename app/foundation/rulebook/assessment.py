"""Evaluates all rules on all facts at once; pure, so it runs in a millisecond and without a database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from app.foundation.core.text import Text, say
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.loader import Rulebook, rulebook
from app.foundation.rulebook.outcome import (
    UNKNOWN,
    MissingInput,
    Outcome,
    OutcomeKind,
    listed,
    not_evaluable,
)
from app.foundation.rulebook.overlays import Jurisdiction
from app.foundation.rulebook.rules import Confidence, Rule, Severity


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of one subject. Subclasses are frozen, their inputs default to UNKNOWN."""

    subject_kind: str
    subject_id: UUID


F = TypeVar("F", bound=Facts)


@dataclass(frozen=True)
class Predicate(Generic[F]):
    """A pure check of one kind of facts against the thresholds of its rule."""

    facts_type: type[F]
    judge: Callable[[F, Limits], Outcome]

    def __call__(self, facts: F, limits: Limits) -> Outcome:
        """The outcome; not evaluable when the predicate comes upon an input that is UNKNOWN."""
        try:
            return self.judge(facts, limits)
        except MissingInput as missing:
            return not_evaluable(missing.names)


@dataclass(frozen=True)
class RuleFinding:
    """The outcome of one rule for one subject on one day. Holds ids and parameters; text is made for a reader."""

    rule: Rule
    """As it binds there and then, overlays included."""
    subject_kind: str
    subject_id: UUID
    on: date
    result: Outcome

    @property
    def rule_id(self) -> str:
        return self.rule.id

    @property
    def outcome(self) -> OutcomeKind:
        return self.result.kind

    @property
    def severity(self) -> Severity:
        return self.rule.severity_of(milder=self.result.milder)

    @property
    def confidence(self) -> Confidence:
        return self.rule.confidence

    @property
    def blocks(self) -> bool:
        """Whether the rule is marked (block) and this is no pass and not its milder stage."""
        return self.rule.block and not self.result.milder and self.outcome is not OutcomeKind.PASS

    @property
    def observed(self) -> str | int | None:
        return self.result.observed

    @property
    def threshold(self) -> str | int | None:
        return self.result.threshold

    @property
    def unit(self) -> str | None:
        return self.result.unit

    @property
    def params(self) -> Mapping[str, object]:
        return self.result.params

    @property
    def missing(self) -> tuple[str, ...]:
        return self.result.missing

    @property
    def overlay_id(self) -> str | None:
        return self.rule.overlay_id

    @property
    def citation(self) -> str | None:
        """Key of the article in force on that day, such as `ECC 533`."""
        citation = self.rule.citation(self.on)
        return citation.key if citation else None

    def text(self) -> Text:
        """The sentence for a reader: the finding, or what is missing, or the name of the rule that is kept."""
        if self.outcome is OutcomeKind.FINDING:
            numbers = {"observed": self.observed, "threshold": self.threshold, "unit": self.unit}
            return Text(self.rule.message.zh, {**numbers, **self.params})
        if self.outcome is OutcomeKind.NOT_EVALUABLE:
            inputs = self.params.get("detail") or missing_text(self.missing)
            return say("{rule}：缺少{inputs}，无法判定", rule=self.title(), inputs=inputs)
        return self.title()

    def title(self) -> Text:
        """The name of the rule."""
        return Text(self.rule.title.zh)

    def source(self) -> Text:
        """Document, clause and the article in force on the day; the former one beside it."""
        return self.rule.source_text(self.on)

    def as_json(self) -> dict[str, Any]:
        """Plain data without text: what problems, verdicts and stored results carry."""
        return {
            "rule_id": self.rule_id,
            "outcome": self.outcome.value,
            "severity": self.severity.value,
            "confidence": self.confidence.value,
            "blocks": self.blocks,
            "subject_kind": self.subject_kind,
            "subject_id": str(self.subject_id),
            "observed": _plain(self.observed),
            "threshold": _plain(self.threshold),
            "unit": self.unit,
            "params": {name: _plain(value) for name, value in self.params.items()},
            "missing": list(self.missing),
            "overlay_id": self.overlay_id,
            "citation": self.citation,
            "clause": f"{self.rule.document.number} {self.rule.clause}",
        }


def _plain(value: object) -> Any:
    if isinstance(value, Text):
        return {"msgid": value.msgid, "params": {key: _plain(item) for key, item in value.params.items()}}
    return value


def missing_text(names: Sequence[str]) -> Text:
    """The inputs that are missing, in words."""
    words = rulebook().words
    return listed([Text(words[name].zh) if name in words else Text(name) for name in names])


def assess(
    rules: Mapping[str, Predicate[Any]],
    facts: Sequence[Facts],
    *,
    on: date,
    jurisdiction: Jurisdiction | Sequence[Jurisdiction],
    book: Rulebook | None = None,
) -> list[RuleFinding]:
    """Evaluate every rule on every facts object of its kind, in the order of `rules` and `facts`.

    Passes are in the list too: who shows or stores only problems asks `problems`. A rule that is not in force on the
    day gives nothing.

    Args:
        on: the legal day of the event.
        jurisdiction: of the site; for a transfer those of both ends.

    Raises:
        KeyError: a predicate has no row in the rulebook.
    """
    book = book or rulebook()
    places = (jurisdiction,) if isinstance(jurisdiction, Jurisdiction) else tuple(jurisdiction)
    findings: list[RuleFinding] = []
    by_kind: dict[type[Facts], list[Facts]] = {}
    for rule_id, predicate in rules.items():
        kind = predicate.facts_type
        if kind not in by_kind:
            by_kind[kind] = [subject for subject in facts if isinstance(subject, kind)]
        book.rule(rule_id)  # a predicate without a row shows, whatever the facts
        if not by_kind[kind]:
            continue
        rule = book.effective(rule_id, places, on)
        if not rule.is_valid(on):
            continue
        findings += [
            RuleFinding(rule, subject.subject_kind, subject.subject_id, on, _judged(rule, predicate, subject))
            for subject in by_kind[kind]
        ]
    return findings


def _judged(rule: Rule, predicate: Predicate[Any], subject: Facts) -> Outcome:
    """The outcome; when an input is missing, with all unknown inputs of the rule, not only the first met."""
    outcome = predicate(subject, rule.limits)
    if outcome.kind is not OutcomeKind.NOT_EVALUABLE:
        return outcome
    unknown = [name for name in rule.inputs if getattr(subject, name, None) is UNKNOWN]
    return replace(outcome, missing=tuple(dict.fromkeys((*outcome.missing, *unknown))))


def problems(findings: Sequence[RuleFinding]) -> list[RuleFinding]:
    """What is not a pass, worst first; the not evaluable after the findings."""
    return sorted(
        (finding for finding in findings if finding.outcome is not OutcomeKind.PASS),
        key=lambda finding: (finding.outcome is OutcomeKind.NOT_EVALUABLE, -finding.severity.rank),
    )
