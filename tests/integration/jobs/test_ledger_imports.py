"""A large ledger in the background: all of it goes in, or nothing does and somebody is told why."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.entry.uploads import LargeLedger, read_unless_large
from app.foundation.core.work import Actor
from app.foundation.files.models import StoredFile
from app.foundation.jobs.models import JobState
from app.foundation.jobs.operations import ask_for_job, ask_to_cancel
from app.foundation.jobs.progress import JobCancelled, Progress
from app.foundation.jobs.queries import job_for
from app.jobs.handlers import HANDLERS
from app.jobs.ledger_imports import JUDGING, LEDGER_IMPORT, STORING
from app.waste.registry import verifying
from app.waste.registry.commands import ImportLedger
from app.waste.registry.ledger_files.reading import read_ledger
from app.waste.registry.models import LedgerImport
from tests.integration.jobs.ledgers import Firm, a_ledger
from tests.unit.waste.registry.ledgers import a_context


@pytest.fixture
def firm(throwaway_database, tmp_path):
    return Firm(throwaway_database, tmp_path)


def test_a_right_ledger_goes_in_whole_and_its_job_names_the_import(firm):
    job_id = firm.ask(a_ledger(firm.producer.credit_code, 600))

    assert firm.do()

    job = firm.job(job_id)
    assert job.state is JobState.DONE, job.problem
    assert (job.result["stored"], job.result["accepted_count"], job.result["refused_count"]) == (True, 600, 0)
    with firm.database.reading(Actor.system()) as work:
        imported = work.session.scalars(select(LedgerImport)).one()
        assert verifying.verify(work) == []
    assert (str(imported.id), imported.user_id) == (job.result["import_id"], firm.actor.user_id)
    assert firm.postings() == 600


def test_a_ledger_with_wrong_rows_waits_and_its_error_file_can_be_uploaded_as_it_is(firm):
    job_id = firm.ask(a_ledger(firm.producer.credit_code, 300, wrong=7))

    firm.do()

    job = firm.job(job_id)
    assert job.state is JobState.DONE, job.problem
    assert (job.result["stored"], job.result["refused_count"], firm.postings()) == (False, 7, 0)
    with firm.database.reading(firm.actor) as work:
        kept = work.session.scalars(
            select(StoredFile).where(StoredFile.media_type == "application/x-ledger-errors")
        ).one()
        assert (kept.keep_until - work.today).days == 7
    body = firm.house.files.path(kept.sha256).read_bytes()
    again = read_ledger(body, "errors.xlsx", a_context(credit_code=firm.producer.credit_code))
    assert (len(again.accepted), len(again.refused)) == (0, 7)


def test_the_right_rows_go_in_where_that_is_wanted(firm):
    job_id = firm.ask(a_ledger(firm.producer.credit_code, 300, wrong=7), accept_good=True)

    firm.do()

    assert firm.job(job_id).result["stored"] is True
    assert firm.postings() == 293


def test_the_same_ledger_twice_goes_in_once(firm):
    content = a_ledger(firm.producer.credit_code, 250)
    jobs = [firm.ask(content, accept_good=True) for _ in range(2)]

    while firm.do():
        pass

    assert [firm.job(job_id).result["stored"] for job_id in jobs] == [True, False]
    assert firm.postings() == 250


def test_what_is_no_ledger_ends_with_its_problem(firm):
    job_id = firm.ask(b"a,b,c\n" * 6_000)

    firm.do()

    job = firm.job(job_id)
    assert (job.state, job.result["stored"], job.result["file_problems"]) == (
        JobState.DONE,
        False,
        ["file_no_table"],
    )


@pytest.mark.parametrize("phase", [JUDGING, STORING], ids=["judging", "storing"])
def test_a_cancelled_import_stores_nothing(firm, phase, monkeypatch):
    job_id = firm.ask(a_ledger(firm.producer.credit_code, 600))
    report = Progress.report

    def reported(self, told, done=0, total=None):
        report(self, told, done, total)
        if told == phase:
            raise JobCancelled

    monkeypatch.setattr(Progress, "report", reported)
    firm.do()

    assert firm.job(job_id).state is JobState.CANCELLED
    assert firm.postings() == 0


def test_somebody_cancels_while_it_is_read(firm, monkeypatch):
    job_id = firm.ask(a_ledger(firm.producer.credit_code, 600))
    monkeypatch.setattr("app.foundation.jobs.progress.EVERY", timedelta(0))

    def handler(run):
        with firm.database.writing(firm.actor) as work:
            ask_to_cancel(work, job_for(work, job_id))
        HANDLERS[LEDGER_IMPORT](run)

    firm.do({LEDGER_IMPORT: handler})

    assert firm.job(job_id).state is JobState.CANCELLED
    assert firm.postings() == 0


def test_a_fault_of_ours_is_told_with_its_number_and_stores_nothing(firm):
    with firm.database.writing(firm.actor) as work:
        job_id = ask_for_job(work, "test", {}).id

    def broken(run):
        raise ZeroDivisionError

    firm.do({"test": broken})

    job = firm.job(job_id)
    assert job.state is JobState.FAILED
    assert job.problem["type"] == "unexpected"
    assert job.problem["params"]["reference"] in str(job_id)


def test_somebody_who_may_no_longer_import_is_refused(firm):
    job_id = firm.ask(a_ledger(firm.producer.credit_code, 10))
    with firm.database.writing(Actor.system()) as work:
        job = job_for(work, job_id)
        job.actor = job.actor | {"permissions": []}

    firm.do()

    assert firm.job(job_id).state is JobState.FAILED
    assert firm.postings() == 0


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("rows", "is_large"), [(5_000, False), (5_001, True)])
def test_more_than_five_thousand_lines_are_read_in_the_background(firm, rows, is_large):
    content = a_ledger(firm.producer.credit_code, rows)
    command = ImportLedger(firm.producer.organisation_id, firm.producer.site_id, "x.csv", content)

    with firm.database.reading(firm.actor) as work:
        if is_large:
            with pytest.raises(LargeLedger):
                read_unless_large(work, command)
        else:
            assert len(read_unless_large(work, command).accepted) == rows
