"""Work in the background through /api/v1."""

import io

import pytest

from app.entry.work import House
from app.foundation.core.work import Actor
from app.foundation.jobs.operations import ask_for_job
from app.jobs.handlers import HANDLERS
from app.jobs.running import do_next
from tests.factories import somebody
from tests.integration.ledger_files import CLEAN, a_producer, content


@pytest.fixture
def producer(database):
    return a_producer(database)


@pytest.fixture
def client(client_of, producer):
    return client_of(producer.member)


@pytest.fixture
def everything_is_large(monkeypatch):
    monkeypatch.setattr("app.entry.uploads.BACKGROUND_LINES", 0)


@pytest.fixture
def work_off(app, database):
    """Do all jobs that wait, as the worker does."""
    house = app.extensions["house"]

    def done():
        while do_next(House(house.config, database, house.keyring, house.files), HANDLERS):
            pass

    return done


def upload(client, key=None, **fields):
    headers = {"Idempotency-Key": key} if key else {}
    data = {"file": (io.BytesIO(content(CLEAN)), CLEAN), **fields}
    return client.post("/api/v1/ledger-imports", data=data, headers=headers)


def test_a_large_ledger_is_answered_with_a_job_that_stores_it(client, everything_is_large, work_off):
    answer = upload(client)

    assert answer.status_code == 202, answer.json
    assert (answer.json["state"], answer.json["kind"], answer.json["title"]) == (
        "waiting",
        "ledger.import",
        "导入台账",
    )
    work_off()
    job = client.get(answer.headers["Location"]).json
    assert (job["state"], job["problem"]) == ("done", None)
    assert job["result"]["stored"] is True
    stored = client.get(f"/api/v1/ledger-imports/{job['result']['import_id']}").json
    assert stored["accepted_count"] == job["result"]["accepted_count"] > 0


def test_the_same_request_twice_asks_for_one_job(client, everything_is_large):
    first, second = upload(client, key="k"), upload(client, key="k")

    assert first.json["id"] == second.json["id"]
    assert len(client.get("/api/v1/jobs").json["items"]) == 1


def test_a_waiting_job_is_stopped_once(client, everything_is_large, work_off):
    job_id = upload(client).json["id"]

    stopped = client.post(f"/api/v1/jobs/{job_id}/cancellation")
    again = client.post(f"/api/v1/jobs/{job_id}/cancellation")
    work_off()

    assert (stopped.status_code, stopped.json["state"]) == (200, "cancelled")
    assert again.status_code == 409
    assert client.get("/api/v1/ledger-imports").json["items"] == []


def test_a_problem_is_told_in_the_readers_language(client, client_of, producer, database, work_off):
    actor = somebody(
        organisation_id=producer.organisation_id, park_id=producer.park_id, permissions=frozenset()
    )
    with database.writing(actor) as work:
        job_id = ask_for_job(
            work, "ledger.import", {"upload_id": str(producer.site_id), "site_id": str(producer.site_id)}
        ).id

    work_off()

    job = client.get(f"/api/v1/jobs/{job_id}").json
    assert job["state"] == "failed"
    assert "没有这个文件" in job["problem"]["detail"]


def test_others_jobs_are_not_there(client, client_of, producer, database, everything_is_large):
    upload(client)
    with database.writing(Actor.system()) as work:
        own = ask_for_job(work, "ledger.import", {}).id
    watcher = client_of(producer.inspector)

    assert watcher.get("/api/v1/jobs").json == {"items": [], "next_cursor": None}
    assert client.get(f"/api/v1/jobs/{own}").status_code == 404
    assert client.post(f"/api/v1/jobs/{own}/cancellation").status_code == 404


def test_a_page_of_jobs_takes_a_constant_number_of_statements(client, everything_is_large, count_statements):
    upload(client)
    with count_statements() as one:
        client.get("/api/v1/jobs")
    for _ in range(4):
        upload(client)
    with count_statements() as five:
        assert len(client.get("/api/v1/jobs").json["items"]) == 5

    assert len(one) == len(five), five
