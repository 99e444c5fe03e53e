"""What can go wrong, in the language of the domain. The borders turn these into RFC 9457 problems."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.foundation.core.text import Text, say


class DomainError(Exception):
    """Something the actor asked for can't be done. `text` says why and how to mend it."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


class NotFound(DomainError):
    """Nothing there, or nothing this actor may know of."""


class NotPermitted(DomainError):
    """The actor may see the thing but not do this to it."""


class Conflict(DomainError):
    """Wrong state, or changed meanwhile by somebody else."""


class VersionConflict(Conflict):
    """The thing changed since the actor saw it; seeing it again is the mend."""


@dataclass(frozen=True)
class FieldProblem:
    """One wrong input: JSON pointer of the field and a sentence that says the mend."""

    pointer: str
    text: Text


class InvalidInput(DomainError):
    """Input that has the right shape but can't be right; carries all problems at once."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__(problems[0].text if problems else say("输入有误"))
        self.problems = tuple(problems)
