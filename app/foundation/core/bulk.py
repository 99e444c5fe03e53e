"""Many rows at once, the fastest way the engine has: COPY on PostgreSQL, one prepared statement on SQLite."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, islice
from typing import Any

from psycopg import sql
from sqlalchemy import Connection, Select, Table, Text, bindparam, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

COPY_FROM = 200
"""Fewer rows than this go the ordinary way."""
SQLITE_BATCH = 2_000
ASKED_AT_ONCE = 20_000
A_FEW = 100
"""So many are listed in the statement itself, which is built once."""

ROWS_TOLD = 1_000
ON_ROWS = "on_rows"

Process = Callable[[Any], Any]


def insert_many(session: Session, model: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of one mapped class, all with the same columns; defaults of the class are not filled in."""
    if not rows:
        return
    insert_rows(session, model, tuple(rows[0]), (tuple(row.values()) for row in rows))


def insert_rows(session: Session, model: Any, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows given as values in the order of `names`, taken one by one as the database can follow: for the
    many thousand rows of a large file. Defaults of the class are not filled in."""
    table: Table = model.__table__
    waiting = iter(rows)
    first = list(islice(waiting, COPY_FROM))
    if len(first) < COPY_FROM:
        if first:
            session.execute(insert(table), [dict(zip(names, row, strict=True)) for row in first])
        return
    rows = _told(session, chain(first, waiting))
    connection = session.connection()
    processes = [_process(table, name, connection) for name in names]
    if connection.dialect.name == "postgresql":
        _copy(connection, table, names, processes, rows)
    else:
        _execute(connection, table, names, processes, rows)


def present_in(session: Session, column: InstrumentedAttribute[Any], texts: Collection[str]) -> set[str]:
    """Which of these texts stand in a column; one statement for twenty thousand of them."""
    if len(texts) <= A_FEW:
        return set(session.scalars(_few_in(column), {"texts": list(texts)}))
    wanted, found = iter(texts), set[str]()
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    while chunk := list(islice(wanted, ASKED_AT_ONCE)):
        asked = (
            func.unnest(literal(chunk, ARRAY(Text))).table_valued("value").render_derived()
            if is_postgresql
            else func.json_each(json.dumps(chunk)).table_valued("value")
        )
        found |= set(session.scalars(select(column).join(asked, asked.c.value == column)))
    return found


@cache
def _few_in(column: InstrumentedAttribute[Any]) -> Select[Any]:
    return select(column).where(column.in_(bindparam("texts", expanding=True)))


def _told(session: Session, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """The rows; who asked for it under `ON_ROWS` in `Session.info` is told of every thousand of them, whatever the
    table, and may raise to stop."""
    tell: Callable[[int], None] = session.info.get(ON_ROWS, lambda count: None)
    for number, row in enumerate(rows, start=1):
        if not number % ROWS_TOLD:
            tell(ROWS_TOLD)
        yield row


def _copy(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    processes: list[Process | None],
    rows: Iterable[Sequence[Any]],
) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    made = [(place, process) for place, process in enumerate(processes) if process is not None]
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            values = list(row)
            for place, process in made:
                values[place] = process(values[place])
            copy.write_row(values)


def _execute(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    processes: list[Process | None],
    rows: Iterable[Sequence[Any]],
) -> None:
    quote = connection.dialect.identifier_preparer.quote
    columns, marks = ", ".join(map(quote, names)), ", ".join("?" * len(names))
    statement = f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({marks})"  # noqa: S608 - our own names
    waiting = iter(rows)
    while batch := list(islice(waiting, SQLITE_BATCH)):
        made = [
            tuple(
                value if process is None else process(value)
                for process, value in zip(processes, row, strict=True)
            )
            for row in batch
        ]
        connection.exec_driver_sql(statement, made)


def _process(table: Table, name: str, connection: Connection) -> Process | None:
    """What turns a Python value into what the driver takes, or None if it takes the value as it is."""
    dialect = connection.dialect
    process: Process | None = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
    return process
