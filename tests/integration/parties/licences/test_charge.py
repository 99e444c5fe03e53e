"""A park looks after the licences and fleets of its own firms; what an outside firm hands in goes to a park it names."""

from uuid import UUID

import pytest

from app.foundation.core.errors import InvalidInput, NotPermitted
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.parties.accounts.models import Organisation, Site
from app.parties.accounts.permissions import Role
from app.parties.licences import charge, operations
from app.parties.licences.commands import ChangeLicenceState, RecordEarlierUse
from app.parties.licences.models import LicenceApplication, LicenceState
from tests.factories.parties import a_membership, a_user, an_organisation
from tests.integration.parties.licences.people import (
    FULL,
    LICENCE,
    accept_all,
    another_park,
    form,
    somebody,
)
from tests.integration.waste.consignments.world import WASTE_CODE, World, a_licence, build

API = "/api/v1"
APPLICATIONS = f"{API}/licence-applications"
NEW = {"kind": "new", "licence": LICENCE}


@pytest.fixture
def world(database) -> World:
    return build(database, has_plan=False, **FULL)


@pytest.fixture
def other_park(world):
    return another_park(world)


def outside_firm(world, **kinds):
    with world.doing(Actor.system()) as work:
        firm = an_organisation(short_name="远泽再生", name="远泽再生有限公司", is_producer=False, **kinds)
        work.session.add(firm)
        return firm.id


def person_of(world, firm_id, role=Role.RECYCLER):
    """Somebody of a firm whose people work in no park."""
    with world.doing(Actor.system()) as work:
        user = a_user(name="孟知微")
        work.session.add(user)
        work.session.flush()
        work.session.add(a_membership(user, role, work.session.get_one(Organisation, firm_id)))
        return user.id


def test_another_parks_operator_can_neither_enter_nor_change_a_licence(world, client_of, other_park):
    stranger = client_of(somebody(world, Role.PARK_OPERATOR, park_id=other_park))
    own = client_of(world.operator.user_id)
    licence = f"{API}/licences/{world.licence_id}"
    entered = LICENCE | {"organisation_id": str(world.consignee.organisation_id)}
    seen = {"If-Match": '"1"'}

    refused = [
        stranger.post(f"{API}/licences", json=entered),
        stranger.post(f"{licence}/state", json={"state": "suspended"}, headers=seen),
    ]
    hidden = stranger.post(f"{licence}/renewal-filing", json={"filed_on": "2026-01-01"}, headers=seen)
    page = stranger.get(f"/licences/{world.licence_id}").text

    assert [one.status_code for one in refused] == [403, 403]
    assert "它所在" in refused[0].json["detail"]
    assert hidden.status_code == 404
    assert f"/licences/{world.licence_id}/state" not in page
    assert f"/licences/{world.licence_id}/state" in own.get(f"/licences/{world.licence_id}").text
    assert own.post(f"{licence}/state", json={"state": "suspended"}, headers=seen).status_code == 200


def test_an_earlier_use_is_entered_by_the_firms_own_park(world, other_park):
    def record(park_id):
        actor = Actor(
            user_id=world.operator.user_id, park_id=park_id, permissions=world.operator.permissions,
            via="web", is_park_staff=True,
        )  # fmt: skip
        with world.doing(actor) as work:
            command = RecordEarlierUse({WASTE_CODE: Grams(5)}, work.today.year, "record book", 1)
            operations.record_earlier_use(work, world.licence_id, command)

    with pytest.raises(NotPermitted):
        record(other_park)
    record(world.park_id)


def test_another_parks_operator_keeps_no_fleet_of_a_firm_of_this_park(world, client_of, other_park):
    stranger = client_of(somebody(world, Role.PARK_OPERATOR, park_id=other_park))
    carrier_id = world.carrier.organisation_id
    vehicle = {
        "organisation_id": str(carrier_id), "plate": "演AD0799", "approved_load_kg": "1", "valid_to": "2027-01-01",
    }  # fmt: skip
    assert stranger.post(f"{API}/vehicles", json=vehicle).status_code == 201, (
        "it has no site: any park's carrier"
    )

    with world.doing(Actor.system()) as work:
        site = Site(
            organisation_id=carrier_id, park_id=world.park_id, name="车场", address="澄湖路 9 号", province="99",
            city="9901",
        )  # fmt: skip
        work.session.add(site)

    other = vehicle | {"plate": "演AD0798"}
    assert stranger.post(f"{API}/vehicles", json=other).status_code == 403
    assert client_of(world.operator.user_id).post(f"{API}/vehicles", json=other).status_code == 201


