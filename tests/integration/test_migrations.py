"""The migrations, up and down, on both engines; and the rows the database itself protects."""

import warnings
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from app.all_models import metadata
from app.foundation.rulebook.retention import kept_tables
from migrations import triggers
from tests.conftest import empty_address
from tests.databases import SQLITE, Stock, alembic_config, migrate


@pytest.fixture
def address(engine_name: str, database_stock: Stock) -> Iterator[str]:
    """An empty database."""
    url = empty_address(database_stock, engine_name)
    yield url
    database_stock.drop(url)


def tables_of(url: str) -> set[str]:
    engine = create_engine(url)
    found = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    return found


def indexes_of(url: str) -> set[str]:
    """Names of all indexes; asked of the engine itself, since SQLAlchemy can't see all of SQLite's."""
    engine = create_engine(url)
    source = (
        "SELECT name FROM sqlite_master WHERE type = 'index'"
        if engine.dialect.name == SQLITE
        else "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"
    )
    with engine.connect() as connection:
        found = {name for (name,) in connection.exec_driver_sql(source)}
    engine.dispose()
    return found


def triggers_of(url: str) -> set[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = triggers.present(connection)
    engine.dispose()
    return found


def test_all_steps_lead_up_and_down_and_up_again(address):
    migrate(address)
    first = tables_of(address)
    command.downgrade(alembic_config(address), "base")
    emptied = tables_of(address)
    migrate(address)

    assert emptied == set()
    assert tables_of(address) == first


def test_each_step_leads_down_and_up_again(address):
    settings = alembic_config(address)
    steps = list(ScriptDirectory.from_config(settings).walk_revisions())
    migrate(address)

    for step in steps:
        if step.down_revision is not None:
            command.downgrade(settings, step.down_revision)
            migrate(address, step.revision)
            command.downgrade(settings, step.down_revision)

    assert tables_of(address)


def test_migrations_build_what_the_models_describe(address):
    migrate(address)

    with warnings.catch_warnings():
        # SQLite can't tell us about indexes over expressions; PostgreSQL can.
        warnings.filterwarnings("ignore", message=".*expression-based index")
        command.check(alembic_config(address))


def test_no_index_is_lost_when_sqlite_builds_a_table_anew(address):
    wanted = {index.name for table in metadata.tables.values() for index in table.indexes}

    migrate(address)

    assert wanted - indexes_of(address) == set()


def test_append_only_and_kept_tables_are_guarded_after_an_upgrade(address):
    migrate(address)

    is_sqlite = address.startswith(SQLITE)
    assert triggers_of(address) == triggers.expected(tables_of(address), is_sqlite=is_sqlite)
    assert {table.name for table in kept_tables()} <= tables_of(address)


def test_append_only_and_kept_tables_are_guarded_after_going_down_and_up(address):
    migrate(address)
    before = triggers_of(address)

    command.downgrade(alembic_config(address), "base")
    migrate(address)

    assert triggers_of(address) == before
