"""Somebody of a firm, and somebody of the park."""

import pytest

from app.foundation.core.database import Database
from app.parties.accounts.models import Membership, User
from app.parties.accounts.permissions import Role
from tests.factories import NOW, a_user
from tests.factories.plant import Plant, a_plant


@pytest.fixture
def plant(database: Database) -> Plant:
    return a_plant(database)


@pytest.fixture
def member(plant, stored) -> Membership:
    user: User = stored(a_user())
    return stored(
        Membership(
            user_id=user.id,
            organisation_id=plant.organisation_id,
            park_id=plant.park_id,
            role=Role.PRODUCER,
            job_title="",
            created_at=NOW,
            ended_at=None,
        )
    )


@pytest.fixture
def producer(client_of, member):
    return client_of(member)
