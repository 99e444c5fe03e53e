"""A stock count: what is found, what is missing, and how the ledger follows."""

from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from app.foundation.core.units import Grams
from app.foundation.trace import rebuilding
from app.foundation.trace import verifying as trace_verifying
from app.parties.accounts.permissions import Role
from app.waste.registry import verifying
from app.waste.registry.declaring.models import DifferenceExplanation
from app.waste.registry.models import LedgerRecord, LedgerTable, PlaceKind, Posting
from app.waste.storage.commands import TreatContainer
from app.waste.storage.counting.closing import close_count
from app.waste.storage.counting.commands import CloseCount, CountContainer, StartCount
from app.waste.storage.counting.models import CountState, Found, StockCountLine
from app.waste.storage.counting.operations import cancel_count, count_container, start_count
from app.waste.storage.counting.queries import count_rows, counts_of
from app.waste.storage.models import Container, ContainerState
from app.waste.storage.operations.treating import treat_container
from tests.factories.parties import somebody
from tests.factories.plant import KG, a_plant


@pytest.fixture
def plant(database):
    return a_plant(database)


@pytest.fixture
def store(plant):
    """Two zones and three drums, two of them in the first zone."""
    facility, stream = plant.facility(), plant.stream()
    zones = [plant.zone(facility, code=code) for code in ("A1", "A2")]
    drums = [
        plant.stored(stream, zones[0], 100, local_label="QW-1"),
        plant.stored(stream, zones[0], 200),
        plant.stored(stream, zones[1], 300),
    ]
    return SimpleNamespace(facility=facility, stream=stream, zones=zones, drums=drums)


@pytest.fixture
def count(plant, store):
    with plant.working() as work:
        return start_count(work, StartCount(store.facility.id))


def counted(plant, count, code, **what):
    with plant.working() as work:
        return count_container(work, count.id, CountContainer(code, **what))


def closed(plant, count, **explanations):
    with plant.working() as work:
        return close_count(work, count.id, CloseCount(explanations))


def fresh(plant, container):
    with plant.database.reading(plant.producer) as work:
        return work.session.get_one(Container, container.id)


def lost(plant):
    """Kilograms that went to losses, less what came back from there."""
    with plant.database.reading(plant.producer) as work:
        into = work.session.scalar(select(func.sum(Posting.mass)).where(Posting.to_kind == PlaceKind.LOSS))
        back = work.session.scalar(select(func.sum(Posting.mass)).where(Posting.from_kind == PlaceKind.LOSS))
        return (int(into or 0) - int(back or 0)) // KG


def ensure_all_proved(plant):
    with plant.database.reading(plant.producer) as work:
        assert verifying.verify(work) == []
        assert trace_verifying.verify(work).misfit is None
        assert rebuilding.differences(work) == []


