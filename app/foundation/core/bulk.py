"""Many rows at once, the fastest way the engine has: COPY on PostgreSQL, executemany on SQLite."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import sql
from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

COPY_FROM = 200
"""Fewer rows than this go the ordinary way."""


def insert_many(session: Session, model: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of one mapped class, all with the same columns; defaults of the class are not filled in."""
    if not rows:
        return
    table: Table = model.__table__
    connection = session.connection()
    if connection.dialect.name != "postgresql" or len(rows) < COPY_FROM:
        session.execute(insert(table), list(rows))
        return
    names = list(rows[0])
    bind = [_processor(table, name, connection.dialect) for name in names]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(
                [
                    value if make is None else make(value)
                    for make, value in zip(bind, row.values(), strict=True)
                ]
            )


def _processor(table: Table, name: str, dialect: Any) -> Any:
    """What turns a Python value into what the driver takes, or None if it takes the value as it is."""
    return table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
