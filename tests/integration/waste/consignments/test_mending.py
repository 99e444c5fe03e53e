"""Every condition that stands in the way leads to the place where it is mended (ux.md, screen 7)."""

import re
from datetime import timedelta

import pytest

from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.foundation.rulebook.loader import rulebook
from app.parties.licences.models import OperatingLicence, Vehicle
from app.waste.clearances.models import Contract
from app.waste.consignments.facts.plans import PLAN_RULES
from app.waste.consignments.facts.transfer import RULES
from app.web.consignments.mending import FIELD_OF_RULE, PAGE_OF_RULE, WAYBILL
from tests.integration.waste.consignments.world import DRUM

ELSEWHERE = {
    "ECC-490-a", "ECC-537", "HWTM-13-3", "HWTM-16-a", "HWTM-17", "MAN-X4", "MAN-X5",
}  # fmt: skip
"""Mended on the road or at the vehicle: by an act of the consignment, or with no page of ours at all."""


@pytest.fixture
def spoilt(world):
    """A draft for a vehicle too small, a licence that ended and without a contract."""
    trip = world.draft()
    with world.doing(Actor.system()) as work:
        work.session.get_one(Vehicle, world.vehicle_id).approved_load = Grams(DRUM)
        work.session.get_one(OperatingLicence, world.licence_id).valid_to = work.today - timedelta(days=1)
        for contract in work.session.query(Contract):
            contract.valid_to = work.today - timedelta(days=1)
    return trip


def links(page):
    """Where the lines of the conditions lead, by their sentences."""
    lines = re.findall(r'<li class="[xw]">(.*?)</li>', page, re.S)
    return {
        re.sub(r"<[^>]+>", "", line).strip(): (re.findall(r'class="ch" href="([^"]+)"', line) or [None])[0]
        for line in lines
    }


def leading(found, words):
    [address] = [address for text, address in found.items() if words in text]
    return address


@pytest.mark.parametrize("page", ["draft", ""])
def test_each_leads_to_its_field_or_page(world, spoilt, client_of, page):
    form = f"/consignments/{spoilt.number}/draft"
    path = form if page else f"/consignments/{spoilt.number}"

    found = links(client_of(world.consignor.user_id).get(path).text)

    assert leading(found, "请减少容器或换车").endswith(f"{form}#f-vehicle")
    assert leading(found, "许可证").endswith(f"{form}#f-consignee")
    assert {address for text, address in found.items() if "合同" in text} == {"/clearances/?tab=contracts"}


def test_every_rule_of_a_submission_has_a_place_or_is_mended_elsewhere():
    book = rulebook().rules
    asked = {
        rule_id
        for rule_id in {*RULES, *PLAN_RULES}
        if {"submit", "dispatch"} & {str(a) for a in book[rule_id].acts}
    }

    assert asked - set(FIELD_OF_RULE) - set(PAGE_OF_RULE) - WAYBILL <= ELSEWHERE
    assert not set(FIELD_OF_RULE) & set(PAGE_OF_RULE)


def test_whoever_cant_mend_it_gets_no_link(world, client_of):
    trip = world.submitted()
    with world.doing(Actor.system()) as work:
        work.session.get_one(Vehicle, world.vehicle_id).approved_load = Grams(DRUM)

    found = links(client_of(world.carrier.user_id).get(f"/consignments/{trip.number}").text)

    assert leading(found, "请减少容器或换车") is None
