"""docs/rules.md tells of every id of the domain rules what became of it."""

import importlib
import re
from collections import Counter
from pathlib import Path

import pytest

from app.foundation.rulebook.loader import rulebook
from scripts.build_rules_page import PREDICATES, coverage, page, waits

ROOT = Path(__file__).resolve().parents[2]
DUE_HERE = (
    "3.2 ",
    "3.3 ",
    "3.4 ",
    "3.5 ",
    "3.7 ",
    "4.6 ",
    "5.1 ",
    "5.2 ",
    "6.1 ",
    "6.2 ",
    "9.1 ",
    "9.4 ",
    "9.5 ",
)
"""Sections that are built; what is missing of them has a reason of its own."""
NOT_EVALUATED = {"GB18597-8.2.4", "GB18597-9.2", "GB18597-9.3"}


def test_every_id_stands_once_with_its_place_or_its_reason():
    ids = Counter(row.rule_id for row in coverage())

    assert [rule_id for rule_id, times in ids.items() if times > 1] == []
    assert [row.rule_id for row in coverage() if not (row.place or row.why)] == []


def test_every_rule_of_the_book_stands_in_the_list():
    listed = {row.rule_id for row in coverage()}
    of_others = {"GB32100-check", "GISW-emanifest"}  # rules that domain-rules.md tells of without an id

    assert rulebook().rules.keys() - listed <= of_others
    assert PREDICATES.keys() - listed <= of_others


def test_what_is_due_is_implemented():
    missing = {row.rule_id for row in coverage() if row.section.startswith(DUE_HERE) and not row.place}

    assert missing == NOT_EVALUATED


def test_what_nobody_asks_is_said_to_wait():
    """Facts that no module but their own makes can't be asked about; the list says what they wait for."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "app").rglob("*.py")]
    made = {name for text in sources for name in _facts_made(text)}
    asked = {
        rule_id
        for rule_id, rule in PREDICATES.items()
        if any(kind.__name__ in made for kind in _kinds_of(rule.facts_type))
    }
    asked.discard(
        "GISW-emanifest"
    )  # its facts are made for its neighbours; nobody fills in its own two inputs
    differences = {"GISWL-balance"}  # its limit alone is asked: imported months bring their own sum

    assert PREDICATES.keys() - asked - differences == set(waits()) & PREDICATES.keys()


def _facts_made(text):
    """Names of facts that a module calls, or has from another module, where the calls are."""
    elsewhere = {name for name in re.findall(r"\b(\w+Facts)\b", text) if f"class {name}(" not in text}
    return elsewhere | set(re.findall(r"(?<!class )\b(\w+Facts)\(", text))


def _kinds_of(kind):
    return [kind, *(below for child in kind.__subclasses__() for below in _kinds_of(child))]


@pytest.mark.parametrize("place", sorted({row.place for row in coverage() if row.place}))
def test_each_place_is_there(place):
    if place.startswith("tests/"):
        assert (ROOT / place).is_file()
    elif place.startswith("app."):
        assert _found(place.partition(" ")[0].partition("(")[0])


def _found(dotted):
    try:
        return importlib.import_module(dotted)
    except ModuleNotFoundError:
        module, _, name = dotted.rpartition(".")
        return hasattr(importlib.import_module(module), name)


def test_the_page_is_up_to_date():
    written = (ROOT / "docs/rules.md").read_text(encoding="utf-8")

    assert written == page(), "run python -m scripts.build_rules_page"
