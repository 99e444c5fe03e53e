"""Every case of the sampled rules: both sides of each limit, each thing that breaks a rule, and what is not known."""

from dataclasses import replace

import pytest

from tests.unit.rule_samples import SAMPLES, the_finding
from tests.unit.samples.outcomes import told_of
from tests.unit.samples.stores import PASS

CASES = [
    pytest.param(rule_id, changes, outcome, id=f"{rule_id}-{number}")
    for rule_id, (_, cases) in SAMPLES.items()
    for number, (changes, outcome) in enumerate([({}, PASS), *cases])
]


@pytest.mark.parametrize(("rule_id", "changes", "outcome"), CASES)
def test_the_case_has_its_outcome(rule_id, changes, outcome):
    kept, _ = SAMPLES[rule_id]

    found = the_finding(rule_id, replace(kept, **changes))

    assert told_of(found.result, outcome) == outcome, str(found.text())
    assert "{" not in str(found.text())
