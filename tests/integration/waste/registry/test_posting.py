"""The mass ledger: nothing comes from nothing, nothing is lost, and no place holds less than nothing on any day."""

import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import accumulate

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app.foundation.core.errors import Conflict
from app.foundation.core.ids import NO_ID, new_id
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.waste.registry import verifying
from app.waste.registry.models import Balance, PlaceKind, Posting
from app.waste.registry.numbering import lift_serial, next_serial
from app.waste.registry.posting import Move, Place, post, post_arrivals
from migrations import triggers
from tests.factories import a_site, a_stream, an_organisation

SYSTEM = Actor.system()
DAY = date(2026, 11, 1)
DRUM = new_id()


def stored_stream(database):
    with database.writing(SYSTEM) as work:
        firm = an_organisation()
        site = a_site(firm)
        stream = a_stream(site)
        for thing in (firm, site, stream):
            work.session.add(thing)
            work.session.flush()
    return stream


class Ledger:
    """One stream's ledger with places of its own; days are counted from `DAY`."""

    def __init__(self, database, stream):
        self.database, self.stream = database, stream
        self.generation = Place(PlaceKind.GENERATION, new_id())
        self.unplaced = Place(PlaceKind.UNPLACED, new_id())
        self.zone = Place(PlaceKind.ZONE, new_id())
        self.transit = Place(PlaceKind.CONSIGNMENT, new_id())
        self.used = Place(PlaceKind.UTILISED, new_id())
        self.places = (self.generation, self.unplaced, self.zone, self.transit, self.used)

    def move(self, source, target, mass, day=0, container=NO_ID):
        return Move(self.stream.id, Grams(mass), source, target, DAY + timedelta(days=day), container)

    def post(self, *moves):
        with self.database.writing(SYSTEM) as work:
            return post(work, moves, event_id=new_id())

    def make(self, mass, day=0, container=NO_ID):
        return self.post(self.move(self.generation, self.unplaced, mass, day, container))

    def take(self, mass, day=0, container=NO_ID):
        return self.post(self.move(self.unplaced, self.used, mass, day, container))

    def held(self, place, container=NO_ID):
        with self.database.reading(SYSTEM) as work:
            found = work.session.scalar(
                select(Balance.mass).where(Balance.place_id == place.id, Balance.container_id == container)
            )
        return found or 0

    def faults(self):
        with self.database.reading(SYSTEM) as work:
            return verifying.verify(work)


@pytest.fixture
def ledger(database):
    return Ledger(database, stored_stream(database))


