"""The park that consignments are tried in."""

import pytest

from app.foundation.core.database import Database
from tests.integration.waste.consignments.world import World, build


@pytest.fixture
def world(database: Database) -> World:
    return build(database)
