"""The look-up of the sealing guard: what it finds, what the rules say of it, and what a departure draws."""

from dataclasses import replace
from datetime import date

import pytest

from app.foundation.core.errors import Conflict
from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.rulebook.assessment import assess
from app.foundation.rulebook.outcome import OutcomeKind
from app.parties.licences.models import LicenceState
from app.parties.licences.rules import LicenceTerms
from app.waste.clearances.facts import RULES, clearance_facts
from app.waste.clearances.looking_up import clearances_for, draw_on_clearances
from app.waste.clearances.models import Clause, ContractKind, CrossingAct
from tests.integration.waste.clearances.world import (
    SLAG,
    SOLVENT,
    SUBMISSION,
    TODAY,
    World,
    a_world,
    firm_of,
)

LICENCE = LicenceTerms("苏危废经001", LicenceState.VALID, date(2024, 1, 1), date(2028, 12, 31))
TONNE = Grams(1_000_000)


def found_by(work, world: World, *codes: str):
    return clearances_for(
        work,
        consignor_site=world.site,
        consignee_id=world.other_site.organisation_id,
        consignee_site=world.other_site,
        carrier_ids=[firm_of(world.carrier)],
        waste_codes=codes or (SOLVENT,),
        on=TODAY,
    )


def broken(found, masses=None, method="R2", on=TODAY, licence=LICENCE) -> set[str]:
    facts = clearance_facts(
        found,
        new_id(),
        masses or {SOLVENT: TONNE},
        method,
        on,
        licence=licence,
        licensed_codes=frozenset({"HW06"}),
    )
    findings = assess(RULES, facts, on=on, jurisdiction=[])
    assert all(one.outcome is not OutcomeKind.NOT_EVALUABLE for one in findings)
    return {one.rule_id for one in findings if one.outcome is OutcomeKind.FINDING}


def test_with_contracts_and_a_decision_nothing_stands_against_a_transfer(world: World, count_statements):
    world.signed(kind=ContractKind.BOTH, clauses=tuple(Clause))
    world.approved()
    with world.database.reading(world.producer, now=world.now) as work:
        with count_statements() as said:
            found = found_by(work, world)
        whole = broken(found)
        too_much = broken(found, {SOLVENT: Grams(TONNE + 1)})
        other_method = broken(found, method="R3")
        unfit = broken(found, licence=replace(LICENCE, valid_to=date(2026, 1, 1)))
        late = broken(found, on=date(2027, 11, 1))

    assert len(said) == 2
    assert whole == set()
    assert too_much == {"HWTM-28-a"}
    assert other_method == {"HWTM-28-b"}
    assert unfit == {"HWTM-28-c"}
    assert late == {"HWTM-21", "HWTM-10-1"}


def test_without_papers_the_rules_say_so_and_within_a_province_only_of_contracts(
    world: World, database, tmp_path, count_statements
):
    with world.database.reading(world.producer, now=world.now) as work:
        assert broken(found_by(work, world)) == {"HWTM-10-1", "HWTM-21"}
    near = a_world(database, tmp_path / "near", to_province="33")
    with near.database.reading(near.producer, now=near.now) as work:
        with count_statements() as said:
            found = found_by(work, near)
        assert broken(found) == {"HWTM-10-1"}
    assert len(said) == 1


def test_a_departure_draws_what_it_moves_and_not_twice_at_once(world: World):
    crossing = world.approved()
    masses = {SOLVENT: Grams(600_000)}
    with world.database.writing(world.producer, now=world.now) as work:
        before = found_by(work, world)
        drawn = draw_on_clearances(work, before, masses, "R2", consignment_id=new_id(), event_id=new_id())
        with pytest.raises(Conflict):
            draw_on_clearances(work, before, masses, "R2", consignment_id=new_id(), event_id=new_id())

    assert drawn == (crossing.id,)
    with world.database.reading(world.producer, now=world.now) as work:
        after = found_by(work, world)
        assert after.crossings[0].wastes[SOLVENT].left == 400_000
        assert "HWTM-28-a" in broken(after, masses)


def test_general_waste_for_use_needs_both_receipts(world: World):
    crossing = world.crossing(SUBMISSION)
    with world.database.reading(world.producer, now=world.now) as work:
        assert "ECC-490-a" in broken(found_by(work, world, SLAG), {SLAG: TONNE})
    world.signed(clauses=tuple(Clause))
    seen = []
    for act in (
        CrossingAct.REPORT_SENDING,
        CrossingAct.RECEIPT_SENDING,
        CrossingAct.REPORT_RECEIVING,
        CrossingAct.RECEIPT_RECEIVING,
    ):
        world.step(crossing, act, number="1")
        with world.database.reading(world.producer, now=world.now) as work:
            seen.append(broken(found_by(work, world, SLAG), {SLAG: TONNE}))

    assert seen == [{"ECC-476-2"}, {"ECC-476-2"}, {"ECC-476-2"}, set()]
    with world.database.reading(world.producer, now=world.now) as work:
        found = found_by(work, world, SLAG)
        assert broken(found, {SLAG: Grams(TONNE + 1)}) == {"ECC-476-2"}
        assert broken(found, {SLAG: TONNE}, method="D1") == {"ECC-476-1"}
