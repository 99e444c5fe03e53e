"""The demo park: a pure function of its day, whole and proved, with what its pages are to show; and more of it."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from app.cli.demo import seed as seed_command
from app.demo.building import FEWEST_DAYS, build
from app.demo.clearances import NEIGHBOUR
from app.demo.firms import BY_KEY, FIRMS, PRODUCERS
from app.demo.seeding import seed
from app.foundation.core.clock import instant_at
from app.foundation.core.database import Database
from app.foundation.core.work import Actor
from app.foundation.files.operations import FileStore
from app.foundation.keys.operations import Keyring
from app.foundation.trace import rebuilding
from app.foundation.trace import verifying as trace_log
from app.parties.accounts.models import Organisation
from app.waste.clearances.models import Contract
from app.waste.consignments.models import Consignment
from app.waste.consignments.workflow import ConsignmentState
from app.waste.registry import verifying as ledger
from app.waste.registry.declaring.models import Declaration, DeclarationState
from app.waste.registry.models import LedgerRecord, LedgerTable, WasteBatch, WasteKind
from app.waste.storage.checks import facility_checks
from app.waste.storage.models import Container
from app.waste.storage.queries import facilities_with_stock
from tests.databases import SQLITE, Stock

ANCHOR = date(2026, 11, 22)
KEYRING = Keyring(bytes(range(32)))
URL = "https://park.example"
SYSTEM = Actor.system(via="demo")
AT = instant_at(ANCHOR, 18, 0)
SAMPLED = ("chenghu", "yunqi")
"""Firms into whose October the sample ledgers go."""


@pytest.fixture(scope="module")
def park(database_stock: Stock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A short demo park, built once."""
    address = database_stock.fresh(SQLITE)
    database = Database(address)
    files = FileStore(tmp_path_factory.mktemp("files"))
    build(database, KEYRING, URL, ANCHOR, days=FEWEST_DAYS, files=files)
    yield database
    database.engine.dispose()
    database_stock.drop(address)


def test_the_whole_park_is_proved(park: Database) -> None:
    with park.reading(SYSTEM, now=AT) as work:
        assert ledger.verify(work) == []
        assert trace_log.verify(work).misfit is None
        assert rebuilding.differences(work) == []


def test_it_has_its_firms_and_their_stories(park: Database) -> None:
    with park.reading(SYSTEM, now=AT) as work:
        names = set(work.session.scalars(select(Organisation.name)))
        makers = Counter(
            work.session.scalars(
                select(Organisation.credit_code).join(Container, Container.organisation_id == Organisation.id)
            )
        )
        states = set(work.session.scalars(select(Declaration.state)))
        batches = work.session.scalar(select(func.count(WasteBatch.id)))

    assert names == {firm.name for firm in FIRMS} | {NEIGHBOUR.name}
    assert len([firm for firm in FIRMS if "producer" in firm.roles]) == 6
    assert len([firm for firm in FIRMS if "recycler" in firm.roles]) == 3
    assert set(makers) == {firm.credit_code for firm in PRODUCERS}
    assert {DeclarationState.SUBMITTED, DeclarationState.LOCKED} <= states
    assert batches


def test_a_well_kept_store_has_nothing_wrong_and_a_neglected_one_tells(park: Database) -> None:
    with park.reading(SYSTEM, now=AT) as work:
        stocks = facilities_with_stock(work)
        codes = {row.id: row.credit_code for row in work.session.scalars(select(Organisation))}
        found = {
            (codes[stock.facility.organisation_id], stock.facility.code): {
                problem.finding.rule_id for problem in check.problems
            }
            for stock, check in zip(stocks, facility_checks(work, stocks), strict=True)
        }

    paint, plating = BY_KEY["qingwu"].credit_code, BY_KEY["lanling"].credit_code
    assert found[paint, "TS001"] == {"GB18597-4.3-b", "GB18597-6.2.1", "GB18597-4.2"}
    assert {"GB18597-4.7-b", "GB18597-8.2.2-a", "GB18597-11.1"} <= found[plating, "TS001"]
    assert found[BY_KEY["hanlu"].credit_code, "TS001"] == set()
    assert found[BY_KEY["beian"].credit_code, "TS002"] == set()


def test_general_waste_is_at_every_step_of_its_way(park: Database) -> None:
    """Weeks ago closed, yesterday accepted, today on the road, in loading and in a draft; each receiver under contract."""
    with park.reading(SYSTEM, now=AT) as work:
        trips = list(work.session.scalars(select(Consignment).where(Consignment.kind == WasteKind.GENERAL)))
        receivers = {trip.consignee_id for trip in trips}
        partners = set(
            work.session.scalars(select(Contract.partner_id).where(Contract.partner_id.in_(receivers)))
        )
        of_dispatch = select(LedgerRecord).where(LedgerRecord.table == LedgerTable.GENERAL_DISPATCH)
        numbers = {entry.details.get("consignment") for entry in work.session.scalars(of_dispatch)}

    states = Counter(trip.state for trip in trips)
    assert states.pop(ConsignmentState.CLOSED) >= 2
    assert states == Counter(["accepted", "in_transit", "loading", "draft"])
    assert partners == receivers
    assert {trip.number for trip in trips if trip.departed_at} <= numbers


def test_the_firms_of_the_sample_ledgers_have_no_october(park: Database) -> None:
    codes = [BY_KEY[key].credit_code for key in SAMPLED]
    october = Container.generated_on.between(date(2026, 10, 1), date(2026, 10, 31))
    with park.reading(SYSTEM, now=AT) as work:
        found = work.session.scalar(
            select(func.count(Container.id))
            .join(Organisation, Organisation.id == Container.organisation_id)
            .where(Organisation.credit_code.in_(codes), october)
        )

    assert found == 0


def test_more_of_it_is_told_by_the_operations(database_stock: Stock, park: Database, tmp_path: Path) -> None:
    with park.reading(SYSTEM) as work:
        before = work.session.scalar(select(func.count(Container.id)))

    told = seed(park, KEYRING, URL, 2)

    with park.reading(SYSTEM, now=AT + timedelta(days=1)) as work:
        after = work.session.scalar(select(func.count(Container.id)))
        assert told >= before
        assert after == before + told
        assert ledger.verify(work) == []
        assert trace_log.verify(work).misfit is None


@pytest.mark.parametrize("scale", ["0", "11"])
def test_more_than_ten_times_is_for_the_bulk_loader(scale: str) -> None:
    answer = CliRunner().invoke(seed_command, ["--scale", scale])

    assert answer.exit_code == 1
    assert "bench.load" in answer.output
