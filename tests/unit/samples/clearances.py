"""The rules on contracts and on crossing a province's border: facts that keep each, and cases on both sides."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from app.foundation.core.text import say
from app.foundation.core.units import grams_from_tonnes
from app.foundation.rulebook.assessment import Facts
from app.foundation.rulebook.outcome import UNKNOWN
from app.waste.clearances.models import Clause, Nearness
from app.waste.clearances.rules import (
    ContractTerms,
    CrossingFacts,
    DecisionFacts,
    DecisionTerms,
    TrusteeFacts,
)
from tests.unit.samples.stores import DAY, MISSING, SUBJECT, Case, broken_by, kept_by

NEEDED = frozenset({Clause.STORAGE, Clause.USE, Clause.LIABILITY})
SETTLED = ContractTerms("HT-2026-01", DAY, DAY, NEEDED)
BOUND = TrusteeFacts(
    subject_id=SUBJECT,
    role=say("接受人"),
    needed=NEEDED,
    departs_on=DAY,
    trustee_checked_on=DAY,
    contract=SETTLED,
)
DECISION = DecisionTerms("环固转〔2026〕5号", date(2026, 1, 1), date(2026, 12, 31))
GRANTED = grams_from_tonnes("100")
CROSSING = CrossingFacts(
    subject_id=SUBJECT,
    waste_code="900-402-06",
    from_province="33",
    to_province="32",
    departs_on=date(2026, 12, 31),
    decision=DECISION,
    decided_mass=GRANTED,
    moved_mass=GRANTED,
    is_same_waste=True,
    is_same_method=True,
    is_same_receiver=True,
    is_receiver_fit=True,
    is_for_disposal=False,
    nearness=Nearness.NONE,
    white_list_entry="",
    white_list_cap=GRANTED,
    moved_in_year=GRANTED,
)
FAR = replace(CROSSING, is_for_disposal=True, to_province="34")
LISTED = replace(CROSSING, white_list_entry="2026-12", moved_in_year=grams_from_tonnes("100.000001"))
DECIDED = DecisionFacts(
    subject_id=SUBJECT,
    approved_on=date(2026, 1, 31),
    decision_valid_to=date(2027, 1, 31),
    applied_to=date(2027, 1, 31),
    receiver_licence_to=date(2027, 1, 31),
)

SAMPLES: Final[Mapping[str, tuple[Facts, list[Case]]]] = {
    "HWTM-10-1": (
        BOUND,
        [
            broken_by(contract=None),
            broken_by(trustee_checked_on=None),
            broken_by(trustee_checked_on=date(2026, 11, 23)),
            broken_by(contract=replace(SETTLED, valid_to=date(2026, 11, 21), valid_from=date(2026, 1, 1))),
            broken_by(contract=replace(SETTLED, valid_from=date(2026, 11, 23), valid_to=date(2027, 1, 1))),
            broken_by(contract=replace(SETTLED, covers_waste=False)),
            *[broken_by(contract=replace(SETTLED, clauses=NEEDED - {clause})) for clause in sorted(NEEDED)],
            kept_by(contract=replace(SETTLED, clauses=frozenset(Clause))),
        ],
    ),
    # TV-10: a decision to 2026-12-31, departure on 2027-01-02
    "HWTM-21": (
        CROSSING,
        [
            broken_by(departs_on=date(2027, 1, 2)),
            broken_by(departs_on=date(2027, 1, 1)),
            broken_by(departs_on=date(2025, 12, 31)),
            kept_by(departs_on=date(2026, 1, 1)),
            broken_by(decision=None),
            kept_by(decision=None, to_province="33"),
        ],
    ),
    "HWTM-27": (
        DECIDED,
        [
            broken_by(approved_on=date(2026, 1, 30)),
            broken_by(decision_valid_to=date(2027, 2, 1)),
            broken_by(applied_to=date(2027, 1, 30)),
            broken_by(receiver_licence_to=date(2027, 1, 30)),
            kept_by(receiver_licence_to=None),
            kept_by(decision_valid_to=date(2027, 1, 30)),
        ],
    ),
    "HWTM-28-a": (
        CROSSING,
        [
            broken_by(moved_mass=GRANTED + 1),
            kept_by(moved_mass=GRANTED - 1),
            broken_by(decided_mass=0),
            kept_by(decision=None, decided_mass=0),
        ],
    ),
    "HWTM-28-b": (
        CROSSING,
        [
            broken_by(is_same_waste=False),
            broken_by(is_same_method=False),
            broken_by(is_same_receiver=False),
            kept_by(decision=None, is_same_receiver=False),
        ],
    ),
    "HWTM-28-c": (
        CROSSING,
        [broken_by(is_receiver_fit=False), kept_by(decision=None, is_receiver_fit=False)],
    ),
    "HWTM-3": (
        FAR,
        [
            broken_by(to_province="44"),
            kept_by(to_province="44", nearness=Nearness.COOPERATION),
            kept_by(to_province="44", nearness=Nearness.NATIONAL_FACILITY),
            kept_by(to_province="44", is_for_disposal=False),
            kept_by(to_province="33"),
            ({"from_province": "99", "to_province": "33"}, MISSING),
        ],
    ),
    "HW-WHITE": (
        LISTED,
        [
            broken_by(moved_in_year=GRANTED),
            broken_by(white_list_cap=None),
            kept_by(moved_in_year=GRANTED, is_for_disposal=True),
            kept_by(moved_in_year=GRANTED, white_list_entry=""),
            ({"white_list_entry": UNKNOWN}, MISSING),
        ],
    ),
}