def test_a_firm_without_a_park_names_the_one_that_checks_and_belongs_to_it_from_then_on(
    world, client_of, other_park
):
    firm_id = outside_firm(world, is_recycler=True)
    firm = client_of(person_of(world, firm_id))
    chosen = client_of(world.operator.user_id)
    stranger = client_of(somebody(world, Role.PARK_OPERATOR, park_id=other_park))

    nobody = firm.post(APPLICATIONS, data=form(NEW))
    made = firm.post(APPLICATIONS, data=form(NEW | {"park_id": str(world.park_id)}))
    address = f"{APPLICATIONS}/{made.json['id']}"
    etag = accept_all(chosen, address, made.headers["ETag"])
    document = chosen.get(f"/licence-applications/{made.json['id']}/document")
    done = chosen.post(f"{address}/approval", json={}, headers={"If-Match": etag})
    state = f"{API}/licences/{done.json['licence_id']}/state"
    seen = {"If-Match": '"1"'}

    assert nobody.status_code == 422
    assert [one["pointer"] for one in nobody.json["errors"]] == ["#/application/park_id"]
    assert (made.status_code, made.json["park_id"]) == (201, str(world.park_id))
    assert stranger.get(address).status_code == 404
    assert (document.status_code, done.status_code) == (200, 200)
    assert stranger.post(state, json={"state": "suspended"}, headers=seen).status_code == 403
    assert chosen.post(state, json={"state": "suspended"}, headers=seen).status_code == 200


def test_the_form_asks_for_the_park_where_there_is_a_choice(world, client_of, other_park):
    outside = client_of(person_of(world, outside_firm(world, is_recycler=True)))
    inside = client_of(world.consignee.user_id)

    assert f'value="{other_park}"' in outside.get("/licence-applications/new").text
    assert 'name="park_id"' not in inside.get("/licence-applications/new").text
    foreign = inside.post(APPLICATIONS, data=form(NEW | {"park_id": str(other_park)}))
    assert [one["pointer"] for one in foreign.json["errors"]] == ["#/application/park_id"]


def test_the_only_park_checks_unasked(world):
    firm_id = outside_firm(world, is_recycler=True)
    with world.seeing(Actor(user_id=world.consignee.user_id, organisation_id=firm_id, via="web")) as work:
        assert charge.checking_park(work, firm_id, None) == world.park_id


def test_an_outside_firms_licence_is_any_parks_as_long_as_it_handed_in_none(world, other_park):
    firm_id = outside_firm(world, is_recycler=True)
    actor = Actor(
        user_id=world.operator.user_id, park_id=other_park, permissions=world.operator.permissions, via="web",
        is_park_staff=True,
    )  # fmt: skip
    with world.doing(actor) as work:
        licence = operations.register_licence(work, a_licence(firm_id, number="演危许 2029-009"))
        changed = operations.change_licence_state(
            work, licence.id, ChangeLicenceState(LicenceState.SUSPENDED, licence.version or 1)
        )
        assert changed.state is LicenceState.SUSPENDED


def test_without_a_park_the_mend_is_named(world, monkeypatch):
    monkeypatch.setattr(charge, "parks_to_check", lambda work, organisation_id: [])
    with world.seeing(Actor.system()) as work, pytest.raises(InvalidInput) as refused:
        charge.checking_park(work, world.licence_id, None)
    assert "登记园区" in str(refused.value.problems[0].text)


def test_the_firm_reads_which_park_checks_and_what_to_do_where_none_does(world, client_of):
    firm = client_of(world.consignee.user_id)
    made = firm.post(APPLICATIONS, data=form(NEW))
    page = f"/licence-applications/{made.json['id']}"
    with_park = firm.get(page).text
    with world.doing(Actor.system()) as work:  # as they were handed in before parks were asked for
        work.session.get_one(LicenceApplication, UUID(made.json["id"])).park_id = None

    without = firm.get(page).text

    assert ("核对园区" in with_park, "澄湖循环产业园" in with_park) == (True, True)
    assert ("还没有园区核对" in without, "还没有园区核对" in with_park) == (True, False)
    assert "请撤回后重新提交" in without
