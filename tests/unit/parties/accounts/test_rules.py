from dataclasses import replace

import pytest

from app.foundation.catalogue.codes import CREDIT_ALPHABET
from app.foundation.rulebook.outcome import OutcomeKind
from tests.unit.rule_samples import KEPT, the_finding


def outcome_of(code):
    return the_finding("GB32100-check", replace(KEPT["GB32100-check"], credit_code=code)).outcome


@pytest.mark.parametrize("code", ["91420114303563353A", "91130200699229617X", "91330100MA2DEMK01D"])
def test_a_credit_code_has_one_check_character_only(code):
    valid = [last for last in CREDIT_ALPHABET if outcome_of(code[:17] + last) is OutcomeKind.PASS]

    assert valid == [code[-1]]


@pytest.mark.parametrize("code", ["", "91420114303563353", "91420114303563353AA", "9142O114303563353A"])
def test_length_and_letters_are_checked(code):
    assert outcome_of(code) is OutcomeKind.FINDING
