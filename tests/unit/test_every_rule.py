"""What holds for each rule, whichever room it lives in."""

import string
from dataclasses import fields, replace

import pytest

from app.foundation.rulebook.loader import rulebook
from app.foundation.rulebook.outcome import UNKNOWN, OutcomeKind
from app.waste.storage.compatibility import properties
from tests.unit.rule_samples import KEPT, RULES, broken, the_finding

INPUTS = [(rule_id, name) for rule_id in sorted(RULES) for name in rulebook().rule(rule_id).inputs]


def test_every_rule_of_the_book_has_its_predicate():
    assert RULES.keys() == rulebook().rules.keys() == KEPT.keys()


@pytest.mark.parametrize(("rule_id", "name"), INPUTS)
def test_each_input_is_a_field_of_the_facts(rule_id, name):
    assert name in {field.name for field in fields(RULES[rule_id].facts_type)}


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_the_rule_tells_kept_from_broken(rule_id):
    assert the_finding(rule_id, KEPT[rule_id]).outcome is OutcomeKind.PASS
    assert the_finding(rule_id, broken(rule_id)).outcome is OutcomeKind.FINDING


@pytest.mark.parametrize(("rule_id", "name"), INPUTS)
def test_a_missing_input_is_never_a_pass(rule_id, name):
    found = the_finding(rule_id, replace(KEPT[rule_id], **{name: UNKNOWN}))

    assert found.outcome is OutcomeKind.NOT_EVALUABLE
    assert found.missing == (name,)
    assert name not in str(found.text())


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_facts_of_which_nothing_is_known_are_not_evaluable(rule_id):
    unknown = dict.fromkeys(rulebook().rule(rule_id).inputs, UNKNOWN)

    found = the_finding(rule_id, replace(KEPT[rule_id], **unknown))

    assert found.outcome is OutcomeKind.NOT_EVALUABLE
    assert set(found.missing) == set(unknown)


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_its_message_is_filled_in_both_languages(rule_id):
    rule, found = rulebook().rule(rule_id), the_finding(rule_id, broken(rule_id))

    for message in (rule.message.zh, rule.message.en):
        text = found.text().render(
            lambda msgid, message=message: message if msgid == rule.message.zh else msgid
        )
        assert "{" not in text
        assert "None" not in text
    names = {name for _, name, _, _ in string.Formatter().parse(rule.message.zh) if name}
    assert names <= {"observed", "threshold", "unit", *found.params}


@pytest.mark.parametrize("rule_id", ["GB18597-4.3-b", "ECC-535-1"])
def test_every_property_that_may_be_asked_for_must_be_supplied_by_the_act(rule_id):
    rule = rulebook().rule(rule_id)

    asked = {name for name, about in properties().items() if any(about.answers.values())}
    for names in rule.act_inputs.values():
        assert asked <= names
