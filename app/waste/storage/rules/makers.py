"""Makers of predicates for the many rules that ask the same kind of question of different facts.

Each takes names of facts and gives a judge. A fact that is UNKNOWN makes the rule not evaluable, unless another one
already breaks it.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from app.foundation.core.months import months_after
from app.foundation.core.text import Text
from app.foundation.core.working_days import add_working_days
from app.foundation.rulebook.limits import Limit, Limits
from app.foundation.rulebook.loader import rulebook
from app.foundation.rulebook.outcome import (
    UNKNOWN,
    MissingInput,
    Outcome,
    finding,
    known,
    listed,
    passed,
)

Judge: TypeAlias = Callable[[Any, Limits], Outcome]


def value_of(facts: object, name: str) -> Any:
    """A fact by its name.

    Raises:
        MissingInput: it is UNKNOWN.
    """
    return known(getattr(facts, name), name)


def number_of(facts: object, name: str) -> Decimal:
    """A fact that is a whole number, or a decimal text of the register, as a number.

    Raises:
        MissingInput: it is UNKNOWN.
    """
    return Decimal(value_of(facts, name))


def all_hold(*names: str) -> Judge:
    """Each of these is so; the finding names those that are not."""
    return _as_wanted(names, wanted=True)


def none_hold(*names: str) -> Judge:
    """None of these is so; the finding names those that are."""
    return _as_wanted(names, wanted=False)


def _as_wanted(names: tuple[str, ...], *, wanted: bool) -> Judge:
    def judge(facts: object, _limits: Limits) -> Outcome:
        values = {name: getattr(facts, name) for name in names}
        wrong = [name for name, value in values.items() if value is not UNKNOWN and value is not wanted]
        if wrong:
            return finding(observed=len(wrong), items=listed([word_for(name) for name in wrong]))
        if unknown := [name for name, value in values.items() if value is UNKNOWN]:
            raise MissingInput(*unknown)
        return passed()

    return judge


def word_for(name: str) -> Text:
    """What an input is called."""
    return Text(rulebook().words[name].zh)


def within(name: str, limit: str) -> Judge:
    """A number is on the allowed side of this limit, in the limit's own unit."""

    def judge(facts: object, limits: Limits) -> Outcome:
        return compared(number_of(facts, name), limits[limit])

    return judge


def compared(number: Decimal, limit: Limit) -> Outcome:
    """The outcome of a number against a limit, shown as entered."""
    outcome = passed if limit.allows(number) else finding
    return outcome(observed=shown(number, limit.unit), threshold=limit.text, unit=limit.unit)


def shown(number: Decimal, unit: str) -> str:
    """A number as people read it; a permeability in powers of ten."""
    return f"{number:.2e}" if unit == "cm/s" else f"{number:f}"


def no_less_than(name: str, least: str, unit: str) -> Judge:
    """One number of the facts is at least another one of them."""

    def judge(facts: object, _limits: Limits) -> Outcome:
        number, needed = number_of(facts, name), number_of(facts, least)
        outcome = passed if number >= needed else finding
        return outcome(observed=shown(number, unit), threshold=shown(needed, unit), unit=unit)

    return judge


def both(*judges: Judge) -> Judge:
    """Every judge passes. The first finding is told; what is not evaluable only when there is none."""

    def judge(facts: object, limits: Limits) -> Outcome:
        missing: list[str] = []
        for each in judges:
            try:
                outcome = each(facts, limits)
            except MissingInput as unknown:
                missing += unknown.names
                continue
            if outcome.kind != "pass":
                return outcome
        if missing:
            raise MissingInput(*missing)
        return outcome

    return judge


def either(*judges: Judge) -> Judge:
    """One judge passes; else the finding of the first."""

    def judge(facts: object, limits: Limits) -> Outcome:
        findings: list[Outcome] = []
        missing: list[str] = []
        for each in judges:
            try:
                outcome = each(facts, limits)
            except MissingInput as unknown:
                missing += unknown.names
                continue
            if outcome.kind == "pass":
                return outcome
            findings.append(outcome)
        if missing:
            raise MissingInput(*missing)
        return findings[0]

    return judge


def when(name: str, value: object, judge: Judge) -> Judge:
    """Only where a fact has this value; else the rule is kept."""

    def judged(facts: object, limits: Limits) -> Outcome:
        return judge(facts, limits) if value_of(facts, name) == value else passed()

    return judged


def done_within(name: str, limit: str = "interval") -> Judge:
    """What is due at intervals was done, and the interval has not run out on the day `on` of the facts."""

    def judge(facts: Any, limits: Limits) -> Outcome:
        done, allowed = value_of(facts, name), limits[limit]
        if done is None:
            return finding(observed="0", threshold=allowed.text, unit=allowed.unit, last="—")
        days = (facts.on - done).days
        if facts.on <= last_day(done, allowed):
            return passed(observed=days, threshold=allowed.text, unit=allowed.unit)
        return finding(observed=days, threshold=allowed.text, unit=allowed.unit, last=done.isoformat())

    return judge


def last_day(start: date, limit: Limit) -> date:
    """The last day of a limit that runs from `start`: days, working days, calendar months or years (0.4)."""
    if limit.unit == "d":
        return start + timedelta(days=limit.count)
    if limit.unit == "wd":
        return add_working_days(start, limit.count)
    return months_after(start, limit.count * (12 if limit.unit == "a" else 1))
