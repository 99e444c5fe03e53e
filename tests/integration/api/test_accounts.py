"""Who the caller is, and who else is there."""

import pytest

from tests.factories import an_organisation
from tests.integration.ledger_files import MESSY, a_producer


@pytest.fixture
def producer(database):
    return a_producer(database)


def test_me_says_who_and_what_may_be_done(client_of, producer):
    me = client_of(producer.member).get("/api/v1/me").json

    assert me["role"] == "producer"
    assert me["organisation_id"] == str(producer.organisation_id)
    assert "ledger.import" in me["permissions"]
    assert me["is_park_staff"] is False


def test_me_is_nobody_without_sign_in(client_of, app):
    assert app.test_client().get("/api/v1/me").status_code == 401


def test_the_directory_shows_the_park_and_counterparties_but_no_phones(client_of, producer, database, stored):
    stranger = a_producer(database, MESSY)
    recycler = stored(an_organisation(is_producer=False, is_recycler=True))

    answer = client_of(producer.member).get("/api/v1/organisations")

    ids = {item["id"] for item in answer.json["items"]}
    assert {str(producer.organisation_id), str(recycler.id)} <= ids
    assert str(stranger.organisation_id) not in ids
    assert not any("phone" in name for item in answer.json["items"] for name in item)


def test_sites_are_paged(client_of, producer):
    client = client_of(producer.member)
    page = client.get("/api/v1/sites", query_string={"limit": 1}).json

    assert [item["id"] for item in page["items"]] == [str(producer.site_id)]
    assert page["next_cursor"] is None