def test_a_count_begins_with_what_the_ledger_says(plant, store, count):
    with plant.database.reading(plant.producer) as work:
        rows = count_rows(work, count.id)
        summary = counts_of(work, store.facility.id)

    assert [(row.expected_zone.code, row.line.expected_mass // KG) for row in rows] == [
        ("A1", 100), ("A1", 200), ("A2", 300),
    ]  # fmt: skip
    assert [(one.lines, one.counted) for one in summary] == [(3, 0)]


def test_one_facility_has_one_count_at_a_time(plant, store, count):
    with pytest.raises(Conflict), plant.working() as work:
        start_count(work, StartCount(store.facility.id))


def test_everything_in_place_closes_without_a_posting(plant, store, count):
    one, two, three = store.drums
    counted(plant, count, one.code)
    counted(plant, count, f"https://example.org/w/{two.code}?s=1")
    counted(plant, count, three.short_code.lower(), mass=Grams(300 * KG))

    assert closed(plant, count).state is CountState.CLOSED
    assert lost(plant) == 0
    ensure_all_proved(plant)


@pytest.mark.parametrize("code", ["QW-1", " qw-1-x ", "", "\x00"])
def test_a_code_is_read_in_every_form_or_named(plant, store, count, code):
    if code == "QW-1":
        assert counted(plant, count, code).container_id == store.drums[0].id
        return
    with pytest.raises(InvalidInput) as refused:
        counted(plant, count, code)
    assert refused.value.problems[0].pointer == "#/code"


def test_missing_light_heavy_and_misplaced_are_explained_and_posted(plant, store, count):
    one, two, three = store.drums
    stray = plant.drum(store.stream, 40)
    counted(plant, count, one.code, is_missing=True, explanation="已随废料误运")
    counted(
        plant, count, two.code, zone_id=store.zones[1].id, mass=Grams(190 * KG), explanation="挥发，已移位"
    )
    counted(plant, count, three.code, mass=Grams(305 * KG), explanation="复秤")
    assert counted(plant, count, stray.code, zone_id=store.zones[0].id).found is Found.UNEXPECTED
    with pytest.raises(InvalidInput) as refused:
        closed(plant, count)
    assert [problem.pointer for problem in refused.value.problems] == [f"#/explanations/{stray.code}"]
    closed(plant, count, **{stray.code: "漏办入库"})

    assert (fresh(plant, one).state, fresh(plant, one).zone_id) == (ContainerState.VOIDED, None)
    assert (fresh(plant, two).net, fresh(plant, two).zone_id) == (190 * KG, store.zones[1].id)
    assert fresh(plant, three).net == 305 * KG
    assert (fresh(plant, stray).state, fresh(plant, stray).zone_id) == (
        ContainerState.STORED,
        store.zones[0].id,
    )
    assert lost(plant) == 100 + 10 - 5
    with plant.database.reading(plant.producer) as work:
        masses = work.session.scalars(select(DifferenceExplanation.mass)).all()
        entered = work.session.scalars(
            select(LedgerRecord.container_code).where(LedgerRecord.table == LedgerTable.STOCK_IN)
        ).all()
    assert sorted(mass // KG for mass in masses) == [-100, -10, 0, 5]
    assert stray.code in entered
    ensure_all_proved(plant)


def test_what_nobody_counted_is_missing_and_wants_a_reason(plant, store, count):
    counted(plant, count, store.drums[0].code)
    with pytest.raises(InvalidInput) as refused:
        closed(plant, count)

    assert len(refused.value.problems) == 2


def test_what_was_used_meanwhile_is_not_missing(plant, store, count):
    for drum in store.drums[:2]:
        counted(plant, count, drum.code)
    with plant.working() as work:
        treat_container(work, store.drums[2].id, TreatContainer("R2", "TS005"))

    closed(plant, count)
    assert lost(plant) == 0
    ensure_all_proved(plant)


def test_what_changed_after_it_was_counted_is_counted_again(plant, store, count):
    one = store.drums[0]
    counted(plant, count, one.code, mass=Grams(90 * KG), explanation="复秤")
    for drum in store.drums[1:]:
        counted(plant, count, drum.code)
    with plant.working() as work:
        treat_container(work, one.id, TreatContainer("R2", "TS005", mass=Grams(20 * KG)))
    with pytest.raises(Conflict):
        closed(plant, count)
    counted(plant, count, one.code, mass=Grams(80 * KG))
    closed(plant, count)

    assert lost(plant) == 0
    ensure_all_proved(plant)


def test_the_last_count_of_a_line_counts(plant, store, count):
    code = store.drums[0].code
    counted(plant, count, code, is_missing=True)
    counted(plant, count, code)

    with plant.database.reading(plant.producer) as work:
        line = work.session.scalars(
            select(StockCountLine).where(StockCountLine.container_id == store.drums[0].id)
        ).one()
    assert line.found is Found.PRESENT


def test_a_cancelled_count_leaves_the_ledger_alone(plant, store, count):
    counted(plant, count, store.drums[0].code, is_missing=True, explanation="x")
    with plant.working() as work:
        cancel_count(work, count.id)

    assert lost(plant) == 0
    with pytest.raises(Conflict):
        counted(plant, count, store.drums[0].code)
    with plant.working() as work:
        start_count(work, StartCount(store.facility.id))


def test_a_zone_of_another_facility_and_a_strangers_drum_are_refused(plant, store, count):
    other = plant.zone(plant.facility(code="TS002"), code="B1")
    with pytest.raises(InvalidInput) as refused:
        counted(plant, count, store.drums[0].code, zone_id=other.id)
    assert refused.value.problems[0].pointer == "#/zone_id"
    neighbour = a_plant(plant.database)
    foreign = neighbour.drum(neighbour.stream(), 50)
    with pytest.raises(InvalidInput):
        counted(plant, count, foreign.code)
    with pytest.raises(NotFound), neighbour.working() as work:
        count_container(work, count.id, CountContainer(store.drums[0].code))


def test_who_handles_no_containers_counts_nothing(plant, store, count):
    driver = somebody(Role.DRIVER, plant.organisation_id, plant.park_id)
    with pytest.raises(NotPermitted), plant.working(driver) as work:
        count_container(work, count.id, CountContainer(store.drums[0].code))
