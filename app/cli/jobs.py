"""`flask jobs work|list`: the worker for what runs in the background, and a look at it."""

import click
from sqlalchemy import select

from app.cli.commands import Commands
from app.entry.work import house, reading
from app.foundation.jobs.models import Job
from app.jobs.worker import Worker

group = Commands("jobs", help="Work in the background.")


@group.command("work")
@click.option("--once", is_flag=True, help="End when no job waits.")
def work(once: bool) -> None:
    """Do the jobs that wait, until SIGTERM or Ctrl+C. `flask serve` starts this beside the web server."""
    worker = Worker(house())
    worker.end_on_signals()
    done = worker.work(once=once)
    if once:
        click.echo(f"{done} jobs done")


@group.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
def list_(limit: int) -> None:
    """The newest jobs: when, what, state, how far."""
    with reading() as unit:
        for job in unit.session.scalars(select(Job).order_by(Job.id.desc()).limit(limit)):
            far = f"{job.done}/{job.total}" if job.total else str(job.done)
            click.echo(f"{job.created_at:%Y-%m-%dT%H:%M:%SZ}  {job.id}  {job.kind}  {job.state}  {far}")
