"""The logs of a deployment: its own, and one for each park. Their names are `<host>` and `<host>/<park slug>`."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from sqlalchemy import select

from app.foundation.core.database import Database
from app.foundation.core.work import Actor, Work
from app.foundation.keys.operations import Keyring
from app.foundation.trace.checkpoints import make_checkpoint
from app.foundation.trace.logs import Log
from app.foundation.trace.sealing import seal
from app.parties.accounts.models import Park
from app.parties.accounts.queries import park_of


def host_of(public_url: str) -> str:
    """The host of a deployment's public address, with its port if it has one."""
    return urlsplit(public_url).netloc.lower()


def log_of(work: Work, public_url: str, slug: str | None = None) -> Log:
    """The log of a park by its slug, or the deployment's own.

    Raises:
        NotFound: no such park.
    """
    return log_of_park(public_url, park_of(work, slug) if slug else None)


def log_of_park(public_url: str, park: Park | None) -> Log:
    """The log of a park, or the deployment's own for None."""
    host = host_of(public_url)
    return Log(None, host) if park is None else Log(park.id, f"{host}/{park.slug}")


def all_logs(work: Work, public_url: str) -> Sequence[Log]:
    """Every log, that of the deployment first; one statement."""
    parks = work.session.scalars(select(Park).order_by(Park.slug)).all()
    return [log_of_park(public_url, None), *(log_of_park(public_url, park) for park in parks)]


def seal_and_sign(database: Database, keyring: Keyring, public_url: str) -> None:
    """Seal every log and sign a checkpoint of each that has grown.

    Raises:
        Conflict: there is no key for the logs (`flask keys new log`).
    """
    actor = Actor.system()
    with database.reading(actor) as work:
        logs = all_logs(work, public_url)
    sealed = [log for log in logs if seal(database, log.park_id)]
    for log in sealed:
        with database.writing(actor) as work:
            make_checkpoint(work, keyring, log)
