"""The rules on stores of waste: facts by theme, their predicates, and all of them as `RULES` (domain-rules.md 3, 4, 9.4)."""

from collections.abc import Mapping
from typing import Any, Final

from app.foundation.rulebook.assessment import Predicate
from app.waste.storage.rules import (
    construction,
    containers,
    containment,
    general_inbound,
    general_sites,
    placing,
    process,
    signs,
    siting,
    time,
)
from app.waste.storage.rules.placing import (
    LABEL_FIELDS,
    SUITABLE_FORMS,
    CompatibilityFacts,
    ContainerCodeFacts,
    LabelFacts,
    Occupant,
    StockFacts,
    ZoneAssignmentFacts,
)

THEMES: Final = (
    placing,
    siting,
    construction,
    containment,
    time,
    containers,
    process,
    signs,
    general_sites,
    general_inbound,
)
"""The modules that hold predicates; each has `RULES`."""

RULES: Final[Mapping[str, Predicate[Any]]] = {
    rule_id: predicate for theme in THEMES for rule_id, predicate in theme.RULES.items()
}

__all__ = [
    "LABEL_FIELDS",
    "RULES",
    "SUITABLE_FORMS",
    "THEMES",
    "CompatibilityFacts",
    "ContainerCodeFacts",
    "LabelFacts",
    "Occupant",
    "StockFacts",
    "ZoneAssignmentFacts",
]
