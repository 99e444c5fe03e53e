"""All tables of a ledger brought in: containers go into store and leave it, general waste is counted once."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.foundation import trace
from app.foundation.core.database import Database
from app.foundation.core.errors import Conflict
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor, Work
from app.foundation.files.operations import FileStore
from app.foundation.trace import rebuilding
from app.waste.registry import verifying
from app.waste.registry.commands import ImportLedger
from app.waste.registry.error_file import error_file
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
from app.waste.storage.models import Container, ContainerState, Facility, Zone
from app.waste.storage.operations.imports import ImportOutcome, import_ledger
from tests.factories import somebody
from tests.integration.ledger_files import CLEAN, GENERAL, SAMPLES, STOCK, Producer, a_producer, a_store
from tests.unit.waste.registry import ledger_books as tables
from tests.unit.waste.registry import ledgers


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
    a_store(database, producer)
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
    closing = {
        row["waste_code"]: row["cumulative_g"]
        for row in wanted["accepted"]
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


# --- single steps, made of rows as firms write them ---


def b1(serial: int, tonnes: str = "0.2") -> list[object]:
    return ledgers.a_row(serial, quantity=tonnes)


def a_book(**sheets: list[list[object]]) -> bytes:
    headers = {"B1": ledgers.HEADERS, "B2": tables.B2, "B3": tables.B3, "B4": tables.B4, "B5": tables.B5}
    headers |= {"G2": tables.G2, "G3": tables.G3}
    return tables.book(**{name: [headers[name], *lines] for name, lines in sheets.items()})


def drum(session, serial: int = 1) -> Container:
    found = session.scalars(select(Container).where(Container.code == ledgers.container_code(serial))).one()
    session.refresh(found)
    return found


def zone_of(office: Office, code: str) -> None:
    with office.database.writing(Actor.system()) as work:
        facility = work.session.scalars(select(Facility)).one()
        work.session.add(
            Zone(
                facility_id=facility.id, code=code, name=code, capacity=Grams(9_000_000), allowed=["HW08"], forms=[],
                open_to=[], ended_at=None,
            )
        )  # fmt: skip


def test_a_whole_way_in_one_file(office, session):
    content = a_book(
        B5=[tables.entrusted(2)],
        B4=[tables.treated(1)],
        B3=[tables.stock_out(1), tables.stock_out(2)],
        B2=[tables.stock_in(1), tables.stock_in(2), tables.stock_in(3)],
        B1=[b1(1), b1(2), b1(3)],
    )

    outcome = office.imports(content)

    assert [one.table_name for one in outcome.imports] == ["B.1", "B.2", "B.3", "B.4", "B.5"]
    assert [drum(session, n).state.value for n in (1, 2, 3)] == ["consumed", "consumed", "stored"]
    assert mass_at(session, PlaceKind.OUTBOUND) == {}
    used = session.scalars(select(Posting).where(Posting.to_kind == PlaceKind.UTILISED)).all()
    assert [posting.mass for posting in used] == [200_000, 200_000]
    line = session.scalars(select(LedgerRecord).where(LedgerRecord.table == LedgerTable.ENTRUSTED)).one()
    assert (line.method_code, line.receiver_name, line.licence_number, line.source_batch) == (
        "R9", "碧汀假设环保科技有限公司", "9900000001", "HWCK20261003002",
    )  # fmt: skip
    proved(office.database)


def test_a_part_drawn_leaves_the_rest_in_its_zone(office, session):
    office.imports(a_book(B1=[b1(1)], B2=[tables.stock_in(1)], B3=[tables.stock_out(1, 出库量="0.05")]))

    left = drum(session)
    assert (left.state, left.net) == (ContainerState.STORED, 150_000)
    assert mass_at(session, PlaceKind.ZONE) == {"900-249-08": 150_000}

    office.imports(a_book(B4=[tables.treated(1, **{"自行利用/处置量": "0.05"})]))

    assert drum(session).state is ContainerState.STORED
    assert mass_at(session, PlaceKind.OUTBOUND) == {}
    proved(office.database)


def test_scales_that_differ_leave_a_difference_to_explain_and_no_ghost(office, session):
    office.imports(
        a_book(
            B1=[b1(1)], B2=[tables.stock_in(1, 入库量="0.2005")], B3=[tables.stock_out(1, 出库量="0.1999")]
        )
    )

    assert drum(session).state is ContainerState.OUTBOUND
    assert mass_at(session, PlaceKind.ZONE) == {}
    differences = session.execute(
        select(Posting.from_kind, Posting.to_kind, Posting.mass).where(
            (Posting.from_kind == PlaceKind.WEIGHING_DIFFERENCE)
            | (Posting.to_kind == PlaceKind.WEIGHING_DIFFERENCE)
        )
    ).all()
    assert set(differences) == {
        (PlaceKind.WEIGHING_DIFFERENCE, PlaceKind.UNPLACED, 500),
        (PlaceKind.ZONE, PlaceKind.WEIGHING_DIFFERENCE, 600),
    }
    proved(office.database)


def test_the_only_open_zone_of_a_facility_takes_what_comes(office, session):
    zone_of(office, "A1")

    office.imports(a_book(B1=[b1(1)], B2=[tables.stock_in(1)]))

    zones = session.scalars(select(Zone)).all()
    assert [zone.code for zone in zones] == ["A1"]
    assert drum(session).zone_id == zones[0].id
    assert drum(session).stored_at.isoformat() == "2026-10-02T01:00:00+00:00"


def test_several_zones_leave_the_choice_to_people(office, session):
    zone_of(office, "A1")
    zone_of(office, "A2")

    office.imports(a_book(B1=[b1(1)], B2=[tables.stock_in(1)]))
    office.imports(a_book(B1=[b1(2)], B2=[tables.stock_in(2)]))

    codes = {zone.id: zone.code for zone in session.scalars(select(Zone))}
    assert sorted(codes.values()) == ["0", "A1", "A2"]
    assert [codes[drum(session, n).zone_id] for n in (1, 2)] == ["0", "0"]


def test_a_facility_the_site_does_not_have_is_named(office):
    office.imports(a_book(B1=[b1(1)]))

    reading = office.reads(a_book(B2=[tables.stock_in(1, 贮存设施编码="TS002")]))

    problem = reading.refused[0].problems[0]
    assert (problem.reason.value, problem.cell, problem.value) == ("facility_unknown", "M2", "TS002")


def test_drums_that_have_events_of_their_own_are_told_in_the_event(office, session):
    office.imports(a_book(B1=[b1(1), b1(2)]))
    with office.database.writing(Actor.system()) as work:
        known = work.session.scalars(
            select(Container).where(Container.code == ledgers.container_code(1))
        ).one()
        known.label_prints = 1
        trace.record(work, "label.printed", known)

    office.imports(a_book(B2=[tables.stock_in(1), tables.stock_in(2)], B3=[tables.stock_out(1)]))

    assert drum(session).state is ContainerState.OUTBOUND
    proved(office.database)


def test_what_moved_since_the_file_was_read_stops_the_import(office, session):
    office.imports(a_book(B1=[b1(1)]))
    content = a_book(B2=[tables.stock_in(1)])
    early = office.reads(content)
    office.imports(content)

    command = office._command(None, content, "x.xlsx")
    with pytest.raises(Conflict), office.database.writing(Actor.system()) as work:
        import_ledger(work, command, early, office.store)

    assert session.scalar(select(func.count(LedgerRecord.id))) == 1


def general(session) -> dict[str, int]:
    """Grams by the kind of place they came to."""
    into = session.execute(select(Posting.to_kind, func.sum(Posting.mass)).group_by(Posting.to_kind))
    sums = {kind.value: int(mass) for kind, mass in into}
    return sums | {"stock": mass_at(session, PlaceKind.UNPLACED).get("900-003-S17", 0)}


@pytest.mark.parametrize("order", [("G2", "G3"), ("G3", "G2"), ("both",)])
def test_no_mass_is_counted_twice_in_whatever_order_it_comes(office, session, order):
    september = tables.month(
        "2026年9月", **{"产生量（吨）": "9", "委托利用数量（吨）": "", "累计贮存量（吨）": "9"}
    )
    october = tables.month("2026年10月", **{"累计贮存量（吨）": "10"})
    loads = [tables.load(出厂数量="2.5"), tables.load(出厂时间="2026-10-20", 出厂数量="1.5")]
    files = {
        "G2": a_book(G2=[october]),
        "G3": a_book(G3=loads),
        "both": a_book(G3=loads, G2=[october]),
    }
    office.imports(a_book(G2=[september]))

    for part in order:
        office.imports(files[part])

    assert general(session) == {"unplaced": 14_000_000, "utilised": 4_000_000, "stock": 10_000_000}
    loads = session.scalars(
        select(LedgerRecord).where(LedgerRecord.table == LedgerTable.GENERAL_DISPATCH)
    ).all()
    assert sum(load.mass for load in loads) == 4_000_000
    assert all((load.posting_id is not None) == (order[0] == "G3") for load in loads)
    proved(office.database)


def test_loads_beyond_the_months_figure_are_posted_for_the_rest(office, session):
    office.imports(a_book(G2=[tables.month("2026年9月", **{"产生量（吨）": "9", "累计贮存量（吨）": "5"})]))

    office.imports(a_book(G3=[tables.load(出厂时间="2026-09-30", 出厂数量="5.5")]))

    assert general(session)["utilised"] == 5_500_000
    proved(office.database)


def test_loads_before_anything_is_known_wait_for_their_month(office, session):
    office.imports(a_book(G3=[tables.load()]))
    assert general(session) == {"stock": 0}

    office.imports(a_book(G2=[tables.month()]))

    assert general(session) == {"unplaced": 5_000_000, "utilised": 4_000_000, "stock": 1_000_000}
    proved(office.database)


def test_an_opening_stands_until_the_month_before_is_brought_in(office, session):
    october = tables.month("2026年10月", **{"累计贮存量（吨）": "8"})
    september = tables.month(
        "2026年9月", **{"产生量（吨）": "9", "委托利用数量（吨）": "4", "累计贮存量（吨）": "7"}
    )

    office.imports(a_book(G2=[october]))
    assert general(session)["stock"] == 8_000_000

    office.imports(a_book(G2=[september]))

    assert general(session)["stock"] == 8_000_000
    made = session.execute(
        select(Posting.effective_on, Posting.mass).where(
            Posting.from_kind == PlaceKind.GENERATION, Posting.corrects_id.is_(None)
        )
    ).all()
    assert sorted(made) == [
        (date(2026, 8, 31), 2_000_000),
        (date(2026, 9, 30), 7_000_000),
        (date(2026, 9, 30), 9_000_000),
        (date(2026, 10, 31), 5_000_000),
    ]
    undone = session.scalars(select(Posting).where(Posting.corrects_id.is_not(None))).one()
    assert (undone.effective_on, undone.mass) == (date(2026, 9, 30), 7_000_000)
    proved(office.database)


def test_the_firms_own_stock_figure_stands_and_the_rest_is_a_difference(office, session):
    office.imports(
        a_book(G2=[tables.month("2026年9月"), tables.month("2026年10月", **{"累计贮存量（吨）": "1.2"})])
    )

    assert general(session)["stock"] == 1_200_000
    lost = session.scalars(select(Posting).where(Posting.to_kind == PlaceKind.WEIGHING_DIFFERENCE)).one()
    assert lost.mass == 800_000
    proved(office.database)


def test_this_month_is_dated_today(office, session):
    office.imports(a_book(G2=[tables.month("2026年11月")]))

    with office.database.reading(Actor.system()) as work:
        today = work.today
    assert session.scalar(select(func.max(Posting.effective_on))) <= today


def test_the_error_file_of_two_tables_comes_back_as_it_is(office):
    office.imports(a_book(B1=[b1(1), b1(2)]))
    content = a_book(
        B2=[tables.stock_in(1), tables.stock_in(2, 入库量="许多")],
        B3=[tables.stock_out(1, 出库部门经办人=""), tables.stock_out(2)],
    )
    reading = office.reads(content)

    mended = error_file(content, "x.xlsx", reading, str)

    office.imports(content)  # the right rows
    again = office.reads(mended)
    assert [(line.sheet, [p.reason for p in line.problems]) for line in again.refused] == [
        (line.sheet, [p.reason for p in line.problems]) for line in reading.refused
    ]
    assert [sheet.table for sheet in again.sheets] == ["B.2", "B.3"]
