"""What stops a submission, a departure and a take-over, with the rule; and what stands after a receipt."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from app.foundation.core.units import Grams
from app.foundation.rulebook.decision import RuleViolated
from app.foundation.rulebook.outcome import OutcomeKind
from app.parties.licences.models import CarrierPermit, CrewMember, OperatingLicence, Vehicle
from app.waste.clearances.models import Contract
from app.waste.consignments import operations
from app.waste.consignments.commands import SignConsignment, SubmitConsignment
from app.waste.consignments.facts import standing_findings
from app.waste.consignments.models import Consignment
from app.waste.consignments.queries import papers_for
from app.waste.consignments.readiness import readiness_of

YESTERDAY = date(2026, 11, 19)


def change(world, model, key, **values):
    with world.doing(world.operator) as work:
        work.session.execute(update(model).where(model.id == key).values(**values))


def stopped(world, actor, act, trip, command, **values):
    with pytest.raises(RuleViolated) as refused:
        world.do(actor, act, trip, command, **values)
    with world.seeing(world.consignor) as work:
        assert work.session.get_one(Consignment, trip.id).version == trip.version
    return {finding.rule_id for finding in refused.value.findings}


def submitting(world, trip, **values):
    return stopped(world, world.consignor, operations.submit_consignment, trip, SubmitConsignment, **values)


def departing(world, trip):
    return stopped(world, world.carrier, operations.sign_as_carrier, trip, SignConsignment)


def signed(world, drums=None):
    return world.do(world.consignor, operations.sign_as_consignor, world.loaded(drums), SignConsignment)


@pytest.mark.parametrize(
    ("what", "key", "values", "rules"),
    [
        (Vehicle, "vehicle_id", {"valid_to": YESTERDAY}, {"HWTM-13-2"}),
        (CrewMember, "driver_id", {"valid_to": YESTERDAY}, {"HWTM-13-2"}),
        (CrewMember, "escort_id", {"ended_on": YESTERDAY}, {"HWTM-13-2"}),
        (OperatingLicence, "licence_id", {"modes": ["disposal"]}, {"HWLM-10-mode", "MAN-X12"}),
    ],
)
def test_who_may_not_carry_or_take_it_stops_the_submission(world, what, key, values, rules):
    change(world, what, getattr(world, key), **values)

    assert submitting(world, world.draft()) == rules


def test_without_an_escort_nothing_is_submitted(world):
    assert submitting(world, world.draft(escort_id=None)) == {"HWTM-13-2"}


def test_a_scope_without_hazardous_waste_needs_the_class_of_the_goods(world):
    with world.doing(world.operator) as work:
        work.session.execute(update(CarrierPermit).values(classes=[]))

    trip = world.draft()
    with world.doing(world.consignor) as work:
        found = readiness_of(work, papers_for(work, trip.id))

    outcomes = {one.rule_id: one.outcome for one in found.findings}
    assert outcomes["DGROAD-scope"] is OutcomeKind.NOT_EVALUABLE  # the class of the goods is not entered
    assert outcomes["HWTM-13-1"] is OutcomeKind.NOT_EVALUABLE


def test_an_overload_waits_for_a_reason_until_the_rule_is_reviewed(world):
    change(world, Vehicle, world.vehicle_id, approved_load=Grams(372_799))
    trip = world.draft()

    assert submitting(world, trip) == {"DGROAD-load", "MAN-X8"}

    reasons = {"DGROAD-load": "行驶证已换，核载 4.5 t", "MAN-X8": "行驶证已换，核载 4.5 t"}
    sent = world.do(
        world.consignor, operations.submit_consignment, trip, SubmitConsignment, overrides=reasons
    )
    assert sent.submitted_at is not None


def test_nothing_departs_without_a_number_of_the_national_system(world):
    trip = signed(world)
    change(world, Consignment, trip.id, national_number=None)

    assert departing(world, trip) == {"HWTM-6", "HWTM-11-1", "HWTM-11-2-doc", "DGROAD-24"}


def test_nothing_departs_when_the_contract_has_ended(world):
    trip = signed(world)
    with world.doing(world.operator) as work:
        work.session.execute(update(Contract).values(valid_to=YESTERDAY))

    assert departing(world, trip) == {"HWTM-10-1"}


def test_a_certificate_that_ran_out_since_stops_the_departure(world):
    trip = signed(world)
    change(world, CrewMember, world.driver_id, valid_to=YESTERDAY)

    assert departing(world, trip) == {"HWTM-13-2", "DGROAD-crew"}


def test_a_label_that_no_longer_says_what_the_manifest_says_stops_the_departure(world):
    drums = world.drums(2)
    trip = signed(world, drums)
    change(world, type(drums[0]), drums[0].id, label_mass=Grams(1))

    assert departing(world, trip) == {"HWTM-13-3"}


def test_duties_stand_after_the_receipt_until_they_are_done(world):
    drums = world.drums(1)
    trip = world.accept(world.weighed(drums, [drums[0].net]))

    def open_rules():
        with world.seeing(world.consignee) as work:
            found = standing_findings(work, papers_for(work, trip.id))
        return {one.rule_id for one in found if one.outcome is OutcomeKind.FINDING}

    assert open_rules() == {"HWTM-11-3"}  # no positions were sent
    world.now += timedelta(days=40)
    assert open_rules() == {"HWTM-11-3", "HWTM-18-a", "HWTM-10-5", "HWTM-12-4"}
