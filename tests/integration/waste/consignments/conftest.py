"""The park that consignments are tried in."""

import pytest

from app.foundation.core.database import Database
from app.parties.accounts.confirming.enrolling import set_pin
from tests.integration.waste.consignments.world import World, build


@pytest.fixture
def world(database: Database) -> World:
    return build(database)


PIN = "271828"


@pytest.fixture
def pins(app, world: World) -> None:
    """The three parties of the world can sign on pages."""
    for person in (world.consignor, world.carrier, world.consignee):
        with world.doing(person) as work:
            set_pin(work, app.extensions["house"].keyring, PIN, PIN)
