"""`flask serve`: the whole product, which is the web server and one worker."""

import os
import sys

import click


@click.command("serve")
@click.option("--bind", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--threads", type=click.IntRange(1, 512), default=16, show_default=True)
def group(bind: str, workers: int, threads: int) -> None:
    """Serve the application, and do what runs in the background. Both end together."""
    command = [sys.executable, "-m", "app.jobs.serving", bind, str(workers), str(threads)]
    os.execv(sys.executable, command)  # noqa: S606 - the small process that watches both takes this one's place
