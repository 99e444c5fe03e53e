from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.core.units import Grams
from app.foundation.rulebook.decision import RuleViolated, ensure_allowed
from app.foundation.rulebook.outcome import UNKNOWN, OutcomeKind
from app.foundation.rulebook.rules import Severity
from tests.unit.rule_samples import KEPT, RECEIVED, kilograms, the_finding, tonnes

FINDING, PASS = OutcomeKind.FINDING, OutcomeKind.PASS
NUMBER, CONTAINER, COUNT = KEPT["HWTM-15"], KEPT["DISC-C"], KEPT["DISC-3"]
masses = st.integers(0, 10**12).map(Grams)


def accept(*found):
    return ensure_allowed(found, act="accept", overrides={}, may_override=False)


# --- HWTM-15 ---


@pytest.mark.parametrize(
    ("number", "demo", "outcome"),
    [
        ("20263301000123", False, PASS),
        ("2026330100123", False, FINDING),
        ("202633010001234", False, FINDING),
        ("20261901000123", False, FINDING),
        ("19993301000123", False, FINDING),
        ("2026330100012X", False, FINDING),
        ("20269901000123", False, FINDING),
        ("20269901000123", True, PASS),
    ],
)
def test_a_manifest_number_has_14_digits_and_a_real_province(number, demo, outcome):
    facts = replace(NUMBER, number=number, demo=demo)

    assert the_finding("HWTM-15", facts).outcome is outcome


def test_another_city_than_the_consignors_is_a_warning():
    found = the_finding("HWTM-15", replace(NUMBER, departure_city="3302"))

    assert (found.outcome, found.severity) == (FINDING, Severity.WARNING)
    assert "3301 与移出地 3302 不一致" in str(found.text())


def test_a_wrong_number_is_a_violation_even_when_the_city_is_unknown():
    found = the_finding("HWTM-15", replace(NUMBER, number="1", departure_city=UNKNOWN))

    assert (found.outcome, found.severity) == (FINDING, Severity.VIOLATION)


# --- DISC-1, DISC-2 ---


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("rule_id", "sent", "allowed"),
    [
        ("DISC-1", tonnes("10"), kilograms("300")),
        ("DISC-1", tonnes("1"), kilograms("50")),
        ("DISC-2", tonnes("10"), kilograms("1000")),
        ("DISC-2", tonnes("1"), kilograms("200")),
    ],
)
def test_the_difference_may_be_the_larger_of_share_and_mass_to_the_gram(rule_id, sent, allowed, sign):
    outcomes = [
        the_finding(rule_id, replace(RECEIVED, sent=sent, received=Grams(sent + sign * difference))).outcome
        for difference in (allowed - 1, allowed, allowed + 1)
    ]

    assert outcomes == [PASS, PASS, FINDING]


def test_tv_9_a_gap_of_three_and_a_half_percent_is_a_warning_and_does_not_stop():
    facts = replace(RECEIVED, sent=tonnes("10.000"), received=tonnes("9.650"))
    warning, major = the_finding("DISC-1", facts), the_finding("DISC-2", facts)

    assert (warning.outcome, warning.severity) == (FINDING, Severity.WARNING)
    assert (warning.observed, warning.threshold, warning.unit) == ("-350.000", "300.000", "kg")
    assert warning.params["percent"] == "-3.50"
    assert (major.outcome, major.threshold) == (PASS, "1000.000")
    assert accept(warning, major) == ()


def test_a_major_difference_stops_the_acceptance_until_it_is_resolved():
    facts = replace(RECEIVED, received=tonnes("8"))

    with pytest.raises(RuleViolated):
        accept(the_finding("DISC-2", facts))
    resolved = the_finding("DISC-2", replace(facts, is_resolved=True))
    assert (resolved.outcome, resolved.severity) == (FINDING, Severity.WARNING)
    assert accept(resolved) == ()


@given(sent=masses, received=masses)
def test_the_comparison_is_exact_at_any_mass(sent, received):
    difference = abs(received - sent)
    breaks = difference * 100 > sent * 3 and difference > 50_000

    outcome = the_finding("DISC-1", replace(RECEIVED, sent=sent, received=received)).outcome

    assert (outcome is FINDING) == breaks


def test_nothing_sent_has_no_percentage():
    found = the_finding("DISC-1", replace(RECEIVED, sent=Grams(0), received=kilograms("51")))

    assert (found.outcome, found.params["percent"]) == (FINDING, "—")


# --- DISC-C ---


@pytest.mark.parametrize(
    ("sent", "difference", "severity"),
    [
        ("200", "6.000", None),
        ("200", "6.001", Severity.WARNING),
        ("200", "20.000", Severity.WARNING),
        ("200", "20.001", Severity.VIOLATION),
        ("50", "2.000", None),
        ("50", "2.001", Severity.WARNING),
        ("50", "10.000", Severity.WARNING),
        ("50", "10.001", Severity.VIOLATION),
    ],
)
def test_a_container_is_compared_in_two_stages(sent, difference, severity):
    received = Grams(kilograms(sent) - kilograms(difference))

    found = the_finding("DISC-C", replace(CONTAINER, sent=kilograms(sent), received=received))

    assert (found.severity if found.outcome is FINDING else None) == severity
    assert found.blocks is (severity is Severity.VIOLATION)


def test_a_resolved_container_is_a_warning_with_the_major_limit():
    facts = replace(CONTAINER, received=kilograms("100"), is_resolved=True)

    found = the_finding("DISC-C", facts)

    assert (found.severity, found.threshold) == (Severity.WARNING, "18.000")
    assert accept(found) == ()


# --- DISC-3 ---


@pytest.mark.parametrize(("received", "outcome"), [(5, FINDING), (6, PASS), (7, FINDING)])
def test_one_container_more_or_less_is_a_discrepancy(received, outcome):
    found = the_finding("DISC-3", replace(COUNT, received_count=received))

    assert found.outcome is outcome
    if outcome is FINDING:
        with pytest.raises(RuleViolated):
            accept(found)


def test_a_resolved_count_is_a_warning():
    facts = replace(COUNT, received_count=5, is_resolved=True)

    assert accept(the_finding("DISC-3", facts)) == ()
