"""Shapes of checks that several rules of consignments share."""

from collections.abc import Mapping
from typing import TypeVar

from app.foundation.core.text import Text
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import Outcome, finding, known, listed, passed

F = TypeVar("F", bound=Facts)


def complete(facts_type: type[F], words: Mapping[str, Text]) -> Predicate[F]:
    """None of these inputs is blank: empty, only spaces, or nothing. `words` name each for people."""

    def has_all(facts: F, _limits: Limits) -> Outcome:
        values = {name: known(getattr(facts, name), name) for name in words}
        blank = [words[name] for name, value in values.items() if is_blank(value)]
        return finding(observed=len(blank), fields=listed(blank)) if blank else passed()

    return Predicate(facts_type, has_all)


def is_blank(value: object) -> bool:
    """Nothing, an empty collection, or a text of spaces; a number never is, not even zero."""
    return value is None or not str(value).strip() or value == frozenset()
