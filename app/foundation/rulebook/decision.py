"""What stops an act (design.md 2.3), and who may go on nevertheless."""

import enum
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from uuid import UUID

from app.foundation.core.errors import DomainError
from app.foundation.core.text import Text, say
from app.foundation.rulebook.assessment import RuleFinding
from app.foundation.rulebook.outcome import OutcomeKind
from app.foundation.rulebook.rules import Act, Severity

CREATING_ACTS: Final = frozenset({Act.PUT_AWAY, Act.MOVE, Act.MIX, Act.DISPATCH})
"""Acts that may not create a violation, whether or not the rule is marked (block)."""


class Effect(enum.StrEnum):
    """What a finding does to an act: shows beside it, waits for a reason, stops it."""

    SHOW = "show"
    CONFIRM = "confirm"
    STOP = "stop"


Created: TypeAlias = Callable[[RuleFinding], bool] | Collection[RuleFinding]
"""Which findings this act would create, as a question or as a collection."""


@dataclass(frozen=True)
class Override:
    """A stop that an authorised person overrode, or a warning that was confirmed, with the reason."""

    rule_id: str
    subject_kind: str
    subject_id: UUID
    act: str
    reason: str
    effect: Effect


class RuleViolated(DomainError):
    """Laws, standards or requirements forbid the act; carries all rule findings that stop it."""

    def __init__(self, findings: Sequence[RuleFinding], to_confirm: Sequence[RuleFinding] = ()) -> None:
        super().__init__(_summary([*findings, *to_confirm]))
        self.stops = tuple(findings)
        """Only an authorised person may override these."""
        self.to_confirm = tuple(to_confirm)
        """Whoever acts may confirm these with a reason."""

    @property
    def findings(self) -> tuple[RuleFinding, ...]:
        return self.stops + self.to_confirm


def _summary(findings: Sequence[RuleFinding]) -> Text:
    if not findings:
        return say("规则不允许此操作")
    if len(findings) == 1:
        return findings[0].text()
    return say("{first}（另有 {others} 条）", first=findings[0].text(), others=len(findings) - 1)


def everything_created(_finding: RuleFinding) -> bool:
    """For facts that exist only because of the act: each of their findings would be its work."""
    return True


def created_since(before: Sequence[RuleFinding]) -> Callable[[RuleFinding], bool]:
    """Findings that were not there before the act, or were there with another observed value.

    Args:
        before: the findings on the facts as they are without the act.
    """
    standing = {_identity(finding) for finding in before}
    return lambda finding: _identity(finding) not in standing


def _identity(finding: RuleFinding) -> tuple[object, ...]:
    params = tuple(sorted((name, repr(value)) for name, value in finding.params.items()))
    return (
        finding.rule_id,
        finding.subject_kind,
        finding.subject_id,
        finding.outcome,
        finding.severity,
        finding.observed,
        params,
        finding.missing,
    )


def effect_of(finding: RuleFinding, act: str, *, created: bool) -> Effect:
    """What one finding does to an act.

    Stops: a rule marked (block); at put-away, move and dispatch a violation of confidence V or S that the act would
    create. A rule known from memory only asks for a confirmation instead, until it is legally reviewed. A rule that
    can't be evaluated does what its finding would do, but only when the missing input is one the act must supply.
    """
    rule = finding.rule
    if finding.outcome is OutcomeKind.PASS or act not in rule.acts:
        return Effect.SHOW
    if finding.outcome is OutcomeKind.NOT_EVALUABLE:
        if not rule.act_inputs.get(Act(act), frozenset()) & set(finding.missing):
            return Effect.SHOW
        created = True
    if not (finding.blocks or (created and act in CREATING_ACTS)):
        return Effect.SHOW
    if rule.needs_review:
        return Effect.SHOW if finding.severity is Severity.INFO else Effect.CONFIRM
    if finding.blocks or (finding.severity is Severity.VIOLATION and rule.is_verified):
        return Effect.STOP
    return Effect.SHOW


def ensure_allowed(
    findings: Sequence[RuleFinding],
    *,
    act: str,
    overrides: Mapping[str, str],
    may_override: bool,
    created: Created = everything_created,
) -> tuple[Override, ...]:
    """Let an act pass, or stop it with all its findings at once.

    Args:
        findings: of all rules assessed for the act; passes and standing findings may be among them.
        act: an `Act`.
        overrides: reason by rule id, given by the person acting; blank reasons count for nothing.
        may_override: whether that person may override stops. Warnings may be confirmed by anybody who acts.
        created: which findings this act would create.

    Returns:
        The overrides and confirmations used, one for each finding; the operation stores them and names the
        rule ids in its event.

    Raises:
        RuleViolated: something stops the act, or a warning waits for its reason.
        ValueError: `act` is no `Act`.
    """
    act = Act(act)
    is_created = created if callable(created) else list(created).__contains__
    stops: list[RuleFinding] = []
    to_confirm: list[RuleFinding] = []
    used: list[Override] = []
    for finding in findings:
        effect = effect_of(finding, act, created=is_created(finding))
        if effect is Effect.SHOW:
            continue
        reason = overrides.get(finding.rule_id, "").strip()
        if reason and (may_override or effect is Effect.CONFIRM):
            used.append(
                Override(finding.rule_id, finding.subject_kind, finding.subject_id, str(act), reason, effect)
            )
        else:
            (stops if effect is Effect.STOP else to_confirm).append(finding)
    if stops or to_confirm:
        raise RuleViolated(stops, to_confirm)
    return tuple(used)
