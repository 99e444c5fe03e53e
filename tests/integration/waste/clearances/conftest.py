"""The parties of every test here."""

from pathlib import Path

import pytest

from app.foundation.core.database import Database
from tests.integration.waste.clearances.world import World, a_world


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    return a_world(database, tmp_path)
