"""`flask catalogue load` and `flask catalogue search`."""

import json
from datetime import datetime

import click

from app.cli.commands import Commands
from app.entry.work import reading, unit_of_work
from app.foundation.catalogue import loading, queries
from app.foundation.catalogue.schemas import WasteCodeSchema

group = Commands("catalogue", help="The official code lists.")


@group.command("load")
def load() -> None:
    """Load the reference files into the database; safe to repeat."""
    with unit_of_work() as work:
        for table in loading.load_catalogue(work):
            click.echo(f"{table.table}: {table.rows} rows, {table.added} added, {table.changed} changed")


@group.command("search")
@click.argument("text")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="The list in force on this day; today if not given."
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def search(text: str, limit: int, on: datetime | None, as_json: bool) -> None:
    """Find hazardous-waste codes by code, category, Chinese words or pinyin initials."""
    with reading() as work:
        day = on.date() if on else work.today
        found = queries.search_waste(work, text, on=day, limit=limit).items
    if as_json:
        click.echo(json.dumps(WasteCodeSchema(many=True).dump(found), ensure_ascii=False, indent=2))
        return
    for entry in found:
        click.echo(f"{entry.category.code}  {entry.code}  {entry.hazard_expression or '-'}  {entry.name}")
