"""Rules on consignments, by theme; each theme has its `RULES`."""

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any, Final

from app.foundation.rulebook.assessment import Predicate
from app.waste.consignments.rules import duties, manifest, numbers, receipt, road, scales, timers, weights
from app.waste.consignments.rules.numbers import ManifestNumberFacts
from app.waste.consignments.rules.weights import ContainerMassFacts, ReceiptCountFacts, ReceiptMassFacts

__all__ = [
    "RULES",
    "THEMES",
    "ContainerMassFacts",
    "ManifestNumberFacts",
    "ReceiptCountFacts",
    "ReceiptMassFacts",
]

THEMES: Final[Sequence[ModuleType]] = (numbers, manifest, road, receipt, weights, scales, duties, timers)
RULES: Final[Mapping[str, Predicate[Any]]] = {
    rule_id: predicate for theme in THEMES for rule_id, predicate in theme.RULES.items()
}
"""Every rule of this room."""
