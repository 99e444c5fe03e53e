"""The producer whose storage is tried."""

import pytest

from app.foundation.core.database import Database
from tests.factories.plant import Plant, a_plant


@pytest.fixture
def plant(database: Database) -> Plant:
    return a_plant(database)
