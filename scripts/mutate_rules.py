"""Change every comparison, connective and threshold of the sampled rules, one at a time, and see that a case notices.

python -m scripts.mutate_rules        list the changes that no case notices; 1 when there are any

The cases are those of tests/unit/samples; they run in this process, so hundreds of changes take seconds.
"""

import ast
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from types import ModuleType
from typing import Any, Final

from app.foundation.rulebook.assessment import Predicate
from app.foundation.rulebook.limits import MASS_UNITS, Limit, Limits
from app.foundation.rulebook.loader import rulebook
from app.parties.licences import rules as licence_rules
from app.waste.consignments import rules as consignments
from app.waste.consignments.rules import checks as parts
from app.waste.registry.rules import checks, classes, declarations, general, ledgers, plans, timetable
from app.waste.storage import rules as storage
from app.waste.storage.rules import makers
from tests.unit.samples import consignments as consignment_samples
from tests.unit.samples import general_sites, licences, placing, registry, stores
from tests.unit.samples.outcomes import told_of

SAMPLES: Final = {
    **placing.SAMPLES,
    **stores.SAMPLES,
    **general_sites.SAMPLES,
    **registry.SAMPLES,
    **licences.SAMPLES,
    **consignment_samples.SAMPLES,
}
REGISTRY: Final = (classes, plans, ledgers, declarations, general, timetable)
THEMES: Final[Sequence[ModuleType]] = (*storage.THEMES, *REGISTRY, licence_rules, *consignments.THEMES)
SHARED: Final[Mapping[ModuleType, Sequence[ModuleType]]] = {
    makers: storage.THEMES,
    checks: REGISTRY,
    parts: consignments.THEMES,
}
"""Modules whose functions make predicates, and the themes that use them."""
SWAPPED: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
STEPS: Final[Mapping[str, Decimal]] = {
    "%": Decimal(1), "m": Decimal("0.01"), "cm/s": Decimal(0), **{unit: 1 / Decimal(g) for unit, g in MASS_UNITS.items()},
}  # fmt: skip
"""One unit of a limit in its own unit, where it isn't 1: a gram, a centimetre; a permeability by a tenth of itself."""
ONLY_SHOWN: Final = frozenset({"shown"})
"""Functions that make no outcome but what people read of it; they have tests of their own."""


