"""Batches of general waste: opened, filled, stored under GB 18599, drawn first in first out."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.foundation.core.errors import Conflict, InvalidInput, NotFound
from app.foundation.core.units import Grams
from app.foundation.rulebook.decision import RuleViolated
from app.foundation.trace import rebuilding
from app.foundation.trace import verifying as trace_verifying
from app.waste.registry import verifying
from app.waste.registry.batches import (
    AddToBatch,
    DrawBatches,
    OpenBatch,
    Purpose,
    batch_row,
    first_in_first_out,
)
from app.waste.registry.commands import AddStream
from app.waste.registry.general_waste import AddGeneralWasteCode, add_general_waste_code
from app.waste.registry.models import BatchState, LedgerRecord, LedgerTable, WasteKind
from app.waste.registry.operations.batches import close_batch, draw_batches, open_batch
from app.waste.registry.operations.streams import add_stream
from app.waste.storage.facts import standing_in
from app.waste.storage.models import FacilityType
from app.waste.storage.operations.batches import PlaceBatch, add_to_batch, place_batch
from app.waste.storage.queries import facilities_with_stock
from tests.factories.plant import KG, a_plant

CODE = "900-099-S17"


@pytest.fixture
def plant(database):
    made = a_plant(database)
    with made.working(made.operator) as work:
        add_general_waste_code(work, AddGeneralWasteCode(CODE, "废塑料边角料"))
    return made


def general_stream(plant, **properties):
    command = AddStream(
        plant.site_id, CODE, f"废塑料 {len(properties)}", kind=WasteKind.GENERAL, properties=properties
    )
    with plant.working() as work:
        return add_stream(work, command)


def a_batch(plant, stream, kg=1_000):
    with plant.working() as work:
        batch = open_batch(work, OpenBatch(stream.id))
    if kg:
        with plant.working() as work:
            add_to_batch(work, batch.id, AddToBatch(Grams(kg * KG), plant.now))
    return batch


def a_zone(plant, kind=FacilityType.GENERAL_WAREHOUSE, code="TS009", capacity_kg=20_000):
    facility = plant.facility(code=code, type=kind, name=f"一般固废 {code}")
    return plant.zone(facility, capacity=Grams(capacity_kg * KG), allowed=("SW17",))


def put(plant, batch, zone, **command):
    with plant.working() as work:
        return place_batch(work, batch.id, PlaceBatch(zone.id, **command))


def drawn(plant, stream, kg, purpose=Purpose.ENTRUSTED_USE, **changes):
    sent = {"receiver_name": "云栖再生", "carrier": "顺路运输", "plate": "演A12345"}
    command = DrawBatches(stream.id, Grams(kg * KG), purpose, **sent | changes)
    with plant.working() as work:
        return [(batch.id, mass // KG) for batch, mass in draw_batches(work, command)]


def left(plant, batch):
    with plant.database.reading(plant.producer) as work:
        row = batch_row(work, batch.id)
        return row.batch.state, row.mass // KG


def ensure_all_proved(plant):
    with plant.database.reading(plant.producer) as work:
        assert verifying.verify(work) == []
        assert trace_verifying.verify(work).misfit is None
        found = rebuilding.differences(work)
        assert [one for one in found if one.kind != "general_waste_code"] == []


def test_masses_are_drawn_oldest_first():
    assert first_in_first_out([Grams(5), Grams(3)], Grams(6)) == [5, 1]
    assert first_in_first_out([Grams(5), Grams(3)], Grams(9)) == [5, 3]


def test_a_code_that_is_on_no_list_is_no_general_waste(plant):
    command = AddStream(plant.site_id, "900-098-S17", "x", kind=WasteKind.GENERAL)
    with pytest.raises(InvalidInput) as refused, plant.working() as work:
        add_stream(work, command)
    assert [problem.pointer for problem in refused.value.problems] == ["#/waste_code"]


def test_hazardous_waste_has_containers_and_no_batches(plant):
    solvent = plant.stream()
    with pytest.raises(InvalidInput), plant.working() as work:
        open_batch(work, OpenBatch(solvent.id))


def test_a_batch_is_filled_day_by_day_stored_and_drawn_to_nothing(plant):
    stream, zone = general_stream(plant), a_zone(plant)
    batch = a_batch(plant, stream, 1_000)
    put(plant, batch, zone)
    plant.now += timedelta(days=1)
    with plant.working() as work:
        add_to_batch(work, batch.id, AddToBatch(Grams(500 * KG), plant.now))
    with plant.database.reading(plant.producer) as work:
        assert [item.mass // KG for item in standing_in(work, zone.facility_id)] == [1_500]
        assert [stock.mass // KG for stock in facilities_with_stock(work)] == [1_500]

    assert drawn(plant, stream, 400) == [(batch.id, 400)]
    assert left(plant, batch) == (BatchState.OPEN, 1_100)
    drawn(plant, stream, 1_100, Purpose.OWN_DISPOSAL, facility_code="TS010", operator="焚烧工段")
    assert left(plant, batch) == (BatchState.OUT, 0)
    with plant.database.reading(plant.producer) as work:
        records = work.session.scalars(select(LedgerRecord).order_by(LedgerRecord.id)).all()
    tables = [record.table for record in records]
    t = LedgerTable
    assert tables == [
        t.STOCK_IN, t.STOCK_IN, t.STOCK_OUT, t.GENERAL_DISPATCH, t.STOCK_OUT, t.OWN_TREATMENT,
    ]  # fmt: skip
    sent = records[3]
    assert (sent.receiver_name, sent.details["carrier"], sent.details["flow_type"]) == (
        "云栖再生", "顺路运输", "委托利用",
    )  # fmt: skip
    assert batch.code == f"GW{batch.opened_on:%Y%m%d}001"
    ensure_all_proved(plant)


def test_the_oldest_batch_goes_first_unless_one_is_named(plant):
    stream = general_stream(plant)
    old = a_batch(plant, stream, 100)
    plant.now += timedelta(days=1)
    young = a_batch(plant, stream, 100)

    assert drawn(plant, stream, 150) == [(old.id, 100), (young.id, 50)]
    assert left(plant, old) == (BatchState.OUT, 0)
    assert drawn(plant, stream, 20, batch_id=young.id) == [(young.id, 20)]
    ensure_all_proved(plant)


def test_more_than_there_is_and_a_load_without_receiver_are_named(plant):
    stream = general_stream(plant)
    a_batch(plant, stream, 100)
    with pytest.raises(InvalidInput) as refused:
        drawn(plant, stream, 101, receiver_name="", carrier="", plate="")

    assert [problem.pointer for problem in refused.value.problems] == [
        "#/mass_kg", "#/receiver_name", "#/carrier", "#/plate",
    ]  # fmt: skip


def test_a_closed_batch_takes_no_more(plant):
    batch = a_batch(plant, general_stream(plant))
    with plant.working() as work:
        close_batch(work, batch.id)
    with pytest.raises(Conflict), plant.working() as work:
        add_to_batch(work, batch.id, AddToBatch(Grams(KG), plant.now))


def test_general_waste_stays_out_of_stores_of_hazardous_waste(plant):
    batch = a_batch(plant, general_stream(plant))
    with pytest.raises(Conflict):
        put(plant, batch, plant.zone(plant.facility()))


def test_untested_waste_counts_as_class_two_and_stays_out_of_a_class_one_site(plant):
    zone = a_zone(plant, FacilityType.CLASS_I_SITE)
    batch = a_batch(plant, general_stream(plant, organic_percent="1", salts_percent="1"))
    with pytest.raises(RuleViolated) as refused:
        put(plant, batch, zone)
    assert {finding.rule_id for finding in refused.value.stops} == {"GB18599-6.1-a"}

    tested = a_batch(plant, general_stream(plant, organic_percent="1", salts_percent="1", **{"class": "I"}))
    assert put(plant, tested, zone).zone_id == zone.id


def test_five_per_cent_of_organic_matter_is_too_much_for_a_class_two_site(plant):
    """TV-16."""
    zone = a_zone(plant, FacilityType.CLASS_II_SITE)
    batch = a_batch(plant, general_stream(plant, organic_percent="5.0", salts_percent="1"))
    with pytest.raises(RuleViolated) as refused:
        put(plant, batch, zone)
    assert "GB18599-6.2-a" in {finding.rule_id for finding in refused.value.stops}


def test_a_full_zone_takes_no_more_of_its_heap(plant):
    zone = a_zone(plant, capacity_kg=1_200)
    batch = a_batch(plant, general_stream(plant), 1_000)
    put(plant, batch, zone)
    with pytest.raises(RuleViolated) as refused, plant.working() as work:
        add_to_batch(work, batch.id, AddToBatch(Grams(201 * KG), plant.now))
    assert {finding.rule_id for finding in refused.value.findings} == {"GB18597-4.2"}


def test_another_firm_finds_no_such_batch(plant):
    batch = a_batch(plant, general_stream(plant))
    neighbour = a_plant(plant.database)
    with pytest.raises(NotFound), neighbour.working() as work:
        close_batch(work, batch.id)
