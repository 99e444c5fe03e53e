"""`flask tidy run`: what may be forgotten, forgotten. Meant for once a day."""

import click

from app.cli.commands import Commands
from app.entry.reply import forget_old_answers
from app.entry.work import unit_of_work
from app.parties.accounts.signing_in import forget_old_attempts

group = Commands("tidy", help="Housekeeping; run it once a day.")


@group.command("run")
def run() -> None:
    """Drop kept answers older than 30 days and counts of failed sign-ins that lock nobody."""
    with unit_of_work() as work:
        click.echo(f"{forget_old_answers(work)} answers, {forget_old_attempts(work)} counts dropped")
