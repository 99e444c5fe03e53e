"""What a rule row is (domain-rules.md 0.1-0.3): source, dates, severity, thresholds, messages, citations."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.foundation.core.text import Text, say
from app.foundation.rulebook.clauses import spoken
from app.foundation.rulebook.limits import Limits


class Severity(enum.StrEnum):
    """How bad a finding is: good practice, likely breach, breach of a mandatory text."""

    INFO = "info"
    WARNING = "warning"
    VIOLATION = "violation"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class Confidence(enum.StrEnum):
    """How the rule's text was verified (domain-rules.md 0.2)."""

    VERIFIED = "V"
    SECONDARY = "S"
    MEMORY = "M"
    PLATFORM = "P"

    @property
    def is_verified(self) -> bool:
        return self in (Confidence.VERIFIED, Confidence.SECONDARY)


class Act(enum.StrEnum):
    """What people do that a rule may stop."""

    REGISTER_ORGANISATION = "register_organisation"
    REGISTER_CONTAINER = "register_container"
    PRINT_LABEL = "print_label"
    PUT_AWAY = "put_away"
    MOVE = "move"
    MIX = "mix"
    SUBMIT = "submit"
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    DECLARE = "declare"


@dataclass(frozen=True)
class Wording:
    """A text in both languages; the Chinese one is the message id."""

    zh: str
    en: str


@dataclass(frozen=True)
class Law:
    """A law that rules cite, and the days it is in force (`valid_to` included)."""

    key: str
    name: Wording
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Citation:
    """An article of a law, valid as long as the law unless the row says otherwise."""

    law: Law
    article: str
    valid_from: date
    valid_to: date | None

    @property
    def key(self) -> str:
        return f"{self.law.key} {self.article}"

    def is_valid(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def text(self) -> Text:
        return say("《{law}》第{article}条", law=Text(self.law.name.zh), article=self.article)


@dataclass(frozen=True)
class Document:
    """A standard, order or platform setting that rules come from."""

    key: str
    name: Wording
    number: str


@dataclass(frozen=True)
class Rule:
    """One rule of the rulebook, national or already tightened by an overlay (`overlay_id`)."""

    id: str
    document: Document
    clause: str
    valid_from: date | None
    valid_to: date | None
    """Last day; None is open."""
    severity: Severity
    milder_severity: Severity | None
    """What a predicate may lower a finding to, where the rule has two stages."""
    block: bool
    confidence: Confidence
    subject: str
    acts: frozenset[Act]
    """The acts this rule is checked at and may stop."""
    inputs: tuple[str, ...]
    """Fields of the facts without which the rule can't be evaluated."""
    act_inputs: Mapping[Act, frozenset[str]]
    """Inputs that the act itself must supply: without them it is stopped."""
    limits: Limits
    title: Wording
    message: Wording
    citations: tuple[Citation, ...] = ()
    legally_reviewed: str | None = None
    """Who reviewed a rule of confidence M, and when; None: nobody yet."""
    overlay_id: str | None = None

    def is_valid(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )

    @property
    def needs_review(self) -> bool:
        """From memory and not yet reviewed by a named person: at most a warning to be confirmed."""
        return self.confidence is Confidence.MEMORY and self.legally_reviewed is None

    @property
    def is_verified(self) -> bool:
        """Verified by its wording or an official reprint, or reviewed since."""
        return self.confidence.is_verified or (
            self.confidence is Confidence.MEMORY and self.legally_reviewed is not None
        )

    def severity_of(self, *, milder: bool) -> Severity:
        """The severity of a finding; capped at warning while the rule waits for its legal review."""
        severity = self.milder_severity if milder and self.milder_severity else self.severity
        if self.needs_review and severity is Severity.VIOLATION:
            return Severity.WARNING
        return severity

    def citation(self, on: date) -> Citation | None:
        """The article in force on the day of the event (LAW-SWITCH-a), if the rule rests on a law."""
        return next((citation for citation in self.citations if citation.is_valid(on)), None)

    def clauses(self) -> list[Text | str]:
        """The clauses one by one: `4.3、6.1.2` -> `["4.3", "6.1.2"]`."""
        return [spoken(clause) for clause in self.clause.split("、")]

    def short_source(self) -> Text:
        """Number of the document and clause."""
        return say("{document} {clause}", document=Text(self.document.number), clause=self.clauses())

    def source_text(self, on: date) -> Text:
        """Document and clause, with the article valid on that day and the earlier or later one beside it."""
        source = say("{document} {clause}", document=Text(self.document.name.zh), clause=self.clauses())
        current = self.citation(on)
        if current is None:
            return source
        law = current.text()
        for other in self.citations:
            if other.valid_to is not None and other.valid_to < current.valid_from:
                law = say("{current}（原{other}）", current=law, other=other.text())
            elif other.valid_from > on:
                law = say("{current}（现{other}）", current=law, other=other.text())
        return say("{source}；{law}", source=source, law=law)
