"""What `bench.load` inserts is what the operations would have made: the same rows, and every proof holds."""

import random
import re
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.demo.firms import stream_of
from app.demo.history import Story
from app.foundation.core.clock import instant_at, local_day, utc_now
from app.foundation.core.database import Database
from app.foundation.core.work import Actor
from app.foundation.keys.operations import Keyring
from app.foundation.trace import rebuilding
from app.foundation.trace import verifying as trace_log
from app.waste.registry import verifying as ledger
from app.waste.storage.commands import TreatContainer
from app.waste.storage.models import Container, ShortCode
from app.waste.storage.operations.treating import treat_container
from bench import load as loading
from bench.load import COPIED, Full, load
from tests.integration.park import first_morning

KEYRING = Keyring(bytes(range(32)))
SYSTEM = Actor.system(via="demo")
HELD = (("qingwu", "solvent"), ("qingwu", "sludge"), ("lanling", "sludge"))
"""Packages that operations make; the first is used up again."""
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
NUMBER = re.compile(r"\d{8,}")


@pytest.fixture
def story(throwaway_database: Database) -> Story:
    """A small world told by the operations this morning."""
    anchor = local_day(utc_now())
    demo = first_morning(throwaway_database, KEYRING)
    told = Story(throwaway_database, demo, KEYRING, "https://park.example", anchor, random.Random(1))
    for place, (firm, stream) in enumerate(HELD):
        told.drum(firm, stream_of(firm, stream), instant_at(anchor - timedelta(days=4), 8, 5 * place))
    [first] = told.take("qingwu", "solvent", 1)
    command = TreatContainer("R2", "MF0007", "周予安")
    told.act(
        "lu",
        instant_at(anchor - timedelta(days=3), 9, 0),
        lambda work: treat_container(work, first.id, command),
    )
    return told


def loaded(story: Story, wanted: int) -> None:
    with story.database.writing(SYSTEM) as work:
        assert load(work, wanted) == wanted


def likeness(value: Any) -> Any:
    """A value without what must differ between two packages: ids, numbers, hashes, days."""
    if isinstance(value, UUID):
        return "id"
    if isinstance(value, datetime | date):
        return "when"
    if isinstance(value, str):
        text = re.sub(r"\d{4}-\d\d-\d\d(T[\d:.]+Z)?", "when", ID.sub("id", value))
        text = re.sub(r"[0-9a-f]{64}", "hash", text)
        text = NUMBER.sub("number", text)
        return re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", "short", text)
    return repr(value)


def rows_of(story: Story) -> dict[str, Counter[Any]]:
    """How often each kind of row stands in each table."""
    found = {}
    with story.database.reading(SYSTEM) as work:
        for model in (*COPIED, ShortCode):
            rows = work.session.execute(select(model.__table__)).mappings()
            found[model.__tablename__] = Counter(
                tuple((name, likeness(value)) for name, value in sorted(row.items())) for row in rows
            )
    return found


def test_rows_inserted_are_those_of_the_operations(story: Story) -> None:
    with story.database.reading(SYSTEM) as work:
        keys = set(work.session.scalars(select(Container.id)))
        told = work.session.scalar(select(func.count()).select_from(Container))
    before = rows_of(story)

    loaded(story, told)

    after = rows_of(story)
    for table in (
        "containers",
        "postings",
        "balances",
        "generation_records",
        "ledger_records",
        "short_codes",
    ):
        assert after[table] == before[table] + before[table], table
    own = {"container.registered", "container.label_printed", "container.stored", "container.treated"}
    for row, count in before["trace_events"].items():
        twice = dict(row)["name"] in own
        assert after["trace_events"][row] == (2 * count if twice else count)
    with story.database.reading(SYSTEM) as work:
        codes = work.session.scalars(select(Container.code)).all()
        assert len(set(codes)) == 2 * len(keys)


def test_every_proof_holds_of_a_loaded_park_and_life_goes_on(story: Story) -> None:
    loaded(story, 300)

    morning = instant_at(story.anchor - timedelta(days=4), 17, 0)
    drum = story.drum("qingwu", stream_of("qingwu", "sludge"), morning, store=False)  # the zones are full

    with story.database.reading(SYSTEM) as work:
        assert ledger.verify(work) == []
        assert trace_log.verify(work).misfit is None
        assert rebuilding.differences(work) == []
        codes = work.session.scalars(select(Container.code)).all()
        assert len(set(codes)) == len(codes) == 304
        assert drum.code in codes


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_more_than_the_numbers_of_the_open_days_is_refused(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "LAST_SERIAL", 20)  # the 999 of each day take half a minute to use up

    with pytest.raises(Full), story.database.writing(SYSTEM) as work:
        load(work, 5_000)

    with story.database.reading(SYSTEM) as work:
        assert work.session.scalar(select(func.count(Container.id))) == len(HELD)