@dataclass(frozen=True)
class Survivor:
    """A change that no case noticed."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


def is_noticed(rule_id: str, predicate: Predicate[Any], limits: Limits) -> bool:
    """Whether any case of the rule has another outcome than it must have."""
    kept, cases = SAMPLES[rule_id]
    return any(
        _told(predicate, replace(kept, **changes), limits, outcome) != outcome
        for changes, outcome in [({}, "pass"), *cases]
    )


def _told(predicate: Predicate[Any], facts: Any, limits: Limits, wanted: str) -> str:
    try:
        return told_of(predicate(facts, limits), wanted)
    except Exception:  # a change that breaks the predicate is noticed, however it breaks
        return "broken"


def surviving_limits() -> Iterator[Survivor]:
    """Thresholds of the data that may be one unit more or less without a case noticing."""
    for rule_id in SAMPLES:
        predicate = _predicates()[rule_id]
        limits = rulebook().rule(rule_id).limits
        for name, limit in limits.items():
            for changed in _neighbours(limit):
                if not is_noticed(rule_id, predicate, {**limits, name: changed}):
                    yield Survivor(f"{rule_id}.{name}", f"{limit.text} -> {changed.text} {limit.unit}")


def _neighbours(limit: Limit) -> list[Limit]:
    step = STEPS.get(limit.unit, Decimal(1)) or limit.value / 10
    return [replace(limit, value=value) for value in (limit.value + step, limit.value - step) if value >= 0]


def _predicates() -> dict[str, Predicate[Any]]:
    return {rule_id: predicate for theme in THEMES for rule_id, predicate in theme.RULES.items()}


def surviving_code() -> Iterator[Survivor]:
    """Comparisons and connectives of the predicates that may be turned round without a case noticing."""
    for theme in THEMES:
        sampled = [rule_id for rule_id in theme.RULES if rule_id in SAMPLES]
        yield from _surviving_of(theme, sampled, partial(_rules_of, theme))
    for maker, themes in SHARED.items():
        used = [rule_id for theme in themes for rule_id in theme.RULES if rule_id in SAMPLES]
        yield from _surviving_of(maker, used, partial(_rules_with, maker))


def _surviving_of(
    module: ModuleType, sampled: Sequence[str], rules_of: Callable[[ast.Module], Mapping[str, Predicate[Any]]]
) -> Iterator[Survivor]:
    if not sampled:
        return
    for tree, line, what in changed_trees(inspect.getsource(module), _unsampled(module)):
        place = f"{module.__name__.rpartition('.')[2]}:{line}"
        try:
            rules = rules_of(tree)
        except Exception:  # a change that can't even be loaded is noticed
            continue
        limits = {rule_id: rulebook().rule(rule_id).limits for rule_id in sampled}
        if not any(is_noticed(rule_id, rules[rule_id], limits[rule_id]) for rule_id in sampled):
            yield Survivor(place, what)


def _unsampled(module: ModuleType) -> frozenset[str]:
    """Functions of a module that only judge rules without samples; tests of their own look after those."""
    rules: Mapping[str, Predicate[Any]] = getattr(module, "RULES", {})
    left = {p.judge.__qualname__ for rule_id, p in rules.items() if rule_id not in SAMPLES}
    tried = {p.judge.__qualname__ for rule_id, p in rules.items() if rule_id in SAMPLES}
    return frozenset(left - tried) | ONLY_SHOWN


def changed_trees(source: str, without: frozenset[str]) -> Iterator[tuple[ast.Module, int, str]]:
    """The source with one thing turned round, for each comparison, `and`, `or` and `not` in its functions."""
    for number in range(len(list(_spots(ast.parse(source), without)))):
        tree = ast.parse(source)
        spot = list(_spots(tree, without))[number]
        yield tree, getattr(spot, "lineno", 0), _turned_round(spot)


def _spots(tree: ast.Module, without: frozenset[str]) -> Iterator[ast.expr]:
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and function.name not in without:
            for node in ast.walk(function):
                if isinstance(node, ast.Compare | ast.BoolOp) or (
                    isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
                ):
                    yield node


def _turned_round(spot: ast.expr) -> str:
    before = ast.unparse(spot)
    if isinstance(spot, ast.Compare):
        spot.ops[0] = SWAPPED[type(spot.ops[0])]()
    elif isinstance(spot, ast.BoolOp):
        spot.op = ast.Or() if isinstance(spot.op, ast.And) else ast.And()
    elif isinstance(spot, ast.UnaryOp):
        spot.op, spot.operand = ast.Not(), ast.UnaryOp(ast.Not(), spot.operand)
    ast.fix_missing_locations(spot)
    return f"{before} -> {ast.unparse(spot)}"


def _rules_of(theme: ModuleType, tree: ast.Module) -> Mapping[str, Predicate[Any]]:
    """The rules of a changed module; its classes stay those that the samples were made with."""
    space = dict(vars(theme))
    tree.body = [node for node in tree.body if not isinstance(node, ast.ClassDef)]
    exec(compile(tree, theme.__name__, "exec"), space)
    rules: Mapping[str, Predicate[Any]] = space["RULES"]
    return rules


def _rules_with(maker: ModuleType, tree: ast.Module) -> Mapping[str, Predicate[Any]]:
    """The rules of all themes that use a module of makers, made by a changed one."""
    changed = ModuleType(maker.__name__)
    exec(compile(tree, maker.__name__, "exec"), vars(changed))
    with _standing_in(changed):
        return {
            rule_id: predicate
            for theme in SHARED[maker]
            for rule_id, predicate in _rules_of(theme, ast.parse(inspect.getsource(theme))).items()
        }


@contextmanager
def _standing_in(module: ModuleType) -> Iterator[None]:
    """Let imports of this name find the changed module."""
    package_name, _, name = module.__name__.rpartition(".")
    own, package = sys.modules[module.__name__], importlib.import_module(package_name)
    sys.modules[module.__name__] = module
    setattr(package, name, module)
    try:
        yield
    finally:
        sys.modules[module.__name__] = own
        setattr(package, name, own)


def survivors() -> list[Survivor]:
    """Every change that no case notices."""
    return [*surviving_limits(), *surviving_code()]


def main() -> int:
    """Print the survivors."""
    found = survivors()
    for survivor in found:
        print(survivor)
    print(f"{len(found)} changes go unnoticed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
