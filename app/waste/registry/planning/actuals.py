"""Plan against actual: each planned line beside what the ledger says of its waste since the year began."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.waste.registry.planning.models import ManagementPlan, PlanLine, PlanTable
from app.waste.registry.queries import Books, Period, StreamBalance, period_balance


@dataclass(frozen=True)
class LineActual:
    """A planned line with the mass its waste has reached, in grams.

    Several lines of one waste in one table (two receivers, say) share what the ledger has: it can't tell for whom.
    """

    line: PlanLine
    actual: Grams
    planned: Grams
    """Of all lines of this waste in this table."""

    @property
    def per_mille(self) -> int | None:
        """Share of the planned mass in tenths of a per cent, rounded down; None where nothing is planned."""
        return self.actual * 1000 // self.planned if self.planned else None


@dataclass(frozen=True)
class Unplanned:
    """A waste that arose or left, or was treated, without a line in the table that should name it."""

    table: PlanTable
    stream_id: UUID
    waste_code: str
    local_name: str
    actual: Grams


@dataclass(frozen=True)
class PlanActuals:
    """The lines of a plan with their actual masses, and what the plan doesn't know of."""

    until: date
    lines: tuple[LineActual, ...]
    unplanned: tuple[Unplanned, ...]

    def lines_of(self, table: PlanTable) -> tuple[LineActual, ...]:
        return tuple(item for item in self.lines if item.line.table is table)

    def unplanned_in(self, table: PlanTable) -> tuple[Unplanned, ...]:
        return tuple(item for item in self.unplanned if item.table is table)


def plan_actuals(
    work: Work, plan: ManagementPlan, lines: Sequence[PlanLine], books: Books, until: date | None = None
) -> PlanActuals:
    """The plan beside the ledger from 1 January to a day of its year, by default today; one statement.

    Args:
        books: the places of the plan's site; zones belong to storage, which makes them.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    last = min(until or work.today, date(plan.year, 12, 31))
    first = date(plan.year, 1, 1)
    if last < first:
        return PlanActuals(last, _beside(lines, {}), ())
    found = period_balance(work, books, Period(first, last)).streams
    return compared(lines, [stream for stream in found if stream.site_id == plan.site_id], last)


def compared(lines: Sequence[PlanLine], streams: Sequence[StreamBalance], until: date) -> PlanActuals:
    """Planned lines beside the balances of the site's streams; pure."""
    actual = {
        (table, stream.stream_id): Grams(max(mass, 0))
        for stream in streams
        for table, mass in masses_of(stream).items()
    }
    planned = {(line.table, line.stream_id) for line in lines}
    unplanned = tuple(
        Unplanned(
            table, stream.stream_id, stream.waste_code, stream.local_name, actual[table, stream.stream_id]
        )
        for table in PlanTable
        if table is not PlanTable.STORAGE
        for stream in streams
        if actual[table, stream.stream_id] and (table, stream.stream_id) not in planned
    )
    return PlanActuals(until, _beside(lines, actual), unplanned)


def masses_of(stream: StreamBalance) -> dict[PlanTable, int]:
    """What each table plans, as the ledger has it."""
    return {
        PlanTable.GENERATION: stream.balance.generated,
        PlanTable.STORAGE: stream.balance.closing,
        PlanTable.OWN_TREATMENT: stream.balance.used,
        PlanTable.TRANSFER: stream.balance.transferred,
    }


def _beside(lines: Sequence[PlanLine], actual: dict[tuple[PlanTable, UUID], Grams]) -> tuple[LineActual, ...]:
    planned: dict[tuple[PlanTable, UUID | None], int] = {}
    for line in lines:
        key = (line.table, line.stream_id)
        planned[key] = planned.get(key, 0) + line.mass
    return tuple(
        LineActual(
            line,
            actual.get((line.table, line.stream_id), Grams(0)) if line.stream_id else Grams(0),
            Grams(planned[line.table, line.stream_id]),
        )
        for line in lines
    )
