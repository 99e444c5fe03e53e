"""A ledger brought in becomes the firm's: postings, drums and the file itself."""

import pytest
from sqlalchemy import func, select

from app.foundation.files.models import StoredFile
from app.foundation.files.operations import file_for
from app.foundation.trace import rebuilding
from app.foundation.trace.models import TraceEvent
from app.waste.registry import verifying
from app.waste.registry.models import GenerationRecord, LedgerImport
from app.waste.storage.models import Container, ContainerState
from tests.factories import somebody
from tests.integration.ledger_files import CLEAN, SAMPLES, a_producer


@pytest.fixture
def producer(app, database):
    producer = a_producer(database, CLEAN)
    run = app.test_cli_runner().invoke(
        args=["registry", "import", str(SAMPLES / CLEAN), "--organisation", producer.credit_code]
    )
    assert run.exit_code == 0, run.output
    return producer


def test_an_import_is_one_event_and_a_drum_and_a_line_for_each_row(producer, session):
    imported = session.scalars(select(LedgerImport)).one()

    drums = session.scalars(select(Container)).all()
    records = session.scalar(select(func.count(GenerationRecord.id)))
    assert imported.accepted_count == records > 0
    assert {drum.state for drum in drums} == {ContainerState.WEIGHED}
    assert {drum.organisation_id for drum in drums} == {producer.organisation_id}
    assert sum(drum.net for drum in drums) == imported.total_mass
    events = session.scalars(select(TraceEvent.name).where(TraceEvent.subject_id == imported.id)).all()
    assert events == ["ledger.imported"]


def test_a_ledger_brought_in_by_command_is_the_firms_own(producer, database, session):
    file_id = session.scalars(select(StoredFile.id)).one()

    with database.reading(somebody(organisation_id=producer.organisation_id)) as work:
        assert file_for(work, file_id).organisation_id == producer.organisation_id
        assert file_for(work, file_id).park_id == producer.park_id


def test_everything_about_it_is_proved(producer, database):
    with database.reading(somebody()) as work:
        assert verifying.verify(work) == []
        assert [str(found) for found in rebuilding.differences(work) if found.kind == "container"] == []
