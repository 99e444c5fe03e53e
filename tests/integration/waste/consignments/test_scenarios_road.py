"""Between loading and arrival, told row by row: given, when, then. The rows are the document of this part of the way.

Two drums of 186.4 kg are on every consignment; the masses of a row are all grams there are, so each row also says that
none is made and none disappears.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.foundation.core.errors import Conflict, DomainError, InvalidInput, NotFound, NotPermitted
from app.foundation.core.units import Grams
from app.foundation.trace.models import TraceEvent
from app.waste.consignments import operations, transit_due
from app.waste.consignments.commands import (
    ArriveConsignment,
    LoadContainer,
    RejectConsignment,
    SignConsignment,
    StartLoading,
)
from app.waste.consignments.models import Consignment
from app.waste.consignments.queries import papers_for
from app.waste.storage.models import Container
from tests.integration.waste.consignments.road_world import Road, on_the_road
from tests.integration.waste.consignments.world import DRUM, TODAY, World

TWO = 2 * DRUM


@dataclass(frozen=True)
class Row:
    """Given a consignment, when these people do these things, then it stands like this."""

    name: str
    given: str
    when: tuple[tuple[Any, ...], ...]
    state: str
    masses: Mapping[str, int]
    containers: tuple[str, str]
    refused: type[DomainError] | None = None
    """The last of the acts is refused like this and changes nothing."""
    then: Mapping[str, Any] = field(default_factory=dict)
    """Columns of the consignment."""


LOSS_OF_ONE = {"lost": {"first": DRUM}}
LEAK = {"lost": {"second": Grams(20_000)}}
IN_TRANSIT = ("in_transit", "in_transit")
STORED = ("stored", "stored")

ROWS = (
    # --- The carrier refuses ---
    Row(
        "A carrier that refuses leaves the drums in the store they stand in",
        "loaded",
        (("carrier", "refuses to carry"),),
        "refused_by_carrier",
        {"in the zone": TWO},
        STORED,
        then={"loaded_count": 0, "consignor_signed_at": None},
    ),
    Row(
        "Nobody refuses for nothing",
        "loaded",
        (("carrier", "refuses to carry", {"reason": " "}),),
        "loading",
        {"in the zone": TWO},
        ("loaded", "loaded"),
        InvalidInput,
    ),
    Row(
        "The consignor can't refuse in the carrier's place",
        "loaded",
        (("consignor", "refuses to carry"),),
        "loading",
        {"in the zone": TWO},
        ("loaded", "loaded"),
        NotPermitted,
    ),
    Row(
        "What was refused is a draft again; nothing of it is reserved",
        "signed",
        (("carrier", "refuses to carry"), ("consignor", "reopens")),
        "draft",
        {"in the zone": TWO},
        STORED,
        then={"submitted_at": None, "loading_at": None},
    ),
    # --- Several carriers ---
    Row(
        "The next carrier takes over and is the carrier",
        "departed with two carriers",
        (("next_carrier", "takes over"),),
        "in_transit",
        {"in transit": TWO},
        IN_TRANSIT,
        then={"leg": 2, "next_carrier_id": None},
    ),
    Row(
        "Nobody takes over what they have not verified",
        "departed with two carriers",
        (("next_carrier", "takes over", {"verified": frozenset()}),),
        "in_transit",
        {"in transit": TWO},
        IN_TRANSIT,
        InvalidInput,
        {"leg": 1},
    ),
    Row(
        "The present carrier can't hand over to itself",
        "departed with two carriers",
        (("carrier", "takes over"),),
        "in_transit",
        {"in transit": TWO},
        IN_TRANSIT,
        NotPermitted,
        {"leg": 1},
    ),
    Row(
        "A load that has to change hands can't arrive before",
        "departed with two carriers",
        (("consignee", "arrives"),),
        "in_transit",
        {"in transit": TWO},
        IN_TRANSIT,
        Conflict,
    ),
    # --- A stop in a store ---
    Row(
        "In a store on the way the mass stays with the consignment",
        "departed",
        (("carrier", "stores on the way"),),
        "temporarily_stored",
        {"in transit": TWO},
        IN_TRANSIT,
        then={"leg": 1, "leg_count": 2},
    ),
    Row(
        "The same carrier brings it on, on its second leg",
        "departed",
        (("carrier", "stores on the way"), ("carrier", "goes on"), ("consignee", "arrives")),
        "arrived",
        {"in transit": TWO},
        IN_TRANSIT,
        then={"leg": 2, "leg_count": 2},
    ),
    Row(
        "Out of the store the next carrier takes it",
        "departed with two carriers",
        (("carrier", "stores on the way"), ("next_carrier", "takes over"), ("consignee", "arrives")),
        "arrived",
        {"in transit": TWO},
        IN_TRANSIT,
        then={"leg": 2, "leg_count": 2},
    ),
    Row(
        "A store without a licence for it takes nothing in",
        "departed",
        (("carrier", "stores on the way", {"site_id": "the consignor's"}),),
        "in_transit",
        {"in transit": TWO},
        IN_TRANSIT,
        InvalidInput,
        {"leg_count": 1},
    ),
    # --- Incidents ---
    Row(
        "Anybody reports an incident, the park too",
        "departed",
        (("park", "reports an incident"),),
        "incident",
        {"in transit": TWO},
        IN_TRANSIT,
    ),
    Row(
        "After a delay the load goes on, all of it",
        "departed",
        (("carrier", "reports an incident"), ("carrier", "goes on"), ("consignee", "arrives")),
        "arrived",
        {"in transit": TWO},
        IN_TRANSIT,
    ),
    Row(
        "An incident may end at the consignee's gate, and the next one be told anew",
        "departed",
        (("carrier", "reports an incident"), ("consignee", "arrives")),
        "arrived",
        {"in transit": TWO},
        IN_TRANSIT,
    ),
    Row(
        "What is lost leaves the ledger, the rest is back at the consignor's",
        "departed",
        (
            ("carrier", "reports an incident"),
            ("consignor", "settles", LEAK),
            ("park", "closes the incident"),
        ),
        "closed_incident",
        {"at the consignor's": TWO - 20_000, "lost": 20_000},
        STORED,
    ),
    Row(
        "A drum that is gone is voided",
        "departed",
        (
            ("consignor", "reports an incident"),
            ("consignor", "settles", LEAK),
            ("consignor", "settles", LOSS_OF_ONE),
            ("park", "closes the incident"),
            ("consignor", "closes"),
        ),
        "closed",
        {"at the consignor's": DRUM, "lost": DRUM},
        ("voided", "stored"),
    ),
    Row(
        "The park can't close what the consignor has not settled",
        "departed",
        (("consignee", "reports an incident"), ("park", "closes the incident")),
        "incident",
        {"in transit": TWO},
        IN_TRANSIT,
        Conflict,
    ),
    Row(
        "More can't be lost than was sent",
        "departed",
        (
            ("carrier", "reports an incident"),
            ("consignor", "settles", {"lost": {"first": Grams(DRUM + 1)}}),
        ),
        "incident",
        {"in transit": TWO},
        IN_TRANSIT,
        InvalidInput,
    ),
    # --- Another consignee ---
    Row(
        "A diverted load goes to the new consignee",
        "departed",
        (("carrier", "diverts"), ("carrier", "goes on"), ("other_consignee", "arrives")),
        "arrived",
        {"in transit": TWO},
        IN_TRANSIT,
    ),
    Row(
        "After a refusal the whole load is in transit again, as if it had not arrived",
        "rejected",
        (("consignor", "diverts"), ("carrier", "goes on")),
        "in_transit",
        {"in transit": TWO},
        IN_TRANSIT,
        then={"closed_at": None, "opinion": None, "arrived_at": None, "weighed_count": 0},
    ),
    Row(
        "It can't be diverted to where it goes",
        "departed",
        (("consignor", "diverts", {"consignee_id": "the same", "consignee_site_id": "the same"}),),
        "in_transit",
        {"in transit": TWO},
        IN_TRANSIT,
        InvalidInput,
    ),
    Row(
        "The first consignee doesn't decide where it goes",
        "departed",
        (("consignee", "diverts"),),
        "in_transit",
        {"in transit": TWO},
        IN_TRANSIT,
        NotPermitted,
    ),
    Row(
        "A firm that was never a party knows nothing of it",
        "departed",
        (("other_consignee", "reports an incident"),),
        "in_transit",
        {"in transit": TWO},
        IN_TRANSIT,
        NotFound,
    ),
    # --- The end ---
    Row(
        "On its way nothing can be closed",
        "departed",
        (("consignor", "closes"),),
        "in_transit",
        {"in transit": TWO},
        IN_TRANSIT,
        Conflict,
    ),
)


@pytest.fixture
def road(world: World) -> Road:
    return on_the_road(world)


def given(road: Road, state: str, drums: list[Container]) -> Consignment:
    world = road.world
    match state:
        case "loaded":
            return world.loaded(drums)
        case "signed":
            return world.do(
                world.consignor, operations.sign_as_consignor, world.loaded(drums), SignConsignment
            )
        case "departed":
            return world.departed(drums)
        case "departed with two carriers":
            return with_two_carriers(road, drums)
        case "rejected":
            trip = world.weighed(drums, [DRUM, DRUM])
            return world.do(
                world.consignee, operations.reject_consignment, trip, RejectConsignment, reason="破损"
            )
    raise AssertionError(state)


def with_two_carriers(road: Road, drums: list[Container]) -> Consignment:
    world = road.world
    trip = world.with_waybill(world.submitted(drums, legs=(road.leg,)))
    trip = world.do(world.consignor, operations.start_loading, trip, StartLoading)
    for drum in drums:
        trip = world.do(world.carrier, operations.load_container, trip, LoadContainer, code=drum.short_code)
    trip = world.do(world.consignor, operations.sign_as_consignor, trip, SignConsignment)
    return world.do(world.carrier, operations.sign_as_carrier, trip, SignConsignment)


def filled_in(road: Road, drums: list[Container], values: Mapping[str, Any]) -> dict[str, Any]:
    """Names of the rows as the things they stand for."""
    names = {"first": drums[0].code, "second": drums[1].short_code}
    found = dict(values)
    if "lost" in found:
        found["lost"] = {names[name]: mass for name, mass in found["lost"].items()}
    stands_for = {
        "the consignor's": road.world.site_id,
        ("consignee_id", "the same"): road.world.consignee.organisation_id,
        ("consignee_site_id", "the same"): road.world.consignee_site_id,
    }
    return {
        name: stands_for.get((name, value), stands_for.get(value, value)) if isinstance(value, str) else value
        for name, value in found.items()
    }


def do(
    road: Road, trip: Consignment, drums: list[Container], who: str, act: str, values: Mapping[str, Any] = {}
) -> Consignment:
    if act == "arrives":
        return road.world.do(road.actor(who), operations.arrive, trip, ArriveConsignment)
    return road.act(trip, who, act, **filled_in(road, drums, values))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_on_the_road(road, row):
    drums = road.world.drums(2)
    trip = given(road, row.given, drums)
    *acts, last = row.when
    for act in acts:
        trip = do(road, trip, drums, *act)
    before = events_of(road, trip)

    if row.refused:
        with pytest.raises(DomainError) as refusal:
            do(road, trip, drums, *last)
        assert type(refusal.value) is row.refused
    else:
        do(road, trip, drums, *last)

    with road.world.seeing(road.world.consignor) as work:
        papers = papers_for(work, trip.id)
        states = {container.code: container.state for container in papers.containers}
    assert papers.consignment.state == row.state
    assert tuple(states[drum.code] for drum in drums) == row.containers
    assert road.masses(trip) == row.masses
    assert {name: getattr(papers.consignment, name) for name in row.then} == row.then
    assert len(events_of(road, trip)) == len(before) + (not row.refused)


def events_of(road: Road, trip: Consignment) -> list[str]:
    with road.world.seeing(road.world.operator) as work:
        return list(work.session.scalars(select(TraceEvent.name).where(TraceEvent.subject_id == trip.id)))


@pytest.mark.parametrize("who", ["consignor", "carrier", "consignee", "operator"])
def test_departure_and_arrival_are_due_to_everybody_concerned(road, who):
    """T1 and T2 of domain-rules 7.5."""
    world = road.world
    loaded, gone = world.loaded(world.drums(1)), world.departed(world.drums(1))
    actor = getattr(world, who)

    with world.seeing(actor) as work:
        found = {one.subject_id: one for one in transit_due.due(work, TODAY + timedelta(days=9))}
        near = transit_due.due(work, TODAY)
    latest = transit_due.latest_arrival(gone, "Asia/Shanghai")

    assert found[loaded.number].on == TODAY + timedelta(days=1)
    assert found[gone.number].on == latest.date() == TODAY + timedelta(days=2)
    assert near == []
    assert {one.organisation_id for one in found.values()} == {
        actor.organisation_id or world.consignor.organisation_id
    }


@pytest.mark.parametrize("drum_count", [2, 12])
@pytest.mark.parametrize(
    ("who", "act", "values", "most"),
    [
        ("carrier", "stores on the way", {}, 13),
        ("carrier", "reports an incident", {}, 8),
        ("carrier", "diverts", {}, 16),
        ("next_carrier", "takes over", {}, 13),
    ],
)
def test_acts_cost_the_same_for_any_load(road, count_statements, who, act, values, most, drum_count):
    drums = road.world.drums(drum_count)
    trip = with_two_carriers(road, drums) if who == "next_carrier" else road.world.departed(drums)

    with count_statements() as sent:
        road.act(trip, who, act, **values)

    assert len(sent) <= most + 1, sent  # one of them looks the version up for the test


@pytest.mark.parametrize("drum_count", [2, 12])
def test_closing_an_incident_costs_the_same_for_any_load(road, count_statements, drum_count):
    drums = road.world.drums(drum_count)
    trip = road.world.departed(drums)
    trip = road.act(trip, "carrier", "reports an incident")
    trip = road.act(trip, "consignor", "settles", lost={drums[0].code: Grams(1)})

    with count_statements() as sent:
        road.act(trip, "park", "closes the incident")

    assert len(sent) <= 14, sent
