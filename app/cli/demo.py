"""`flask demo build`: the demo park, once. `flask demo seed`: more of it."""

import os
from datetime import date
from time import monotonic

import click
from sqlalchemy import func, select

from app.cli.commands import Commands
from app.demo.accounts import PASSWORD, PIN, sign_in_list
from app.demo.building import build as build_park
from app.demo.seeding import MOST
from app.demo.seeding import seed as multiply
from app.entry.work import house, reading
from app.foundation.core.clock import local_day, utc_now
from app.parties.accounts.models import Organisation
from app.parties.accounts.queries import demo_park

group = Commands("demo", help="The demo park 澄湖循环产业园.")


@group.command("build")
def build() -> None:
    """Build the demo park if it is not there, and print its accounts. DEMO_TODAY (YYYY-MM-DD) sets its last day."""
    _build()
    click.echo(f"Demo accounts (password for all: {PASSWORD}, PIN to sign with: {PIN})")
    for hint in sign_in_list():
        click.echo(f"  {hint.account:28} {hint.role}  {hint.name} · {hint.organisation}")


@group.command("seed")
@click.option("--scale", type=int, required=True, help="How many times as much, 1 to 10.")
def seed(scale: int) -> None:
    """Multiply the demo's history, by the operations; builds the park if it is not there."""
    if not 1 <= scale <= MOST:
        raise click.ClickException(f"1 to {MOST}; for more, insert rows: python -m bench.load --help")
    _build()
    started = monotonic()
    told = multiply(house().database, house().keyring, house().config.public_url, scale)
    click.echo(f"{told} packages more, in {monotonic() - started:.0f} s")


def _build() -> None:
    if house().config.is_production:
        raise click.ClickException("a production deployment gets no demo park")
    with reading() as work:
        there = demo_park(work) is not None
        others = work.session.scalar(select(func.count(Organisation.id))) or 0
    if not there and others:
        raise click.ClickException("this database holds other parks already; the demo gets one of its own")
    if not there:
        click.echo("Building the demo park …")
        build_park(
            house().database,
            house().keyring,
            house().config.public_url,
            _anchor(),
            files=house().files,
        )


def _anchor() -> date:
    given = os.environ.get("DEMO_TODAY")
    try:
        return date.fromisoformat(given) if given else local_day(utc_now())
    except ValueError:
        raise click.ClickException("DEMO_TODAY must be a day as YYYY-MM-DD") from None
