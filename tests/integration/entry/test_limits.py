"""The API answers 429 with the wait; pages and other callers go on."""

import pytest

from app.entry.limits import Buckets
from tests.integration.people import staff_of_a_park


@pytest.fixture
def limited(app, monkeypatch):
    monkeypatch.setitem(app.extensions, "buckets", Buckets({"read": 2, "heavy": 1}))
    return app


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_too_many_calls_are_told_how_long_to_wait(limited, client_of, client, database):
    operator = client_of(staff_of_a_park(database, "park_operator").id)
    answers = [operator.get("/api/v1/me") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    refused = answers[-1]
    assert (refused.content_type, refused.json["type"]) == (
        "application/problem+json",
        "/problems/too-many-requests",
    )
    assert 1 <= int(refused.headers["Retry-After"]) <= 30
    assert f"{refused.headers['Retry-After']} 秒" in refused.json["detail"]
    assert operator.get("/workbench").status_code == 200
    assert client_of(staff_of_a_park(database, "inspector").id).get("/api/v1/me").status_code == 200


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_files_and_strangers_have_buckets_of_their_own(limited, client_of, client, database):
    operator = client_of(staff_of_a_park(database, "park_operator").id)
    export = [operator.get("/api/v1/containers.csv").status_code for _ in range(2)]
    stranger = [client.get("/api/v1/me").status_code for _ in range(3)]

    assert export == [200, 429]
    assert operator.get("/api/v1/me").status_code == 200
    assert stranger == [401, 401, 429]


def test_without_limits_nothing_is_counted(app):
    assert "buckets" not in app.extensions
