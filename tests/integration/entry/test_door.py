"""The door: who comes in, from where, and what every answer carries."""

from uuid import UUID

import pytest
from sqlalchemy import select

from app.foundation.core.clock import utc_now
from app.foundation.core.work import Actor
from app.parties.accounts.commands import IssueToken
from app.parties.accounts.models import Membership, Organisation, User, UserSession
from app.parties.accounts.operations import end_membership
from app.parties.accounts.signing_in import issue_token
from tests.integration.conftest import CSRF

SYSTEM = Actor.system()
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
PAGES = [
    "/sign-in",
    "/healthz",
    "/",
    "/nowhere",
    "/problems/conflict",
    "/api/v1/me",
    "/api/nowhere",
    "/workbench",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_keeps_to_itself(client, path):
    answer = client.get(path)

    assert {name: answer.headers.get(name) for name in SAFE} == SAFE
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")


def test_over_https_browsers_are_told_to_stay_there(client):
    assert "Strict-Transport-Security" not in client.get("/healthz").headers
    assert "Strict-Transport-Security" in client.get("/healthz", base_url="https://localhost").headers


@pytest.mark.parametrize(
    ("given", "kept"), [("abcdef-12345678", True), ("x", False), ("a b\x7f", False), ("y" * 65, False)]
)
def test_every_answer_has_its_request_id(client, given, kept):
    answer = client.get("/healthz", headers={"X-Request-Id": given})

    assert (answer.headers["X-Request-Id"] == given) is kept
    if not kept:
        UUID(answer.headers["X-Request-Id"])


def test_two_requests_have_two_ids(client):
    ids = {client.get("/healthz").headers["X-Request-Id"] for _ in range(2)}

    assert len(ids) == 2


# --- Strangers ---


def test_a_stranger_is_led_to_sign_in_and_back(client):
    answer = client.get("/workbench?tab=due")

    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/workbench?tab%3Ddue"


def test_a_machine_is_told_in_its_own_form(client):
    answer = client.get("/api/v1/me")

    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert answer.json["type"] == "/problems/not-signed-in"
    assert answer.json["instance"] == "/api/v1/me"


@pytest.mark.parametrize("header", ["Bearer nonsense", "bearer ", "Bearer plk_" + "x" * 43])
def test_a_wrong_token_is_no_way_in(client, header):
    assert client.get("/api/v1/me", headers={"Authorization": header}).status_code == 401


def test_a_wrong_token_is_not_helped_by_a_good_cookie(producer):
    assert producer.get("/api/v1/me").status_code == 200

    assert producer.get("/api/v1/me", headers={"Authorization": "Bearer nonsense"}).status_code == 401


def test_a_token_comes_in_and_needs_no_csrf(client, member, database, plant):
    with database.writing(SYSTEM) as work:
        email = work.session.get_one(User, member.user_id).email
        token = issue_token(work, IssueToken(email, ("read",), "秤"))
    del client.environ_base[CSRF]
    headers = {"Authorization": f"Bearer {token}"}

    assert client.get("/api/v1/me", headers=headers).json["organisation_id"] == str(plant.organisation_id)
    refused = client.post("/api/v1/facilities", json={"x": 1}, headers=headers)
    assert refused.status_code in (403, 422)
    assert refused.content_type == "application/problem+json"


# --- Sessions end at once ---


def end_role(work, member):
    end_membership(work, member.id)


def disable(work, member):
    work.session.get_one(User, member.user_id).disabled_at = work.now


def suspend(work, member):
    work.session.get_one(Organisation, member.organisation_id).suspended_at = work.now


def expire(work, member):
    for row in work.session.scalars(select(UserSession).where(UserSession.membership_id == member.id)):
        row.expires_at = utc_now()


@pytest.mark.parametrize("end", [end_role, disable, suspend, expire])
def test_a_session_ends_at_the_very_next_request(producer, member, database, end):
    assert producer.get("/api/v1/me").status_code == 200

    with database.writing(SYSTEM) as work:
        end(work, work.session.get_one(Membership, member.id))

    assert producer.get("/api/v1/me").status_code == 401
    assert producer.get("/workbench").status_code == 302


def test_signing_out_ends_the_session_also_for_a_copied_cookie(producer, app):
    with producer.session_transaction() as cookie:
        copied = cookie["_user_id"]
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["_user_id"] = copied
    assert thief.get("/api/v1/me").status_code == 200

    assert producer.post("/sign-out").status_code == 303

    assert producer.get("/api/v1/me").status_code == 401
    assert thief.get("/api/v1/me").status_code == 401


# --- Forms of other sites ---


def test_a_form_without_our_token_is_refused_in_words(producer):
    del producer.environ_base[CSRF]

    answer = producer.post("/sign-out")

    assert answer.status_code == 400
    assert "页面已过期" in answer.text
    assert producer.get("/api/v1/me").status_code == 200


def test_a_script_without_our_token_is_refused_as_a_problem(producer, plant):
    del producer.environ_base[CSRF]

    answer = producer.post("/api/v1/facilities", json={})

    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


def test_a_token_of_another_session_does_not_count(producer, client):
    producer.environ_base[CSRF] = client.environ_base[CSRF]

    assert producer.post("/sign-out").status_code == 400
