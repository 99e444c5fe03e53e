"""A load diverted across a province's border draws on the new destination's decision and gives back what it drew."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.foundation.rulebook.decision import RuleViolated
from app.parties.accounts.models import Site
from app.waste.clearances.looking_up import covers_of, crossings_with_draws
from app.waste.clearances.models import Crossing, CrossingDraw, CrossingKind, CrossingState, CrossingWaste
from tests.integration.waste.consignments.road_world import Road, on_the_road
from tests.integration.waste.consignments.world import DRUM, NOW, TODAY, WASTE_CODE

LOAD = 2 * DRUM


def decision(
    road: Road, number: str, consignee_id: UUID, site_id: UUID, province: str, approved: int
) -> UUID:
    """An approved decision of the consignor's site for one destination, whose site is put into that province."""
    world = road.world
    with world.doing(Actor.system()) as work:
        work.session.get_one(Site, site_id).province = province
        crossing = Crossing(
            number=number, kind=CrossingKind.HAZARDOUS_DECISION, consignor_id=world.consignor.organisation_id,
            consignor_site_id=world.site_id, consignee_id=consignee_id, consignee_site_id=site_id,
            park_id=world.park_id, from_province="99", to_province=province, planned_method="R2",
            applied_from=TODAY, applied_to=date(2027, 10, 31), state=CrossingState.APPROVED, state_on=TODAY,
            decided_on=TODAY, decision_number=number, valid_from=TODAY, valid_to=date(2027, 10, 31), lacking=[],
            created_at=NOW,
        )  # fmt: skip
        work.session.add(crossing)
        work.session.flush()
        waste = CrossingWaste(
            crossing_id=crossing.id, waste_code=WASTE_CODE, waste_name="废有机溶剂", applied=Grams(approved),
            approved=Grams(approved),
        )  # fmt: skip
        work.session.add(waste)
        return crossing.id


@pytest.fixture
def road(world) -> Road:
    return on_the_road(world)


@pytest.fixture
def decisions(road) -> tuple[UUID, UUID]:
    """Of the first consignee's province and of the other one's, each with room for one load alone."""
    world = road.world
    first = (world.consignee.organisation_id, world.consignee_site_id)
    other = (road.other_consignee.organisation_id, road.other_site_id)
    return (
        decision(road, "KS-1", *first, "32", LOAD),
        decision(road, "KS-2", *other, "33", LOAD),
    )


def drawn(road: Road, crossing_id: UUID) -> tuple[int, int]:
    """Grams and trips that count under a decision."""
    with road.world.seeing(road.world.operator) as work:
        (cover,) = covers_of(work, crossings_with_draws(TODAY.year).where(Crossing.id == crossing_id))
    return cover.wastes[WASTE_CODE].drawn, cover.trips


def test_the_new_decision_is_drawn_and_the_old_one_given_back(road, decisions):
    first, other = decisions
    trip = road.world.departed()
    assert (drawn(road, first), drawn(road, other)) == ((LOAD, 1), (0, 0))

    road.act(trip, "carrier", "diverts")

    assert (drawn(road, first), drawn(road, other)) == ((0, 0), (LOAD, 1))
    with road.world.seeing(road.world.operator) as work:
        entries = work.session.scalars(
            select(CrossingDraw).order_by(CrossingDraw.recorded_at, CrossingDraw.mass)
        ).all()
        assert [(one.crossing_id, one.mass) for one in entries] == [
            (first, LOAD),
            (first, -LOAD),
            (other, LOAD),
        ]
        assert entries[1].event_id == entries[2].event_id != entries[0].event_id


def test_there_and_back_again_only_where_it_goes_counts(road, decisions):
    first, other = decisions
    trip = road.world.departed()
    road.act(trip, "carrier", "diverts")
    road.act(trip, "carrier", "goes on")

    road.act(
        trip, "carrier", "diverts",
        consignee_id=road.world.consignee.organisation_id, consignee_site_id=road.world.consignee_site_id,
    )  # fmt: skip

    assert (drawn(road, first), drawn(road, other)) == ((LOAD, 1), (0, 0))


def test_a_decision_with_no_room_for_it_refuses_and_nothing_is_given_back(road, decisions):
    first, other = decisions
    with road.world.doing(Actor.system()) as work:
        waste = work.session.scalars(select(CrossingWaste).where(CrossingWaste.crossing_id == other)).one()
        waste.approved = Grams(LOAD - 1)
    trip = road.world.departed()

    with pytest.raises(RuleViolated) as refused:
        road.act(trip, "carrier", "diverts")

    assert "HWTM-28-a" in {one.rule_id for one in refused.value.findings}
    assert (drawn(road, first), drawn(road, other)) == ((LOAD, 1), (0, 0))


@pytest.mark.usefixtures("decisions")
def test_at_another_site_the_decision_has_room_for_the_load_but_names_another_place(road):
    firm = road.world.consignee.organisation_id
    with road.world.doing(Actor.system()) as work:
        site = Site(
            organisation_id=firm, park_id=road.world.park_id, name="二厂区", address="澄湖路 3 号", province="32",
            city="3201",
        )  # fmt: skip
        work.session.add(site)
        work.session.flush()
        site_id = site.id
    trip = road.world.departed()

    with pytest.raises(RuleViolated) as refused:
        road.act(trip, "carrier", "diverts", consignee_id=firm, consignee_site_id=site_id)

    broken = {one.rule_id for one in refused.value.findings}
    assert ("HWTM-28-b" in broken, "HWTM-28-a" in broken) == (True, False), (
        "the place differs, the quantity fits"
    )
