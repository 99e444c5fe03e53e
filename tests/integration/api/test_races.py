"""Two programs at once over HTTP: one wins, the other is told to look again."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask

from app.factory import create_app
from app.foundation.core.database import Database
from app.parties.accounts.commands import IssueToken
from app.parties.accounts.models import User
from app.parties.accounts.signing_in import issue_token
from app.waste.consignments import operations
from app.waste.consignments.commands import SignConsignment
from app.waste.consignments.models import Consignment
from tests.conftest import a_config
from tests.integration.waste.consignments.world import World, build

TRIPS = "/api/v1/consignments"


@pytest.fixture
def world(throwaway_database: Database) -> World:
    return build(throwaway_database)


@pytest.fixture
def application(throwaway_database: Database, tmp_path: Path) -> Flask:
    """The application over a database that threads may share."""
    address = throwaway_database.engine.url.render_as_string(hide_password=False)
    return create_app(a_config(address, tmp_path), database=throwaway_database)


def test_of_two_who_dispatch_one_consignment_at_once_one_wins(world: World, application: Flask) -> None:
    trip = world.do(world.consignor, operations.sign_as_consignor, world.loaded(), SignConsignment)
    with world.doing(world.operator) as work:
        email = work.session.get_one(User, world.carrier.user_id).email
        token = issue_token(work, IssueToken(email, ("write",), "test"))
    start = Barrier(2)

    def depart(number: int) -> int:
        headers = {
            "Authorization": f"Bearer {token}",
            "If-Match": f'"{trip.version}"',
            "Idempotency-Key": f"driver-{number}",
        }
        client = application.test_client()
        start.wait()
        return client.post(f"{TRIPS}/{trip.id}/carrier-signature", json={}, headers=headers).status_code

    with ThreadPoolExecutor(2) as threads:
        statuses = sorted(threads.map(depart, range(2)))

    assert statuses in ([200, 409], [200, 412])
    with world.seeing(world.carrier) as work:
        assert work.session.get_one(Consignment, trip.id).version == trip.version + 1
