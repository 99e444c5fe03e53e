"""Entering licences, which of them counts on a day, and what is left of the year."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted, VersionConflict
from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.parties.licences import operations, queries
from app.parties.licences.commands import (
    ChangeLicenceState,
    LicensedWaste,
    RegisterCarrierPermit,
    RegisterVehicle,
)
from app.parties.licences.models import LicenceState
from tests.integration.waste.consignments.world import TODAY, World, a_licence, build


@pytest.fixture
def world(database) -> World:
    return build(database)


def test_the_valid_licence_of_the_day_counts_else_the_nearest(world):
    firm = world.consignee.organisation_id
    with world.doing(world.operator) as work:
        operations.register_licence(
            work,
            a_licence(firm, number="旧证", valid_from=date(2020, 1, 1), valid_to=date(2025, 2, 28)),
        )

    with world.seeing(world.consignor) as work:
        now = queries.usable_licence(work, firm, TODAY)
        past = queries.usable_licence(work, firm, date(2024, 6, 1))
        far = queries.usable_licence(work, firm, date(2040, 1, 1))
        none = queries.usable_licence(work, world.carrier.organisation_id, TODAY)
        many = queries.usable_licences(work, [firm, world.carrier.organisation_id], TODAY)

    assert now and past and far
    assert (now.licence.number, past.licence.number) == ("演危许 2025-006", "旧证")
    assert far.licence.number == "演危许 2025-006"
    assert none is None
    assert list(many) == [firm]
    assert now.covers("900-402-06") and not now.covers("900-249-08")


def test_a_suspended_licence_gives_way_to_a_valid_one(world):
    firm = world.consignee.organisation_id
    with world.doing(world.operator) as work:
        operations.register_licence(work, a_licence(firm, number="新证", valid_to=TODAY))
        operations.change_licence_state(
            work, world.licence_id, ChangeLicenceState(LicenceState.SUSPENDED, seen_version=1)
        )

    with world.seeing(world.consignor) as work:
        usable = queries.usable_licence(work, firm, TODAY)
        tomorrow = queries.usable_licence(work, firm, TODAY + timedelta(days=1))

    assert usable and usable.licence.number == "新证"
    assert tomorrow and tomorrow.licence.state is LicenceState.SUSPENDED


def test_every_receipt_of_the_year_is_taken_off_the_scale(world):
    with world.doing(world.consignee) as work:
        for mass in (400_000, 600_000):
            operations.use_licence(
                work,
                world.licence_id,
                {"900-402-06": Grams(mass)},
                consignment_id=new_id(),
                event_id=new_id(),
            )

    with world.seeing(world.operator) as work:
        scope = queries.licence_for(work, world.licence_id)

    assert (scope.year, scope.used) == (2026, 1_000_000)
    assert scope.left == 2_000_000_000 - 1_000_000


def test_only_the_park_enters_licences_and_drivers_do_not_read_them(world):
    with pytest.raises(NotPermitted), world.doing(world.consignee) as work:
        operations.register_licence(work, a_licence(world.consignee.organisation_id, number="自填"))
    with pytest.raises(NotPermitted), world.seeing(world.carrier) as work:
        queries.licences(work)


def test_a_licence_says_all_that_is_wrong_with_it(world):
    wrong = replace(
        a_licence(world.consignee.organisation_id),
        number=" ",
        valid_to=date(2020, 1, 1),
        modes=(),
        yearly_scale=Grams(0),
        lines=(LicensedWaste("HW06", "900-249-08"), LicensedWaste("HW41"), LicensedWaste("HW08")),
    )

    with pytest.raises(InvalidInput) as refused, world.doing(world.operator) as work:
        operations.register_licence(work, wrong)

    assert [problem.pointer for problem in refused.value.problems] == [
        "#/number",
        "#/valid_to",
        "#/modes",
        "#/yearly_scale",
        "#/lines/0",
        "#/lines/1",
    ]


def test_numbers_and_plates_stand_once_and_firms_must_fit(world):
    carrier = world.carrier.organisation_id
    until = date(2027, 1, 1)
    for error, act in [
        (Conflict, lambda w: operations.register_licence(w, a_licence(world.consignee.organisation_id))),
        (NotFound, lambda w: operations.register_licence(w, a_licence(carrier, number="n"))),
        (Conflict, lambda w: operations.register_vehicle(w, RegisterVehicle(carrier, "演a D0712", "车", Grams(1), until))),
        (InvalidInput, lambda w: operations.register_vehicle(w, RegisterVehicle(carrier, "X", "车", Grams(0), until))),
        (
            Conflict,
            lambda w: operations.register_carrier_permit(
                w, RegisterCarrierPermit(carrier, "演交危运 0000123", ("3",), until)
            ),
        ),
        (
            VersionConflict,
            lambda w: operations.change_licence_state(
                w, world.licence_id, ChangeLicenceState(LicenceState.REVOKED, seen_version=7)
            ),
        ),
    ]:  # fmt: skip
        with pytest.raises(error), world.doing(world.operator) as work:
            act(work)


def test_a_fleet_is_read_in_four_statements(world, count_statements):
    with world.seeing(world.consignor) as work, count_statements() as sent:
        (fleet,) = queries.fleets(work)

    assert (fleet.permit.number, fleet.vehicles[0].plate) == ("演交危运 0000123", "演AD0712")
    assert [driver.name for driver in fleet.drivers] == ["石砚秋"]
    assert len(sent) == 4
