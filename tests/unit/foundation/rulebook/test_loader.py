from datetime import date

import pytest

from app.foundation.rulebook.loader import all_rules, load, merged, rulebook
from app.foundation.rulebook.rows import RulebookError
from app.foundation.rulebook.rules import Confidence, Severity
from tests.unit.foundation.rulebook.small import a_book, an_overlay, rules_with


def problems_of(rules, *overlays):
    with pytest.raises(RulebookError) as caught:
        load(rules, {"overlay": list(overlays)})
    return "\n".join(caught.value.problems)


def test_the_shipped_rulebook_loads_and_lists_its_rules_once():
    ids = [rule.id for rule in all_rules()]

    assert ids == sorted(set(ids))
    assert all(rule.title.zh and rule.message.en for rule in rulebook().rules.values())


@pytest.mark.parametrize(
    ("rule_id", "severity", "confidence", "block"),
    [
        ("HWTM-15", Severity.VIOLATION, Confidence.VERIFIED, False),
        ("HJ1276-L-code", Severity.VIOLATION, Confidence.SECONDARY, False),
        ("HJ1276-L-fields", Severity.VIOLATION, Confidence.SECONDARY, False),
        ("GB18597-4.2", Severity.WARNING, Confidence.MEMORY, False),
        ("GB18597-4.3-a", Severity.VIOLATION, Confidence.VERIFIED, False),
        ("GB18597-4.3-b", Severity.VIOLATION, Confidence.VERIFIED, False),
        ("GB18597-8.3.5-a", Severity.VIOLATION, Confidence.VERIFIED, False),
        ("HWLM-15", Severity.VIOLATION, Confidence.VERIFIED, True),
        ("HWLM-10-cat", Severity.VIOLATION, Confidence.VERIFIED, True),
        ("DISC-1", Severity.WARNING, Confidence.PLATFORM, False),
        ("DISC-2", Severity.VIOLATION, Confidence.PLATFORM, True),
        ("DISC-C", Severity.VIOLATION, Confidence.PLATFORM, True),
        ("DISC-3", Severity.VIOLATION, Confidence.PLATFORM, True),
        ("GB32100-check", Severity.VIOLATION, Confidence.SECONDARY, False),
    ],
)
def test_the_rows_are_those_of_the_domain_rules(rule_id, severity, confidence, block):
    rule = rulebook().rule(rule_id)

    assert (rule.severity, rule.confidence, rule.block) == (severity, confidence, block)


def test_the_files_of_the_rules_are_read_as_one():
    first = {"rule": [{"id": "A"}], "words": {"mass": {"zh": "质量", "en": "mass"}}}
    second = {"rule": [{"id": "B"}], "words": {"mass": {"zh": "质量", "en": "mass"}}}

    whole = merged({"first.toml": first, "second.toml": second})

    assert [row["id"] for row in whole["rule"]] == ["A", "B"]
    assert whole["words"] == first["words"]


def test_files_that_word_an_input_differently_are_refused():
    with pytest.raises(RulebookError) as caught:
        merged({"a.toml": {"words": {"mass": "质量"}}, "b.toml": {"words": {"mass": "重量"}, "rul": []}})

    assert "b.toml: mass is worded differently in another file" in caught.value.problems
    assert "b.toml: unknown key rul" in caught.value.problems


def test_a_rule_that_waits_for_review_is_at_most_a_warning():
    memory = a_book(confidence="M").rule("TEST-1")
    reviewed = a_book(confidence="M", legally_reviewed="王律师 2026-10-01").rule("TEST-1")

    assert memory.severity_of(milder=False) is Severity.WARNING
    assert reviewed.severity_of(milder=False) is Severity.VIOLATION
    assert reviewed.is_verified


def test_all_problems_of_a_rule_are_told_at_once():
    text = problems_of(
        rules_with(
            severity="fatal",
            confidence="X",
            document="NONE",
            acts=["fly"],
            act_inputs={"put_away": ["taste"]},
            inputs=["mass", "smell"],
            limits={"stock": {"value": "-3", "unit": "stone", "direction": "near"}},
            message={"zh": "超过 {threshold}", "en": "over"},
            milder_severity="violation",
            valid_from=date(2026, 1, 2),
            valid_to=date(2026, 1, 1),
            citations=[{"law": "NONE", "article": "1"}],
            colour="red",
        )
    )

    for part in (
        "severity must be one of",
        "confidence must be one of",
        "document is not in the list",
        "unknown act fly",
        "no word for the input smell",
        "no word for the input taste",
        "value must be a number",
        "unit must be one of",
        "direction must be one of",
        "different parameters",
        "milder_severity is above severity",
        "valid_to is before valid_from",
        "law is not in the list",
        "unknown key colour",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"id": ""}, "id must be a text"),
        ({"valid_from": "2026-01-01"}, "valid_from must be a day"),
        ({"block": "yes"}, "block must be true or false"),
        ({"inputs": "mass"}, "inputs must be a list of texts"),
        ({"limits": {"stock": {"value": 3.0, "unit": "t", "direction": "at_most"}}}, "written as a text"),
        ({"limits": {"stock": {"value": "NaN", "unit": "t", "direction": "at_most"}}}, "written as a text"),
        (
            {"limits": {"stock": {"value": "0.0000001", "unit": "t", "direction": "at_most"}}},
            "finer than a gram",
        ),
        (
            {"limits": {"stock": {"value": "1", "unit": "stone", "direction": "at_most"}}},
            "unit must be one of",
        ),
        ({"title": "full"}, "title must be a table"),
        ({"citations": [3]}, "citations must be a list of tables"),
        ({"act_inputs": {"move": ["fill"]}}, "move, which is not among the acts"),
        ({"act_inputs": {"fly": ["fill"]}}, "unknown act fly"),
    ],
)
def test_each_wrong_value_is_named(changes, part):
    assert part in problems_of(rules_with(**changes))


def test_a_rule_id_is_used_once():
    rules = rules_with()
    rules["rule"] *= 2

    assert "rule TEST-1 appears twice" in problems_of(rules)


def test_an_overlay_may_not_loosen_anything_and_everything_is_told_at_once():
    text = problems_of(
        rules_with(block=True),
        an_overlay(id="A", limits={"stock": {"value": "3.001"}}),
        an_overlay(id="B", severity="warning", limits={}),
        an_overlay(id="C", rule="NONE"),
        an_overlay(id="D", block=False, limits={}),
        an_overlay(id="E", limits={"speed": {"value": "1", "unit": "t", "direction": "at_most"}}),
        an_overlay(id="F", limits={"stock": {"value": "1", "unit": "kg"}}),
        an_overlay(id="G", limits={"stock": {"value": "1", "direction": "at_least"}}),
        an_overlay(id="H", area={}),
        an_overlay(id="H", colour="red"),
    )

    for part in (
        "overlay A: limit stock 3.0010 t is looser than the rule's 3.0000",
        "overlay B: severity warning is lower than the rule's violation",
        "overlay C: there is no rule 'NONE'",
        "overlay D: takes away the block",
        "overlay E: the rule has no limit speed",
        "overlay F: limit stock must be in t, at_most",
        "overlay G: limit stock must be in t, at_most",
        "overlay H.area: names no province, city or park",
        "overlay H: unknown key colour",
        "overlay H appears twice",
    ):
        assert part in text


def test_an_overlay_may_repeat_the_number_or_tighten_it():
    book = a_book(
        an_overlay(id="A", limits={"stock": {"value": "3"}}),
        an_overlay(id="B", limits={"stock": {"value": "2.999"}}),
    )

    assert len(book.overlays) == 2
