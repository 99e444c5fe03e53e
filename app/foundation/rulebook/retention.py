"""How long a record must be kept (domain-rules.md 16.3), and in which tables such records lie: data, and who asks it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from app.foundation.core.months import months_after
from app.foundation.rulebook.loader import rulebook
from app.foundation.rulebook.overlays import Jurisdiction
from app.foundation.rulebook.rules import Confidence, Wording

DATA: Final = Path(__file__).parent / "data" / "retention.toml"
MONTHS_A_YEAR: Final = 12
KEPT_LIMIT: Final = "kept"


@dataclass(frozen=True)
class Retention:
    """One line of the matrix."""

    kind: str
    name: Wording
    basis: Wording
    confidence: Confidence
    months: int | None
    """Calendar months; None: for ever."""
    is_hazardous: bool
    rule_id: str | None


@dataclass(frozen=True)
class KeptTable:
    """A table whose rows are records that are kept: the database refuses to delete them."""

    name: str
    record: str
    """The line of the matrix."""
    since: str | None = None
    """The column that says when a row's record was closed; while it is empty its period hasn't begun."""
    draft: str | None = None
    """The state in which a row is no record yet and may go."""
    draft_of: str | None = None
    """The table whose row, while it is a draft, lets go of its rows here."""
    key: str | None = None
    """The column that leads there."""


@lru_cache(maxsize=1)
def kept_tables() -> tuple[KeptTable, ...]:
    """Every table that holds such records, in the order of the file.

    Raises:
        ValueError: a table appears twice, its record isn't in the matrix, or a draft is told by halves.
    """
    tables = tuple(KeptTable(**row) for row in tomllib.loads(DATA.read_text("utf-8"))["table"])
    if len({table.name for table in tables}) != len(tables):
        raise ValueError("a kept table appears twice")
    for table in tables:
        if table.record not in retention_matrix() or bool(table.draft_of) != bool(table.key):
            raise ValueError(f"{table.name}: no such record, or a draft told by halves")
    return tables


@lru_cache(maxsize=1)
def retention_matrix() -> Mapping[str, Retention]:
    """Every kind of record.

    Raises:
        ValueError: a kind appears twice, or says no time.
    """
    rows = [_row(row) for row in tomllib.loads(DATA.read_text("utf-8"))["record"]]
    matrix = {row.kind: row for row in rows}
    if len(matrix) != len(rows):
        raise ValueError("a kind of record appears twice")
    return matrix


def _row(row: Mapping[str, Any]) -> Retention:
    months = row.get("months", row.get("years", 0) * MONTHS_A_YEAR)
    if bool(months) == row.get("for_ever", False):
        raise ValueError(f"{row['kind']}: either a time or for ever")
    return Retention(
        row["kind"],
        Wording(**row["name"]),
        Wording(**row["basis"]),
        Confidence(row["confidence"]),
        months or None,
        row.get("is_hazardous", False),
        row.get("rule"),
    )


@lru_cache(maxsize=1)
def hazardous_months() -> int:
    """The platform's own floor for whatever is tied to hazardous waste, in months."""
    defaults = tomllib.loads(DATA.read_text("utf-8"))["defaults"]
    return int(defaults["hazardous_years"]) * MONTHS_A_YEAR


def keep_until(kind: str, on: date, jurisdiction: Jurisdiction | None = None) -> date | None:
    """The last day a record must be kept; None: for ever.

    The longest of the matrix, the rule with its local overlays, and the platform's floor for hazardous waste.

    Args:
        on: the day the record was closed: the end of its period, or the last entry.

    Raises:
        KeyError: no such kind of record.
    """
    record = retention_matrix()[kind]
    if record.months is None:
        return None
    asked = [record.months]
    if record.is_hazardous:
        asked.append(hazardous_months())
    if record.rule_id is not None:
        rule = rulebook().effective(record.rule_id, [jurisdiction or Jurisdiction()], on)
        asked.append(rule.limits[KEPT_LIMIT].count * MONTHS_A_YEAR)
    last = months_after(on, max(asked))
    return last if last.day == on.day else last + timedelta(days=1)  # after 29 February never a day less


def file_kept_until(kind: str, on: date) -> date:
    """The last day a file that proves such a record must be kept; the end of all days for those kept for ever.

    Raises:
        KeyError: no such kind of record.
    """
    return keep_until(kind, on) or date.max
