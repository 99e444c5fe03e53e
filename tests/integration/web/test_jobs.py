"""The task centre, as somebody who brought a large ledger in goes through it."""

import io
import re

import pytest
from sqlalchemy import func, select

from app.jobs.handlers import HANDLERS
from app.jobs.running import do_next
from app.waste.registry.models import Posting
from tests.integration.ledger_files import CLEAN, MESSY, a_producer, content


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)))


def choose(client, file):
    return client.post("/ledger/import", data={"file": (io.BytesIO(content(file)), file)})


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch):
    monkeypatch.setattr("app.entry.uploads.BACKGROUND_LINES", 0)


@pytest.fixture
def work_off(app):
    def done():
        while do_next(app.extensions["house"], HANDLERS):
            pass

    return done


@pytest.fixture
def client(client_of, database, request):
    return client_of(a_producer(database, getattr(request, "param", CLEAN)).member)


def postings(session):
    session.expire_all()
    return session.scalar(select(func.count()).select_from(Posting))


def test_a_large_ledger_leads_to_its_job_which_leads_to_the_import(client, work_off, session):
    asked = choose(client, CLEAN)

    waiting = client.get(asked.headers["Location"])
    assert asked.status_code == 303
    assert "排队中" in text_of(waiting)
    assert "取消任务" in text_of(waiting)
    assert "data-poll" in waiting.get_data(as_text=True)
    work_off()
    done = client.get(asked.headers["Location"])
    assert "已写入台账" in text_of(done)
    assert "data-poll" not in done.get_data(as_text=True)
    link = re.search(r'href="(/ledger/imports/[^"]+)"', done.get_data(as_text=True))[1]
    assert client.get(link).status_code == 200
    assert postings(session) > 0


@pytest.mark.parametrize("client", [MESSY], indirect=True)
def test_a_messy_one_offers_its_error_file_and_its_right_rows(client, work_off, session):
    job = choose(client, MESSY).headers["Location"]
    work_off()

    page = client.get(job)
    errors = client.get(f"{job}/errors.xlsx")
    assert "还没有写入台账" in text_of(page)
    assert "只导入通过的 30 行" in text_of(page)
    assert errors.status_code == 200
    assert errors.data.startswith(b"PK")
    assert postings(session) == 0

    form = re.search(
        r'action="(/ledger/import/[^"]+)".*?name="site_id" value="([^"]+)"', page.get_data(as_text=True), re.S
    )
    second = client.post(form[1], data={"site_id": form[2]})
    work_off()
    assert "已写入台账" in text_of(client.get(second.headers["Location"]))
    assert postings(session) == 30


def test_a_job_is_cancelled_from_its_page(client, work_off, session):
    job = choose(client, CLEAN).headers["Location"]

    answer = client.post(f"{job}/cancellation")
    work_off()

    assert answer.status_code == 303
    assert "已取消，没有保存任何内容" in text_of(client.get(job))
    assert client.post(f"{job}/cancellation").status_code == 303, "a second tap does no harm"
    assert client.get(f"{job}/errors.xlsx").status_code == 404
    assert postings(session) == 0


def test_all_jobs_stand_in_the_task_centre(client, work_off):
    assert "没有后台任务" in text_of(client.get("/jobs/"))

    job = choose(client, CLEAN).headers["Location"]
    page = client.get("/jobs/")

    assert job in page.get_data(as_text=True)
    assert CLEAN in text_of(page)
    assert "任务中心" in text_of(page)
