"""Whether the months of general-waste table 2 follow from one another (GISWL-balance, domain-rules 9.5)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from app.foundation.core.units import Grams
from app.waste.registry.ledger_files.general_rows import SummaryRow
from app.waste.registry.ledger_files.ledger import LedgerWarning
from app.waste.registry.ledger_files.vocabulary import Caution, Field, Table

TOLERANCE_GRAMS: Final = 10_000
"""0.01 t (platform setting)."""

Stocks = Callable[[Collection[str]], Mapping[tuple[str, date], Grams]]


def balance_warnings(rows: Sequence[SummaryRow], stocks: Stocks) -> list[LedgerWarning]:
    """A warning for every month whose cumulative stock is not last month's, plus generated, less used.

    A month whose predecessor neither the file nor the ledger has is not checked.
    """
    if not rows:
        return []
    cumulative = dict(stocks({row.waste_code for row in rows}))
    for row in rows:
        cumulative[row.waste_code, row.month] = row.cumulative
    return [
        LedgerWarning(row.sheet, row.row, Field.CUMULATIVE, Caution.BALANCE, Table.GISW2)
        for row in rows
        if (before := cumulative.get((row.waste_code, month_before(row.month)))) is not None
        and abs(before + row.generated - row.used - row.cumulative) > TOLERANCE_GRAMS
    ]


def month_before(month: date) -> date:
    """The first day of the month before."""
    return (month - timedelta(days=1)).replace(day=1)
