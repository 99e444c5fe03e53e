"""Whatever is changed in the stored log is found, and the first event that does not fit is named."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import String, literal_column, select, text, type_coerce

from app.foundation.core.ids import new_id
from app.foundation.core.work import Actor
from app.foundation.trace import raw, verifying
from app.foundation.trace.models import TraceAbout, TraceEvent
from migrations import triggers

TABLES = (TraceEvent.__table__, TraceAbout.__table__)
COLUMNS = [column for table in TABLES for column in table.columns]
sqlite_only = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def verified(database):
    with database.reading(Actor.system()) as work:
        return verifying.verify(work)


@pytest.fixture
def forge(connection, drum):
    """Somebody with the whole database in hand: no triggers, no foreign keys."""
    triggers.drop(connection)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    else:
        connection.exec_driver_sql(
            "ALTER TABLE trace_about DROP CONSTRAINT fk_trace_about_event_id_trace_events"
        )
    return connection


@pytest.fixture
def chain(session, drum):
    chosen = select(TraceEvent).where(TraceEvent.subject_id == drum.id).order_by(TraceEvent.sequence)
    return session.scalars(chosen).all()


def test_an_untouched_log_is_proved(database, drum):
    proof = verified(database)

    assert proof.misfit is None
    assert (proof.events, proof.subjects) == (10, 8)


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_any_change_of_any_column_of_a_row_is_found_and_named(database, forge, column):
    table = column.table
    tried = 0
    for row in forge.execute(select(table).order_by(table.c.id)).all()[::2]:
        for value in changes_of(getattr(row, column.name), column):
            attempt = forge.begin_nested()
            forge.execute(table.update().where(table.c.id == row.id).values({column.name: value}))
            misfit = verified(database).misfit
            attempt.rollback()
            tried += 1
            assert misfit is not None, (row, value)
            assert misfit.event_id in names_of(forge, row, value), (misfit, row, value)

    assert tried
    assert verified(database).misfit is None


def changes_of(value, column):
    """Other values of the column's own type, as near as can be."""
    if value is None:
        return ["0" * 64] if column.name == "previous_hash" else [new_id()]
    other = {
        UUID: lambda: [UUID(int=value.int ^ 1), UUID(int=value.int ^ (1 << 127))],
        int: lambda: [value + 100, -value],
        datetime: lambda: [value + timedelta(microseconds=1), value - timedelta(hours=8)],
        str: lambda: [chr(ord(value[0]) ^ 1) + value[1:], value[:-1] + chr(ord(value[-1]) ^ 1), value[:-1]],
    }[type(value)]()
    return [*other, None] if column.nullable else other


def names_of(connection, row, value):
    """The event of the changed row, by its old or new id, or the one behind it, where the gap shows."""
    event_id = getattr(row, "event_id", row.id)
    events = TraceEvent.__table__.c
    event = connection.execute(select(events.subject_id, events.sequence).where(events.id == event_id)).one()
    chain = connection.execute(
        select(events.id).where(
            events.subject_id == event.subject_id, events.sequence.in_([event.sequence, event.sequence + 1])
        )
    ).scalars()
    return {str(name) for name in (event_id, value, *chain)}


@sqlite_only
@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_any_changed_byte_of_the_text_sqlite_keeps_is_found(database, forge, column):
    """Not only other values: also other spellings of the same value, and bytes that are no text at all."""
    table, row_id = column.table, literal_column("rowid")
    raw = type_coerce(column, String)
    for number, kept in forge.execute(select(row_id, raw).select_from(table)).all()[::3]:
        for blob in spellings(kept):
            attempt = forge.begin_nested()
            forge.execute(
                text(f"UPDATE {table.name} SET {column.name} = CAST(:blob AS TEXT) WHERE rowid = :number"),
                {"blob": blob, "number": number},
            )
            misfit = verified(database).misfit
            attempt.rollback()
            assert misfit is not None, (column, kept, blob)
            assert misfit.event_id != "?"


