"""Parks, firms and people taken in; roles given and taken away."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from app.foundation.core.ids import new_id
from app.foundation.core.work import Actor
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.commands import AddSite, AddUser, GrantRole, OpenPark, RegisterOrganisation
from app.parties.accounts.models import Organisation, Park, User
from app.parties.accounts.operations import (
    add_site,
    add_user,
    end_membership,
    grant_role,
    open_park,
    register_organisation,
)
from app.parties.accounts.permissions import Role
from tests.factories import a_credit_code, a_membership, somebody
from tests.factories.plant import a_plant
from tests.integration.parties.accounts.conftest import PASSWORD

SYSTEM = Actor.system()


def doing(database, act, command, actor=SYSTEM):
    with database.writing(actor) as work:
        return act(work, command)


def pointers_of(database, act, command):
    with pytest.raises(InvalidInput) as refused:
        doing(database, act, command)
    return [problem.pointer for problem in refused.value.problems]


def a_firm(**changes):
    values = {
        "credit_code": a_credit_code(),
        "name": "青梧涂料有限公司",
        "short_name": "青梧涂料",
        "address": "澄湖路 1 号",
        "phone": "000-0000-0001",
        "emergency_phone": "000-0000-0002",
        "is_producer": True,
    }
    return RegisterOrganisation(**values | changes)


def test_a_firm_is_known_once_and_its_event_names_no_person(database, session):
    command = a_firm()

    firm = doing(database, register_organisation, command)

    with pytest.raises(Conflict, match=command.credit_code):
        doing(database, register_organisation, command)
    event = session.scalars(select(TraceEvent).where(TraceEvent.subject_id == firm.id)).one()
    assert event.name == "organisation.registered"
    assert "000-0000" not in event.envelope
    assert "青梧" not in event.envelope


def wrong_check_character(code):
    return code[:-1] + ("0" if code[-1] != "0" else "1")


@pytest.mark.parametrize(
    "credit_code",
    [
        "",
        "9133",
        a_credit_code().lower(),
        wrong_check_character(a_credit_code()),
        "I" * 18,
        a_credit_code() + " ",
    ],
)
def test_a_wrong_credit_code_is_refused(database, session, credit_code):
    assert pointers_of(database, register_organisation, a_firm(credit_code=credit_code)) == ["#/credit_code"]
    assert session.scalar(select(func.count(Organisation.id))) == 0


def test_all_that_is_wrong_with_a_firm_is_told_at_once(database):
    wrong = a_firm(credit_code="x", name=" ", is_producer=False)

    assert pointers_of(database, register_organisation, wrong) == ["#/credit_code", "#/name", "#/is_producer"]


def test_a_park_is_opened_once(database):
    command = OpenPark("chenghu", "澄湖循环产业园", "Chenghu", "99", "9901")
    doing(database, open_park, command)

    with pytest.raises(Conflict):
        doing(database, open_park, command)


def test_a_site_needs_its_firm(database):
    with pytest.raises(NotFound):
        doing(database, add_site, AddSite(new_id(), None, "厂", "路", "99", "9901"))


def test_a_person_is_known_by_one_address_whatever_its_case(database, person, session):
    with pytest.raises(Conflict):
        doing(database, add_user, AddUser(" LU@example.COM", "又一人", "1", PASSWORD))

    row = session.scalars(select(User).where(User.id == person.user_id)).one()
    assert row.email == "lu@example.com"
    assert PASSWORD not in row.password_hash
    assert row.password_hash.startswith("$argon2id$")
    events = session.scalars(select(TraceEvent.envelope).where(TraceEvent.subject_id == row.id)).all()
    assert not any("lu@" in text or "陆青岚" in text or "1234" in text for text in events if "phone" in text)


@pytest.mark.parametrize(
    ("email", "password", "pointers"),
    [
        ("nobody", PASSWORD, ["#/email"]),
        ("@", PASSWORD, ["#/email"]),
        ("a@", PASSWORD, ["#/email"]),
        ("a@b.c", "short12", ["#/password"]),
        ("a@b.c", "x" * 201, ["#/password"]),
        ("", "", ["#/email", "#/password"]),
    ],
)
def test_a_person_needs_an_address_and_a_password(database, email, password, pointers):
    assert pointers_of(database, add_user, AddUser(email, "某人", "1", password)) == pointers


def test_a_role_belongs_to_a_firm_or_to_a_park(database, person):
    user, firm, park = person.user_id, person.plant.organisation_id, person.plant.park_id

    assert pointers_of(database, grant_role, GrantRole(user, Role.INSPECTOR)) == ["#/park_id"]
    assert pointers_of(database, grant_role, GrantRole(user, Role.INSPECTOR, firm, park)) == ["#/park_id"]
    assert pointers_of(database, grant_role, GrantRole(user, Role.DRIVER, None, park)) == [
        "#/organisation_id"
    ]


def test_a_role_is_given_once_until_it_is_taken_away(database, person):
    again = GrantRole(person.user_id, Role.PRODUCER, person.plant.organisation_id, person.plant.park_id)
    with pytest.raises(Conflict):
        doing(database, grant_role, again)

    doing(database, end_membership, person.membership_id)

    assert doing(database, grant_role, again).ended_at is None
    with pytest.raises(NotFound):
        doing(database, end_membership, person.membership_id)


def test_the_database_itself_keeps_an_open_role_single(database, person):
    with database.reading(SYSTEM) as work:
        user = work.session.get_one(User, person.user_id)
        firm = work.session.get_one(Organisation, person.plant.organisation_id)
        park = work.session.get_one(Park, person.plant.park_id)

    with pytest.raises(IntegrityError), database.writing(SYSTEM) as work:
        work.session.add(a_membership(user, Role.PRODUCER, firm, park))


@pytest.mark.parametrize(
    ("role", "own_firm", "own_park", "ends"),
    [
        (Role.PRODUCER, True, True, "ended"),
        (Role.RECYCLER, False, True, NotFound),
        (Role.PARK_OPERATOR, False, True, "ended"),
        (Role.PARK_OPERATOR, False, False, NotFound),
        (Role.INSPECTOR, False, True, NotPermitted),
        (Role.DRIVER, True, True, NotPermitted),
    ],
)
def test_who_may_take_a_role_away(database, person, role, own_firm, own_park, ends):
    firm = (
        person.plant.organisation_id
        if own_firm
        else (None if role.value in ("park_operator", "inspector") else new_id())
    )
    actor = somebody(role, firm, person.plant.park_id if own_park else a_plant(database).park_id)

    if ends == "ended":
        assert doing(database, end_membership, person.membership_id, actor).ended_at
    else:
        with pytest.raises(ends):
            doing(database, end_membership, person.membership_id, actor)
