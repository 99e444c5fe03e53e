"""员工与权限 on the pages: invited, let in, standing in, taken away; and who gets to see none of it."""

import re

import pytest

from app.foundation.core.work import Actor
from app.parties.accounts.commands import AddUser, GrantRole
from app.parties.accounts.models import Park
from app.parties.accounts.operations import add_user, grant_role
from app.parties.accounts.permissions import MATRIX, PARK_ROLES, Permission, Role
from tests.factories.plant import a_plant

PASSWORD = "correct horse battery"


@pytest.fixture
def plant(database):
    return a_plant(database)


def somebody_at(database, plant, name, role=Role.PRODUCER):
    is_park = role in (Role.INSPECTOR, Role.PARK_OPERATOR)
    with database.writing(Actor.system()) as work:
        user = add_user(work, AddUser(f"{name}@example.com", name, "", PASSWORD))
        firm = None if is_park else plant.organisation_id
        grant_role(work, GrantRole(user.id, role, firm, plant.park_id))
    return user


@pytest.fixture
def manager(database, plant, client_of):
    return client_of(somebody_at(database, plant, "manager"))


def invitation(manager, **changes):
    values = {"recipient": "new@example.com", "role": "producer", "job_title": "环保专员"}
    page = manager.post("/staff/invitations", data=values | changes)
    return re.search(r"http://localhost(/join/[\w-]+)", page.text)[1]


def new_person(**changes):
    values = {"name": "赵柏", "email": "new@example.com", "phone": "000-0000-7777"}
    return values | {"password": PASSWORD, "password_again": PASSWORD} | changes


def test_a_stranger_joins_by_the_link_and_signs_in(manager, client):
    path = invitation(manager)
    page = client.get(path)
    refused = client.post(path, data=new_person(password_again="other"))
    joined = client.post(path, data=new_person())

    assert (page.status_code, refused.status_code) == (200, 422)
    assert 'value="new@example.com"' in page.text
    assert PASSWORD not in refused.text
    assert (joined.status_code, joined.location) == (303, "/sign-in")
    client.post("/sign-in", data={"account": "000-0000-7777", "password": PASSWORD})
    assert client.get("/api/v1/me").json["role"] == "producer"
    assert "赵柏" in manager.get("/staff").text
    assert client.get(path).status_code == 409


def test_who_is_signed_in_joins_as_themselves(manager, database, client_of):
    other = client_of(somebody_at(database, a_plant(database), "other"))

    assert other.post(invitation(manager)).location == "/account/role"
    assert other.get("/account/role").text.count('name="membership_id"') == 2


def test_a_link_that_is_none_leads_nowhere(client):
    assert client.get("/join/" + "x" * 32).status_code == 404
    assert client.post("/join/" + "x" * 500, data=new_person()).status_code == 404


def test_a_request_to_join_is_made_and_let_in(manager, database, plant, client_of):
    person = somebody_at(database, a_plant(database), "asker")
    asker = client_of(person)
    asked = {"credit_code": plant.credit_code, "role": "producer"}

    assert asker.post("/account/join", data=asked | {"role": "nobody"}).status_code == 422
    assert asker.post("/account/join", data=asked | {"credit_code": "x"}).status_code == 409
    assert asker.post("/account/join", data=asked).status_code == 303
    path = re.search(r"/staff/join-requests/[\w-]+", manager.get("/staff").text)[0]
    assert asker.post(path, data={"then": "approve"}).status_code == 404
    assert manager.post(path, data={"then": "approve"}).status_code == 303
    assert asker.get("/account/role").text.count('name="membership_id"') == 2


def test_a_role_is_lent_for_some_days_and_taken_away(manager, database, plant, client_of):
    person = somebody_at(database, plant, "driver", Role.DRIVER)
    lent = {
        "user_id": str(person.id),
        "delegated_role": "producer",
        "from": "2020-01-01",
        "until": "2020-12-31",
    }

    assert manager.post("/staff/delegations", data=lent).status_code == 422
    assert manager.post("/staff/delegations", data=lent | {"from": "soon"}).status_code == 422
    assert manager.post("/staff/delegations", data=lent | {"delegated_role": ""}).status_code == 422
    with database.reading(Actor.system()) as work:
        today = work.today
    ok = lent | {"from": today.isoformat(), "until": today.isoformat()}
    assert manager.post("/staff/delegations", data=ok).status_code == 303
    page = manager.get("/staff").text
    assert "代理至" in page
    assert client_of(person).get("/account/role").text.count('name="membership_id"') == 2
    for path in re.findall(r"/staff/roles/[\w-]+/end", page):
        assert manager.post(path).status_code == 303
    assert client_of_is_out(client_of, person)


def client_of_is_out(client_of, person):
    try:
        return client_of(person).get("/api/v1/me").status_code == 401
    except AssertionError:
        return True  # nobody to sign in: no role is left


@pytest.mark.parametrize("role", Role)
def test_the_staff_page_is_for_who_manages_and_the_matrix_for_all(database, plant, client_of, role):
    client = client_of(somebody_at(database, plant, "someone", role))
    may = Permission.STAFF_MANAGE in MATRIX[role]

    assert client.get("/staff").status_code == (200 if may else 403)
    wanted = {"recipient": "a@b.c", "role": "inspector" if role in PARK_ROLES else "driver"}
    invited = client.post("/staff/invitations", data=wanted).status_code
    assert (invited == 403) == (not may)
    matrix = client.get("/staff/permissions").text
    assert all(permission.value in matrix for permission in Permission)


@pytest.mark.parametrize(
    ("networks", "status"), [(["10.0.0.0/8"], 403), (["10.0.0.0/8", "127.0.0.0/8"], 200), ([], 200)]
)
def test_park_staff_come_in_from_the_networks_their_park_named(database, plant, client_of, networks, status):
    inspector = client_of(somebody_at(database, plant, "inspector", Role.INSPECTOR))
    producer = client_of(somebody_at(database, plant, "producer"))
    with database.writing(Actor.system()) as work:
        work.session.get_one(Park, plant.park_id).staff_networks = networks

    assert inspector.get("/workbench").status_code == status
    assert inspector.get("/api/v1/me").status_code == status
    assert producer.get("/workbench").status_code == 200
    assert inspector.post("/sign-out").status_code == 303
