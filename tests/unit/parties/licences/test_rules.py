from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.foundation.rulebook.decision import RuleViolated, ensure_allowed
from app.foundation.rulebook.outcome import UNKNOWN, OutcomeKind
from app.parties.licences.models import LicenceState
from tests.unit.rule_samples import KEPT, LICENSED, the_finding

FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
SCOPE = KEPT["HWLM-10-cat"]
FINDING, PASS = OutcomeKind.FINDING, OutcomeKind.PASS


@pytest.mark.parametrize(
    ("dispatch_on", "acceptance_on", "outcome"),
    [
        (FIRST, LAST, PASS),
        (FIRST - timedelta(1), LAST, FINDING),
        (FIRST, LAST + timedelta(1), FINDING),
        (LAST, LAST, PASS),
        (LAST + timedelta(1), LAST + timedelta(1), FINDING),
    ],
)
def test_the_licence_is_in_force_on_dispatch_and_on_acceptance(dispatch_on, acceptance_on, outcome):
    facts = replace(LICENSED, dispatch_on=dispatch_on, acceptance_on=acceptance_on)

    assert the_finding("HWLM-15", facts).outcome is outcome


@pytest.mark.parametrize(
    ("state", "outcome"),
    [(LicenceState.VALID, PASS), (LicenceState.SUSPENDED, FINDING), (LicenceState.REVOKED, FINDING)],
)
def test_a_suspended_or_revoked_licence_does_not_count(state, outcome):
    facts = replace(LICENSED, licence=replace(LICENSED.licence, state=state))

    assert the_finding("HWLM-15", facts).outcome is outcome


def test_no_licence_is_a_finding_on_any_day_and_an_unknown_one_is_not_a_pass():
    nothing = replace(LICENSED, licence=None, dispatch_on=UNKNOWN, acceptance_on=UNKNOWN)

    assert str(the_finding("HWLM-15", nothing).text()) == "接受人无有效许可证：没有经营许可证"
    assert the_finding("HWLM-15", replace(LICENSED, licence=UNKNOWN)).outcome is OutcomeKind.NOT_EVALUABLE


@pytest.mark.parametrize("act", ["submit", "dispatch", "accept"])
def test_an_unlicensed_consignee_stops_every_step(act):
    found = the_finding("HWLM-15", replace(LICENSED, licence=None))

    with pytest.raises(RuleViolated):
        ensure_allowed([found], act=act, overrides={}, may_override=False)


@pytest.mark.parametrize(
    ("code", "licensed", "outcome"),
    [
        ("900-249-08", {"900-249-08"}, PASS),
        ("900-249-08", {"HW08"}, PASS),
        ("900-249-08", {"900-214-08", "HW09"}, FINDING),
        ("900-000-08", {"HW08"}, PASS),
        ("900-000-08", {"900-249-08"}, FINDING),
        ("900-249-08", set(), FINDING),
    ],
)
def test_a_code_is_licensed_by_itself_or_by_its_category(code, licensed, outcome):
    facts = replace(SCOPE, waste_code=code, licensed_codes=frozenset(licensed))

    assert the_finding("HWLM-10-cat", facts).outcome is outcome
