"""A correction as people see it: each field by its name with both values in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.foundation.core.text import Text, say
from app.foundation.core.units import kg_text
from app.waste.consignments.fields import Value, rule_of
from app.waste.consignments.models import Revision
from app.waste.registry.methods import method_text
from app.waste.registry.models import FORM_WORDS, WasteForm


@dataclass(frozen=True)
class Difference:
    """One line of the comparison."""

    words: Text
    before: Text
    after: Text


def shown_changes(revision: Revision) -> list[dict[str, Any]]:
    """The changes with their free texts in full, for those who may see the consignment; masses in kilograms."""
    return [_with_texts(one, revision.private) for one in revision.changes]


def _with_texts(change: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Any]:
    shown = dict(change) | dict(texts.get(change["path"], {}))
    rule = rule_of(change["path"])
    if rule is not None and rule.value is Value.MASS:
        shown |= {"before": kg_text(int(shown["before"])), "after": kg_text(int(shown["after"]))}
    return shown


def differences(revision: Revision) -> list[Difference]:
    """The comparison that people read."""
    found = []
    for change in shown_changes(revision):
        rule = rule_of(change["path"])
        assert rule is not None  # only known fields are stored
        words = _named(change["path"], rule.words)
        found.append(
            Difference(words, _value(change["before"], rule.value), _value(change["after"], rule.value))
        )
    return found


def _named(path: str, words: Text) -> Text:
    parts = path.split(".")
    if parts[0] == "lines":
        return say("第 {number} 行 {field}", number=parts[1], field=words)
    if parts[0] == "containers":
        return say("容器 {code} {field}", code=parts[1], field=words)
    return words


def _value(value: Any, kind: Value | None) -> Text:
    if value in (None, "", []):
        return say("未填")
    match kind:
        case Value.MASS:
            return say("{mass} kg", mass=value)
        case Value.METHOD:
            return method_text(value)
        case Value.FORM:
            return FORM_WORDS[WasteForm(value)]
        case Value.HAZARDS:
            return Text(" ".join(value))
    return Text(str(value).replace("{", "(").replace("}", ")"))
