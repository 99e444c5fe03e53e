"""Rows that are only ever added, and records that are kept: the database itself refuses to change or delete them.

Postings and trace events are corrected by new rows that name the old (design.md 2.1, 2.2). Manifests, ledgers,
licences and the like may change, but none is deleted within its time (domain-rules 16.3): which tables hold them,
and when one of their rows is still a draft, stands in the rulebook's retention.toml. The triggers are not part of any one migration: a batch rebuild on SQLite drops them, so `migrations/env.py` applies this
list again after each upgrade, to every table of it that exists by then.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, inspect

from app.foundation.rulebook.retention import KeptTable, kept_tables

APPEND_ONLY_TABLES = (
    "trace_events",
    "trace_about",
    "trace_leaves",
    "trace_nodes",
    "trace_checkpoints",
    "trace_cosignatures",
    "postings",
    "capacity_entries",
    "revoked_codes",
    "crossing_draws",
)

REFUSAL = "rows of {table} are only ever added"
KEPT = "rows of {table} are records that are kept"
DRAFT = "draft"
"""The state of a thing that is no record yet, whatever its table."""

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = 'rows of ' || TG_TABLE_NAME || ' are only ever added', ERRCODE = 'restrict_violation';
END $$
"""

_POSTGRESQL_KEEPING = """
CREATE OR REPLACE FUNCTION refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    draft boolean := false;
BEGIN
    IF TG_NARGS = 1 THEN
        draft := to_jsonb(OLD) ->> 'state' = TG_ARGV[0];
    ELSIF TG_NARGS = 3 THEN
        EXECUTE 'SELECT state = $1 FROM ' || quote_ident(TG_ARGV[1]) || ' WHERE id = $2'
            INTO draft USING TG_ARGV[0], (to_jsonb(OLD) ->> TG_ARGV[2])::uuid;
    END IF;
    IF draft THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION USING
        MESSAGE = 'rows of ' || TG_TABLE_NAME || ' are records that are kept', ERRCODE = 'restrict_violation';
END $$
"""
"""Row by row: a draft may go. Without arguments nothing may; one is the state of a draft, three lead to its table."""


def trigger_names(table: str) -> tuple[str, str]:
    """The names of an append-only table's two triggers, the same on both engines."""
    return f"{table}_refuse_update", f"{table}_refuse_delete"


def keeping_names(table: str, *, is_sqlite: bool) -> tuple[str, ...]:
    """The names of a kept table's triggers; SQLite has no TRUNCATE to refuse."""
    return (
        (f"{table}_refuse_delete",) if is_sqlite else (f"{table}_refuse_delete", f"{table}_refuse_truncate")
    )


def expected(tables: Iterable[str], *, is_sqlite: bool) -> set[str]:
    """The names of all triggers a database with these tables has."""
    tables = set(tables)
    names = {name for table in APPEND_ONLY_TABLES if table in tables for name in trigger_names(table)}
    for table in _only_kept(tables):
        names.update(keeping_names(table.name, is_sqlite=is_sqlite))
    return names


def apply(connection: Connection) -> None:
    """Put the triggers on every append-only table that exists; those already there are renewed."""
    drop(connection)
    existing = set(inspect(connection).get_table_names())
    append_only = [table for table in APPEND_ONLY_TABLES if table in existing]
    kept = _only_kept(existing)
    if connection.dialect.name == "sqlite":
        for table in append_only:
            _create_on_sqlite(connection, table)
        for record in kept:
            _keep_on_sqlite(connection, record)
    elif append_only or kept:
        connection.exec_driver_sql(_POSTGRESQL_FUNCTION)
        connection.exec_driver_sql(_POSTGRESQL_KEEPING)
        for table in append_only:
            _create_on_postgresql(connection, table)
        for record in kept:
            _keep_on_postgresql(connection, record)


def drop(connection: Connection) -> None:
    """Take the triggers away: for a migration that has to rewrite such rows, and for tests of forgery."""
    is_sqlite = connection.dialect.name == "sqlite"
    existing = set(inspect(connection).get_table_names())
    names = {table: trigger_names(table) for table in APPEND_ONLY_TABLES if table in existing}
    kept = {table.name: keeping_names(table.name, is_sqlite=is_sqlite) for table in _only_kept(existing)}
    for table, triggers in (names | kept).items():
        for name in triggers:
            place = "" if is_sqlite else f" ON {table}"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{place}")


def present(connection: Connection) -> set[str]:
    """The names of all triggers of ours that the database has now."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%#_refuse#_%' ESCAPE '#'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        " AND tgfoid IN (to_regproc('refuse_change'), to_regproc('refuse_delete'))"
    )
    return {name for (name,) in connection.exec_driver_sql(query)}


def _only_kept(existing: set[str]) -> list[KeptTable]:
    """Kept tables that exist and may change: the append-only ones refuse more."""
    return [
        table for table in kept_tables() if table.name in existing and table.name not in APPEND_ONLY_TABLES
    ]


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


def _keep_on_sqlite(connection: Connection, table: KeptTable) -> None:
    unless = ""
    if table.draft is not None:
        unless = f" WHEN OLD.state IS NOT '{table.draft}'"
    elif table.draft_of is not None:
        parent = f"SELECT 1 FROM {table.draft_of} WHERE id = OLD.{table.key} AND state = '{DRAFT}'"  # noqa: S608 - names of ours
        unless = f" WHEN NOT EXISTS ({parent})"
    (name,) = keeping_names(table.name, is_sqlite=True)
    connection.exec_driver_sql(
        f"CREATE TRIGGER {name} BEFORE DELETE ON {table.name} FOR EACH ROW{unless} "
        f"BEGIN SELECT RAISE(ABORT, '{KEPT.format(table=table.name)}'); END"
    )


def _keep_on_postgresql(connection: Connection, table: KeptTable) -> None:
    arguments = ""
    if table.draft is not None:
        arguments = f"'{table.draft}'"
    elif table.draft_of is not None:
        arguments = f"'{DRAFT}', '{table.draft_of}', '{table.key}'"
    row_by_row, whole = keeping_names(table.name, is_sqlite=False)
    connection.exec_driver_sql(
        f"CREATE TRIGGER {row_by_row} BEFORE DELETE ON {table.name} "
        f"FOR EACH ROW EXECUTE FUNCTION refuse_delete({arguments})"
    )
    connection.exec_driver_sql(
        f"CREATE TRIGGER {whole} BEFORE TRUNCATE ON {table.name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
