"""Serial numbers that are never doubled and never reused."""

from collections.abc import Mapping

from sqlalchemy import case
from sqlalchemy.dialects import postgresql, sqlite

from app.foundation.core.ids import new_id
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
    dialect = postgresql if work.session.get_bind().dialect.name == "postgresql" else sqlite
    new = dialect.insert(BatchSerial).values(id=new_id(), series=series, last=least + by)
    last = BatchSerial.last
    lifted = case((last < least, least), else_=last) + by
    raised = new.on_conflict_do_update(index_elements=["series"], set_={"last": lifted})
    return int(work.session.execute(raised.returning(last)).scalar_one())


def lift_serials(work: Work, used: Mapping[str, int]) -> None:
    """Note what is used of many series at once; they are locked in one order."""
    dialect = postgresql if work.session.get_bind().dialect.name == "postgresql" else sqlite
    rows = [{"id": new_id(), "series": series, "last": last} for series, last in sorted(used.items())]
    made = dialect.insert(BatchSerial)
    higher = case((made.excluded.last > BatchSerial.last, made.excluded.last), else_=BatchSerial.last)
    lifted = made.on_conflict_do_update(index_elements=["series"], set_={"last": higher})
    if rows:
        work.session.execute(lifted, rows)
