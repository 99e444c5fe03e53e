"""The calendar of declarations and the rules on late ones name the same days."""

import pytest

from app.foundation.rulebook.loader import limits_of
from app.waste.registry.declaring.calendar import due_rules, slots_of
from app.waste.registry.models import DeclarationKind
from app.waste.registry.rules.declarations import due_day


@pytest.mark.parametrize(
    ("kind", "rule_ids"),
    [
        (DeclarationKind.MONTHLY, ["HJ1259-7.2-key-m"]),
        (DeclarationKind.QUARTERLY, ["HJ1259-7.2-simp-q"]),
        (DeclarationKind.ANNUAL, ["HJ1259-7.2-key-y", "HJ1259-7.2-simp-y", "HJ1259-7.2-reg-y"]),
    ],
)
def test_every_period_of_a_year_is_due_on_one_day(kind, rule_ids):
    assert kind in due_rules()
    for slot in slots_of(2026, [kind]):
        for rule_id in rule_ids:
            assert due_day(slot.period.last, limits_of(rule_id)) == slot.due_on
