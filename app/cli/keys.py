"""`flask keys new|list|retire`: signing keys by purpose."""

import json

import click

from app.cli.commands import Commands
from app.entry.work import house, reading, unit_of_work
from app.foundation.core.clock import instant_text
from app.foundation.keys import operations
from app.foundation.keys.models import KeyPurpose, SigningKey

group = Commands("keys", help="Ed25519 signing keys by purpose.")
PURPOSES = click.Choice([purpose.value for purpose in KeyPurpose])


@group.command("new")
@click.argument("purpose", type=PURPOSES, default=KeyPurpose.QR.value)
def new(purpose: str) -> None:
    """Make a key; from now on it signs for its purpose. Older ones still verify."""
    with unit_of_work() as work:
        key = operations.new_key(work, house().keyring, KeyPurpose(purpose))
        click.echo(key.key_id)


@group.command("list")
@click.option("--purpose", type=PURPOSES)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def listing(purpose: str | None, as_json: bool) -> None:
    """List keys, oldest first, retired ones included."""
    with reading() as work:
        keys = operations.all_keys(work, KeyPurpose(purpose) if purpose else None)
    if as_json:
        click.echo(json.dumps([_row(key) for key in keys], indent=2))
        return
    for key in keys:
        state = f"retired {instant_text(key.retired_at)}" if key.retired_at else "in use"
        click.echo(f"{key.key_id}  {key.purpose.value:8}  {instant_text(key.created_at)}  {state}")


@group.command("retire")
@click.argument("key_id")
def retire(key_id: str) -> None:
    """Stop signing with a key. What it signed still verifies."""
    with unit_of_work() as work:
        operations.retire_key(work, key_id)
    click.echo(f"{key_id} retired")


def _row(key: SigningKey) -> dict[str, str | None]:
    return {
        "key_id": key.key_id,
        "purpose": key.purpose.value,
        "public_key": key.public_key.hex(),
        "created_at": instant_text(key.created_at),
        "retired_at": instant_text(key.retired_at) if key.retired_at else None,
    }
