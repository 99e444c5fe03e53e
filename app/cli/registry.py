"""`flask registry import|verify|rebuild-balances|decide-classes`: ledgers in, balances proved, classes of units."""

import json
import sys
from collections import Counter
from pathlib import Path

import click
from sqlalchemy import select

from app.cli.commands import Commands
from app.entry.work import house, reading, unit_of_work
from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation, Site
from app.waste.registry import verifying
from app.waste.registry.commands import ImportLedger
from app.waste.registry.planning.models import UnitClass
from app.waste.registry.planning.operations.classes import decide_classes
from app.waste.storage.ledger_reading import read_ledger_file
from app.waste.storage.operations.imports import import_ledger

group = Commands("registry", help="The mass ledger.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", required=True, metavar="CODE", help="Unified social credit code.")
@click.option("--site", "site_name", help="Name of the site, if the organisation has several.")
@click.option("--accept-good", is_flag=True, help="Store the right rows though others are refused.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
def import_(file: Path, organisation: str, site_name: str | None, accept_good: bool, as_json: bool) -> None:
    """Import a ledger file (HJ 1259 tables B.1 to B.5, general-waste tables 2 and 3) from XLSX or CSV.

    Exit status 0: stored. 1: not stored, the verdict says why.
    """
    with reading() as work:
        command = _command(work, file, organisation, site_name, accept_good)
        verdict = read_ledger_file(work, command)
    stored = bool(verdict.accepted) and (accept_good or not verdict.refused) and not verdict.file_problems
    if stored:
        with unit_of_work() as work:
            import_ledger(work, command, verdict, house().files)
    if as_json:
        click.echo(json.dumps({**verdict.as_json(), "stored": stored}, ensure_ascii=False, indent=2))
    else:
        counts = verdict.as_json()["counts"]
        click.echo(
            f"{counts['accepted']} rows right, {counts['refused']} refused, {'stored' if stored else 'nothing stored'}"
        )
        for file_problem in verdict.file_problems:
            click.echo(f"file: {file_problem.text}", err=True)
        for refusal in verdict.refused:
            for problem in refusal.problems:
                click.echo(f"{refusal.sheet} {problem.cell}: {problem.text}", err=True)
    sys.exit(0 if stored else 1)


@group.command("verify")
def verify() -> None:
    """Prove balances equal to the postings and no real place below zero on any day; exit 1 if not."""
    with reading() as work:
        faults = verifying.verify(work)
    for fault in faults[:20]:
        click.echo(str(fault), err=True)
    if faults:
        sys.exit(1)
    click.echo("ok: balances equal the postings")


@group.command("rebuild-balances")
def rebuild_balances() -> None:
    """Throw the cache of balances away and make it anew from the postings."""
    with unit_of_work() as work:
        click.echo(f"{verifying.rebuild_balances(work)} balances rebuilt")


@group.command("decide-classes")
@click.option("--year", type=int, help="By default the current year.")
def decide_classes_of_all(year: int | None) -> None:
    """Decide the class of every site with hazardous waste (HJ 1259 4.2); to be run each January."""
    with unit_of_work() as work:
        decisions = decide_classes(work, year or work.today.year)
        found = Counter(decision.computed for decision in decisions)
    for unit_class in (*UnitClass, None):
        click.echo(f"{unit_class.value if unit_class else 'open, an input is missing'}: {found[unit_class]}")


def _command(
    work: Work, file: Path, credit_code: str, site_name: str | None, accept_good: bool
) -> ImportLedger:
    chosen = (
        select(Organisation.id, Site.id.label("site_id"))
        .join(Site, Site.organisation_id == Organisation.id)
        .where(Organisation.credit_code == credit_code.strip().upper())
        .order_by(Site.id)
    )
    if site_name:
        chosen = chosen.where(Site.name == site_name)
    row = work.session.execute(chosen.limit(1)).first()
    if row is None:
        raise NotFound(say("没有统一社会信用代码为 {code} 且有生产经营场所的单位", code=credit_code))
    size = file.stat().st_size
    content = file.read_bytes() if size <= house().config.max_upload_bytes else b""
    return ImportLedger(row.id, row.site_id, file.name, content, accept_good)
