"""What the database keeps at present: per table how many records, and until when the oldest and the newest of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from app.foundation.core.clock import local_day
from app.foundation.core.models import Base
from app.foundation.core.work import Work
from app.foundation.rulebook.retention import KeptTable, Retention, keep_until, kept_tables, retention_matrix


@dataclass(frozen=True)
class KeptRows:
    """One table of the matrix as it is filled now."""

    table: KeptTable
    record: Retention
    rows: int
    open_rows: int
    """Records that aren't closed yet: their period hasn't begun."""
    first_until: date | None
    """The last day of the oldest closed record; None: there is none, or it stays for ever."""
    last_until: date | None


def kept_rows(work: Work) -> Iterator[KeptRows]:
    """Every kept table, one statement each."""
    for table in kept_tables():
        columns = Base.metadata.tables[table.name].columns
        since: Any = columns[table.since] if table.since else None
        if since is None:
            count = work.session.scalar(select(func.count(columns["id"]))) or 0
            yield KeptRows(table, retention_matrix()[table.record], count, 0, None, None)
            continue
        asked = select(func.count(columns["id"]), func.count(since), func.min(since), func.max(since))
        count, closed, first, last = work.session.execute(asked).one()
        ends = [_until(work, table.record, since) for since in (first, last)]
        yield KeptRows(table, retention_matrix()[table.record], count, count - closed, *ends)


def _until(work: Work, record: str, since: date | datetime | None) -> date | None:
    if since is None:
        return None
    day = local_day(since, work.actor.zone) if isinstance(since, datetime) else since
    return keep_until(record, day)
