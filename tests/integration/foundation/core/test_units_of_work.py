"""One unit of work: all of it or nothing, one at a time, and readers change nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import InternalError, OperationalError

from app.foundation.core.work import Actor
from app.parties.accounts.models import Park
from tests.factories import a_park

SYSTEM = Actor.system()


class Mishap(Exception):
    """Whatever goes wrong inside a unit of work."""


def parks_in(database):
    with database.reading(SYSTEM) as work:
        return work.session.scalar(select(func.count(Park.id)))


def test_what_was_done_is_there_afterwards(throwaway_database):
    with throwaway_database.writing(SYSTEM) as work:
        work.session.add(a_park())

    assert parks_in(throwaway_database) == 1


def test_nothing_stays_of_a_unit_of_work_that_failed(throwaway_database):
    with pytest.raises(Mishap), throwaway_database.writing(SYSTEM) as work:
        work.session.add(a_park())
        work.session.flush()
        raise Mishap

    assert parks_in(throwaway_database) == 0


def test_all_of_one_act_has_one_instant(throwaway_database):
    with throwaway_database.writing(SYSTEM) as work:
        assert work.now is work.now
        assert work.now.tzinfo is not None


def test_one_does_not_start_inside_another(throwaway_database):
    with (
        throwaway_database.writing(SYSTEM) as outer,
        pytest.raises(RuntimeError, match="inside another"),
        throwaway_database.writing(SYSTEM),
    ):
        outer.session.add(a_park())

    with throwaway_database.writing(SYSTEM) as work:  # and the refusal leaves nothing locked
        work.session.add(a_park())


@pytest.mark.parametrize("change", ["add", "alter", "delete"])
def test_a_reader_that_changes_something_is_stopped(throwaway_database, change):
    with throwaway_database.writing(SYSTEM) as work:
        work.session.add(a_park(slug="there"))

    with pytest.raises(RuntimeError, match="reading"), throwaway_database.reading(SYSTEM) as work:
        there = work.session.scalars(select(Park)).one()
        if change == "add":
            work.session.add(a_park())
        elif change == "alter":
            there.slug = "elsewhere"
        else:
            work.session.delete(there)

    assert parks_in(throwaway_database) == 1


def _is_postgresql(database):
    return database.engine.dialect.name == "postgresql"


def test_what_a_reader_writes_past_the_session_is_not_kept(throwaway_database):
    with throwaway_database.writing(SYSTEM) as work:
        work.session.add(a_park(slug="there"))

    refused = pytest.raises(InternalError) if _is_postgresql(throwaway_database) else nullcontext()
    with refused, throwaway_database.reading(SYSTEM) as work:
        work.session.execute(update(Park).values(slug="elsewhere"))

    with throwaway_database.reading(SYSTEM) as work:
        assert work.session.scalars(select(Park.slug)).one() == "there"


def test_sixteen_writers_wait_for_each_other(throwaway_database):
    rounds, writers = 5, 16
    together = threading.Barrier(writers)

    def write(_: int) -> None:
        together.wait()
        for _round in range(rounds):
            with throwaway_database.writing(SYSTEM) as work:
                # Reads first, as every operation does: a read that turns into a write is what SQLite refuses.
                work.session.scalar(select(func.count(Park.id)))
                work.session.add(a_park())

    with ThreadPoolExecutor(writers) as threads:
        list(threads.map(write, range(writers)))

    assert parks_in(throwaway_database) == rounds * writers


def test_readers_are_not_held_up_by_a_writer(throwaway_database):
    with throwaway_database.writing(SYSTEM) as work:
        work.session.add(a_park())
        work.session.flush()

        assert parks_in(throwaway_database) == 0


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
@pytest.mark.parametrize("way", ["glance", "reading", "writing"])
def test_a_connection_that_died_while_it_lay_idle_is_replaced(throwaway_database, monkeypatch, way):
    monkeypatch.setattr("app.foundation.core.database.IDLE_SECONDS", 0)
    with throwaway_database.reading(SYSTEM) as work:
        died = work.session.connection().connection.driver_connection
    died.close()

    with getattr(throwaway_database, way)(SYSTEM) as work:
        assert work.session.scalar(select(func.count(Park.id))) == 0


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_connection_that_dies_in_use_costs_one_unit_of_work(throwaway_database):
    with throwaway_database.reading(SYSTEM) as work:
        died = work.session.connection().connection.driver_connection
    died.close()

    with pytest.raises(OperationalError), throwaway_database.reading(SYSTEM) as work:
        work.session.scalar(select(func.count(Park.id)))
    assert parks_in(throwaway_database) == 0
