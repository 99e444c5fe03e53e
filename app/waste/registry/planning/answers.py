"""What a site answers about itself for the rules that no other record proves: a list kept as data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from app.foundation.core.text import Text
from app.foundation.rulebook.outcome import UNKNOWN, Maybe

DATA: Final = Path(__file__).parent / "data" / "answers.toml"


@dataclass(frozen=True)
class Answer:
    """One question: `flag` yes or no, `choice` one of `choices`, `number` a whole number, `day` an ISO day."""

    key: str
    kind: str
    group: str
    name: Text
    choices: Mapping[str, Text]
    unit: str

    def problem(self, value: object) -> bool:
        """Whether the value can't be an answer to it."""
        match self.kind:
            case "flag":
                return not isinstance(value, bool)
            case "choice":
                return value not in self.choices
            case "number":
                return isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 9999
            case _:
                return not _is_day(value)


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value) is not None
    except ValueError:
        return False


@lru_cache(maxsize=1)
def answers() -> Mapping[str, Answer]:
    """Every question by its key, in the order of the form."""
    table = tomllib.loads(DATA.read_text("utf-8"))
    return {row["key"]: _answer(row) for row in table["answer"]}


def _answer(row: Mapping[str, Any]) -> Answer:
    choices = {key: Text(words["zh"]) for key, words in row.get("choices", {}).items()}
    return Answer(
        row["key"], row["kind"], row["group"], Text(row["name"]["zh"]), choices, row.get("unit", "")
    )


@lru_cache(maxsize=1)
def groups() -> Mapping[str, Text]:
    """The headings of the form by their key, in order."""
    table = tomllib.loads(DATA.read_text("utf-8"))
    return {key: Text(words["zh"]) for key, words in table["groups"].items()}


def answer_of(given: Mapping[str, Any], key: str) -> Maybe[Any]:
    """What a site answered, days as dates; UNKNOWN where it didn't.

    Raises:
        KeyError: there is no such question.
    """
    question = answers()[key]
    value = given.get(key)
    if value is None or question.problem(value):
        return UNKNOWN
    return date.fromisoformat(value) if question.kind == "day" else value
