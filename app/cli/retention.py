"""`flask retention list`: how long which records are kept, and until when those that are here."""

import json

import click

from app.cli.commands import Commands
from app.entry.work import reading
from app.foundation.rulebook.keeping import KeptRows, kept_rows
from app.foundation.rulebook.retention import MONTHS_A_YEAR, retention_matrix

group = Commands("retention", help="How long records are kept.")


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def list_(as_json: bool) -> None:
    """Every kind of record with its period and clause, and its tables: rows, and kept until when.

    The period counts from the day a record was closed; records still open aren't counted from yet. Nothing
    listed here can be deleted: the database refuses it.
    """
    with reading() as work:
        tables = list(kept_rows(work))
    if as_json:
        click.echo(json.dumps([_json(row) for row in tables], ensure_ascii=False, indent=2))
        return
    for kind, record in retention_matrix().items():
        click.echo(f"{kind}: {_period(record.months)} ({record.basis.en})")
        for row in tables:
            if row.table.record == kind:
                click.echo(f"    {row.table.name}: {_line(row)}")


def _period(months: int | None) -> str:
    if months is None:
        return "for ever"
    years, rest = divmod(months, MONTHS_A_YEAR)
    return f"{months} months" if rest or not years else f"{years} years"


def _line(row: KeptRows) -> str:
    text = f"{row.rows} rows"
    if row.open_rows:
        text += f", {row.open_rows} still open"
    if row.first_until and row.last_until:
        text += f", kept until {row.first_until} to {row.last_until}"
    return text


def _json(row: KeptRows) -> dict[str, object]:
    return {
        "table": row.table.name,
        "record": row.record.kind,
        "basis": row.record.basis.en,
        "months": row.record.months,
        "rows": row.rows,
        "open": row.open_rows,
        "first_kept_until": row.first_until.isoformat() if row.first_until else None,
        "last_kept_until": row.last_until.isoformat() if row.last_until else None,
    }
