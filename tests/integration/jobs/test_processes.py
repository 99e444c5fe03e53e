"""Real processes: a worker that is killed, one that is told to end, and the household of server and worker."""

import os
import signal
import socket
import time
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.foundation.core.work import Actor
from app.foundation.jobs.models import Job, JobState
from app.foundation.jobs.operations import SILENT_AFTER
from app.waste.registry import verifying
from app.waste.registry.models import LedgerImport
from tests.integration.jobs.ledgers import Firm, a_ledger

ROWS = 5_000
MANY_ROWS = 20_000
"""So many that a worker is seen in the middle of them on a busy machine too."""
PATIENCE_S = 60


@pytest.fixture
def firm(throwaway_database, tmp_path):
    return Firm(throwaway_database, tmp_path)


def until(claim, what):
    latest = time.monotonic() + PATIENCE_S
    while not (found := claim()):
        assert time.monotonic() < latest, what
        time.sleep(0.05)
    return found


def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_one_does_it_all(firm):
    job_id = firm.ask(a_ledger(firm.producer.credit_code, MANY_ROWS))
    worker = firm.worker()
    until(lambda: firm.job(job_id).phase in ("校验", "入账"), "the job never began")
    worker.send_signal(signal.SIGKILL)
    worker.wait()

    assert (firm.job(job_id).state, firm.postings()) == (JobState.RUNNING, 0)
    assert not firm.do(), "nobody takes up what may still be running"
    with firm.database.writing(Actor.system()) as work:
        silent = work.now - SILENT_AFTER - timedelta(seconds=1)
        work.session.execute(update(Job).values(beat_at=silent))
    again = firm.worker("--once")
    assert again.wait(PATIENCE_S) == 0

    job = firm.job(job_id)
    assert (job.state, job.tries) == (JobState.DONE, 2), job.problem
    assert firm.postings() == MANY_ROWS
    with firm.database.reading(Actor.system()) as work:
        assert len(work.session.scalars(select(LedgerImport)).all()) == 1
        assert verifying.verify(work) == []


def test_a_worker_told_to_end_gives_its_job_to_the_next(firm):
    job_id = firm.ask(a_ledger(firm.producer.credit_code, ROWS))
    worker = firm.worker()
    until(lambda: firm.job(job_id).tries, "the job never began")

    worker.terminate()

    assert worker.wait(PATIENCE_S) == 0
    job = firm.job(job_id)
    assert (job.state, job.tries) in ((JobState.WAITING, 0), (JobState.DONE, 1))
    assert firm.postings() in (0, ROWS)


def children(pid: int) -> dict[str, int]:
    """The processes that a household started, by what they are."""
    pids = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    lines = {Path(f"/proc/{child}/cmdline").read_bytes(): int(child) for child in pids}
    return {("server" if b"gunicorn" in line else "worker"): child for line, child in lines.items()}


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


FLASK_SERVE = ("flask", "--app", "wsgi", "serve", "--bind")
ITSELF = ("app.jobs.serving",)
"""What `flask serve` becomes, without the two seconds in which the command wires the product for itself."""
SIZES = {FLASK_SERVE: (), ITSELF: ("1", "16")}


@pytest.fixture
def command():
    """What starts a household."""
    return ITSELF


@pytest.fixture
def household(firm, command):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{held.getsockname()[1]}"
    process = firm.process(*command, bind, *SIZES[command])
    try:
        until(lambda: _answers(bind) and len(children(process.pid)) == 2, "the server never answered")
        yield process
    finally:
        process.kill()
        process.wait()


def _answers(bind: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{bind}/healthz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@ON_SQLITE
@pytest.mark.parametrize(("command", "number"), [(FLASK_SERVE, signal.SIGTERM), (ITSELF, signal.SIGINT)])
def test_server_and_worker_end_when_told_to(household, number):
    started = children(household.pid)
    assert set(started) == {"server", "worker"}

    household.send_signal(number)

    assert household.wait(PATIENCE_S) == 0
    until(lambda: not any(map(is_alive, started.values())), "somebody lives on")


@ON_SQLITE
@pytest.mark.parametrize("who", ["server", "worker"])
def test_when_one_of_them_dies_the_other_ends_too(household, who):
    started = children(household.pid)

    os.kill(started[who], signal.SIGKILL)

    assert household.wait(PATIENCE_S) == 1
    until(lambda: not any(map(is_alive, started.values())), "somebody lives on")


@ON_SQLITE
def test_when_their_keeper_is_killed_both_end(household):
    started = children(household.pid)

    household.kill()

    until(lambda: not any(map(is_alive, started.values())), "somebody lives on")
