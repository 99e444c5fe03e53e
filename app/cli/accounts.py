"""`flask accounts token|end-role`: ways in for machines, and roles taken away."""

from datetime import timedelta

import click

from app.cli.commands import Commands
from app.entry.work import unit_of_work
from app.parties.accounts.commands import IssueToken
from app.parties.accounts.permissions import SCOPES
from app.parties.accounts.signing_in import issue_token

group = Commands("accounts", help="People, roles and API tokens.")


@group.command("token")
@click.option("--email", required=True, help="Whose token; it acts in the person's first open role.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help=f"One of: {', '.join(SCOPES)}. Repeatable."
)
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True)
@click.option("--label", default="", help="What it is for.")
def token(email: str, scopes: tuple[str, ...], days: int, label: str) -> None:
    """Print a new API token. Only its hash is kept: it is shown once."""
    chosen = tuple(scope for given in scopes for scope in given.replace(",", " ").split())
    with unit_of_work() as work:
        click.echo(issue_token(work, IssueToken(email, chosen, label, timedelta(days=days))))
