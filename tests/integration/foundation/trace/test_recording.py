"""Events: one chain a subject, in the transaction of the change."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from app.foundation import trace
from app.foundation.core.ids import new_id
from app.foundation.core.work import Actor
from app.foundation.trace import recording, verifying
from app.foundation.trace.canonical import leaf_hash
from app.foundation.trace.models import TraceAbout, TraceEvent
from app.foundation.trace.queries import timeline_of
from app.parties.accounts.models import Park
from tests.factories import a_park

SYSTEM = Actor.system()


def chain_of(session, subject_id):
    session.expire_all()
    chosen = select(TraceEvent).where(TraceEvent.subject_id == subject_id).order_by(TraceEvent.sequence)
    return session.scalars(chosen).all()


def test_events_of_one_subject_form_a_chain(drum, session):
    events = chain_of(session, drum.id)

    assert [event.sequence for event in events] == [1, 2, 3]
    assert [event.previous_hash for event in events] == [None, events[0].own_hash, events[1].own_hash]
    assert all(event.own_hash == leaf_hash(event.envelope) for event in events)


def test_the_envelope_repeats_every_column_and_carries_the_state(plant, drum, session):
    event = chain_of(session, drum.id)[-1]

    envelope = json.loads(event.envelope)

    columns = set(TraceEvent.__table__.c.keys()) - {"envelope", "own_hash"}
    assert set(envelope) == columns | {"about", "payload"}
    assert envelope["user_id"] == str(plant.producer.user_id)
    assert envelope["payload"]["state"] == drum.traced_state()
    assert envelope["payload"]["overridden"] == []


def test_the_things_an_event_is_about_show_it_in_their_timeline(plant, drum, database):
    with database.reading(plant.producer) as work:
        of_zone = timeline_of(work, drum.zone_id)
        of_drum = timeline_of(work, drum.id, limit=2)

    assert [entry.name for entry in of_zone] == ["container.moved", "zone.added"]
    assert [entry.name for entry in of_drum] == ["container.moved", "container.stored"]
    assert of_drum[0].payload["state"]["zone_id"] == str(drum.zone_id)


def test_what_happened_earlier_keeps_its_own_time(database, session):
    with database.writing(SYSTEM) as work:
        park = a_park()
        work.session.add(park)
        earlier = work.now - timedelta(days=1)
        event_id = new_id()
        assert trace.record(work, "park.opened", park, occurred_at=earlier, event_id=event_id) == event_id

    (event,) = chain_of(session, park.id)
    assert (event.id, event.occurred_at) == (event_id, earlier)
    assert event.recorded_at > earlier


def test_a_fact_that_is_no_plain_value_is_refused_with_the_whole_act(database, session):
    with pytest.raises(TypeError), database.writing(SYSTEM) as work:
        park = a_park()
        work.session.add(park)
        trace.record(work, "park.opened", park, weight=1.5)

    assert session.scalars(select(Park)).all() == []


@pytest.mark.parametrize(
    "statement",
    [
        update(TraceEvent).values(name="other"),
        delete(TraceEvent),
        update(TraceAbout).values(thing_kind="other"),
        delete(TraceAbout),
    ],
    ids=["update event", "delete event", "update about", "delete about"],
)
def test_the_database_itself_refuses_to_change_or_delete(drum, database, statement):
    with pytest.raises(DatabaseError, match="only ever added"), database.writing(SYSTEM) as work:
        work.session.execute(statement)


def test_of_two_who_append_to_one_subject_at_once_one_fails_as_a_whole(throwaway_database):
    database = throwaway_database
    with database.writing(SYSTEM) as work:
        park = a_park()
        work.session.add(park)
        trace.record(work, "park.opened", park)
    together = threading.Barrier(6)

    def append(number):
        together.wait()
        try:
            with database.writing(SYSTEM) as work:
                other = a_park()
                work.session.add(other)
                trace.record(work, "park.renamed", work.session.get_one(Park, park.id), number=number)
        except IntegrityError:
            return None
        return other.id

    with ThreadPoolExecutor(6) as threads:
        kept = {made for made in threads.map(append, range(6)) if made}

    with database.reading(SYSTEM) as work:
        events = chain_of(work.session, park.id)
        assert verifying.verify(work).misfit is None
        assert set(work.session.scalars(select(Park.id))) == kept | {park.id}
    assert len(events) == len(kept) + 1
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))


def test_two_who_read_the_same_head_cannot_both_append(throwaway_database, engine_name, monkeypatch):
    """The exact race, step by step: both have read the head before either writes. SQLite lets no two begin."""
    if engine_name == "sqlite":
        with (
            throwaway_database.writing(SYSTEM),
            pytest.raises(RuntimeError),
            throwaway_database.writing(SYSTEM),
        ):
            pass
        return
    database = throwaway_database
    with database.writing(SYSTEM) as work:
        park = a_park()
        work.session.add(park)
        trace.record(work, "park.opened", park)
    has_read, may_write = threading.Event(), threading.Event()
    first_thread, place_in_chain = threading.current_thread(), recording._place_in_chain

    def place_and_wait(work, subject_id):
        found = place_in_chain(work, subject_id)
        if threading.current_thread() is not first_thread:
            has_read.set()
            may_write.wait(20)
        return found

    monkeypatch.setattr(recording, "_place_in_chain", place_and_wait)

    def late():
        with database.writing(SYSTEM) as work:
            trace.record(work, "park.renamed", work.session.get_one(Park, park.id))

    with ThreadPoolExecutor(1) as thread:
        loser = thread.submit(late)
        assert has_read.wait(20)
        with database.writing(SYSTEM) as work:
            trace.record(work, "park.renamed", work.session.get_one(Park, park.id))
        may_write.set()
        with pytest.raises(IntegrityError):
            loser.result(20)
