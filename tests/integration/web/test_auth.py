"""Signing in and out on the pages."""

import pytest
from sqlalchemy import select

from app.foundation.core.work import Actor
from app.parties.accounts.commands import AddUser, GrantRole
from app.parties.accounts.models import User
from app.parties.accounts.operations import add_user, grant_role
from app.parties.accounts.permissions import Role
from app.parties.accounts.signing_in import MAX_FAILURES
from tests.factories.plant import a_plant

PASSWORD = "correct horse battery"


@pytest.fixture
def person(database):
    plant = a_plant(database)
    with database.writing(Actor.system()) as work:
        user = add_user(work, AddUser("lu@example.com", "陆青岚", "000-0000-1234", PASSWORD))
        grant_role(work, GrantRole(user.id, Role.PRODUCER, plant.organisation_id, plant.park_id))
    return user


def sign_in(client, account="lu@example.com", password=PASSWORD, **fields):
    return client.post("/sign-in", data={"account": account, "password": password, **fields})


def test_who_signs_in_is_in(client, person):
    answer = sign_in(client)

    assert (answer.status_code, answer.location) == (303, "/workbench")
    assert client.get("/api/v1/me").json["name"] == "陆青岚"
    cookie = next(text for text in answer.headers.getlist("Set-Cookie") if text.startswith("session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert client.get("/sign-in").status_code == 302
    assert client.get("/").location == "/workbench"


def test_a_wrong_password_is_told_and_the_account_kept_but_not_the_password(client, person):
    answer = sign_in(client, password="wrong-secret")

    assert answer.status_code == 422
    assert "账号或密码不正确" in answer.text
    assert 'value="lu@example.com"' in answer.text
    assert "wrong-secret" not in answer.text
    assert client.get("/api/v1/me").status_code == 401


def test_strangers_and_members_are_locked_out_in_the_same_words(client, person):
    for _ in range(MAX_FAILURES):
        sign_in(client, password="wrong")
        sign_in(client, "nobody@example.com", "wrong")

    known, unknown = sign_in(client), sign_in(client, "nobody@example.com")

    assert known.status_code == unknown.status_code == 422
    assert "15 分钟后再试" in known.text
    assert "15 分钟后再试" in unknown.text


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/containers?state=stored&page=2", "/containers?state=stored&page=2"),
        ("http://localhost/containers", "/containers"),
        ("//evil.example/x", "/workbench"),
        ("/\\evil.example", "/workbench"),
        ("\\\\evil.example", "/workbench"),
        ("https://evil.example", "/workbench"),
        ("http:/evil.example", "/evil.example"),
        ("////evil.example", "/workbench"),
        ("/\t/evil.example", "/workbench"),
        ("javascript:alert(1)", "/workbench"),
        ("http://[", "/workbench"),
        ("containers", "/workbench"),
        ("", "/workbench"),
    ],
)
def test_nobody_is_led_elsewhere(client, person, wanted, led_to):
    assert sign_in(client, next=wanted).location == led_to


def test_the_cookie_of_before_is_not_the_cookie_of_after(client, person):
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "planted"
        cookie["locale"] = "en"

    sign_in(client)

    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != "planted"
        assert cookie["locale"] == "en"


def test_signing_in_without_our_token_is_refused(app, person):
    assert sign_in(app.test_client()).status_code == 400


def test_the_language_is_remembered_for_the_person(client, person, session):
    sign_in(client)
    page = client.get("/sign-in", follow_redirects=False)
    assert page.status_code == 302
    with client.session_transaction() as cookie:
        csrf = cookie.get("csrf_token")
    assert csrf is None  # signing in began a new session; the page gives a new token

    from tests.integration.conftest import _with_csrf_token

    answer = _with_csrf_token(client).post("/language", data={"locale": "en", "next": "/workbench"})

    assert (answer.status_code, answer.location) == (303, "/workbench")
    session.expire_all()
    assert session.scalars(select(User.locale).where(User.id == person.id)).one() == "en"


@pytest.mark.parametrize("locale", ["fr", "", "../en"])
def test_a_language_we_do_not_speak_changes_nothing(client, person, locale):
    client.post("/language", data={"locale": locale})

    with client.session_transaction() as cookie:
        assert "locale" not in cookie


def test_health_needs_nothing_and_readiness_names_what_is_missing(client, database):
    assert client.get("/healthz").json == {"status": "ok"}

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json["checks"] == {"database": True, "catalogue": True, "qr_key": False}


def test_readiness_is_told_when_all_is_there(client, database, app):
    from app.foundation.keys.models import KeyPurpose
    from app.foundation.keys.operations import new_key

    with database.writing(Actor.system()) as work:
        new_key(work, app.extensions["house"].keyring, KeyPurpose.QR)

    assert client.get("/readyz").status_code == 200
