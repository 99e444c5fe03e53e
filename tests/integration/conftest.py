"""The application over a test's own database, and people who use it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask import session as flask_session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy import and_, or_, select

from app.factory import create_app
from app.foundation.core.database import Database
from app.foundation.core.work import Actor
from app.parties.accounts.models import Membership, UserSession
from tests.conftest import a_config

CSRF = "HTTP_X_CSRFTOKEN"
"""Where a client keeps its CSRF token: `del client.environ_base[CSRF]` loses it."""


class CurrentDatabase:
    """Stands for the database of the running test, so that one application serves all of them."""

    current: Database | None = None

    def __getattr__(self, name: str) -> Any:
        if self.current is None:
            raise RuntimeError("this test uses the application without the `app` fixture")
        return getattr(self.current, name)


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, CurrentDatabase]:
    """The application, wired once per test process: wiring it costs more than most tests."""
    database = CurrentDatabase()
    settings = a_config("sqlite://", tmp_path_factory.mktemp("files"))
    application = create_app(settings, database=database)  # type: ignore[arg-type]
    application.config["TESTING"] = True
    return application, database


@pytest.fixture
def app(shared_app: tuple[Flask, CurrentDatabase], database: Database) -> Iterator[Flask]:
    """The application over this test's `database`."""
    application, switch = shared_app
    switch.current = database
    yield application
    switch.current = None


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who is not signed in, with a page's CSRF token in hand."""
    return _with_csrf_token(app.test_client())


@pytest.fixture
def client_of(app: Flask, database: Database) -> Callable[[Any], FlaskClient]:
    """`client_of(who)`: somebody signed in as a user, or as whoever works for a firm or a park.

    `who` is a stored User, Organisation, Park or Membership, or the id of one; the oldest open role counts.
    """

    def signed_in(who: Any) -> FlaskClient:
        client = _with_csrf_token(app.test_client())
        with client.session_transaction() as cookie:
            cookie["_user_id"] = _session_token(database, getattr(who, "id", who))
        return client

    return signed_in


def _with_csrf_token(client: FlaskClient) -> FlaskClient:
    """Every request carries the token, as our pages' requests do."""
    with client.application.test_request_context():
        signed = generate_csrf()
        plain = flask_session["csrf_token"]
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = plain
    client.environ_base[CSRF] = signed
    return client


def _session_token(database: Database, who: UUID) -> str:
    """Open a session without the tenth of a second that a password check takes."""
    token = token_urlsafe()
    with database.writing(Actor.system()) as work:
        membership = work.session.scalars(
            select(Membership)
            .where(
                or_(
                    Membership.id == who,
                    Membership.user_id == who,
                    Membership.organisation_id == who,
                    and_(Membership.park_id == who, Membership.organisation_id.is_(None)),
                ),
                Membership.ended_at.is_(None),
            )
            .order_by(Membership.created_at, Membership.id)
        ).first()
        assert membership, "nobody to sign in: store a membership first"
        work.session.add(
            UserSession(
                token_hash=sha256(token.encode()).hexdigest(),
                membership_id=membership.id,
                created_at=work.now,
                expires_at=work.now + timedelta(hours=1),
                ended_at=None,
            )
        )
    return token
