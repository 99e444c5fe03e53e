"""The rules on stores of waste: facts by theme, their predicates, and all of them as `RULES` (domain-rules.md 3, 4, 9.4)."""

from collections.abc import Mapping
from typing import Any, Final

from app.foundation.rulebook.assessment import Predicate
from app.waste.registry import rules as registry
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

FACILITY_RULES: Final[Mapping[str, Predicate[Any]]] = {
    **RULES,
    **{rule_id: registry.RULES[rule_id] for rule_id in ("HJ1259-5.5-cap", "GISW-HWmix")},
}
"""What is asked of a facility as it stands; two of them are rules of the registry that only this room has facts for."""

STEP_RULES: Final[Mapping[str, Predicate[Any]]] = {
    rule_id: registry.RULES[rule_id] for rule_id in ("INFO-5i", "INFO-5i-P")
}
"""The five at-once steps of a container."""

__all__ = [
    "FACILITY_RULES",
    "LABEL_FIELDS",
    "RULES",
    "STEP_RULES",
    "SUITABLE_FORMS",
    "THEMES",
    "CompatibilityFacts",
    "ContainerCodeFacts",
    "LabelFacts",
    "Occupant",
    "StockFacts",
    "ZoneAssignmentFacts",
]
