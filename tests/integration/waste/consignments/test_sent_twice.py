"""A signature sent twice: by two people at once, by one whose connection broke, on one's own device and on another's."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from app.factory import create_app
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.commands import IssueToken
from app.parties.accounts.confirming.enrolling import set_pin
from app.parties.accounts.models import User
from app.parties.accounts.signing_in import issue_token
from app.waste.consignments.models import Consignment, Signature
from tests.conftest import a_config
from tests.integration.waste.consignments.world import build

PIN, OTHER_PIN = "271828", "314159"


@pytest.fixture
def world(throwaway_database):
    return build(throwaway_database)


@pytest.fixture
def sign(world, tmp_path):
    """`sign(trip, act, key, **body)` by the consignor's token over an application that threads may share."""
    address = world.database.engine.url.render_as_string(hide_password=False)
    app = create_app(a_config(address, tmp_path), database=world.database)
    for person, pin in ((world.consignor, PIN), (world.carrier, OTHER_PIN)):
        with world.doing(person) as work:
            set_pin(work, app.extensions["house"].keyring, pin, pin)
    with world.doing(world.operator) as work:
        email = work.session.get_one(User, world.consignor.user_id).email
        token = issue_token(work, IssueToken(email, ("write",), "test"))

    def send(trip, act, key, **body):
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        return app.test_client().post(f"/api/v1/consignments/{trip.id}/{act}", json=body, headers=headers)

    return send


def counted(world, trip):
    """Events of the consignment, its signatures and its version."""
    with world.seeing(world.operator) as work:
        columns = (
            select(func.count()).where(TraceEvent.subject_id == trip.id).scalar_subquery(),
            select(func.count()).where(Signature.consignment_id == trip.id).scalar_subquery(),
            select(Consignment.version).where(Consignment.id == trip.id).scalar_subquery(),
        )
        return tuple(work.session.execute(select(*columns)).one())


def more(before, *, events, signatures, versions):
    return before[0] + events, before[1] + signatures, before[2] + versions


@pytest.mark.parametrize("is_the_same", [True, False], ids=["one key", "two keys"])
def test_of_two_signatures_at_once_one_counts(world, sign, is_the_same):
    trip = world.loaded()
    before, start = counted(world, trip), Barrier(2)

    def act(number):
        start.wait()
        key = "key" if is_the_same else f"key {number}"
        return sign(trip, "consignor-signature", key, seen_version=trip.version, factor_code=PIN)

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(act, range(2)))

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, 200] if is_the_same else statuses in ([200, 409], [200, 412]), statuses
    assert counted(world, trip) == more(before, events=1, signatures=1, versions=1)
    if is_the_same:
        assert answers[0].json == answers[1].json


def test_whoever_got_no_answer_asks_again_and_gets_the_first_one(world, sign):
    trip = world.loaded()
    with world.seeing(world.carrier) as work:
        driver = work.session.get_one(User, world.carrier.user_id).email
    before = counted(world, trip)

    first = sign(trip, "consignor-signature", "mine", seen_version=trip.version, factor_code=PIN)
    theirs = {"seen_version": first.json["version"], "factor_code": OTHER_PIN, "signer": driver}
    second = sign(trip, "carrier-signature", "theirs", **theirs)
    again = [
        sign(trip, "consignor-signature", "mine", seen_version=trip.version, factor_code=PIN),
        sign(trip, "carrier-signature", "theirs", **theirs),
    ]

    assert (first.status_code, second.status_code) == (200, 200), second.json
    for answer, repeated in zip((first, second), again, strict=True):
        assert (repeated.status_code, repeated.json) == (200, answer.json)
        assert repeated.headers["ETag"] == answer.headers["ETag"]
        assert repeated.headers["Idempotency-Replayed"] == "true"
    assert counted(world, trip) == more(before, events=2, signatures=2, versions=2)
    other = sign(trip, "consignor-signature", "mine", seen_version=trip.version, factor_code=OTHER_PIN)
    assert other.status_code == 409
