"""Serial numbers that are never doubled and never reused."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table, bindparam, case
from sqlalchemy.dialects import postgresql, sqlite

from app.foundation.core.ids import new_id
from app.foundation.core.models import BIG
from app.foundation.core.work import Work
from app.waste.registry.models import BatchSerial


def next_serial(work: Work, series: str, count: int = 1, *, after: int = 0) -> int:
    """Draw `count` consecutive serials of a series and give the first one.

    The counter row is locked until the transaction ends, so two that draw at once wait for each
    other. `after` lifts the counter first: serials up to it were used elsewhere (an imported ledger).
    """
    return _raised(work, series, least=after, by=count) - count + 1


def lift_serial(work: Work, series: str, used: int) -> None:
    """Note that serials of a series up to `used` stand on labels or in ledgers already."""
    _raised(work, series, least=used, by=0)


def _raised(work: Work, series: str, *, least: int, by: int) -> int:
    """Lift a counter to at least `least`, then by `by`; gives what it is now. One statement."""
    connection = work.session.connection()
    values = {"id": new_id(), "series": series, "last": least + by, "least": least, "by": by}
    return int(connection.execute(_RAISE[connection.dialect.name], values).scalar_one())


def _raising(insert: Any) -> Any:
    last, least = BatchSerial.last, bindparam("least", type_=BIG)
    lifted = case((last < least, least), else_=last) + bindparam("by", type_=BIG)
    return insert.on_conflict_do_update(index_elements=["series"], set_={"last": lifted}).returning(last)


_RAISE = {
    "postgresql": _raising(postgresql.insert(cast(Table, BatchSerial.__table__))),
    "sqlite": _raising(sqlite.insert(cast(Table, BatchSerial.__table__))),
}
"""Built once: every act draws a number."""


def lift_serials(work: Work, used: Mapping[str, int]) -> None:
    """Note what is used of many series at once; they are locked in one order."""
    dialect = postgresql if work.session.get_bind().dialect.name == "postgresql" else sqlite
    rows = [{"id": new_id(), "series": series, "last": last} for series, last in sorted(used.items())]
    made = dialect.insert(BatchSerial)
    higher = case((made.excluded.last > BatchSerial.last, made.excluded.last), else_=BatchSerial.last)
    lifted = made.on_conflict_do_update(index_elements=["series"], set_={"last": higher})
    if rows:
        work.session.execute(lifted, rows)
