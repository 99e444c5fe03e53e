"""Changes of a table's definition that SQLite has no statement for.

SQLite's own procedure for a change that touches no stored row is to rewrite the text of the table's definition; it
keeps indexes, triggers and every other constraint as they are, which building the table anew doesn't.
"""

import re
from collections.abc import Callable, Sequence

from alembic import op


def widen(table: str, constraint: str, column: str, old: Sequence[str], new: Sequence[str]) -> None:
    """Let `column`, whose values a CHECK lists, hold the values `new` where it held `old`."""
    was, becomes = f"{column} IN ({_listed(old)})", f"{column} IN ({_listed(new)})"
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({becomes})")
    else:
        _redefine(table, lambda definition: definition.replace(was, becomes))


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
