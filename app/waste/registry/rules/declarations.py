"""Rules on when declarations are due and who may hand them in (domain-rules.md 6.2); their figures: `declaring.rules`."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Final

from app.foundation.core.units import Grams
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, passed
from app.waste.registry.models import DeclarationKind
from app.waste.registry.planning.models import UnitClass
from app.waste.registry.rules.checks import Rules, in_time


@dataclass(frozen=True, kw_only=True)
class DeclarationFacts(Facts):
    """One declaration that is due, handed in or not."""

    subject_kind: str = "declaration"
    unit_class: Maybe[UnitClass] = UNKNOWN
    kind: Maybe[DeclarationKind] = UNKNOWN
    last_on: Maybe[date] = UNKNOWN
    """Last day of its period."""
    submitted_on: Maybe[date | None] = UNKNOWN
    today: Maybe[date] = UNKNOWN
    agent: Maybe[str] = UNKNOWN
    """Who files it for the unit; empty: the unit itself."""
    agent_authorised: Maybe[bool] = UNKNOWN
    generated: Maybe[Grams] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class OperatorReportFacts(Facts):
    """The yearly report of a licensed operator."""

    subject_kind: str = "site"
    has_licence: Maybe[bool] = UNKNOWN
    report_on: Maybe[date | None] = UNKNOWN
    """Of last year's; None: not handed in."""
    today: Maybe[date] = UNKNOWN


def due_day(last_on: date, limits: Limits) -> date:
    """By when a declaration of a period is due: a day of the next month, or a day of the next year.

    Not shifted when it is a holiday (16.1).
    """
    following = last_on + timedelta(days=1)
    if "by" in limits:
        return limits["by"].day_in(following.year)
    return following.replace(day=limits["day"].count)


def is_handed_in_in_time(
    facts: DeclarationFacts, limits: Limits, *, of_class: UnitClass, kind: DeclarationKind
) -> Outcome:
    """HJ1259-7.2: by the 15th of the following month, or 31 March of the following year."""
    known_class, known_kind = known(facts.unit_class, "unit_class"), known(facts.kind, "kind")
    last_on, today = known(facts.last_on, "last_on"), known(facts.today, "today")
    submitted = known(facts.submitted_on, "submitted_on")
    if (known_class, known_kind) != (of_class, kind):
        return passed()
    return in_time(due_day(last_on, limits), submitted, today)


def _of(unit_class: UnitClass, kind: DeclarationKind) -> Predicate[DeclarationFacts]:
    judge = partial(is_handed_in_in_time, of_class=unit_class, kind=kind)
    judge.__module__ = __name__
    judge.__qualname__ = is_handed_in_in_time.__qualname__  # type: ignore[attr-defined]
    return Predicate(DeclarationFacts, judge)


def agent_is_authorised(facts: DeclarationFacts, _limits: Limits) -> Outcome:
    """HJ1259-7.1.3: whoever files for the unit may do so."""
    agent, allowed = known(facts.agent, "agent"), known(facts.agent_authorised, "agent_authorised")
    return passed() if allowed or not agent.strip() else finding()


def nothing_is_declared_too(facts: DeclarationFacts, _limits: Limits) -> Outcome:
    """HJ1259-7-null: a period without waste is declared as such."""
    generated, submitted = known(facts.generated, "generated"), known(facts.submitted_on, "submitted_on")
    ended = known(facts.last_on, "last_on") < known(facts.today, "today")
    return finding() if ended and not generated and submitted is None else passed()


def operator_reports(facts: OperatorReportFacts, limits: Limits) -> Outcome:
    """HWLM-report: a licence holder's report of last year by 31 March."""
    licensed, today = known(facts.has_licence, "has_licence"), known(facts.today, "today")
    reported = known(facts.report_on, "report_on")
    done = reported if reported and reported.year >= today.year else None
    return in_time(limits["by"].day_in(today.year), done, today) if licensed else passed()


K, D = UnitClass, DeclarationKind
RULES: Final[Rules] = {
    "HJ1259-7.2-key-m": _of(K.KEY, D.MONTHLY),
    "HJ1259-7.2-key-y": _of(K.KEY, D.ANNUAL),
    "HJ1259-7.2-simp-q": _of(K.SIMPLIFIED, D.QUARTERLY),
    "HJ1259-7.2-simp-y": _of(K.SIMPLIFIED, D.ANNUAL),
    "HJ1259-7.2-reg-y": _of(K.REGISTRATION, D.ANNUAL),
    "HJ1259-7.1.3": Predicate(DeclarationFacts, agent_is_authorised),
    "HJ1259-7-null": Predicate(DeclarationFacts, nothing_is_declared_too),
    "HWLM-report": Predicate(OperatorReportFacts, operator_reports),
}
