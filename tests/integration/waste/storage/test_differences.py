"""What two sources disagree about is listed until somebody says why, and stays listed with the reason."""

from datetime import timedelta
from typing import Any

import pytest

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.permissions import Role
from app.waste.registry.declaring.commands import ExplainDifference
from app.waste.registry.declaring.models import DifferenceKind
from app.waste.registry.models import PlaceKind
from app.waste.registry.posting import Move, Place, post
from app.waste.storage.differences import Difference, differences
from app.waste.storage.explaining import explain_difference
from app.waste.storage.places import stock_places
from tests.factories import somebody
from tests.factories.plant import Plant, a_plant

KG = 1_000


@pytest.fixture
def plant(database) -> Plant:
    return a_plant(database)


def all_of(plant: Plant, actor: Any = None) -> list[Difference]:
    with plant.database.reading(actor or plant.producer, now=plant.now) as work:
        return list(differences(work, stock_places(work).books))


def taken_out(plant: Plant, kg: int = 20, days_ago: int = 40) -> None:
    """Loose mass that was taken out of store and never reported used."""
    stream = plant.stream(local_name=f"出库 {kg}")
    with plant.working() as work:
        day = work.today - timedelta(days=days_ago)
        made, here, out = (
            Place(kind, plant.site_id)
            for kind in (PlaceKind.GENERATION, PlaceKind.UNPLACED, PlaceKind.OUTBOUND)
        )
        moves = [
            Move(stream.id, Grams(kg * KG), made, here, day),
            Move(stream.id, Grams(kg * KG), here, out, day),
        ]
        post(work, moves, event_id=new_id())


def explain(plant: Plant, key: str, reason: str = "在车间周转罐内", actor: Any = None) -> None:
    with plant.working(actor) as work:
        explain_difference(work, stock_places(work).books, ExplainDifference(key, reason))


def test_a_clean_ledger_has_none(plant):
    plant.stored(plant.stream(), plant.zone(plant.facility()))

    assert all_of(plant) == []


def test_what_left_the_store_long_ago_is_asked_about(plant):
    taken_out(plant, 20, days_ago=31)
    taken_out(plant, 30, days_ago=30)

    found = all_of(plant)

    assert [(one.kind, one.mass, one.is_open) for one in found] == [(DifferenceKind.OUTBOUND, 20 * KG, True)]


def test_an_explained_difference_stays_with_its_reason(plant):
    taken_out(plant)
    [one] = all_of(plant)

    explain(plant, one.key)

    [told] = all_of(plant)
    assert (told.is_open, told.explained.reason) == (False, "在车间周转罐内")
    with pytest.raises(Conflict):
        explain(plant, one.key)
    with plant.database.reading(plant.producer) as work:
        events = work.session.query(TraceEvent).filter_by(name="difference.explained").all()
        assert ["周转罐" in event.envelope for event in events] == [False]


def test_an_explanation_needs_a_reason_the_right_and_a_difference(plant):
    taken_out(plant)
    [one] = all_of(plant)

    with pytest.raises(InvalidInput):
        explain(plant, one.key, " ")
    with pytest.raises(NotFound):
        explain(plant, f"{one.key}0")
    with pytest.raises(NotPermitted):
        explain(plant, one.key, actor=somebody(Role.INSPECTOR, None, plant.park_id))


def test_the_neighbour_sees_none_of_it(plant):
    taken_out(plant)
    neighbour = a_plant(plant.database, name="云栖精工有限公司", short_name="云栖精工")

    assert all_of(plant, neighbour.producer) == []
    assert len(all_of(plant, plant.operator)) == 1


def test_the_list_costs_the_same_for_few_and_many(plant, count_statements):
    costs = []
    for _ in range(2):
        for kg in range(11, 14):
            taken_out(plant, kg + len(costs) * 10)
        with (
            plant.database.reading(plant.producer, now=plant.now) as work,
            count_statements() as sent,
        ):
            differences(work, stock_places(work).books)
        costs.append(len(sent))

    assert costs[0] == costs[1] <= 10
