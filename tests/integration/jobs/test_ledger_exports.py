"""A large table is written in the background, and comes in again."""

from uuid import UUID

import pytest

from app.entry.official_files import FileFormat
from app.entry.uploads import export_for
from app.foundation.jobs.models import JobState
from app.jobs import ledger_exports
from app.jobs.ledger_exports import ask_for_export, is_large
from app.waste.registry.ledger_files.reading import read_ledger
from app.waste.registry.models import LedgerTable
from app.waste.registry.queries.official import OfficialFilter
from app.waste.storage.places import stock_places
from tests.integration.jobs.ledgers import Firm, a_ledger
from tests.unit.waste.registry.ledgers import a_context

B1 = OfficialFilter(LedgerTable.GENERATION)


@pytest.fixture
def firm(throwaway_database, tmp_path):
    firm = Firm(throwaway_database, tmp_path)
    firm.ask(a_ledger(firm.producer.credit_code, 600))
    firm.do()
    return firm


@pytest.mark.parametrize("form", [FileFormat.XLSX, FileFormat.CSV])
def test_the_file_is_kept_and_holds_every_row(firm, form):
    with firm.database.writing(firm.actor) as work:
        job_id = ask_for_export(work, B1, form, site_id=firm.producer.site_id).id

    assert firm.do()

    job = firm.job(job_id)
    assert job.state is JobState.DONE, job.problem
    with firm.database.reading(firm.actor) as work:
        kept = export_for(work, UUID(job.result["file_id"]))
        body = firm.house.files.path(kept.sha256).read_bytes()
    again = read_ledger(body, kept.filename, a_context(credit_code=firm.producer.credit_code))
    assert (job.result["row_count"], len(again.accepted), again.refused) == (600, 600, ())


def test_only_what_is_large_waits(firm, monkeypatch):
    with firm.database.reading(firm.actor) as work:
        places = stock_places(work)
        assert not is_large(work, places, B1, FileFormat.XLSX)
        monkeypatch.setattr(ledger_exports, "BACKGROUND_LINES", 599)
        assert is_large(work, places, B1, FileFormat.XLSX)
        assert not is_large(work, places, B1, FileFormat.PDF)
