"""A producer's person with a password, signed in by hand."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.foundation.core import database as core_database
from app.foundation.core.database import Database
from app.foundation.core.work import Actor
from app.parties.accounts import operations
from app.parties.accounts.commands import AddUser, GrantRole
from app.parties.accounts.permissions import Role
from app.parties.accounts.signing_in import SignIn, caller_of_session, check_password, sign_in
from tests.factories import NOW
from tests.factories.plant import Plant, a_plant

PASSWORD = "correct horse battery"


@dataclass
class Person:
    """Somebody who can sign in; `now` is moved by hand."""

    database: Database
    plant: Plant
    user_id: UUID
    membership_id: UUID
    email: str
    phone: str
    now: datetime = NOW

    def sign_in(self, account: str | None = None, password: str = PASSWORD) -> SignIn:
        account = self.email if account is None else account
        with self.database.reading(Actor.system(), now=self.now) as work:
            user_id = check_password(work, account, password)
        with self.database.writing(Actor.system(), now=self.now) as work:
            return sign_in(work, account, user_id, timedelta(hours=12))

    def caller(self, token: str | None):
        assert token
        with self.database.reading(Actor.system(), now=self.now) as work:
            return caller_of_session(work, token)


@pytest.fixture
def plant(database: Database) -> Plant:
    return a_plant(database)


@pytest.fixture
def person(plant: Plant) -> Person:
    return _somebody_at(plant)


@pytest.fixture
def throwaway_person(throwaway_database: Database) -> Person:
    """The same in a database of the test's own, for races."""
    return _somebody_at(a_plant(throwaway_database))


def _somebody_at(plant: Plant) -> Person:
    with plant.database.writing(Actor.system(), now=NOW) as work:
        user = operations.add_user(work, AddUser("Lu@Example.com ", "陆青岚", "000-0000-1234", PASSWORD))
        membership = operations.grant_role(
            work, GrantRole(user.id, Role.PRODUCER, plant.organisation_id, plant.park_id)
        )
    return Person(plant.database, plant, user.id, membership.id, "lu@example.com", "000-0000-1234")


class Clock:
    """The time of all units of work of a test."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 2, 0, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(core_database, "utc_now", clock)
    return clock
