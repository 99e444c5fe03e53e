"""`flask files sweep`: uploads whose transaction never committed."""

import click
from sqlalchemy import select

from app.cli.commands import Commands
from app.entry.work import house, reading
from app.foundation.files.models import StoredFile

group = Commands("files", help="Stored uploads.")


@group.command("sweep")
def sweep() -> None:
    """Remove files that no row names. Run it while nothing is being uploaded."""
    with reading() as work:
        known = set(work.session.scalars(select(StoredFile.sha256)))
        known |= {view for view in work.session.scalars(select(StoredFile.view_sha256)) if view}
    click.echo(f"{house().files.sweep(known)} files removed")
