"""Serial numbers that are never doubled and never reused."""

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.foundation.core.ids import new_id
from app.foundation.core.work import Work
from app.waste.registry.models import BatchSerial


def next_serial(work: Work, series: str, count: int = 1, *, after: int = 0) -> int:
    """Draw `count` consecutive serials of a series and give the first one.

    The counter row is locked until the transaction ends, so two that draw at once wait for each
    other. `after` lifts the counter first: serials up to it were used elsewhere (an imported ledger).
    """
    last = _locked_last(work, series)
    first = max(last, after) + 1
    _set_last(work, series, first + count - 1)
    return first


def lift_serial(work: Work, series: str, used: int) -> None:
    """Note that serials of a series up to `used` stand on labels or in ledgers already."""
    if _locked_last(work, series) < used:
        _set_last(work, series, used)


def _locked_last(work: Work, series: str) -> int:
    dialect = postgresql if work.session.get_bind().dialect.name == "postgresql" else sqlite
    work.session.execute(
        dialect.insert(BatchSerial).values(id=new_id(), series=series, last=0).on_conflict_do_nothing()
    )
    return work.session.execute(
        select(BatchSerial.last).where(BatchSerial.series == series).with_for_update()
    ).scalar_one()


def _set_last(work: Work, series: str, last: int) -> None:
    work.session.execute(update(BatchSerial).where(BatchSerial.series == series).values(last=last))
