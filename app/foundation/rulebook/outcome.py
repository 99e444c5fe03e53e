"""What a rule says of one subject: pass, finding, or not evaluable because an input is missing."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NoReturn, TypeAlias, TypeVar

from app.foundation.core.text import Text, say


class Unknown(enum.Enum):
    """The type of `UNKNOWN`, an input nobody has supplied. It is neither true nor false."""

    UNKNOWN = "unknown"

    def __bool__(self) -> NoReturn:
        raise TypeError("UNKNOWN is neither true nor false; ask `is UNKNOWN`")

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN

T = TypeVar("T")
Maybe: TypeAlias = T | Unknown
"""An input of a rule, or UNKNOWN."""

Param: TypeAlias = str | int | Text
"""A value in a message; never a float."""


class MissingInput(Exception):
    """A predicate needed an input that is UNKNOWN."""

    def __init__(self, *names: str) -> None:
        super().__init__(", ".join(names))
        self.names = names


def known(value: Maybe[T], name: str) -> T:
    """The value of the input `name`.

    Raises:
        MissingInput: it is UNKNOWN. Whoever runs the predicate turns this into "not evaluable".
    """
    if isinstance(value, Unknown):
        raise MissingInput(name)
    return value


class OutcomeKind(enum.StrEnum):
    """The three outcomes (domain-rules.md 0.1): a missing input is never a pass."""

    PASS = "pass"  # noqa: S105 - an outcome, not a secret
    FINDING = "finding"
    NOT_EVALUABLE = "not_evaluable"


@dataclass(frozen=True)
class Outcome:
    """One rule applied to one subject. Make it with `passed`, `finding` or `not_evaluable`."""

    kind: OutcomeKind
    observed: str | int | None = None
    """In `unit`, exact; masses as decimal text."""
    threshold: str | int | None = None
    unit: str | None = None
    params: Mapping[str, Param] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    milder: bool = False
    """A finding of the rule's milder severity (`milder_severity` in the data)."""

    def __post_init__(self) -> None:
        for value in (self.observed, self.threshold, *self.params.values()):
            if isinstance(value, float):
                raise TypeError("outcomes hold whole numbers and decimal texts, never floats")


def passed(
    *, observed: str | int | None = None, threshold: str | int | None = None, unit: str | None = None
) -> Outcome:
    """The rule is kept."""
    return Outcome(OutcomeKind.PASS, observed, threshold, unit)


def finding(
    *,
    observed: str | int | None = None,
    threshold: str | int | None = None,
    unit: str | None = None,
    milder: bool = False,
    **params: Param,
) -> Outcome:
    """The rule is broken. `params` fill the message, besides `observed`, `threshold` and `unit`."""
    return Outcome(OutcomeKind.FINDING, observed, threshold, unit, params, milder=milder)


def not_evaluable(missing: Sequence[str], detail: Text | None = None) -> Outcome:
    """Nobody can tell, because these inputs are missing; `detail` says of what, where that isn't the subject."""
    params = {"detail": detail} if detail else {}
    return Outcome(OutcomeKind.NOT_EVALUABLE, params=params, missing=tuple(missing))


def listed(texts: Sequence[Text]) -> Text:
    """Several texts as one enumeration."""
    if not texts:
        return Text("")
    if len(texts) == 1:
        return texts[0]
    return say("{first}、{rest}", first=texts[0], rest=listed(texts[1:]))
