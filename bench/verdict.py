"""How fast a scanned code is judged over HTTP, beside a bare Flask reply of the same size (design.md 11).

PostgreSQL, gunicorn with two workers, eight connections, a real token and the permission check; every call brings the
genuine QR text of a consignment on the road, and is refused by this bench unless the verdict is green.
"""

import os
from collections.abc import Iterator
from datetime import timedelta

from app.entry.work import House
from app.factory import create_app
from app.foundation.core.clock import utc_now
from app.foundation.core.database import Database
from app.foundation.core.work import Actor
from app.parties.accounts.commands import IssueToken
from app.parties.accounts.models import User
from app.parties.accounts.signing_in import issue_token
from bench.figures import Figure
from bench.serving import Load, by_turns, ours_and_bare
from tests.conftest import a_config
from tests.databases import POSTGRESQL, NoServer, run_folder, stock
from tests.integration.oversight.inspection.world import World, build
from tests.integration.people import staff_of_a_park

CALLS = 8 * int(os.environ.get("PARKLOOP_BENCH_CALLS", "400"))
PATH = "/api/v1/verdicts"


def figures() -> Iterator[Figure]:
    """Verdicts a second over HTTP."""
    with run_folder() as folder, stock(folder, "bench") as databases:
        try:
            url = databases.fresh(POSTGRESQL)
        except NoServer:
            return
        database = Database(url)
        world, token = prepared(database, create_app(a_config(url, folder)).extensions["house"])
        environment = {
            **os.environ,
            "ENVIRONMENT": "test",
            "DATABASE_URL": url,
            "FILES_DIR": str(folder / "files"),
        }
        now = utc_now()
        qr_text = world.consignment_qr(
            issued_at=now - timedelta(hours=2), expires_at=now + timedelta(hours=4)
        )
        scan = (PATH, {"scanned": qr_text, "plate_seen": "演A·D0712"})
        with ours_and_bare(environment) as (ours, bare):
            judged = Load(ours, [scan] * CALLS, {"Authorization": f"Bearer {token}"})
            verdicts, replies = by_turns(judged, Load(bare, [("/reply", scan[1])] * (2 * CALLS)))
        database.engine.dispose()
    yield Figure.over_http("verdicts on a scanned manifest", verdicts, "a bare Flask reply of 2 kB", replies)


def prepared(database: Database, house: House) -> tuple[World, str]:
    """A consignment on the road since now, and the token of somebody who may scan."""
    world = build(database, house.keyring, now=utc_now())
    inspector = staff_of_a_park(database, "inspector")
    with database.writing(Actor.system()) as work:
        email = work.session.get_one(User, inspector.user_id).email
        return world, issue_token(work, IssueToken(email, ("write",), "bench"))
