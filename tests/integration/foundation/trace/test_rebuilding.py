"""The state of every traced thing can be rebuilt from its events: a change is an event, and an event a change."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from app.foundation.core.errors import DomainError
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import Keyring, new_key
from app.foundation.trace import rebuilding, verifying
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.models import Membership, Park, User
from app.parties.accounts.signing_in import set_locale
from app.waste.registry import verifying as ledger
from app.waste.storage.commands import PrintLabel, PutAway, ReviseZone, VoidContainer, WeighContainer
from app.waste.storage.models import Container
from app.waste.storage.operations.containers import void_container, weigh_container
from app.waste.storage.operations.facilities import revise_zone
from app.waste.storage.operations.labels import print_label
from app.waste.storage.operations.placing import put_away
from migrations import triggers
from tests.factories import a_membership, a_park, a_user
from tests.factories.plant import KG, a_plant

SYSTEM = Actor.system()
KEYRING = Keyring(bytes(range(32)))


def differences(database):
    with database.reading(SYSTEM) as work:
        return [(found.kind, found.what) for found in rebuilding.differences(work)]


def number_of_events(database):
    with database.reading(SYSTEM) as work:
        return work.session.scalar(select(func.count(TraceEvent.id)))


class Storekeeper:
    """Does whatever it is told with whatever drum, allowed or not."""

    def __init__(self, plant):
        self.plant = plant
        facility = plant.facility()
        self.zones = [
            plant.zone(facility, code="A1", capacity=Grams(400 * KG)),
            plant.zone(facility, code="A2", allowed=("HW08",)),
            plant.zone(facility, code="A3", open_to=("A1",)),
        ]
        self.streams = [plant.stream(), plant.stream("900-249-08", form=None)]
        self.drums = [plant.drum(self.streams[0])]

    def register(self, drum, number):
        self.drums.append(self.plant.drum(self.streams[number % 2], 100 if number % 3 else None))

    def fail_to_register(self, drum, number):
        self.plant.drum(self.streams[0], -number)

    def weigh(self, drum, number):
        with self.plant.working() as work:
            weigh_container(work, drum.id, WeighContainer(net=Grams(number * KG)))

    def void(self, drum, number):
        with self.plant.working() as work:
            void_container(work, drum.id, VoidContainer("破损"))

    def put(self, drum, number):
        with self.plant.working() as work:
            put_away(work, drum.id, PutAway(self.zones[number % 3].id, {"GB18597-4.2": "有托盘"}))

    def label(self, drum, number):
        with self.plant.working() as work:
            reason = PrintLabel("污损" if number % 2 else "")
            print_label(work, drum.id, reason, keyring=KEYRING, public_url="https://park.example")

    def rezone(self, drum, number):
        with self.plant.working() as work:
            zone = self.zones[number % 3]
            command = ReviseZone("区", Grams(number * 50 * KG), ("HW06", "HW08"), (), ())
            revise_zone(work, zone.id, command)


ACTS = ["register", "fail_to_register", "weigh", "void", "put", "put", "label", "rezone"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 20), st.integers(0, 9)), max_size=12))
def test_whatever_is_done_each_act_is_one_event_and_each_refusal_none(database, acts):
    plant = a_plant(database)
    with plant.working() as work:
        new_key(work, KEYRING, KeyPurpose.QR)
    keeper = Storekeeper(plant)

    for name, which, number in acts:
        before = number_of_events(database)
        try:
            getattr(keeper, name)(keeper.drums[which % len(keeper.drums)], number)
        except DomainError:
            assert number_of_events(database) == before, name
        else:
            assert number_of_events(database) == before + 1, name
        assert differences(database) == []

    with database.reading(SYSTEM) as work:
        assert verifying.verify(work).misfit is None
        assert ledger.verify(work) == []


@pytest.mark.parametrize(
    ("statement", "kind", "what"),
    [
        (update(Container).values(net=1), "container", "net differs from its events"),
        (update(Container).values(zone_id=None), "container", "zone_id differs from its events"),
        (update(Park).values(city="1101"), "park", "city differs from its events"),
        (delete(Container), "container", "the row is gone"),
    ],
)
def test_what_was_changed_past_the_operations_is_found(database, drum, statement, kind, what):
    with database.writing(SYSTEM) as work:
        triggers.drop(work.session.connection())  # a row of the ledger can't be deleted otherwise
        work.session.execute(statement)

    assert (kind, what) in differences(database)


def test_a_row_that_no_operation_made_is_found(database, drum):
    with database.writing(SYSTEM) as work:
        work.session.add(a_park())

    assert differences(database) == [("park", "no event made this row")]


def test_drums_of_an_imported_ledger_are_compared_from_their_first_event_on(database, drum, plant):
    """One event holds the hash of all rows of an import; a drum's state stands in its own first event."""
    with database.writing(SYSTEM) as work:
        loose = work.session.get_one(Container, drum.id)
        values = {column.key: getattr(loose, column.key) for column in Container.__table__.columns}
        values |= {"id": plant.site_id, "code": "0" * 37, "short_code": "AAAA-AAAA-A", "state": "weighed"}
        work.session.add(Container(**values | {"zone_id": None}))

    assert differences(database) == []


def test_choosing_a_language_is_an_event_too(database, plant):
    with database.writing(SYSTEM) as work:
        user = a_user()
        work.session.add(user)
        work.session.flush()
        work.session.add(a_membership(user, park=work.session.get_one(Park, plant.park_id)))
    with database.writing(SYSTEM) as work:
        set_locale(work, user.id, "en")
        events = number_of_events(database)
        set_locale(work, user.id, "en")

    assert number_of_events(database) == events
    assert [found for found in differences(database) if found[0] == "user"] == []
    with database.reading(SYSTEM) as work:
        assert work.session.get_one(User, user.id).locale == "en"
        assert work.session.scalars(select(Membership)).one().user_id == user.id