def spellings(kept):
    """Bytes that differ from the stored ones in one place."""
    if not isinstance(kept, str):
        return [b"x"]
    encoded = kept.encode()
    middle = len(encoded) // 2
    found = [b"\xff" + encoded[1:], encoded[:middle] + b"\x00" + encoded[middle + 1 :], encoded + b" "]
    letter = next((index for index, byte in enumerate(encoded) if chr(byte).isalpha()), None)
    if letter is not None:
        found.append(encoded[:letter] + bytes([encoded[letter] ^ 0x20]) + encoded[letter + 1 :])
    if len(encoded) == 26 and encoded[10:11] == b" ":  # an instant
        found += [encoded[:10] + b"T" + encoded[11:], encoded[:19] + b"," + encoded[20:]]
    return found


@sqlite_only
@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_a_value_of_another_type_is_found(database, forge, column):
    table = column.table
    forge.exec_driver_sql(
        f"UPDATE {table.name} SET {column.name} = x'00ff' WHERE rowid = (SELECT max(rowid) FROM {table.name})"
    )

    assert verified(database).misfit is not None


def test_a_deleted_middle_event_is_found(database, forge, chain):
    forge.execute(TraceAbout.__table__.delete().where(TraceAbout.event_id == chain[1].id))
    forge.execute(TraceEvent.__table__.delete().where(TraceEvent.id == chain[1].id))

    misfit = verified(database).misfit

    assert (misfit.event_id, misfit.sequence) == (str(chain[2].id), 3)
    assert "event 2 of the chain is missing" in misfit.reason


def test_a_deleted_first_event_is_found(database, forge, chain):
    forge.execute(TraceAbout.__table__.delete().where(TraceAbout.event_id == chain[0].id))
    forge.execute(TraceEvent.__table__.delete().where(TraceEvent.id == chain[0].id))

    assert "begins at 2" in verified(database).misfit.reason


def test_swapped_hashes_are_found(database, forge, chain):
    table = TraceEvent.__table__
    for event, other in ((chain[0], chain[1]), (chain[1], chain[0])):
        forge.execute(table.update().where(table.c.id == event.id).values(own_hash=other.own_hash))

    assert verified(database).misfit.event_id == str(chain[0].id)


def test_an_event_rewritten_with_its_own_hash_breaks_the_next(database, forge, chain):
    from app.foundation.trace.canonical import leaf_hash

    envelope = chain[0].envelope.replace('"gross":null', '"gross":1')
    assert envelope != chain[0].envelope
    table = TraceEvent.__table__
    forge.execute(
        table.update()
        .where(table.c.id == chain[0].id)
        .values(envelope=envelope, own_hash=leaf_hash(envelope))
    )

    misfit = verified(database).misfit

    assert misfit.event_id == str(chain[1].id)
    assert "previous hash" in misfit.reason


@pytest.mark.parametrize("envelope", ["[]", "{", '{"a": 1}', "null", '{"b":1,"a":2}', "{}"])
def test_an_envelope_that_is_none_is_found_though_its_hash_fits(database, forge, chain, envelope):
    from app.foundation.trace.canonical import leaf_hash

    table = TraceEvent.__table__
    forge.execute(
        table.update()
        .where(table.c.id == chain[2].id)
        .values(envelope=envelope, own_hash=leaf_hash(envelope))
    )

    assert verified(database).misfit.event_id == str(chain[2].id)


def test_about_rows_more_or_less_are_found(database, forge, chain):
    table = TraceAbout.__table__
    one = forge.execute(select(table).where(table.c.event_id == chain[2].id)).first()
    attempt = forge.begin_nested()
    forge.execute(table.delete().where(table.c.id == one.id))
    assert verified(database).misfit.event_id == str(chain[2].id)
    attempt.rollback()

    forge.execute(table.insert().values(id=new_id(), event_id=new_id(), thing_kind="zone", thing_id=new_id()))
    assert "unknown event" in verified(database).misfit.reason


def test_logs_longer_than_a_batch_are_read_on(database, drum, monkeypatch):
    monkeypatch.setattr(raw, "BATCH", 2)

    proof = verified(database)

    assert (proof.events, proof.misfit) == (10, None)
