"""A small log to read, prove and forge."""

import pytest

from app.foundation.core.database import Database
from tests.factories.plant import Plant, a_plant


@pytest.fixture
def plant(database: Database) -> Plant:
    return a_plant(database)


@pytest.fixture
def drum(plant):
    """A drum with three events: registered, stored, moved; and things around it with one each."""
    facility = plant.facility()
    first, second = plant.zone(facility), plant.zone(facility, code="A2")
    return plant.put(plant.stored(plant.stream(), first), second)
