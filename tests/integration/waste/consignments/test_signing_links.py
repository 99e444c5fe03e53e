"""Signing by a link: bound to the document, once, with a code to the phone on record, in nobody's account."""

import re

import pytest
from sqlalchemy import select

from app.foundation.trace import rebuilding
from app.foundation.trace.verifying import verify
from app.parties.accounts.confirming.sending import ConsoleSender
from app.waste.consignments import operations
from app.waste.consignments.commands import SignConsignment
from app.waste.consignments.models import Consignment, Device, Signature
from app.waste.consignments.workflow import ConsignmentState

API = "/api/v1/consignments"


@pytest.fixture
def sender(app):
    return app.extensions["house"].codes


def link_for(world, client_of, trip, party="carrier"):
    with world.seeing(world.consignor) as work:
        version = work.session.get_one(Consignment, trip.id).version
    made = client_of(world.consignor.user_id).post(
        f"{API}/{trip.id}/signing-links", json={"party": party, "name": "石砚秋", "seen_version": version}
    )
    assert made.status_code == 201, made.json
    return "/s/" + made.json["url"].rpartition("/s/")[2]


def ready(world):
    return world.do(world.consignor, operations.sign_as_consignor, world.loaded(), SignConsignment)


def code_sent(sender) -> str:
    assert isinstance(sender, ConsoleSender)
    return re.search(r"\d{6}", sender.kept[-1].text)[0]


def test_a_driver_without_an_account_departs_by_link(world, client_of, client, sender):
    trip = ready(world)
    path = link_for(world, client_of, trip)

    page = client.get(path)
    assert page.status_code == 200 and trip.number in page.text
    assert f"YD-{trip.number}" in page.text and "UN1993 · 3" in page.text
    assert client.post(f"{path}/code").status_code == 303
    wrong = client.post(path, data={"factor_code": "000000"})
    assert wrong.status_code == 409
    done = client.post(path, data={"factor_code": code_sent(sender), "drawing": "M1 1L9 9"})
    assert done.status_code == 200 and "已签署" in done.text
    again = client.get(path)
    assert again.status_code == 410

    with world.seeing(world.operator) as work:
        assert work.session.get_one(Consignment, trip.id).state is ConsignmentState.IN_TRANSIT
        signature = work.session.scalars(
            select(Signature).where(Signature.consignment_id == trip.id, Signature.device == Device.LINK)
        ).one()
        assert (signature.name, signature.factor, signature.user_id) == ("石砚秋", "code", None)
        assert signature.organisation_id == world.carrier.organisation_id
        assert verify(work).misfit is None
        assert [one for one in rebuilding.differences(work) if "link" in one.kind] == []


def test_a_link_is_for_the_document_as_it_was(world, client_of, client, sender):
    trip = ready(world)
    path = link_for(world, client_of, trip)
    client.post(f"{path}/code")
    with world.doing(world.consignor) as work:
        work.session.get_one(Consignment, trip.id).via = "另一条路"

    refused = client.post(path, data={"factor_code": code_sent(sender)})

    assert refused.status_code == 409 and "已变化" in refused.text
    with world.seeing(world.operator) as work:
        assert work.session.get_one(Consignment, trip.id).state is ConsignmentState.LOADING


def test_only_the_signature_that_is_due_and_only_for_whom_it_concerns(world, client_of):
    trip = world.loaded()
    with world.seeing(world.consignor) as work:
        version = work.session.get_one(Consignment, trip.id).version
    body = {"party": "carrier", "name": "石砚秋", "seen_version": version}

    early = client_of(world.consignor.user_id).post(f"{API}/{trip.id}/signing-links", json=body)
    foreign = client_of(world.consignee.user_id).post(f"{API}/{trip.id}/signing-links", json=body)

    assert (early.status_code, foreign.status_code) == (409, 403)


def test_an_unknown_link_leads_nowhere(client):
    assert client.get("/s/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404
