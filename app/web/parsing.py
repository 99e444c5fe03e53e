"""Forms into commands: the same schemas as the JSON border, fed with what people typed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import Schema, ValidationError

from app.entry.problems import flat_messages
from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.text import Text


def parse_form(schema: Schema, values: Mapping[str, Any]) -> Any:
    """Load typed values; empty ones count as not given.

    Raises:
        InvalidInput: names every wrong field at once.
    """
    given = {name: value for name, value in values.items() if value not in ("", None)}
    try:
        return schema.load(given)
    except ValidationError as refused:
        problems = flat_messages(refused.messages_dict)
        raise InvalidInput([FieldProblem(pointer, Text(words)) for pointer, words in problems]) from None


def instant_typed(text: str, zone: str) -> str:
    """A wall-clock time of a `datetime-local` field as ISO 8601 with the offset of the park; else as typed."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).isoformat()
    except ValueError:
        return text
