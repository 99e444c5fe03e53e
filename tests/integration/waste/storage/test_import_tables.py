"""All tables of a ledger brought in: containers go into store and leave it, general waste is counted once."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.foundation.core.database import Database
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor, Work
from app.foundation.files.operations import FileStore
from app.foundation.trace import rebuilding
from app.parties.accounts.models import Site
from app.waste.registry import verifying
from app.waste.registry.commands import ImportLedger
from app.waste.registry.ledger_files.ledger import LedgerReading
from app.waste.registry.models import (
    Balance,
    LedgerRecord,
    LedgerTable,
    PlaceKind,
    Posting,
    WasteKind,
    WasteStream,
)
from app.waste.storage.ledger_reading import read_ledger_file
from app.waste.storage.models import Container, ContainerState, Facility, FacilityType, Zone
from app.waste.storage.operations.imports import ImportOutcome, import_ledger
from tests.factories import somebody
from tests.integration.ledger_files import CLEAN, SAMPLES, Producer, a_producer

STOCK = "hw-b2-b3-clean.xlsx"
GENERAL = "gisw-monthly-clean.xlsx"


@dataclass
class Office:
    """Somebody of the producer who brings ledgers in."""

    database: Database
    producer: Producer
    store: FileStore

    def reads(self, content: bytes, name: str = "ledger.xlsx") -> LedgerReading:
        with self.database.reading(Actor.system()) as work:
            return read_ledger_file(work, self._command(work, content, name))

    def imports(self, content: bytes, name: str = "ledger.xlsx") -> ImportOutcome:
        """Read and store in two steps, as all borders do."""
        with self.database.reading(Actor.system()) as work:
            command = self._command(work, content, name)
            reading = read_ledger_file(work, command)
        with self.database.writing(Actor.system()) as work:
            return import_ledger(work, command, reading, self.store)

    def _command(self, work: Work, content: bytes, name: str) -> ImportLedger:
        return ImportLedger(self.producer.organisation_id, self.producer.site_id, name, content, True)


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    producer = a_producer(database, CLEAN)
    with database.writing(Actor.system()) as work:
        site = work.session.get_one(Site, producer.site_id)
        work.session.add(
            Facility(
                organisation_id=site.organisation_id, site_id=site.id, park_id=site.park_id, code="TS001",
                name="危废贮存库", type=FacilityType.WAREHOUSE, capacity=Grams(60_000_000), keeper="", ended_at=None,
            )
        )  # fmt: skip
    return Office(database, producer, FileStore(tmp_path))


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def expected(name: str) -> dict:
    return json.loads((SAMPLES / name.replace(".xlsx", ".expected.json")).read_text("utf-8"))


def proved(database: Database) -> None:
    """Balances equal the postings, and every row is what its events say."""
    with database.reading(somebody()) as work:
        assert verifying.verify(work) == []
        kinds = ("container", "zone", "ledger_import", "waste_stream")
        # The fixture writes its rows without events.
        made = [found for found in rebuilding.differences(work) if found.kind in kinds]
        assert [str(found) for found in made] == []


def mass_at(session, kind: PlaceKind) -> dict[str, int]:
    rows = session.execute(
        select(WasteStream.waste_code, func.sum(Balance.mass))
        .join(WasteStream, WasteStream.id == Balance.stream_id)
        .where(Balance.place_kind == kind, Balance.mass > 0)
        .group_by(WasteStream.waste_code)
    )
    return {code: int(mass) for code, mass in rows}


def test_a_month_of_stock_books_leaves_in_store_what_the_file_leaves(office, session):
    office.imports(sample(CLEAN))

    outcome = office.imports(sample(STOCK))

    wanted = expected(STOCK)
    assert [imported.table_name for imported in outcome.imports] == ["B.2", "B.3"]
    assert [imported.total_mass for imported in outcome.imports] == [t["grams"] for t in wanted["totals"]]
    assert mass_at(session, PlaceKind.ZONE) == wanted["stock_left"]
    assert mass_at(session, PlaceKind.OUTBOUND) == wanted["totals"][1]["by_code"]
    states = dict(session.execute(select(Container.state, func.count()).group_by(Container.state)).all())
    assert states == {ContainerState.WEIGHED: 3, ContainerState.STORED: 48, ContainerState.OUTBOUND: 69}
    for total in wanted["totals"]:
        by_code = session.execute(
            select(WasteStream.waste_code, func.sum(LedgerRecord.mass))
            .join(WasteStream, WasteStream.id == LedgerRecord.stream_id)
            .where(LedgerRecord.table == LedgerTable(total["table"]))
            .group_by(WasteStream.waste_code)
        )
        assert {code: int(mass) for code, mass in by_code} == total["by_code"]
    zone = session.scalars(select(Zone)).one()
    assert (zone.code, zone.name) == ("0", "未分区")
    proved(office.database)


def test_general_waste_comes_out_as_the_file_says(office, session):
    office.imports(sample(GENERAL))

    wanted = expected(GENERAL)
    rows = [row for row in wanted["accepted"] if row["month"] == "2026-10"] if False else wanted["accepted"]
    closing = {
        row["waste_code"]: row["cumulative_g"]
        for row in rows
        if row.get("month") == "2026-10" and row["cumulative_g"]
    }
    assert mass_at(session, PlaceKind.UNPLACED) == closing
    streams = session.scalars(select(WasteStream)).all()
    assert {stream.kind for stream in streams} == {WasteKind.GENERAL}
    assert {stream.properties["class"] for stream in streams} == {"I", "II"}
    loads = session.scalars(
        select(LedgerRecord).where(LedgerRecord.table == LedgerTable.GENERAL_DISPATCH)
    ).all()
    assert len(loads) == 5 and {load.posting_id for load in loads} == {None}
    assert not session.scalars(select(Posting).where(Posting.effective_on > date(2026, 11, 22))).all()
    proved(office.database)


def test_the_same_file_again_brings_nothing_in(office):
    for name in (CLEAN, STOCK, GENERAL):
        office.imports(sample(name))

    for name in (CLEAN, STOCK, GENERAL):
        reading = office.reads(sample(name))
        assert not reading.accepted
        assert {p.reason.value for refusal in reading.refused for p in refusal.problems} == {"duplicate"}
