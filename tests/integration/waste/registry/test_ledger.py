"""The ledger read from postings: its lines, balances and months, which always add up."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.foundation.core.errors import Conflict, NotPermitted
from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.parties.accounts.permissions import Role
from app.waste.registry import verifying
from app.waste.registry.models import Balance, PlaceKind
from app.waste.registry.posting import Move, Place, post
from app.waste.registry.queries import (
    Books,
    LedgerFilter,
    Period,
    Stage,
    all_entries,
    entries_count,
    entries_page,
    generation_lines,
    monthly_balances,
    period_balance,
    stock_kept,
)
from app.waste.storage.places import stock_places
from migrations import triggers
from tests.factories import somebody
from tests.factories.plant import Plant, a_plant
from tests.integration.waste.consignments.world import World, build

NOVEMBER = Period.month(date(2026, 11, 1))


@pytest.fixture
def plant(database, reference_data) -> Plant:
    return a_plant(database)


@pytest.fixture
def reference_data(database) -> None:
    from app.foundation.catalogue.loading import load_catalogue

    with database.writing(Actor.system()) as work:
        load_catalogue(work)


def everything(work: Any, books: Books, period: Period = NOVEMBER) -> list[Any]:
    """Every number a reader of the ledger sees."""
    return [
        period_balance(work, books, period),
        monthly_balances(work, books, period),
        list(all_entries(work, books, LedgerFilter())),
        [(line.record.id, line.mass) for line in generation_lines(work, books, LedgerFilter())],
        stock_kept(work, books),
    ]


def test_what_is_registered_and_stored_stands_in_the_ledger(plant):
    stream, zone = plant.stream(), plant.zone(plant.facility())
    drum = plant.stored(stream, zone, 186)

    with plant.database.reading(plant.producer, now=plant.now) as work:
        books = stock_places(work).books
        lines = list(all_entries(work, books, LedgerFilter(NOVEMBER)))
        total = period_balance(work, books, NOVEMBER).total

    assert [(line.stage, line.mass, line.effect) for line in lines] == [
        (Stage.STORED, 186_000, 0),
        (Stage.GENERATED, 186_000, 186_000),
    ]
    assert {line.container_code for line in lines} == {drum.code}
    assert (total.opening, total.generated, total.generated_count, total.closing) == (0, 186_000, 1, 186_000)


def test_both_ends_of_a_consignment_see_their_side(database):
    world = build(database)
    drums = world.drums(2)
    trip = world.weighed(drums, [186_400, 185_000])
    _accept(world, trip)

    sent, received = (_ledger_of(world, actor) for actor in (world.consignor, world.consignee))

    assert (sent.total.generated, sent.total.transferred, sent.total.transferred_count) == (
        372_800,
        372_800,
        2,
    )
    assert sent.total.closing == 0
    assert (received.total.received, received.total.received_count, received.total.closing) == (
        371_400,
        2,
        371_400,
    )
    for actor in (world.consignor, world.consignee):
        with world.seeing(actor) as work:
            lines = list(all_entries(work, stock_places(work).books, LedgerFilter(stage=Stage.DIFFERENCE)))
        assert [(line.mass, line.effect) for line in lines] == [(1_400, 0)]


def test_a_surplus_at_the_weighbridge_is_received_too(database):
    world = build(database)
    drums = world.drums(1)
    _accept(world, world.weighed(drums, [187_000]))

    assert _ledger_of(world, world.consignee).total.received == 187_000
    assert _ledger_of(world, world.consignee).total.closing == 187_000


def test_the_filter_leaves_what_it_says(plant):
    facility = plant.facility()
    solvent, oil = plant.stream(), plant.stream("900-249-08", local_name="废矿物油")
    plant.stored(solvent, plant.zone(facility), 186)
    plant.drum(oil, 90)

    def found(**wanted: Any) -> set[tuple[str, Stage]]:
        with plant.database.reading(plant.producer, now=plant.now) as work:
            books, asked = stock_places(work).books, LedgerFilter(**wanted)
            lines = list(all_entries(work, books, asked))
            assert entries_count(work, books, asked) == len(lines)
        return {(line.waste_code, line.stage) for line in lines}

    assert found(text="249") == {("900-249-08", Stage.GENERATED)}
    assert found(text="废矿") == {("900-249-08", Stage.GENERATED)}
    assert found(text="HW06", stage=Stage.STORED) == {("900-402-06", Stage.STORED)}
    assert found(text="fkwy") == {("900-249-08", Stage.GENERATED)}
    assert found(text="100%") == set()
    assert found(stage=Stage.TRANSFERRED) == set()
    assert found(period=NOVEMBER.before) == set()


def test_pages_follow_each_other_without_gap_or_repeat(plant):
    stream = plant.stream()
    for _ in range(7):
        plant.drum(stream)

    with plant.database.reading(plant.producer, now=plant.now) as work:
        books, cursor, seen = stock_places(work).books, None, []
        while True:
            page = entries_page(work, books, LedgerFilter(), limit=3, cursor=cursor)
            seen += [line.id for line in page.entries]
            cursor = page.next_cursor
            if cursor is None:
                break
        whole = [line.id for line in all_entries(work, books, LedgerFilter())]

    assert seen == whole
    assert len(set(seen)) == 7


def test_a_page_costs_the_same_for_few_and_many_lines(plant, count_statements):
    stream, zone = plant.stream(), plant.zone(plant.facility())
    costs = []
    for count in (2, 6):
        for _ in range(count):
            plant.stored(stream, zone)
        with plant.database.reading(plant.producer, now=plant.now) as work, count_statements() as sent:
            books = stock_places(work).books
            entries_page(work, books, LedgerFilter(NOVEMBER))
            period_balance(work, books, NOVEMBER)
            monthly_balances(work, books, NOVEMBER)
            stock_kept(work, books)
        costs.append(len(sent))

    assert costs[0] == costs[1] <= 9


def test_firms_see_their_own_ledger_and_the_park_sees_all(plant, database):
    plant.drum(plant.stream())
    with database.reading(somebody(Role.PRODUCER, new_id(), plant.park_id)) as work:
        assert stock_places(work).books == Books(frozenset(), frozenset())
        assert everything(work, stock_places(work).books)[2] == []
    with database.reading(plant.operator) as work:
        assert len(everything(work, stock_places(work).books)[2]) == 1
        assert everything(work, stock_places(work, organisation_id=new_id()).books)[2] == []
    with database.reading(somebody(Role.DRIVER, plant.organisation_id)) as work, pytest.raises(NotPermitted):
        period_balance(work, stock_places(work).books, NOVEMBER)


def test_no_number_changes_when_balances_are_made_anew(database):
    world = build(database)
    _accept(world, world.weighed(world.drums(2), [186_400, 185_000]))
    world.drums(3)
    seen = {}
    for turn in ("before", "after"):
        for actor in (world.consignor, world.consignee, world.operator):
            with world.seeing(actor) as work:
                seen[turn, actor.user_id] = everything(work, stock_places(work).books)
        with world.doing(Actor.system()) as work:
            verifying.rebuild_balances(work)

    for actor in (world.consignor, world.consignee, world.operator):
        assert seen["before", actor.user_id] == seen["after", actor.user_id]


def test_a_changed_balance_is_found(plant):
    plant.drum(plant.stream())
    with plant.working(Actor.system()) as work:
        assert verifying.verify(work) == []
        work.session.query(Balance).update({"mass": Balance.mass + 1})
        (fault,) = verifying.verify(work)

    assert (fault.kept, fault.posted) == (186_001, 186_000)


def test_a_changed_posting_is_found(plant):
    plant.drum(plant.stream())
    with plant.working(Actor.system()) as work:
        connection = work.session.connection()
        triggers.drop(connection)
        connection.exec_driver_sql("UPDATE postings SET mass = mass - 1")
        (fault,) = verifying.verify(work)

    assert (fault.kept, fault.posted) == (186_000, 185_999)


KINDS = st.sampled_from(
    [
        ("generation", "own"),
        ("own", "own"),
        ("own", "consignment"),
        ("consignment", "own"),
        ("own", "utilised"),
        ("own", "loss"),
        ("weighing_difference", "own"),
    ]
)
MOVES = st.lists(
    st.tuples(
        KINDS,
        st.integers(0, 2),
        st.integers(1, 5_000),
        st.integers(0, 120),
        st.integers(0, 1),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_mass_is_conserved_whatever_is_posted(plant, moves):
    """opening + in − out = closing for every period, waste and month, and the closing is what the balances keep."""
    with plant.working(Actor.system()) as work:
        wastes = [_a_stream(work, plant, number) for number in range(2)]
        zones = [new_id(), new_id()]
        stock: defaultdict[int, int] = defaultdict(int)
        for number, ((source, target), place, mass, day, waste) in enumerate(moves):
            own = [Place(PlaceKind.UNPLACED, plant.site_id), *(Place(PlaceKind.ZONE, zone) for zone in zones)]
            ends = {
                "own": own[place],
                **{
                    kind.value: Place(kind, new_id())
                    for kind in PlaceKind
                    if kind not in (PlaceKind.UNPLACED, PlaceKind.ZONE)
                },
            }
            to = own[(place + 1 + number % 2) % 3] if source == target else ends[target]
            move = Move(
                wastes[waste].id, Grams(mass), ends[source], to, date(2026, 8, 1) + timedelta(days=day)
            )
            try:
                with work.session.begin_nested():
                    if source == "consignment":
                        supply = Move(
                            wastes[waste].id, Grams(mass), ends["generation"], ends[source], move.effective_on
                        )
                        post(work, [supply], event_id=new_id())
                    post(work, [move], event_id=new_id())
            except Conflict:
                continue
            stock[waste] += mass * ((target == "own") - (source == "own"))
        books = Books(frozenset({plant.site_id}), frozenset({plant.site_id, *zones}))
        mine = {stream.id for stream in wastes}
        months = monthly_balances(
            work, books, Period.month(date(2026, 12, 1)), text=wastes[0].local_name[:20]
        )
        for newer, older in pairwise(months):
            assert newer.balance.opening == older.balance.closing
            month = period_balance(work, books, newer.period, wastes[0].local_name[:20])
            assert vars(month.total) == vars(newer.balance)
        whole = period_balance(work, books, Period(date(2026, 8, 1), date(2026, 12, 31)))
        closing = {s.stream_id: s.balance.closing for s in whole.streams if s.stream_id in mine}
        assert closing == {wastes[w].id: stock[w] for w in (0, 1) if wastes[w].id in closing}
        assert all(wastes[w].id in closing or stock[w] == 0 for w in (0, 1))
        assert whole.total.closing == stock_kept(work, books)
        assert sum(line.effect for line in all_entries(work, books, LedgerFilter())) == whole.total.closing
        assert verifying.verify(work) == []


def _a_stream(work: Any, plant: Plant, number: int) -> Any:
    from tests.factories import a_stream

    site = type("Site", (), {"id": plant.site_id, "organisation_id": plant.organisation_id})
    stream = a_stream(site, local_name=f"{plant.site_id.hex[-20:]}{number}{new_id().hex[-8:]}")
    work.session.add(stream)
    work.session.flush()
    return stream


def _accept(world: World, trip: Any) -> None:
    world.accept(trip)


def _ledger_of(world: World, actor: Actor) -> Any:
    with world.seeing(actor) as work:
        return period_balance(work, stock_places(work).books, NOVEMBER)
