"""What is kept: no record of a manifest, a ledger or a licence can be deleted, past the operations or not."""

import json

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import DatabaseError

from app.foundation.core.models import Base
from app.foundation.core.work import Actor
from app.foundation.rulebook.retention import kept_tables
from app.waste.consignments import operations
from app.waste.consignments.commands import ReviseDraft
from app.waste.consignments.models import Consignment, ConsignmentLine

DRAFTS = {table.name: table for table in kept_tables() if table.draft or table.draft_of}
SYSTEM = Actor.system()


def delete_refused(world, name):
    """Whether the database refuses to delete the rows of a table."""
    table = Base.metadata.tables[name]
    with pytest.raises(DatabaseError, match=r"records that are kept|only ever added"):  # noqa: SIM117
        with world.database.writing(SYSTEM) as work:
            work.session.execute(delete(table))
    return True


def filled(world):
    with world.database.reading(SYSTEM) as work:
        tables = (Base.metadata.tables[table.name] for table in kept_tables())
        return {table.name for table in tables if work.session.scalar(select(func.count(table.c.id)))}


def test_nothing_of_a_finished_trip_can_be_deleted(world):
    drums = world.drums()
    world.accept(world.weighed(drums, [186_400, 186_400]))

    kept = filled(world)

    assert kept > {"consignments", "consignment_lines", "consigned_containers", "consignment_signatures"}
    assert kept > {"containers", "operating_licences", "capacity_entries", "trace_events", "postings"}
    for name in sorted(kept):
        assert delete_refused(world, name), name


def test_a_drafts_own_lines_may_still_be_replaced_and_those_of_others_not(world):
    first, second = world.drums(2)
    gone = world.draft([first])
    stays = world.submitted([second])

    order = world.order(world.drums(1))
    fields = {name: getattr(order, name) for name in order.__dataclass_fields__}
    with world.doing(world.consignor) as work:
        operations.revise_draft(work, gone.id, ReviseDraft(**fields, seen_version=gone.version))
    with pytest.raises(DatabaseError, match="kept"), world.database.writing(SYSTEM) as work:
        work.session.execute(delete(ConsignmentLine).where(ConsignmentLine.consignment_id == stays.id))
    with pytest.raises(DatabaseError, match="kept"), world.database.writing(SYSTEM) as work:
        work.session.execute(delete(Consignment).where(Consignment.id == stays.id))


def test_the_list_says_what_is_kept_until_when(world, app):
    world.accept(world.weighed(world.drums(), [186_400, 186_400]))
    world.draft()

    told = app.test_cli_runner().invoke(args=["retention", "list", "--json"])
    words = app.test_cli_runner().invoke(args=["retention", "list"])

    assert told.exit_code == words.exit_code == 0, told.output + words.output
    rows = {row["table"]: row for row in json.loads(told.output)}
    assert rows["consignments"] | {"basis": None} == {
        "table": "consignments",
        "record": "hw_manifest",
        "basis": None,
        "months": 120,
        "rows": 2,
        "open": 1,
        "first_kept_until": "2036-11-20",
        "last_kept_until": "2036-11-20",
    }
    assert "hw_manifest: 10 years (HWTM art. 20)" in words.output
    assert "yard_archive: for ever" in words.output
