"""`flask tidy run`: what may be forgotten, forgotten. Meant for once a day."""

import click

from app.cli.commands import Commands
from app.entry.reply import forget_old_answers
from app.entry.uploads import forget_old_uploads, remove_bytes
from app.entry.work import house, reading, unit_of_work
from app.foundation.jobs.operations import forget_old_jobs
from app.parties.accounts.confirming.tries import forget_old_tries
from app.parties.accounts.signing_in import forget_old_attempts
from app.waste.storage.weighing.operations import forget_old_readings

group = Commands("tidy", help="Housekeeping; run it once a day.")


@group.command("run")
def run() -> None:
    """Drop kept answers older than 30 days, counts of failed sign-ins that lock nobody, uploads and error files
    that were kept for a week, jobs that ended a week ago, and month-old readings of scales that weighed nothing."""
    with unit_of_work() as work:
        counts = forget_old_attempts(work) + forget_old_tries(work)
        click.echo(f"{forget_old_answers(work)} answers, {counts} counts dropped")
        hashes = forget_old_uploads(work)
        click.echo(f"{forget_old_jobs(work)} jobs dropped")
        click.echo(f"{forget_old_readings(work)} readings dropped")
    with reading() as work:
        click.echo(f"{remove_bytes(work, house().files, hashes)} uploads removed")
