"""`flask trace verify|rebuild`: the log proved from its stored text, and the state from the log."""

import sys

import click

from app.cli.commands import Commands
from app.entry.work import reading
from app.foundation.trace import rebuilding, verifying

group = Commands("trace", help="The trace log.")


@group.command("verify")
@click.option("--checkpoint", type=click.Path(), help="Compare with a signed checkpoint (not there yet).")
def verify(checkpoint: str | None) -> None:
    """Recompute every hash and link, compare every column; exit 1 and name the first event that does not fit."""
    if checkpoint is not None:
        click.echo(
            "--checkpoint is not there yet: checkpoints come with the Merkle log. "
            "Run without it to verify every stored event.",
            err=True,
        )
        sys.exit(2)
    with reading() as work:
        result = verifying.verify(work)
    if result.misfit is None:
        click.echo(f"ok: {result.events} events of {result.subjects} subjects verified")
        return
    misfit = result.misfit
    click.echo(
        f"does not fit: event {misfit.event_id} (no. {misfit.sequence} of {misfit.subject}): {misfit.reason}",
        err=True,
    )
    sys.exit(1)


@group.command("rebuild")
@click.option("--check", is_flag=True, required=True, help="Compare the rebuilt state with the tables.")
def rebuild(check: bool) -> None:
    """Rebuild the newest state of every traced thing from the events and compare it with its row."""
    assert check
    with reading() as work:
        differences = rebuilding.differences(work)
    for difference in differences[:20]:
        click.echo(str(difference), err=True)
    if differences:
        sys.exit(1)
    click.echo("ok: every traced row equals its events")
