"""Idempotency-Key: the same request twice is one act and one answer. If-Match: nobody overwrites the unseen."""

from contextlib import suppress

import pytest
from sqlalchemy import func, select

from app.entry.models import IdempotentAnswer
from app.foundation.core.errors import Conflict
from app.parties.accounts.permissions import Role
from app.waste.storage.models import Facility
from tests.factories import a_membership, a_user

FACILITIES = "/api/v1/facilities"


@pytest.fixture
def body(plant):
    return {
        "site_id": str(plant.site_id),
        "code": "TS001",
        "name": "1# 危废贮存库",
        "type": "warehouse",
        "capacity_kg": "60000.000",
    }


def post(client, body, key="first"):
    return client.post(FACILITIES, json=body, headers={"Idempotency-Key": key})


def count(session, model):
    session.expire_all()
    return session.scalar(select(func.count(model.id)))


def test_the_same_request_again_gets_the_first_answer(producer, body, session):
    first = post(producer, body)
    again = post(producer, body)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.data == first.data
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    for name in ("ETag", "Location", "Content-Type"):
        assert again.headers.get(name) == first.headers.get(name)
    assert count(session, Facility) == 1


def test_another_body_under_the_same_key_is_a_conflict(producer, body, session):
    post(producer, body)

    answer = post(producer, body | {"name": "另一座"})

    assert (answer.status_code, answer.json["type"]) == (409, "/problems/conflict")
    assert count(session, Facility) == 1


def test_another_key_is_another_request(producer, body, session):
    post(producer, body)

    assert post(producer, body | {"code": "TS002"}, "second").status_code == 201
    assert count(session, Facility) == 2


def test_a_failed_answer_is_not_kept(producer, body, session):
    wrong = post(producer, body | {"code": "X"})
    assert wrong.status_code == 422
    assert count(session, IdempotentAnswer) == 0

    assert post(producer, body).status_code == 201


def test_a_key_is_its_persons_own(producer, body, plant, client_of, stored):
    post(producer, body)
    user = stored(a_user())
    colleague = stored(
        a_membership(user, Role.PRODUCER, organisation_id=plant.organisation_id, park_id=plant.park_id)
    )

    answer = post(client_of(colleague), body)

    assert answer.status_code == 409  # the facility is there already; it is not this person's first answer
    assert "Idempotency-Replayed" not in answer.headers


def test_a_key_has_a_sensible_length(producer, body, session):
    assert post(producer, body, "k" * 200).status_code == 201

    answer = post(producer, body, "k" * 201)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == ["#/Idempotency-Key"]
    assert count(session, Facility) == 1


def test_the_key_and_the_body_are_not_kept_in_clear(producer, body, session):
    post(producer, body, "secret-key")

    row = session.scalars(select(IdempotentAnswer)).one()

    assert "secret-key" not in f"{row.scope}{row.body_mac}"


@pytest.fixture
def too_early(monkeypatch):
    """From here on a request comes in before its twin has committed: the door finds no answer yet."""
    from app.entry import guard

    real, calls = guard.kept_answer, []

    def kept_answer(asked):
        calls.append(asked)
        if len(calls) > 1:
            return real(asked)
        with suppress(Conflict):
            real(asked)  # notes the key
        return None

    return lambda: monkeypatch.setattr(guard, "kept_answer", kept_answer)


def test_twins_that_come_at_once_are_one_act_and_get_one_answer(producer, body, session, too_early):
    first = post(producer, body)
    too_early()

    twin = post(producer, body)

    assert (twin.status_code, twin.data) == (201, first.data)
    assert twin.headers["Idempotency-Replayed"] == "true"
    assert count(session, Facility) == 1


def test_of_two_requests_at_once_under_one_key_one_wins_and_the_other_is_told(
    producer, body, session, too_early
):
    post(producer, body)
    too_early()

    other = post(producer, body | {"code": "TS002"})  # fails when it would keep its answer

    assert (other.status_code, other.json["type"]) == (409, "/problems/conflict")
    assert count(session, Facility) == 1


# --- If-Match ---


@pytest.fixture
def zone(plant):
    return plant.zone(plant.facility())


ZONE = {"name": "新名", "capacity_kg": "100", "allowed": ["HW06"]}


def revise(client, zone, *, etag=None, **changes):
    headers = {} if etag is None else {"If-Match": etag}
    return client.put(f"/api/v1/zones/{zone.id}", json=ZONE | changes, headers=headers)


def test_a_change_without_the_version_seen_is_refused(producer, zone):
    answer = revise(producer, zone)

    assert (answer.status_code, answer.json["type"]) == (428, "/problems/version-required")


def test_a_change_of_what_changed_meanwhile_is_refused(producer, zone):
    first = revise(producer, zone, etag='"1"')
    assert (first.status_code, first.headers["ETag"]) == (200, '"2"')

    answer = revise(producer, zone, etag='"1"', name="又名")

    assert (answer.status_code, answer.json["type"]) == (412, "/problems/stale-version")
    assert revise(producer, zone, etag='"2"').status_code == 200


def test_the_version_may_stand_in_the_body_instead(producer, zone):
    assert revise(producer, zone, seen_version=1).status_code == 200
    assert revise(producer, zone, seen_version=1).status_code == 412


@pytest.mark.parametrize(
    "etag", ["", "*", '"x"', '"-1"', '"999999999999999"', '"１"'.encode().decode("latin-1")]
)
def test_an_etag_that_is_none_of_ours_is_refused(producer, zone, etag):
    assert revise(producer, zone, etag=etag).status_code in (412, 422)


def test_a_weak_etag_of_ours_is_understood(producer, zone):
    assert revise(producer, zone, etag='W/"1"').status_code == 200
