"""Rule findings as lines of a page: outcome, sentence, source. Forms, facilities and error pages share it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.foundation.core.text import Text
from app.foundation.rulebook.assessment import RuleFinding, problems
from app.foundation.rulebook.outcome import OutcomeKind
from app.foundation.rulebook.rules import Severity


@dataclass(frozen=True)
class Line:
    """One line of `ui.conditions`: outcome is pass, warn, fail or unknown."""

    outcome: str
    text: Text | str
    note: Text | str | None = None
    link: tuple[str, str] | None = None


def condition_lines(findings: Iterable[RuleFinding | Mapping[str, Any]]) -> list[Line]:
    """Findings of the rulebook, or those a problem carries as plain data, as lines for a reader."""
    return [_of_data(item) if isinstance(item, Mapping) else _of_finding(item) for item in findings]


def by_weight(findings: Iterable[RuleFinding]) -> list[RuleFinding]:
    """What is wrong first, then what nobody can tell, then what is kept."""
    every = list(findings)
    return problems(every) + [one for one in every if one.outcome is OutcomeKind.PASS]


def _outcome(outcome: str, severity: str) -> str:
    if outcome == OutcomeKind.FINDING:
        return "fail" if severity == Severity.VIOLATION else "warn"
    return "unknown" if outcome == OutcomeKind.NOT_EVALUABLE else "pass"


def _of_finding(finding: RuleFinding) -> Line:
    return Line(_outcome(finding.outcome, finding.severity), finding.text(), finding.source())


def _of_data(data: Mapping[str, Any]) -> Line:
    return Line(_outcome(data["outcome"], data["severity"]), data["message"], data.get("clause"))
