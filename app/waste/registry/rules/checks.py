"""Shapes of checks that several rules share."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from app.foundation.core.text import Text
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limit, Limits
from app.foundation.rulebook.outcome import Outcome, OutcomeKind, finding, known, passed

F = TypeVar("F", bound=Facts)


def flag(facts_type: type[F], name: str, *, wanted: bool = True) -> Predicate[F]:
    """The site answered one question as it should."""

    def answered_as_wanted(facts: F, _limits: Limits) -> Outcome:
        return passed() if known(getattr(facts, name), name) is wanted else finding()

    answered_as_wanted.__qualname__ = f"flag({name})"
    return Predicate(facts_type, answered_as_wanted)


def in_time(due: date, done: date | None, today: date, **params: str | Text) -> Outcome:
    """Done by the due day itself, or not due yet."""
    day = done or today
    if day <= due:
        return passed(observed=day.isoformat(), threshold=due.isoformat())
    return Outcome(OutcomeKind.FINDING, day.isoformat(), due.isoformat(), params=params)


def closes(difference: int, limit: Limit, **params: str | Text) -> Outcome:
    """A difference in grams, either way, is within a mass."""
    observed = limit.shown(difference)
    if limit.is_kept_by(abs(difference)):
        return passed(observed=observed, threshold=limit.text, unit=limit.unit)
    return Outcome(OutcomeKind.FINDING, observed, limit.text, limit.unit, params)


def at_most(number: int, limit: Limit, **params: str | int | Text) -> Outcome:
    """A count is no more than the limit."""
    if number <= limit.count:
        return passed(observed=number, threshold=limit.count, unit=limit.unit)
    return Outcome(OutcomeKind.FINDING, number, limit.count, limit.unit, params)


def kept_long_enough(years: int, asked: int, operating: int) -> Outcome:
    """Records go back as many years as asked, or as far as the unit has been operating."""
    wanted = min(asked, operating)
    if years >= wanted:
        return passed(observed=years, threshold=wanted, unit="a")
    return finding(observed=years, threshold=wanted, unit="a")


Rules = Mapping[str, Predicate[Any]]
"""Rule id -> predicate."""
