"""Statements of hot reads, compiled once and handed straight to the driver.

A call at a gate is two statements, and SQLAlchemy takes three times as long over sending one and unpacking its row as
driver and database together. What types do to values, both ways, is done here as well; what events listen for, they hear.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.orm import Session

from app.foundation.core.work import Work

Process = Callable[[Any], Any]


class Lookup:
    """A SELECT of columns with `bindparam`s, told their values at each call. Rows are named tuples, in which a name that
    comes twice has the number of its column instead."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self.statement = statement
        self._compiled: dict[str, _Compiled] = {}
        names = [column.key or "" for column in statement.selected_columns]
        self._row = _row_type(names)

    def first(self, work: Work, **values: Any) -> Any:
        """The first row, or None; made for statements that find one row at most."""
        found = self.all(work, **values)
        return found[0] if found else None

    def all(self, work: Work, **values: Any) -> list[Any]:
        """All rows."""
        session = work.session
        dialect = session.get_bind().dialect
        try:
            return self._sent(session, dialect, values)
        except (
            dialect.loaded_dbapi.Error
        ):  # said again in SQLAlchemy's words, or done on a connection that lives
            return [self._row(*row) for row in session.connection().execute(self.statement, values)]

    def _sent(self, session: Session, dialect: Dialect, values: Mapping[str, Any]) -> list[Any]:
        compiled = self._compiled.get(dialect.name) or self._compile(dialect)
        with _driver_cursor(session, compiled.sql) as cursor:
            cursor.execute(compiled.sql, compiled.sent(values))
            rows = cursor.fetchall()
        return [self._row(*compiled.received(row)) for row in rows]

    def _compile(self, dialect: Dialect) -> "_Compiled":
        compiled = self._compiled[dialect.name] = _Compiled(self.statement, dialect)
        return compiled


def _row_type(names: Sequence[str]) -> Any:
    made: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc] # names are known at run time only
    return made


class _Compiled:
    """A statement in the words of one engine."""

    def __init__(self, statement: Select[*tuple[Any, ...]], dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        asked = {name for name, bind in compiled.binds.items() if bind.required}
        state = compiled.construct_expanded_state(dict.fromkeys(asked))
        self.sql: str = state.statement
        self._order: Sequence[str] | None = state.positiontup
        binds = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
        made = {name: type_.bind_processor(dialect) for name, type_ in binds.items()}
        self._binds: dict[str, Process] = {
            name: told for name, told in made.items() if told
        } | state.processors
        given = {name: value for name, value in state.parameters.items() if name not in asked}
        self._fixed = self._processed(given)
        types = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
        self._results: list[tuple[int, Process]] = [
            (place, process)
            for place, type_ in enumerate(types)
            if (process := type_.result_processor(dialect, None))
        ]

    def sent(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        told = {**self._fixed, **self._processed(values)}
        return told if self._order is None else [told[name] for name in self._order]

    def received(self, row: Sequence[Any]) -> Sequence[Any]:
        """A row of the driver as Python has it."""
        if not self._results:
            return row
        made = list(row)
        for place, process in self._results:
            made[place] = process(made[place])
        return made

    def _processed(self, values: Mapping[str, Any]) -> dict[str, Any]:
        binds = self._binds
        return {name: binds[name](value) if name in binds else value for name, value in values.items()}


@contextmanager
def _driver_cursor(session: Session, sql: str) -> Iterator[Any]:
    """A cursor of the session's own transaction if there is one, else of a connection for this statement alone."""
    bind = session.get_bind()
    if isinstance(bind, Connection) or session.in_transaction():
        connection = session.connection()
        cursor: Any = connection.connection.cursor()
        for listener in connection.dispatch.before_cursor_execute:
            listener(connection, cursor, sql, None, None, False)
        yield cursor
        cursor.close()
        return
    raw = bind.raw_connection()
    try:
        cursor = raw.cursor()
        yield cursor
        cursor.close()
    finally:
        raw.close()
