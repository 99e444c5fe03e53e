"""`flask trace seal|checkpoint|prove|consistency|verify|export|keys|cosign|rebuild`: the logs, and their proofs."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from app.cli.commands import Commands
from app.entry.work import house, reading, unit_of_work
from app.foundation.core.work import Work
from app.foundation.trace import proofs, rebuilding
from app.foundation.trace.checkpoints import (
    add_cosignature,
    checkpoints_page,
    log_keys,
    make_checkpoint,
    whole_note,
)
from app.foundation.trace.logs import Log
from app.foundation.trace.notes import Note, NoteProblem, note_of, verifier_key
from app.foundation.trace.proving import Proved, prove_in_parallel
from app.foundation.trace.sealing import seal, size_of
from app.foundation.trace.verifying import Misfit
from app.parties.accounts.logs import all_logs, log_of

group = Commands("trace", help="The trace logs: one for each park, one for the deployment.")

park_option = click.option("--park", metavar="SLUG", help="The log of this park; else the deployment's own.")
out_option = click.option("--out", type=click.Path(dir_okay=False, writable=True), help="Write to a file.")


def _log(work: Work, park: str | None) -> Log:
    return log_of(work, house().config.public_url, park)


def _each(work: Work, park: str | None) -> Sequence[Log]:
    """One park's log, or all there are."""
    return [_log(work, park)] if park else all_logs(work, house().config.public_url)


def _write(text: str, out: str | None) -> None:
    if out is None:
        click.echo(text, nl=False)
    else:
        Path(out).write_text(text, encoding="utf-8", newline="\n")
        click.echo(f"written: {out}", err=True)


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


@group.command("seal")
@click.option("--park", metavar="SLUG", help="The log of this park only; else all logs.")
def seal_now(park: str | None) -> None:
    """Give every committed event its place in its log. `flask serve` does so each second."""
    with reading() as work:
        logs = _each(work, park)
    for log in logs:
        click.echo(f"{log.origin}: {seal(house().database, log.park_id)} events sealed")


@group.command("checkpoint")
@click.option("--park", metavar="SLUG", help="The log of this park only; else all logs that have events.")
@out_option
def checkpoint(park: str | None, out: str | None) -> None:
    """Seal, sign size and root of the log, and print the note. Keep it where nobody here can change it."""
    with reading() as work:
        logs = _each(work, park)
    notes = []
    for log in logs:
        seal(house().database, log.park_id)
        with unit_of_work() as work:
            if park or size_of(work, log.id):
                notes.append(whole_note(work, make_checkpoint(work, house().keyring, log)))
    if out is not None and len(notes) > 1:
        raise click.UsageError("--out takes one checkpoint: name a --park")
    _write("\n".join(notes), out)


@group.command("checkpoints")
@park_option
def checkpoints(park: str | None) -> None:
    """List the newest checkpoints of a log: id, size, root, when."""
    with reading() as work:
        for row in checkpoints_page(work, _log(work, park).id)[0]:
            click.echo(f"{row.id}  {row.size:>9}  {row.root_hash}  {row.created_at.isoformat()}")


@group.command("prove")
@click.argument("event", type=click.UUID)
@click.option("--park", metavar="SLUG", help="Refuse if the event is of another log than this park's.")
@out_option
def prove(event: UUID, park: str | None, out: str | None) -> None:
    """Write the proof file of an event, under the newest checkpoint of its log."""
    with reading() as work:
        proof = proofs.proof_of(work, event)
        if park and proof["log"] != (wanted := _log(work, park).origin):
            raise click.ClickException(f"the event is of the log {proof['log']}, not of {wanted}")
    _write(_json(proof), out)


@group.command("consistency")
@click.argument("old", type=click.IntRange(min=1))
@click.argument("new", type=click.IntRange(min=1))
@park_option
@out_option
def consistency(old: int, new: int, park: str | None, out: str | None) -> None:
    """Prove that the log of OLD events is the beginning of the log of NEW events."""
    with reading() as work:
        proof = proofs.consistency_of(work, _log(work, park), old, new)
    _write(_json(proof), out)


@group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True))
@park_option
def export(file: str, park: str | None) -> None:
    """Write a whole log for verify/parkloop_verify.py. It holds every event: only for who may see them all."""
    with reading() as work, Path(file).open("w", encoding="utf-8", newline="\n") as target:
        log = _log(work, park)
        count = proofs.export(work, log, target.write)
    click.echo(f"{log.origin}: {count} events written")


@group.command("keys")
@park_option
def keys(park: str | None) -> None:
    """Print the verifier keys of a log, oldest first, retired ones included."""
    with reading() as work:
        for known in log_keys(work, _log(work, park).origin):
            state = "  retired" if known.key.retired_at else ""
            click.echo(f"{known.verifier}{state}")


@group.command("cosign")
@click.argument("checkpoint_id", type=click.UUID)
@click.argument("line")
def cosign(checkpoint_id: UUID, line: str) -> None:
    """Add a witness's signature LINE to a checkpoint; the witness's key stands in TRACE_WITNESSES."""
    with unit_of_work() as work:
        witnesses = [verifier_key(text) for text in house().config.witnesses]
        added = add_cosignature(work, checkpoint_id, line, witnesses)
        click.echo(f"{checkpoint_id} co-signed by {added.witness.partition('+')[0]}")


@group.command("verify")
@click.option(
    "--park", metavar="SLUG", help="Prove the tree of this park's log only; events are proved all the same."
)
@click.option(
    "--checkpoint", multiple=True, type=click.Path(exists=True), help="A checkpoint kept elsewhere."
)
@click.option(
    "--processes", type=click.IntRange(1, 64), default=min(4, os.cpu_count() or 1), show_default=True
)
def verify(park: str | None, checkpoint: tuple[str, ...], processes: int) -> None:
    """Recompute every hash, link, column, leaf, node and checkpoint; exit 1 and name the first that does not fit."""
    kept = [_note(path) for path in checkpoint]
    with reading() as work:
        logs = all_logs(work, house().config.public_url)
        chosen = _each(work, park)
    for note in kept:
        if note.checkpoint.origin not in {log.origin for log in chosen}:
            raise click.ClickException(f"the checkpoint is of another log: {note.checkpoint.origin}")
    result = prove_in_parallel(house().database, logs, chosen, kept, processes)
    if result.misfit is not None:
        _refuse(result.misfit)
    _tell(result)


def _tell(result: Proved) -> None:
    events = result.events
    click.echo(f"ok: {events.events} events of {events.subjects} subjects verified")
    for log in result.logs:
        click.echo(f"ok: log {log.origin}: {log.leaves} leaves, {log.checkpoints} checkpoints")
    if events.unsealed:
        click.echo(f"{events.unsealed} events are not sealed yet")


def _refuse(misfit: Misfit) -> None:
    place = f"no. {misfit.sequence} of {misfit.subject}"
    named = place if misfit.event_id == "-" else f"event {misfit.event_id} ({place})"
    click.echo(f"does not fit: {named}: {misfit.reason}", err=True)
    sys.exit(1)


def _note(path: str) -> Note:
    try:
        return note_of(Path(path).read_text(encoding="utf-8"))
    except (NoteProblem, UnicodeDecodeError) as problem:
        raise click.ClickException(f"{path}: {problem}") from problem


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
