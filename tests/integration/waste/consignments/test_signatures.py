"""Signatures: a second factor, somebody else's device, standing consent, and what is kept with each."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.foundation.core.errors import Conflict, InvalidInput
from app.foundation.core.work import Confirmation
from app.parties.accounts.confirming.enrolling import set_pin
from app.parties.accounts.models import User
from app.waste.consignments import operations
from app.waste.consignments.commands import SignConsignment
from app.waste.consignments.models import Consignment, Device, Signature
from app.waste.consignments.operations.consenting import EndConsent, GiveConsent, end_consent, give_consent
from app.waste.consignments.signing import hash_of
from app.waste.consignments.workflow import ConsignmentState
from tests.integration.waste.consignments.world import TODAY

API = "/api/v1/consignments"
PIN, OTHER_PIN = "271828", "314159"


@pytest.fixture
def pins(app, world):
    for person, pin in ((world.consignor, PIN), (world.carrier, OTHER_PIN)):
        with world.doing(person) as work:
            set_pin(work, app.extensions["house"].keyring, pin, pin)


def signatures(world, trip):
    with world.seeing(world.consignor) as work:
        chosen = select(Signature).where(Signature.consignment_id == trip.id).order_by(Signature.signed_at)
        return list(work.session.scalars(chosen))


def version_of(world, trip):
    with world.seeing(world.consignor) as work:
        return work.session.get_one(Consignment, trip.id).version


def post(client, world, trip, act, **body):
    return client.post(f"{API}/{trip.id}/{act}", json={"seen_version": version_of(world, trip), **body})


def test_a_pin_and_a_drawing_stand_with_the_document_that_was_shown(world, client_of, pins):
    trip, client = world.loaded(), client_of(world.consignor.user_id)

    wrong = post(client, world, trip, "consignor-signature", factor_code="999999")
    assert wrong.status_code == 403
    assert signatures(world, trip) == []
    right = post(client, world, trip, "consignor-signature", factor_code=PIN, drawing="M1 1L20 30")
    assert right.status_code == 200, right.json

    [signature] = signatures(world, trip)
    assert (signature.factor, signature.device, signature.drawing) == ("pin", Device.OWN, "M1 1L20 30")
    assert hash_of(signature.document) == signature.document_hash


def test_the_driver_signs_on_the_producers_phone_with_their_own_pin(world, client_of, pins):
    trip, client = world.loaded(), client_of(world.consignor.user_id)
    assert post(client, world, trip, "consignor-signature", factor_code=PIN).status_code == 200
    with world.seeing(world.carrier) as work:
        login = work.session.scalar(select(User.email).where(User.id == world.carrier.user_id))

    mine = post(client, world, trip, "carrier-signature", factor_code=PIN)
    theirs = post(client, world, trip, "carrier-signature", factor_code=OTHER_PIN, signer=login)

    assert mine.status_code == 403
    assert theirs.status_code == 200, theirs.json
    signature = signatures(world, trip)[-1]
    assert (signature.user_id, signature.device) == (world.carrier.user_id, Device.OTHERS)
    assert signature.device_user_id == world.consignor.user_id


@pytest.mark.parametrize("body", [{"factor_code": "12"}, {"drawing": "M1 1<script>"}])
def test_what_is_no_code_and_no_drawing(world, client_of, pins, body):
    refused = post(client_of(world.consignor.user_id), world, world.loaded(), "consignor-signature", **body)

    assert refused.status_code == 422
    assert refused.json["errors"][0]["pointer"] == f"#/{next(iter(body))}"


def consent(world, **changes):
    values = {"partner_id": world.carrier.organisation_id, "valid_from": TODAY, "valid_to": TODAY} | changes
    with world.doing(world.consignor) as work:
        return give_consent(work, GiveConsent(**values))


def test_under_a_standing_consent_the_departure_signs_for_both(world):
    given = consent(world)
    trip = world.loaded()

    trip = world.do(world.carrier, operations.sign_as_carrier, trip, SignConsignment)

    assert trip.state is ConsignmentState.IN_TRANSIT
    first, second = sorted(signatures(world, trip), key=lambda one: one.party)
    assert (second.consent_id, second.device, second.name) == (given.id, Device.NONE, "陆青岚")
    assert first.document_hash == second.document_hash


def test_without_or_after_a_consent_the_consignor_signs(world):
    given = consent(world)
    with world.doing(world.consignor) as work:
        end_consent(work, given.id, EndConsent(given.version))

    with pytest.raises(Conflict):
        world.do(world.carrier, operations.sign_as_carrier, world.loaded(), SignConsignment)


def test_a_consent_is_for_a_carrier_and_a_year(world):
    for changes in (
        {"partner_id": world.consignee.organisation_id},
        {"valid_to": TODAY - timedelta(days=1)},
        {"valid_to": date(TODAY.year + 2, 1, 1)},
    ):
        with pytest.raises(InvalidInput):
            consent(world, **changes)
    consent(world)
    with pytest.raises(Conflict):
        consent(world)


def test_who_has_no_account_signs_by_name_and_nobody_nameless(world):
    trip = world.loaded()
    driver = replace(
        world.consignor,
        user_id=None,
        via="link",
        confirmation=Confirmation(how="code", device="link", name="李师傅"),
    )
    signed = world.do(driver, operations.sign_as_consignor, trip, SignConsignment)

    [signature] = signatures(world, signed)
    assert (signature.name, signature.user_id, signature.device) == ("李师傅", None, Device.LINK)
