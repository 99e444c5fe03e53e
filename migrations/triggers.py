"""Rows that are only ever added: the database itself refuses to change or delete them.

Postings and trace events are corrected by new rows that name the old (design.md 2.1, 2.2). The triggers
are not part of any one migration: a batch rebuild on SQLite drops them, so `migrations/env.py` applies this
list again after each upgrade, to every table of it that exists by then.
"""

from sqlalchemy import Connection, inspect

APPEND_ONLY_TABLES = ("trace_events", "trace_about", "postings")

REFUSAL = "rows of {table} are only ever added"

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = 'rows of ' || TG_TABLE_NAME || ' are only ever added', ERRCODE = 'restrict_violation';
END $$
"""


def trigger_names(table: str) -> tuple[str, str]:
    """The names of a table's two triggers, the same on both engines."""
    return f"{table}_refuse_update", f"{table}_refuse_delete"


def apply(connection: Connection) -> None:
    """Put the triggers on every append-only table that exists; those already there are renewed."""
    drop(connection)
    tables = _present_tables(connection)
    if connection.dialect.name == "sqlite":
        for table in tables:
            _create_on_sqlite(connection, table)
    elif tables:
        connection.exec_driver_sql(_POSTGRESQL_FUNCTION)
        for table in tables:
            _create_on_postgresql(connection, table)


def drop(connection: Connection) -> None:
    """Take the triggers away: for a migration that has to rewrite such rows, and for tests of forgery."""
    is_sqlite = connection.dialect.name == "sqlite"
    for table in _present_tables(connection):
        for name in trigger_names(table):
            place = "" if is_sqlite else f" ON {table}"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{place}")


def present(connection: Connection) -> set[str]:
    """The names of all triggers of ours that the database has now."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%#_refuse#_%' ESCAPE '#'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgfoid = to_regproc('refuse_change')"
    )
    return {name for (name,) in connection.exec_driver_sql(query)}


def _present_tables(connection: Connection) -> list[str]:
    existing = set(inspect(connection).get_table_names())
    return [table for table in APPEND_ONLY_TABLES if table in existing]


def _create_on_sqlite(connection: Connection, table: str) -> None:
    for name, act in zip(trigger_names(table), ("UPDATE", "DELETE"), strict=True):
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL.format(table=table)}'); END"
        )


def _create_on_postgresql(connection: Connection, table: str) -> None:
    # Per statement, so that TRUNCATE is refused too.
    for name, act in zip(trigger_names(table), ("UPDATE", "DELETE OR TRUNCATE"), strict=True):
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
