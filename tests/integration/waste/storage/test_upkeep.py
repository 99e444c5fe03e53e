"""Documents on file and what is done to keep stores in order."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.permissions import Role
from app.waste.storage.models import FacilityType
from app.waste.storage.upkeep.commands import FileDocument, RecordUpkeep
from app.waste.storage.upkeep.kinds import document_kinds, record_kinds
from app.waste.storage.upkeep.models import CheckResult
from app.waste.storage.upkeep.operations import end_document, file_document, record_upkeep
from app.waste.storage.upkeep.queries import documents_of, due, due_upkeep, latest_upkeep
from tests.factories import somebody
from tests.factories.plant import a_plant

GROUNDWATER = {
    "turbidity": "1.0",
    "ph": "7.2",
    "tds": "410",
    "chloride": "55",
    "nitrate_n": "2.1",
    "nitrite_n": "0.01",
}


def filed(plant, actor=None, **changes):
    values = {"kind": "eia", "site_id": plant.site_id, "number": "环审〔2024〕1号"}
    with plant.working(actor) as work:
        return file_document(work, FileDocument(**values | changes))


def recorded(plant, facility=None, actor=None, **changes):
    values = {
        "kind": "routine_check",
        "site_id": plant.site_id,
        "facility_id": facility.id if facility else None,
        "done_on": plant.now.date(),
        "result": CheckResult.IN_ORDER,
        "readings": {"no_leaks": True},
    }
    with plant.working(actor) as work:
        return record_upkeep(work, RecordUpkeep(**values | changes))


def wrong_fields(act, *arguments, **changes):
    with pytest.raises(InvalidInput) as caught:
        act(*arguments, **changes)
    return {problem.pointer for problem in caught.value.problems}


def test_a_document_is_filed_and_ended_and_stays_readable(plant, session):
    document = filed(plant)
    with plant.working() as work:
        assert [kept.kind for kept in documents_of(work, plant.site_id)] == ["eia"]

    with plant.working() as work:
        end_document(work, document.id)

    with plant.working() as work:
        assert documents_of(work, plant.site_id) == []
        with pytest.raises(Conflict):
            end_document(work, document.id)
    events = session.scalars(select(TraceEvent.name).where(TraceEvent.subject_id == document.id)).all()
    assert sorted(events) == ["storage_document.ended", "storage_document.filed"]


def test_every_wrong_field_of_a_document_is_told(plant):
    pool = plant.facility(code="TS009", type=FacilityType.POOL)

    assert wrong_fields(filed, plant, kind="gossip") == {"#/kind"}
    assert wrong_fields(filed, plant, kind="equivalence_proof") == {"#/facility_id"}
    assert wrong_fields(filed, plant, kind="archive_a", facility_id=pool.id) == {"#/kind"}
    assert wrong_fields(filed, plant, kind="liability_insurance") == {"#/valid_to"}
    late = {"issued_on": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}
    assert wrong_fields(filed, plant, **late) == {"#/valid_to"}


def test_others_neither_file_nor_record(plant, database):
    stranger = a_plant(database)
    inspector = somebody(Role.INSPECTOR, park_id=plant.park_id)

    with pytest.raises(NotFound):
        filed(plant, actor=stranger.producer)
    with pytest.raises(NotPermitted):
        filed(plant, actor=inspector)
    with pytest.raises(NotFound):
        recorded(plant, actor=stranger.producer)
    document = filed(plant)
    with stranger.working() as work, pytest.raises(NotFound):
        end_document(work, document.id)
    with pytest.raises(NotFound):
        filed(plant, file_id=uuid4())


def test_a_record_asks_for_its_items(plant):
    site = plant.facility(code="TS002", type=FacilityType.CLASS_II_SITE)
    sample = {"kind": "groundwater_sample", "facility": site}

    assert recorded(plant, **sample, readings=GROUNDWATER).readings == GROUNDWATER
    lacking = {key: value for key, value in GROUNDWATER.items() if key != "nitrite_n"}
    assert wrong_fields(recorded, plant, **sample, readings=lacking) == {"#/readings/nitrite_n"}
    odd = GROUNDWATER | {"ph": "sauer", "tds": True, "gold": "1"}
    assert wrong_fields(recorded, plant, **sample, readings=odd) == {
        "#/readings/ph",
        "#/readings/tds",
        "#/readings/gold",
    }


def test_a_record_is_of_a_day_that_has_come_and_of_a_facility_that_has_it(plant):
    store = plant.facility(code="TS003")
    tomorrow = plant.now.date() + timedelta(days=1)

    assert wrong_fields(recorded, plant, store, done_on=tomorrow) == {"#/done_on"}
    assert wrong_fields(recorded, plant) == {"#/facility_id"}
    assert "#/kind" in wrong_fields(recorded, plant, store, kind="groundwater_sample", readings=GROUNDWATER)
    assert wrong_fields(recorded, plant, store, readings={"no_leaks": False}) == {"#/result"}
    assert wrong_fields(recorded, plant, store, kind="container_check", readings={}) == {"#/container_id"}
    assert wrong_fields(recorded, plant, store, kind="gossip") == {"#/kind"}


def test_the_latest_two_records_of_each_kind_count_for_a_facility(plant, count_statements):
    store, other = plant.facility(code="TS004"), plant.facility(code="TS005")
    today = plant.now.date()
    for days in (20, 6, 13):
        recorded(plant, store, done_on=today - timedelta(days=days))
    recorded(plant, kind="drill", readings={})

    with plant.working() as work, count_statements() as counted:
        found = latest_upkeep(work, [store, other])

    assert len(counted) == 1, counted
    assert [record.done_on for record in found[store.id].by_kind["routine_check"]] == [
        today - timedelta(days=6),
        today - timedelta(days=13),
    ]
    assert found[other.id].latest("routine_check") is None
    assert found[other.id].latest("drill").done_on == today


def test_what_is_due_follows_the_interval_of_its_rule(plant):
    store = plant.facility(code="TS006")
    today = plant.now.date()
    with plant.working() as work:
        assert [item for item in due_upkeep(work, today) if item.facility.id == store.id] == []
    recorded(plant, store, done_on=today - timedelta(days=6))
    filed(plant, kind="liability_insurance", valid_to=today + timedelta(days=10))

    with plant.working() as work:
        found = {item.kind.key: item for item in due_upkeep(work, today + timedelta(days=40))}
        told = {item.kind for item in due(work, today + timedelta(days=40))}

    assert found["routine_check"].due_on == today + timedelta(days=1)
    assert (found["drill"].last_on, found["drill"].due_on) == (None, today)
    assert {"document_ends", "upkeep_routine_check"} <= told


def test_the_lists_name_what_the_rules_ask():
    assert all(kind.interval is not None for kind in record_kinds().values() if kind.rule_id)
    assert all(kind.types for kind in (*document_kinds().values(), *record_kinds().values()))
