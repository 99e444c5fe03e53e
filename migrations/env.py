"""How Alembic reaches the database: one script for SQLite and PostgreSQL, one transaction for all steps.

The address comes from the caller (`attributes["database_url"]`, used by tests and checks), from
`alembic -x url=…`, or from the configuration, in this order.
"""

from typing import Any

from alembic import context
from sqlalchemy import Connection, Engine, create_engine, event, pool
from sqlalchemy.dialects import postgresql

import config as configuration
from app.all_models import metadata
from app.foundation.core.models import UtcDateTime
from migrations import triggers

SEARCH_SHADOWS = ("_data", "_idx", "_content", "_docsize", "_config")
"""SQLite keeps an FTS5 index `x` in tables `x_data`, `x_idx`, …: none of them is a mapped class."""


def database_url() -> str:
    given = context.config.attributes.get("database_url")
    given = given or context.get_x_argument(as_dictionary=True).get("url")
    return given or configuration.load().database_url


def make_engine(url: str) -> Engine:
    """An engine for schema changes: on SQLite without foreign keys, with DDL inside the transaction.

    SQLite changes a table by building it anew and dropping the old one. With foreign keys on, that drop
    deletes the children of every row; the switch has no effect once a transaction is open.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, poolclass=pool.NullPool)
    engine = create_engine(url, poolclass=pool.NullPool)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "foreign_keys=OFF", "busy_timeout=15000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def ensure_foreign_keys_hold(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
    if broken:
        rows = "; ".join(f"{table} row {row} -> {parent}" for table, row, parent, _ in broken)
        raise RuntimeError(f"the migration broke foreign keys: {rows}")


def include_object(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Hide from autogenerate what no mapped class describes: everything named `…_fts`, for full-text
    search, and the shadow tables of such a table."""
    if kind not in ("table", "index") or not reflected or compare_to is not None:
        return True
    return not (name or "").endswith(("_fts", *(f"_fts{shadow}" for shadow in SEARCH_SHADOWS)))


def render_item(kind: str, item: Any, script: Any) -> str | bool:
    """Write our own column types into migrations as what the database has: a migration outlives the code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, postgresql.JSONB):
        script.imports.add("from sqlalchemy.dialects import postgresql")
        return "postgresql.JSONB()"
    return False


def options(is_sqlite: bool) -> dict[str, Any]:
    return {
        "target_metadata": metadata,
        "render_as_batch": True,
        "compare_type": True,
        "compare_server_default": True,
        "include_object": include_object,
        "render_item": render_item,
        # pysqlite's own transactions exclude DDL; ours (make_engine) don't.
        "transactional_ddl": True if is_sqlite else None,
    }


def run_online() -> None:
    engine = make_engine(database_url())
    is_sqlite = engine.dialect.name == "sqlite"
    applied: list[Any] = []
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            on_version_apply=lambda **step: applied.append(step["step"]),
            **options(is_sqlite),
        )
        with context.begin_transaction():
            if is_sqlite:  # no table can be built anew while a trigger of another one names it
                triggers.drop(connection)
            context.run_migrations()
            if applied or is_sqlite:
                triggers.apply(connection)
                if is_sqlite:
                    ensure_foreign_keys_hold(connection)
    engine.dispose()


def print_sql() -> None:
    """`alembic upgrade head --sql`: the statements, for a database administrator to run."""
    url = database_url()
    context.configure(
        url=url, literal_binds=True, dialect_opts={"paramstyle": "named"}, **options(url.startswith("sqlite"))
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    print_sql()
else:
    run_online()