places = st.integers(0, 4)
one_move = st.tuples(places, places, st.integers(1, 50), st.integers(0, 6), st.sampled_from([NO_ID, DRUM]))
acts = st.lists(
    st.lists(one_move.filter(lambda move: move[0] != move[1]), min_size=1, max_size=3), max_size=10
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
def test_any_moves_keep_the_mass_and_leave_no_place_below_zero_on_any_day(ledger, some_acts):
    own = Ledger(ledger.database, ledger.stream)
    daily = defaultdict(lambda: defaultdict(int))
    for act in some_acts:
        moves = [
            own.move(own.places[source], own.places[target], mass, day, container)
            for source, target, mass, day, container in act
        ]
        after = {key: dict(days) for key, days in daily.items()}
        for source, target, mass, day, container in act:
            for place, sign in ((source, -1), (target, 1)):
                days = after.setdefault((place, container), {})
                days[day] = days.get(day, 0) + sign * mass
        allowed = all(
            min(accumulate(days[day] for day in sorted(days))) >= 0
            for (place, _), days in after.items()
            if own.places[place].is_real
        )

        try:
            own.post(*moves)
        except Conflict:
            assert not allowed, (act, after)
        else:
            assert allowed, (act, after)
            daily = after

    totals = {key: sum(days.values()) for key, days in daily.items()}
    assert sum(totals.values()) == 0
    for (place, container), total in totals.items():
        if own.places[place].is_real:
            assert own.held(own.places[place], container) == total
    assert own.faults() == []


def test_mass_in_is_mass_out_and_stock(ledger):
    ledger.make(100)
    ledger.post(ledger.move(ledger.unplaced, ledger.zone, 60))
    ledger.post(ledger.move(ledger.zone, ledger.transit, 25), ledger.move(ledger.transit, ledger.used, 20))

    held = [ledger.held(place) for place in (ledger.unplaced, ledger.zone, ledger.transit)]
    assert held == [40, 35, 5]


def test_more_than_there_is_cannot_be_taken_and_leaves_nothing(ledger, session):
    ledger.make(100)

    with pytest.raises(Conflict, match="库存不足"):
        ledger.take(101)

    assert len(session.scalars(select(Posting)).all()) == 1
    assert ledger.held(ledger.unplaced) == 100


@pytest.mark.parametrize(
    ("day", "mass", "allowed"), [(3, 40, True), (3, 41, False), (5, 41, True), (0, 1, False)]
)
def test_a_backdated_withdrawal_leaves_enough_on_every_later_day(ledger, day, mass, allowed):
    ledger.make(100, day=1)
    ledger.take(60, day=4)
    ledger.make(30, day=5)

    if allowed:
        ledger.take(mass, day)
    else:
        with pytest.raises(Conflict, match="倒填日期"):
            ledger.take(mass, day)
    assert ledger.faults() == []


def test_one_act_cannot_take_today_what_it_brings_tomorrow(ledger):
    with pytest.raises(Conflict):
        ledger.post(
            ledger.move(ledger.unplaced, ledger.used, 10, day=1),
            ledger.move(ledger.generation, ledger.unplaced, 10, day=2),
        )


def test_one_act_may_bring_today_what_it_takes_tomorrow(ledger):
    ledger.post(
        ledger.move(ledger.unplaced, ledger.used, 10, day=2),
        ledger.move(ledger.generation, ledger.unplaced, 10, day=1),
    )

    assert ledger.held(ledger.unplaced) == 0
    assert ledger.faults() == []


def test_one_drums_mass_is_not_anothers(ledger):
    ledger.make(100, container=DRUM)

    with pytest.raises(Conflict):
        ledger.take(1)


@pytest.mark.parametrize("mass", [0, -5])
def test_a_move_moves_something_somewhere(ledger, mass):
    with pytest.raises(ValueError, match="mass"):
        ledger.make(mass)
    with pytest.raises(ValueError, match="mass"):
        ledger.post(ledger.move(ledger.zone, ledger.zone, 5))


def test_a_correction_names_what_it_corrects(ledger, session):
    (wrong,) = ledger.make(100)
    back = ledger.move(ledger.unplaced, ledger.generation, 100)
    ledger.post(Move(**vars(back) | {"corrects_id": wrong}))

    assert session.scalars(select(Posting.corrects_id).where(Posting.corrects_id.is_not(None))).one() == wrong
    assert ledger.held(ledger.unplaced) == 0


def test_arrivals_are_kept_as_posts_are(ledger):
    drums = [new_id() for _ in range(450)]
    moves = [
        ledger.move(ledger.generation, ledger.unplaced, 10 + number, number % 5, drum)
        for number, drum in enumerate(drums)
    ]

    with ledger.database.writing(SYSTEM) as work:
        ids = post_arrivals(work, moves, event_id=new_id())

    assert len(set(ids)) == 450
    assert [ledger.held(ledger.unplaced, drum) for drum in drums[:3]] == [10, 11, 12]
    assert ledger.faults() == []


def test_an_arrival_is_a_package_from_nowhere(ledger):
    loose = ledger.move(ledger.generation, ledger.unplaced, 1)
    moved = ledger.move(ledger.unplaced, ledger.zone, 1, container=DRUM)
    used = ledger.move(ledger.generation, ledger.used, 1, container=DRUM)

    for move in (loose, moved, used):
        with pytest.raises(ValueError), ledger.database.writing(SYSTEM) as work:
            post_arrivals(work, [move], event_id=new_id())


def test_what_has_arrived_before_does_not_arrive_again(ledger):
    ledger.make(100, container=DRUM)

    with pytest.raises(IntegrityError), ledger.database.writing(SYSTEM) as work:
        post_arrivals(
            work, [ledger.move(ledger.generation, ledger.unplaced, 5, container=DRUM)], event_id=new_id()
        )

    assert ledger.held(ledger.unplaced, DRUM) == 100
    assert ledger.faults() == []


def test_thousands_of_moves_in_one_act(ledger):
    drums = [new_id() for _ in range(1_200)]
    ledger.post(*(ledger.move(ledger.generation, ledger.unplaced, 7, container=drum) for drum in drums))

    assert {ledger.held(ledger.unplaced, drum) for drum in drums[:3]} == {7}
    assert ledger.faults() == []


@pytest.mark.parametrize(
    "change",
    [{"mass": 99}, {"last_on": DAY - timedelta(days=1)}, {"place_id": new_id()}, {"container_id": DRUM}],
)
def test_verify_finds_a_changed_balance(ledger, change):
    ledger.make(100)
    with ledger.database.writing(SYSTEM) as work:
        work.session.execute(update(Balance).values(**change))

    assert ledger.faults()
    assert str(ledger.stream.id) in str(ledger.faults()[0])


def test_verify_finds_a_lost_balance_and_a_changed_posting(ledger):
    ledger.make(100)
    with ledger.database.writing(SYSTEM) as work:
        work.session.execute(delete(Balance))
    assert [(fault.kept, fault.posted) for fault in ledger.faults()] == [(0, 100)]

    with ledger.database.writing(SYSTEM) as work:
        verifying.rebuild_balances(work)
        triggers.drop(work.session.connection())
        work.session.execute(update(Posting).values(mass=101))
    assert [(fault.kept, fault.posted) for fault in ledger.faults()] == [(100, 101)]


def test_verify_finds_a_day_below_zero(ledger):
    ledger.make(100, day=1)
    ledger.take(100, day=2)
    with ledger.database.writing(SYSTEM) as work:
        triggers.drop(work.session.connection())
        work.session.execute(update(Posting).where(Posting.to_id == ledger.used.id).values(effective_on=DAY))
        work.session.execute(update(Balance).values(last_on=DAY + timedelta(days=1)))

    assert [fault.below_zero_on for fault in ledger.faults()] == [DAY]


def test_rebuilt_balances_equal_the_kept_ones(ledger):
    ledger.make(100, day=2, container=DRUM)
    ledger.make(50, day=1)
    ledger.post(ledger.move(ledger.unplaced, ledger.zone, 30, day=3))
    columns = [column for column in Balance.__table__.c if column.name != "id"]

    def kept():
        with ledger.database.reading(SYSTEM) as work:
            return sorted(map(tuple, work.session.execute(select(*columns))), key=str)

    before = kept()
    with ledger.database.writing(SYSTEM) as work:
        assert verifying.rebuild_balances(work) == len(before)

    assert kept() == before


@pytest.mark.parametrize("statement", [update(Posting).values(mass=1), delete(Posting)])
def test_the_database_itself_refuses_to_change_postings(ledger, statement):
    from sqlalchemy.exc import DatabaseError

    ledger.make(100)

    with pytest.raises(DatabaseError, match="only ever added"), ledger.database.writing(SYSTEM) as work:
        work.session.execute(statement)


def at_once(count, act):
    together = threading.Barrier(count)

    def run(number):
        together.wait()
        try:
            return act(number)
        except Conflict:
            return "refused"

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def test_of_many_who_empty_one_drum_at_once_one_wins(throwaway_database):
    ledger = Ledger(throwaway_database, stored_stream(throwaway_database))
    ledger.make(100, container=DRUM)

    ends = at_once(8, lambda _: ledger.take(100, container=DRUM))

    assert ends.count("refused") == 7
    assert ledger.held(ledger.unplaced, DRUM) == 0
    assert ledger.faults() == []


def test_sixteen_who_draw_from_one_zone_at_once_never_take_more_than_lies_there(throwaway_database):
    ledger = Ledger(throwaway_database, stored_stream(throwaway_database))
    ledger.make(700)
    ledger.post(ledger.move(ledger.unplaced, ledger.zone, 700))

    def draw(number):
        taken = 0
        for mass in (7 + number, 13, 40 - number):
            try:
                ledger.post(ledger.move(ledger.zone, ledger.used, mass))
            except Conflict:
                continue
            taken += mass
        return taken

    taken = at_once(16, draw)

    left = ledger.held(ledger.zone)
    assert sum(taken) == 700 - left
    assert 0 <= left < 40, "who found too little found less than the largest draw"
    assert ledger.faults() == []


def test_moves_of_the_same_drums_in_any_order_wait_for_each_other(throwaway_database):
    ledger = Ledger(throwaway_database, stored_stream(throwaway_database))
    drums = [new_id() for _ in range(6)]
    ledger.post(*(ledger.move(ledger.generation, ledger.unplaced, 80, container=drum) for drum in drums))

    def shift(number):
        order = drums if number % 2 else drums[::-1]
        for _ in range(5):
            ledger.post(*(ledger.move(ledger.unplaced, ledger.zone, 1, container=drum) for drum in order))

    at_once(8, shift)

    assert [ledger.held(ledger.zone, drum) for drum in drums] == [40] * 6
    assert ledger.faults() == []


def test_serials_drawn_at_once_are_never_doubled(throwaway_database):
    def draw(_):
        drawn = []
        for _round in range(5):
            with throwaway_database.writing(SYSTEM) as work:
                drawn.append(next_serial(work, "series"))
        return drawn

    drawn = [serial for serials in at_once(16, draw) for serial in serials]

    assert sorted(drawn) == list(range(1, 81))


def test_serials_used_elsewhere_are_skipped(database):
    with database.writing(SYSTEM) as work:
        assert next_serial(work, "a", 3) == 1
        assert next_serial(work, "a") == 4
        assert next_serial(work, "a", after=10) == 11
        lift_serial(work, "a", 5)
        assert next_serial(work, "a") == 12
        lift_serial(work, "a", 20)
        assert next_serial(work, "a") == 21
        assert next_serial(work, "b") == 1


def test_a_serial_of_an_act_that_failed_is_drawn_again(throwaway_database):
    """Only committed numbers stand on labels; the counter goes back with the transaction."""
    with pytest.raises(ZeroDivisionError), throwaway_database.writing(SYSTEM) as work:
        next_serial(work, "a")
        raise ZeroDivisionError

    with throwaway_database.writing(SYSTEM) as work:
        assert next_serial(work, "a") == 1
