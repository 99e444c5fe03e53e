"""A changed comparison or threshold of a rule on stores makes one of its cases fail."""

from dataclasses import replace

from app.foundation.rulebook.loader import rulebook
from scripts.mutate_rules import _predicates, changed_trees, is_noticed, survivors


def test_no_change_of_a_rule_goes_unnoticed():
    assert [str(survivor) for survivor in survivors()] == []


def test_a_change_that_no_case_looks_at_would_be_told():
    rule_id = "GB18597-8.3.5-b"
    limits = rulebook().rule(rule_id).limits
    far_off = replace(limits["stock"], value=limits["stock"].value + 1)

    assert not is_noticed(rule_id, _predicates()[rule_id], limits)
    assert is_noticed(rule_id, _predicates()[rule_id], {"stock": far_off})


def test_each_comparison_connective_and_negation_is_turned_round_once():
    source = "def judge(a, b):\n    return a < b and not (a == 1)\n"

    told = [what for _, _, what in changed_trees(source, frozenset())]

    assert told == [
        "a < b and (not a == 1) -> a < b or not a == 1",
        "a < b -> a <= b",
        "not a == 1 -> not not a == 1",
        "a == 1 -> a != 1",
    ]
