"""What a call costs in SQL statements, door included: the budgets of design.md 11, the same for any load."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import new_key
from app.parties.accounts.commands import IssueToken
from app.parties.accounts.models import User
from app.parties.accounts.signing_in import hash_of, issue_token
from app.parties.accounts.tokens import note_use
from app.waste.consignments import operations
from app.waste.consignments.commands import SignConsignment
from app.waste.consignments.models import AcceptanceCheck, Consignment
from tests.integration.waste.consignments.world import World, build

TRIPS = "/api/v1/consignments"


@pytest.fixture
def world(app: Flask, database: Any) -> World:
    world = build(database)
    with world.doing(world.operator) as work:
        new_key(work, app.extensions["house"].keyring, KeyPurpose.QR)
    return world


@pytest.fixture
def act(app: Flask, world: World, count_statements: Callable[..., Any]) -> Callable[..., int]:
    """`act(actor, trip, "receipt")` posts it by token, as a machine does, and gives the number of statements it
    took."""

    def done(actor: Any, trip: Consignment, name: str, **body: Any) -> int:
        client = app.test_client()
        with world.doing(actor) as work:
            email = work.session.get_one(User, actor.user_id).email
            token = issue_token(work, IssueToken(email, ("write",), "scale"))
        headers = {"If-Match": f'"{trip.version}"', "Authorization": f"Bearer {token}"}
        note_use(world.database, hash_of(token))
        with count_statements() as sent:
            answer = client.post(f"{TRIPS}/{trip.id}/{name}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return len(sent)

    return done


def test_a_verdict(
    world: World, client_of: Callable[..., FlaskClient], count_statements: Callable[..., Any]
) -> None:
    trip = world.departed(world.drums(3))
    client = client_of(world.operator.user_id)
    qr_text = client.get(f"{TRIPS}/{trip.id}").json["qr_text"]

    with count_statements() as sent:
        verdict = client.post("/api/v1/verdicts", json={"scanned": qr_text})

    assert verdict.json["subject"]["code"] == trip.number
    assert len(sent) <= 3, sent


@pytest.mark.parametrize("drum_count", [2, 12])
def test_submitting(world: World, act: Callable[..., int], drum_count: int) -> None:
    assert act(world.consignor, world.draft(world.drums(drum_count)), "submission") <= 16


@pytest.mark.parametrize("drum_count", [2, 12])
def test_signing(world: World, act: Callable[..., int], drum_count: int) -> None:
    assert act(world.consignor, world.loaded(world.drums(drum_count)), "consignor-signature") <= 9


@pytest.mark.parametrize("drum_count", [2, 12])
def test_departing(world: World, act: Callable[..., int], drum_count: int) -> None:
    trip = world.do(
        world.consignor, operations.sign_as_consignor, world.loaded(world.drums(drum_count)), SignConsignment
    )

    assert act(world.carrier, trip, "carrier-signature") <= 19


@pytest.mark.parametrize("drum_count", [2, 12])
def test_accepting(world: World, act: Callable[..., int], drum_count: int) -> None:
    drums = world.drums(drum_count)
    trip = world.weighed(drums, [drum.net for drum in drums])

    assert act(world.consignee, trip, "receipt", checks=list(AcceptanceCheck)) <= 19


@pytest.mark.parametrize(
    ("path", "most"),
    [
        (TRIPS, 4),
        ("/api/v1/containers", 4),
        ("/api/v1/waste-streams", 4),
        ("/api/v1/ledger/entries", 4),  # whose books, the lines and who booked them, the records behind them
    ],
)
def test_a_page_of_a_list(
    world: World,
    client_of: Callable[..., FlaskClient],
    count_statements: Callable[..., Any],
    path: str,
    most: int,
) -> None:
    for drum in world.drums(12):
        world.draft([drum])
    client = client_of(world.consignor.user_id)

    costs = []
    for limit in (3, 12):
        with count_statements() as sent:
            answer = client.get(path, query_string={"limit": limit})
        assert answer.json["items"]
        costs.append(len(sent))

    assert costs[0] == costs[1] <= most
