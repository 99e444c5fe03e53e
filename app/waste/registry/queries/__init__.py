"""The hazardous-waste ledger as reads over postings: entries, balances, table B.1, and the files brought in."""

from app.waste.registry.queries.balances import (
    LedgerBalance,
    MonthBalance,
    PeriodBalance,
    StreamBalance,
    monthly_balances,
    period_balance,
    stock_kept,
)
from app.waste.registry.queries.books import Books, LedgerFilter, Period, Stage, ensure_may_read
from app.waste.registry.queries.entries import (
    Entry,
    EntryPage,
    GenerationLine,
    all_entries,
    entries_count,
    entries_page,
    generation_lines,
)
from app.waste.registry.queries.imports import (
    ImportRow,
    earlier_import,
    import_for,
    import_row,
    imports_of_file,
    imports_page,
)

__all__ = [
    "Books",
    "Entry",
    "EntryPage",
    "GenerationLine",
    "ImportRow",
    "LedgerBalance",
    "LedgerFilter",
    "MonthBalance",
    "Period",
    "PeriodBalance",
    "Stage",
    "StreamBalance",
    "all_entries",
    "earlier_import",
    "ensure_may_read",
    "entries_count",
    "entries_page",
    "generation_lines",
    "import_for",
    "import_row",
    "imports_of_file",
    "imports_page",
    "monthly_balances",
    "period_balance",
    "stock_kept",
]
