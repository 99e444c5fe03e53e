"""Changes of a table's definition that SQLite has no statement for.

SQLite's own procedure for a change that touches no stored row is to rewrite the text of the table's definition; it
keeps indexes, triggers and every other constraint as they are, which building the table anew doesn't.
"""

import re
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op


def widen(table: str, constraint: str, column: str, old: Sequence[str], new: Sequence[str]) -> None:
    """Let `column`, whose values a CHECK lists, hold the values `new` where it held `old`."""
    was, becomes = f"{column} IN ({_listed(old)})", f"{column} IN ({_listed(new)})"
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({becomes})")
    else:
        _redefine(table, lambda definition: definition.replace(was, becomes))


def add_check(table: str, constraint: str, condition: str) -> None:
    """Add a CHECK to a table whose rows keep it."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({condition})")
    else:
        _redefine(table, lambda definition: _with_check(definition, constraint, condition))


def drop_check(table: str, constraint: str, condition: str) -> None:
    """Take a CHECK away; `condition` as it is written there."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    else:
        written = re.compile(rf",\s*CONSTRAINT {constraint} CHECK \({re.escape(condition)}\)")
        _redefine(table, lambda definition: written.sub("", definition))


def add_choice(table: str, column: str, constraint: str, values: Sequence[str], default: str | None) -> None:
    """Add a column that holds one of the values; `default` is for the rows there already, None lets it be empty."""
    op.add_column(table, sa.Column(column, sa.String(40), nullable=default is None, server_default=default))
    if default is not None:
        forget_default(table, column)
    add_check(table, constraint, f"{column} IN ({_listed(values)})")


def drop_choice(table: str, column: str, constraint: str, values: Sequence[str]) -> None:
    """Take such a column away again."""
    drop_check(table, constraint, f"{column} IN ({_listed(values)})")
    op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def lengthen(table: str, column: str, old: int, new: int) -> None:
    """Let a text column hold `new` characters where it held `old`; also shortens, where nothing is longer."""
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column(table, column, type_=sa.String(new), existing_type=sa.String(old))
    else:
        was, becomes = f"{column} VARCHAR({old})", f"{column} VARCHAR({new})"
        _redefine(table, lambda definition: definition.replace(was, becomes))


def _with_check(definition: str, constraint: str, condition: str) -> str:
    body = definition.rstrip().removesuffix(")").rstrip()
    return f"{body}, \n\tCONSTRAINT {constraint} CHECK ({condition})\n)"


def forget_default(table: str, column: str) -> None:
    """Take away the default that a new column needed for the rows there already."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT")
        return
    op.execute(f"UPDATE {table} SET {column} = {column}")  # noqa: S608 - SQLite reads the default until it is written
    with_default = re.compile(rf"(\b{column} [A-Z]+(?:\(\d+\))?) DEFAULT '[^']*'")
    _redefine(table, lambda definition: with_default.sub(r"\1", definition))


def _redefine(table: str, change: Callable[[str], str]) -> None:
    connection = op.get_bind()
    definition = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)
    ).scalar_one()
    changed = change(definition)
    if changed == definition:
        raise RuntimeError(f"the definition of {table} is not as this change expects it: {definition}")
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", (changed, table)
    )
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def _listed(values: Sequence[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)
