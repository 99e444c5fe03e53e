"""Work in the background: asked for with its act, taken by one worker at a time, stopped as asked, seen by its own."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.foundation.core.clock import utc_now
from app.foundation.core.errors import Conflict, NotFound
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Actor
from app.foundation.jobs.models import Job, JobState
from app.foundation.jobs.operations import (
    KEPT_FOR,
    MAX_TRIES,
    SILENT_AFTER,
    ask_for_job,
    ask_to_cancel,
    claim_next,
    fail,
    finish,
    forget_old_jobs,
    hand_back,
    note_progress,
    problem_json,
)
from app.foundation.jobs.progress import JobCancelled, JobInterrupted, JobLost, Progress
from app.foundation.jobs.queries import is_work_waiting, job_for, jobs_seen, seconds_left
from app.parties.accounts.permissions import Role
from tests.factories import somebody

SYSTEM = Actor.system()
ME = somebody(organisation_id=new_id(), park_id=new_id())
PHASE = say("校验")


def ask(database, actor=ME, kind="test", **arguments):
    with database.writing(actor) as work:
        return ask_for_job(work, kind, arguments, total=10).id


def claim(database, now=None):
    with database.writing(SYSTEM, now=now) as work:
        return claim_next(work)


def state(database, job_id):
    with database.reading(SYSTEM) as work:
        return job_for(work, job_id)


def cancel(database, job_id, actor=ME):
    with database.writing(actor) as work:
        ask_to_cancel(work, job_for(work, job_id))


def test_what_is_rolled_back_was_never_asked_for(database):
    with pytest.raises(RuntimeError), database.writing(ME) as work:
        ask_for_job(work, "test", {})
        raise RuntimeError

    assert claim(database) is None


def test_jobs_are_taken_in_the_order_they_were_asked_for_and_act_for_who_asked(database):
    first, second = ask(database, a="1"), ask(database)

    taken = claim(database)

    assert (taken.id, taken.arguments, taken.actor, taken.tries) == (first, {"a": "1"}, ME, 1)
    assert claim(database).id == second
    assert claim(database) is None


def test_a_finished_job_keeps_its_result(database):
    job_id = ask(database)
    taken = claim(database)

    with database.writing(ME) as work:
        finish(work, taken, {"import_id": "x"})

    job = state(database, job_id)
    assert (job.state, job.result, job.done) == (JobState.DONE, {"import_id": "x"}, 10)
    assert job.ended_at is not None
    assert claim(database) is None


def test_a_failed_job_keeps_why(database):
    job_id = ask(database)
    taken = claim(database)

    with database.writing(SYSTEM) as work:
        fail(work, taken, problem_json(say("缺 {missing} kg", missing="3.000")))

    job = state(database, job_id)
    assert job.state is JobState.FAILED
    assert job.problem == {"type": "conflict", "text": "缺 {missing} kg", "params": {"missing": "3.000"}}


def test_a_job_whose_worker_fell_silent_is_taken_up_again_and_the_first_worker_can_store_nothing(database):
    job_id = ask(database)
    first = claim(database)
    later = utc_now() + SILENT_AFTER + timedelta(seconds=1)

    assert claim(database, now=utc_now() + SILENT_AFTER / 2) is None
    second = claim(database, now=later)

    assert (second.id, second.tries) == (job_id, 2)
    with pytest.raises(Conflict), database.writing(ME) as work:
        finish(work, first, {})
    with database.writing(ME) as work:
        finish(work, second, {})
    assert state(database, job_id).state is JobState.DONE


def test_after_three_tries_nobody_tries_again(database):
    job_id = ask(database)
    now = utc_now()
    for number in range(MAX_TRIES):
        assert claim(database, now=now + number * 2 * SILENT_AFTER).tries == number + 1

    assert claim(database, now=now + MAX_TRIES * 2 * SILENT_AFTER) is None

    job = state(database, job_id)
    assert job.state is JobState.FAILED
    assert job.problem["params"] == {"tries": "3"}


def test_a_beating_job_is_nobody_elses(database):
    ask(database)
    taken = claim(database)
    later = utc_now() + SILENT_AFTER

    with database.writing(SYSTEM, now=later) as work:
        assert note_progress(work, taken, PHASE.msgid, 4, 10) is True

    assert claim(database, now=later + SILENT_AFTER / 2) is None


def test_a_waiting_job_is_cancelled_at_once(database):
    job_id = ask(database)

    cancel(database, job_id)

    assert state(database, job_id).state is JobState.CANCELLED
    assert claim(database) is None


def test_a_running_job_stops_at_its_next_report(database):
    job_id = ask(database)
    progress = Progress(database, claim(database))
    progress.report(PHASE, 1, 10)

    cancel(database, job_id)

    with pytest.raises(JobCancelled):
        progress.report(say("入账"), 2, 10)


def test_an_ended_job_cannot_be_cancelled(database):
    job_id = ask(database)
    with database.writing(ME) as work:
        finish(work, claim_next(work), {})

    with pytest.raises(Conflict):
        cancel(database, job_id)


def test_a_job_that_was_to_be_cancelled_when_its_worker_died_is_not_begun_again(database):
    job_id = ask(database)
    claim(database)
    cancel(database, job_id)

    assert claim(database, now=utc_now() + 2 * SILENT_AFTER) is None
    assert state(database, job_id).state is JobState.CANCELLED


def test_a_worker_that_lost_its_job_learns_it(database):
    ask(database)
    first = claim(database)
    claim(database, now=utc_now() + 2 * SILENT_AFTER)

    with pytest.raises(JobLost):
        Progress(database, first).report(PHASE)


def test_a_worker_told_to_end_hands_its_job_back(database):
    job_id = ask(database)
    taken = claim(database)
    with pytest.raises(JobInterrupted):
        Progress(database, taken, is_told_to_end=lambda: True).report(PHASE)

    with database.writing(SYSTEM) as work:
        hand_back(work, taken)

    again = claim(database)
    assert (again.id, again.tries) == (job_id, 1)


def test_progress_is_seen_while_the_jobs_own_transaction_is_open(throwaway_database):
    database = throwaway_database
    job_id = ask(database)
    progress = Progress(database, claim(database))

    progress.report(PHASE, 1, 10)
    with database.writing(ME):
        progress.report(say("入账"), 5, 10)
        seen = state(database, job_id)

    expected = (PHASE.msgid, 1) if database.engine.dialect.name == "sqlite" else ("入账", 5)
    assert (seen.phase, seen.done) == expected


def test_a_report_in_the_same_breath_is_not_written(database):
    job_id = ask(database)
    progress = Progress(database, claim(database))

    for done in range(10):
        progress.report(PHASE, done, 10)

    assert state(database, job_id).done == 0


def test_the_time_left_is_told_once_something_is_done(database):
    job_id = ask(database)
    taken = claim(database)
    start = utc_now()
    with database.writing(SYSTEM, now=start) as work:
        note_progress(work, taken, PHASE.msgid, 0, 100)

    assert seconds_left(state(database, job_id), start) is None
    with database.writing(SYSTEM, now=start + timedelta(seconds=5)) as work:
        note_progress(work, taken, PHASE.msgid, 25, 100)

    assert seconds_left(state(database, job_id), start + timedelta(seconds=5)) == 15


def test_many_workers_take_each_job_once(throwaway_database):
    database = throwaway_database
    asked = {ask(database) for _ in range(40)}
    together = threading.Barrier(8)

    def work_on(_):
        together.wait()
        taken = []
        while (found := claim(database)) is not None:
            taken.append(found.id)
        return taken

    with ThreadPoolExecutor(8) as threads:
        taken = [job_id for ids in threads.map(work_on, range(8)) for job_id in ids]

    # on PostgreSQL a worker may find all rows taken by others and stop early; what is left is taken later
    while (found := claim(database)) is not None:
        taken.append(found.id)
    assert sorted(taken) == sorted(asked)


def test_jobs_are_seen_by_who_asked_and_their_firm(database):
    job_id = ask(database)
    colleague = somebody(organisation_id=ME.organisation_id, park_id=ME.park_id)
    stranger = somebody(organisation_id=new_id(), park_id=ME.park_id)
    operator = somebody(Role.PARK_OPERATOR, park_id=ME.park_id)

    for actor in (ME, colleague):
        with database.reading(actor) as work:
            assert [job.id for job in jobs_seen(work)[0]] == [job_id]
    for actor in (stranger, operator, Actor(via="public")):
        with database.reading(actor) as work:
            assert jobs_seen(work)[0] == []
            with pytest.raises(NotFound):
                job_for(work, job_id)


def test_the_parks_own_jobs_are_seen_by_its_staff(database):
    operator = somebody(Role.PARK_OPERATOR, park_id=new_id())
    job_id = ask(database, operator)

    with database.reading(somebody(Role.INSPECTOR, park_id=operator.park_id)) as work:
        assert job_for(work, job_id).id == job_id
    with database.reading(somebody(Role.INSPECTOR, park_id=new_id())) as work, pytest.raises(NotFound):
        job_for(work, job_id)


def test_a_list_goes_on_where_its_cursor_says(database):
    asked = [ask(database) for _ in range(5)]

    with database.reading(ME) as work:
        first, cursor = jobs_seen(work, limit=3)
        rest, end = jobs_seen(work, limit=3, before=cursor)

    assert [job.id for job in (*first, *rest)] == asked[::-1]
    assert end is None


def test_old_jobs_are_forgotten(database):
    old, young, open_ = ask(database), ask(database), ask(database)
    cancel(database, old)
    cancel(database, young)
    with database.writing(SYSTEM) as work:
        past = work.now - KEPT_FOR - timedelta(minutes=1)
        work.session.execute(update(Job).where(Job.id == old).values(ended_at=past))

    with database.reading(ME) as work:
        assert {job.id for job in jobs_seen(work)[0]} == {young, open_}
    with database.writing(SYSTEM) as work:
        assert forget_old_jobs(work) == 1
        assert is_work_waiting(work)
