"""`flask keys new|rotate|list|retire|revoke`: signing keys by purpose."""

import json

import click

from app.cli.commands import Commands
from app.entry.work import house, reading, unit_of_work
from app.foundation.core.clock import instant_text
from app.foundation.keys.models import KeyPurpose, SigningKey
from app.foundation.keys.operations import all_keys
from app.oversight.inspection.operations import make_key, retire_key, revoke_key, rotate_key

group = Commands("keys", help="Ed25519 signing keys by purpose.")
PURPOSES = click.Choice([purpose.value for purpose in KeyPurpose])


@group.command("new")
@click.argument("purpose", type=PURPOSES, default=KeyPurpose.QR.value)
def new(purpose: str) -> None:
    """Make a key; from now on it signs for its purpose. Older ones still verify."""
    with unit_of_work() as work:
        key = make_key(work, house().keyring, KeyPurpose(purpose))
        click.echo(key.key_id)


@group.command("rotate")
@click.argument("purpose", type=PURPOSES)
def rotate(purpose: str) -> None:
    """Make a key that signs from now on and retire the others of its purpose. What these signed still verifies."""
    with unit_of_work() as work:
        done = rotate_key(work, house().keyring, KeyPurpose(purpose))
    for key in done.retired:
        click.echo(f"{key.key_id} retired")
    click.echo(f"{done.key.key_id} signs from now on")


@group.command("list")
@click.option("--purpose", type=PURPOSES)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def listing(purpose: str | None, as_json: bool) -> None:
    """List keys, oldest first, retired ones included."""
    with reading() as work:
        keys = all_keys(work, KeyPurpose(purpose) if purpose else None)
    if as_json:
        click.echo(json.dumps([_row(key) for key in keys], indent=2))
        return
    for key in keys:
        click.echo(f"{key.key_id}  {key.purpose.value:8}  {instant_text(key.created_at)}  {_state(key)}")


@group.command("retire")
@click.argument("key_id")
def retire(key_id: str) -> None:
    """Stop signing with a key. What it signed still verifies."""
    with unit_of_work() as work:
        retire_key(work, key_id)
    click.echo(f"{key_id} retired")


@group.command("revoke")
@click.argument("key_id")
@click.option("--reason", required=True, help="Why it is trusted no more, at most 200 characters.")
def revoke(key_id: str, reason: str) -> None:
    """Trust a compromised key no more: what it signed proves nothing and has to be printed anew."""
    with unit_of_work() as work:
        key = revoke_key(work, key_id, reason)
    click.echo(f"{key_id} revoked; everything it signed has to be printed anew")
    click.echo(f"if no other {key.purpose.value} key is in use: flask keys new {key.purpose.value}")


def _state(key: SigningKey) -> str:
    if key.revoked_at:
        return f"revoked {instant_text(key.revoked_at)}: {key.revoked_reason}"
    return f"retired {instant_text(key.retired_at)}" if key.retired_at else "in use"


def _row(key: SigningKey) -> dict[str, str | None]:
    return {
        "key_id": key.key_id,
        "purpose": key.purpose.value,
        "public_key": key.public_key.hex(),
        "created_at": instant_text(key.created_at),
        "retired_at": instant_text(key.retired_at) if key.retired_at else None,
        "revoked_at": instant_text(key.revoked_at) if key.revoked_at else None,
    }
