"""我的账户: second factors, password, sessions, tokens, roles; signing in with an authenticator."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from app.foundation.core.work import Actor
from app.parties.accounts.commands import AddUser, GrantRole
from app.parties.accounts.confirming.enrolling import confirm_totp, offer_totp
from app.parties.accounts.models import ApiToken, UserSession
from app.parties.accounts.operations import add_user, grant_role
from app.parties.accounts.permissions import Permission, Role
from app.parties.accounts.queries import open_roles_of
from app.web.account.words import PERMISSION_WORDS
from tests.factories.plant import a_plant

PASSWORD = "correct horse battery"


@pytest.fixture
def plant(database):
    return a_plant(database)


def somebody_at(
    database, plant, email="lu@example.com", phone="000-0000-1234", role=Role.PRODUCER, password=PASSWORD
):
    with database.writing(Actor.system()) as work:
        user = add_user(work, AddUser(email, "陆青岚", phone, password))
        grant_role(work, GrantRole(user.id, role, plant.organisation_id, plant.park_id))
    return user


@pytest.fixture
def person(database, plant):
    return somebody_at(database, plant)


@pytest.fixture
def own(client_of, person):
    return client_of(person)


def sign_in(client, account="lu@example.com", password=PASSWORD):
    return client.post("/sign-in", data={"account": account, "password": password})


def with_totp(app, database, person):
    keyring = app.extensions["house"].keyring
    with database.writing(Actor(user_id=person.id, via="web")) as work:
        secret = offer_totp(work, keyring).secret
    with database.writing(Actor(user_id=person.id, via="web")) as work:
        totp = pyotp.TOTP(secret)
        confirm_totp(work, keyring, totp.at(work.now - timedelta(seconds=30)))
        return totp, work.now


def test_a_pin_is_set_with_the_password_and_never_shown_again(own):
    wrong = own.post("/account/pin", data={"pin": "482916", "pin_again": "482916", "pin_password": "no"})
    bad = own.post("/account/pin", data={"pin": "123456", "pin_again": "1", "pin_password": PASSWORD})
    right = own.post("/account/pin", data={"pin": "482916", "pin_again": "482916", "pin_password": PASSWORD})

    assert (wrong.status_code, bad.status_code, right.status_code) == (422, 422, 303)
    assert "密码不正确" in wrong.text
    assert "太容易猜到" in bad.text and "不一致" in bad.text
    assert not any(secret in page.text for page in (wrong, bad) for secret in ("482916", PASSWORD))
    assert "更换 PIN" in own.get("/account").text
    removed = own.post("/account/pin", data={"pin_password": PASSWORD, "then": "remove"})
    assert removed.status_code == 303
    assert "更换 PIN" not in own.get("/account").text


def test_an_authenticator_is_bound_and_then_asked_for_at_sign_in(own, client, monkeypatch):
    assert own.get("/account/totp").status_code == 303
    assert own.post("/account/totp", data={"totp_password": PASSWORD}).location == "/account/totp"
    page = own.get("/account/totp").text
    secret = re.search(r'<p class="mono brk">([A-Z2-7 ]+)</p>', page)[1].replace(" ", "")
    assert own.post("/account/totp/code", data={"code": "000000"}).status_code == 422
    assert own.post("/account/totp/code", data={"code": pyotp.TOTP(secret).now()}).status_code == 303

    assert sign_in(client).location == "/sign-in/code"
    assert client.get("/api/v1/me").status_code == 401


def test_the_second_step_opens_the_session_once_and_only_after_the_password(app, database, person, client):
    totp, now = with_totp(app, database, person)
    code = totp.at(now)
    assert client.post("/sign-in/code", data={"code": code}).location == "/sign-in"
    assert sign_in(client).location == "/sign-in/code"

    wrong = client.post("/sign-in/code", data={"code": f"{(int(code) + 1) % 10**6:06d}"})
    right = client.post("/sign-in/code", data={"code": code})

    assert (wrong.status_code, right.status_code, right.location) == (422, 303, "/workbench")
    assert client.get("/api/v1/me").status_code == 200


def test_five_wrong_codes_stop_the_second_step(app, database, person, client):
    totp, now = with_totp(app, database, person)
    sign_in(client)
    for _ in range(5):
        client.post("/sign-in/code", data={"code": "999999" if totp.at(now) != "999999" else "999998"})

    assert "尝试次数过多" in client.post("/sign-in/code", data={"code": totp.at(now)}).text


def test_a_new_password_ends_all_other_sessions(own, client_of, person, client):
    other = client_of(person)
    answer = own.post(
        "/account/password",
        data={"old_password": PASSWORD, "password": "another long one", "password_again": "another long one"},
    )

    assert answer.status_code == 303
    assert own.get("/api/v1/me").status_code == 200
    assert other.get("/api/v1/me").status_code == 401
    assert sign_in(client).status_code == 422
    assert sign_in(client, password="another long one").status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "told"),
    [
        ("wrong", "another long one", "another long one", "密码不正确"),
        (PASSWORD, "short", "short", "至少 8 个字符"),
        (PASSWORD, PASSWORD, PASSWORD, "不能与原密码相同"),
        (PASSWORD, "11111111", "11111111", "太容易猜到"),
        (PASSWORD, "another long one", "another lone one", "不一致"),
    ],
)
def test_a_wrong_change_of_password_changes_nothing(own, client, old, new, again, told):
    answer = own.post(
        "/account/password", data={"old_password": old, "password": new, "password_again": again}
    )

    assert answer.status_code == 422
    assert told in answer.text
    assert sign_in(client).status_code == 303


def test_sessions_are_ended_one_by_one_or_all_others_at_once(own, client_of, person, session):
    second, third = client_of(person), client_of(person)
    ids = session.scalars(select(UserSession.id).order_by(UserSession.id)).all()

    assert own.post(f"/account/sessions/{ids[1]}/end").status_code == 303
    assert [c.get("/api/v1/me").status_code for c in (own, second, third)] == [200, 401, 200]
    own.post("/account/sessions/end")
    assert [c.get("/api/v1/me").status_code for c in (own, third)] == [200, 401]


def test_nobody_ends_anothers_session_or_token(own, database, plant, client_of, session):
    other = client_of(somebody_at(database, plant, "zhao@example.com", "000-0000-9999"))
    made = other.post("/account/tokens", data=token_form())
    token_id = session.scalars(select(ApiToken.id)).one()
    session_id = session.scalars(select(UserSession.id).order_by(UserSession.id.desc())).first()

    assert made.status_code == 200
    assert own.post(f"/account/tokens/{token_id}/revoke").status_code == 404
    assert own.post(f"/account/sessions/{session_id}/end").status_code == 404
    assert other.get("/api/v1/me").status_code == 200


def token_form(**changes):
    values = {"label": "地磅程序", "scopes": ["read"], "days": "30", "token_password": PASSWORD}
    return values | changes


def test_a_token_is_shown_once_used_noted_and_revoked(own, app, session):
    page = own.post("/account/tokens", data=token_form()).text
    token = re.search(r"plk_[\w-]+", page)[0]
    bearer = {"Authorization": f"Bearer {token}"}

    assert "从未" in own.get("/account").text
    assert app.test_client().get("/api/v1/me", headers=bearer).json["via"] == "api"
    row = session.scalars(select(ApiToken)).one()
    assert row.last_used_at is not None
    assert token not in own.get("/account").text
    own.post(f"/account/tokens/{row.id}/revoke")
    assert app.test_client().get("/api/v1/me", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [{"label": ""}, {"scopes": []}, {"scopes": ["all"]}, {"scopes": ["catalogue.manage"]}, {"scopes": ["staff.manage"]}, {"days": "0"},
     {"days": "367"}, {"days": "many"}, {"token_password": "no"}],
)  # fmt: skip
def test_a_token_that_is_too_wide_too_long_or_unasked_for_is_not_made(own, session, changes):
    assert own.post("/account/tokens", data=token_form(**changes)).status_code == 422
    assert session.scalars(select(ApiToken)).all() == []


def test_who_has_several_roles_chooses_at_sign_in_and_switches_later(database, plant, person, client, own):
    with database.writing(Actor.system()) as work:
        driver = grant_role(work, GrantRole(person.id, Role.DRIVER, plant.organisation_id, plant.park_id))

    assert sign_in(client).location == "/account/role"
    assert own.get("/account/role").text.count("membership_id") == 2
    assert own.get("/api/v1/me").json["role"] == "producer"
    assert own.post("/account/role", data={"membership_id": str(driver.id)}).location == "/workbench"
    assert own.get("/api/v1/me").json["role"] == "driver"
    assert own.post("/account/role", data={"membership_id": "nonsense"}).status_code == 404
    away = own.post("/account/role", data={"membership_id": str(driver.id), "next": "//evil.example/"})
    assert away.location == "/workbench"


def test_nobody_takes_a_role_that_is_anothers(database, plant, own, session):
    other = somebody_at(database, plant, "he@example.com", "000-0000-5678", Role.RECYCLER)
    with database.reading(Actor.system()) as work:
        foreign = open_roles_of(work, other.email)[0]

    assert own.post("/account/role", data={"membership_id": str(foreign.id)}).status_code == 404
    assert own.get("/api/v1/me").json["role"] == "producer"


def test_a_phone_that_two_people_gave_counts_for_whose_password_it_is(database, plant, person, client):
    other = somebody_at(database, plant, "zhao@example.com", "", password="a quite different one")
    with database.writing(Actor.system()) as work:  # as older data may have it
        work.session.merge(other).phone = person.phone

    assert sign_in(client, "000-0000-1234", "a quite different one").status_code == 303
    assert client.get("/api/v1/me").json["user_id"] == str(other.id)


def test_a_phone_somebody_signs_in_with_is_refused(own, database, plant):
    somebody_at(database, plant, "zhao@example.com", "000-0000-9999")

    answer = own.post("/account/profile", data={"name": "陆青岚", "phone": "000-0000-9999"})

    assert (answer.status_code, "已被另一个账号使用" in answer.text) == (422, True)


def test_every_permission_has_words():
    assert [p for p in Permission if PERMISSION_WORDS[p].msgid == p.value] == []
