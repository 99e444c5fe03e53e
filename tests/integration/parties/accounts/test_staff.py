"""Who comes in and who lets them: invitations, requests to join, standing in, resets; and who may not."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from app.foundation.core.ids import new_id
from app.foundation.core.work import Actor
from app.foundation.keys.operations import Keyring
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.commands import AddUser, GrantRole
from app.parties.accounts.confirming.enrolling import set_pin
from app.parties.accounts.models import Invitation, JoinRequest, Membership
from app.parties.accounts.operations import add_user, end_membership, grant_role
from app.parties.accounts.permissions import MATRIX, Permission, Role, permissions_of
from app.parties.accounts.signing_in import caller_of_membership, roles_of
from app.parties.accounts.staff import (
    Delegate,
    Invite,
    accept_as_new,
    accept_as_self,
    ask_to_join,
    decide_join,
    delegate_role,
    invite,
    open_invitation,
    reset_factors,
    revoke_invitation,
)
from app.parties.accounts.staff_lists import members, open_invitations, open_join_requests
from tests.factories.plant import a_plant

PUBLIC = Actor(via="public")
NEW = AddUser("zhao@example.com", "赵柏", "000-0000-1235", "a long enough one")


@pytest.fixture(autouse=True)
def at_ten(clock):
    """Days pass by hand."""


@pytest.fixture
def manager(person):
    return replace(person.plant.producer, user_id=person.user_id)


def doing(person, actor, act, *arguments, **named):
    with person.database.writing(actor) as work:
        return act(work, *arguments, **named)


def roles_held(person, user_id):
    with person.database.writing(Actor.system()) as work:
        return [held.membership.role for held in roles_of(work, user_id)]


def stranger(person, email="gu@example.com", phone="000-0000-2234"):
    return doing(person, Actor.system(), add_user, AddUser(email, "顾南舟", phone, "a long enough one"))


def as_self(user):
    return Actor(user_id=user.id, via="web")


# --- Who manages: the truth table ---


@pytest.mark.parametrize("role", Role)
def test_only_roles_that_manage_staff_do(person, manager, role):
    actor = replace(manager, permissions=permissions_of(role))
    may = Permission.STAFF_MANAGE in MATRIX[role]
    acts = [
        (invite, Invite("a@example.com", Role.PRODUCER)),
        (delegate_role, Delegate(person.user_id, Role.PRODUCER, person.now, person.now)),
        (revoke_invitation, new_id()),
        (reset_factors, new_id()),
        (members,),
        (open_invitations,),
        (open_join_requests,),
    ]
    refused = []
    for act, *arguments in acts:
        try:
            doing(person, actor, act, *arguments)
        except NotPermitted:
            refused.append(act)
        except (NotFound, InvalidInput):
            pass
    assert refused == ([] if may else [act for act, *_ in acts])


def test_no_token_manages_staff():
    assert all("staff.manage" not in permissions_of(role, ("write", "read")) for role in Role)


# --- Invitations ---


def test_an_invitation_is_taken_once_by_a_new_person(person, manager, session):
    made = doing(person, manager, invite, Invite("zhao@example.com", Role.PRODUCER, "危废管理员"))

    granted = doing(person, PUBLIC, accept_as_new, made.token, NEW)

    assert (granted.organisation_id, granted.park_id) == (person.plant.organisation_id, person.plant.park_id)
    assert roles_held(person, granted.user_id) == [Role.PRODUCER]
    again = AddUser("qian@example.com", "钱", "", "a long enough one")
    with pytest.raises(Conflict, match="已被接受"):
        doing(person, PUBLIC, accept_as_new, made.token, again)
    told = " ".join(event.envelope for event in session.scalars(select(TraceEvent)))
    assert not any(word in told for word in ("zhao@", made.token, "赵柏", "000-0000-1235"))


def test_who_has_an_account_takes_it_as_themselves(person, manager):
    user = stranger(person)
    made = doing(person, manager, invite, Invite(user.email, Role.PRODUCER))

    doing(person, as_self(user), accept_as_self, made.token)

    assert roles_held(person, user.id) == [Role.PRODUCER]


def test_an_invitation_ends_by_time_and_by_being_taken_back(person, manager, clock):
    back = doing(person, manager, invite, Invite("a@example.com", Role.PRODUCER))
    doing(person, manager, revoke_invitation, back.invitation.id)
    with pytest.raises(Conflict, match="撤回"):
        doing(person, PUBLIC, accept_as_new, back.token, NEW)
    late = doing(person, manager, invite, Invite("a@example.com", Role.PRODUCER))
    clock.now += timedelta(days=7)
    with pytest.raises(Conflict, match="过期"):
        doing(person, PUBLIC, open_invitation, late.token)
    with pytest.raises(NotFound):
        doing(person, PUBLIC, open_invitation, late.token + "x")


@pytest.mark.parametrize(
    "role", [Role.RECYCLER, Role.DRIVER, Role.CARRIER, Role.INSPECTOR, Role.PARK_OPERATOR]
)
def test_a_producer_gives_no_role_that_its_people_cant_have(person, manager, role):
    with pytest.raises(InvalidInput):
        doing(person, manager, invite, Invite("a@example.com", role))


def test_a_firm_invites_for_itself_and_the_park_for_its_firms(person, manager):
    other = a_plant(person.database)
    operator = replace(person.plant.operator, user_id=person.user_id)
    with pytest.raises(NotFound):
        doing(person, manager, invite, Invite("a@example.com", Role.PRODUCER, "", other.organisation_id))
    with pytest.raises(NotFound):
        doing(
            person, operator, invite,
            Invite("a@example.com", Role.PRODUCER, "", other.organisation_id),
        )  # fmt: skip

    own = Invite("a@example.com", Role.PRODUCER, "", person.plant.organisation_id)
    assert doing(person, operator, invite, own).invitation.park_id == person.plant.park_id
    staff = doing(person, operator, invite, Invite("b@example.com", Role.INSPECTOR))
    granted = doing(person, PUBLIC, accept_as_new, staff.token, NEW)
    assert (granted.organisation_id, granted.park_id) == (None, person.plant.park_id)


def test_nobody_takes_anothers_invitation_back(person, manager):
    made = doing(person, manager, invite, Invite("a@example.com", Role.PRODUCER))
    other = a_plant(person.database)
    for actor in (other.producer, other.operator):
        with pytest.raises(NotFound):
            doing(person, actor, revoke_invitation, made.invitation.id)


def test_two_who_take_one_invitation_at_once_make_one_role(throwaway_person):
    person = throwaway_person
    manager = replace(person.plant.producer, user_id=person.user_id)
    made = doing(person, manager, invite, Invite("a@example.com", Role.PRODUCER))
    users = [stranger(person, f"p{n}@example.com", f"000-0000-800{n}") for n in range(3)]
    answers, start = [], Barrier(3)

    def take(user):
        start.wait()
        try:
            answers.append(doing(person, as_self(user), accept_as_self, made.token) and "in")
        except Conflict:
            answers.append("late")

    threads = [Thread(target=take, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["in", "late", "late"]


# --- Requests to join ---


def test_a_request_is_decided_by_the_firms_manager_and_once(person, manager):
    user = stranger(person)
    asked = doing(
        person, as_self(user), ask_to_join, person.plant.credit_code.lower(), Role.PRODUCER, "环保专员"
    )
    with pytest.raises(Conflict):
        doing(person, as_self(user), ask_to_join, person.plant.credit_code, Role.PRODUCER, "")
    with pytest.raises(NotFound):
        doing(person, a_plant(person.database).producer, decide_join, asked.id, approve=True)

    doing(person, manager, decide_join, asked.id, approve=True)

    assert roles_held(person, user.id) == [Role.PRODUCER]
    with pytest.raises(Conflict):
        doing(person, manager, decide_join, asked.id, approve=False)


def test_a_refused_request_gives_nothing_and_can_be_made_again(person, manager, session):
    user = stranger(person)
    asked = doing(person, as_self(user), ask_to_join, person.plant.credit_code, Role.PRODUCER, "")
    doing(person, manager, decide_join, asked.id, approve=False)

    assert roles_held(person, user.id) == []
    doing(person, as_self(user), ask_to_join, person.plant.credit_code, Role.PRODUCER, "")
    assert len(session.scalars(select(JoinRequest.id)).all()) == 2


def test_asking_for_what_there_is_not_is_refused(person):
    user = stranger(person)
    with pytest.raises(NotFound):
        doing(person, as_self(user), ask_to_join, "91330100MA0000000X", Role.PRODUCER, "")
    with pytest.raises(InvalidInput):
        doing(person, as_self(user), ask_to_join, person.plant.credit_code, Role.PARK_OPERATOR, "")
    with pytest.raises(NotPermitted):
        doing(person, PUBLIC, ask_to_join, person.plant.credit_code, Role.PRODUCER, "")


# --- Standing in ---


@pytest.fixture
def colleague(person):
    """Somebody who works here as a driver, from when the firm also carried."""
    user = stranger(person)
    doing(
        person, Actor.system(), grant_role,
        GrantRole(user.id, Role.DRIVER, person.plant.organisation_id, person.plant.park_id),
    )  # fmt: skip
    return user


def test_a_delegated_role_holds_from_its_first_instant_until_its_last(person, manager, colleague, clock):
    begins, ends = clock.now + timedelta(days=1), clock.now + timedelta(days=3)
    made = doing(person, manager, delegate_role, Delegate(colleague.id, Role.PRODUCER, begins, ends))

    def holds():
        with person.database.reading(Actor.system()) as work:
            return caller_of_membership(work, made.id, via="web") is not None

    held = []
    for at in (begins - timedelta(seconds=1), begins, ends - timedelta(seconds=1), ends):
        clock.now = at
        held.append((holds(), Role.PRODUCER in roles_held(person, colleague.id)))

    assert held == [(False, False), (True, True), (True, True), (False, False)]
    assert made.delegated_by_id == person.user_id


def test_a_delegation_is_taken_back_and_can_be_given_again_when_over(
    person, manager, colleague, clock, session
):
    span = Delegate(colleague.id, Role.PRODUCER, clock.now, clock.now + timedelta(days=2))
    made = doing(person, manager, delegate_role, span)
    with pytest.raises(Conflict):
        doing(person, manager, delegate_role, span)
    doing(person, manager, end_membership, made.id)
    assert roles_held(person, colleague.id) == [Role.DRIVER]

    second = doing(person, manager, delegate_role, span)
    clock.now += timedelta(days=3)
    again = replace(span, valid_from=clock.now, valid_until=clock.now + timedelta(days=1))
    third = doing(person, manager, delegate_role, again)
    rows = {row.id: row.ended_at for row in session.scalars(select(Membership))}
    assert (rows[second.id] is not None, rows[third.id]) == (True, None)


def test_a_delegation_to_strangers_backwards_or_for_ever_is_refused(person, manager, colleague, clock):
    now = clock.now
    with pytest.raises(NotFound):
        outsider = stranger(person, "xia@example.com", "000-0000-6234")
        doing(
            person, manager, delegate_role, Delegate(outsider.id, Role.PRODUCER, now, now + timedelta(days=1))
        )
    for begins, ends in ((now, now), (now, now - timedelta(days=1)), (now, now + timedelta(days=367))):
        with pytest.raises(InvalidInput):
            doing(person, manager, delegate_role, Delegate(colleague.id, Role.PRODUCER, begins, ends))


# --- Lost phones ---


def test_a_manager_resets_factors_of_their_own_people_alone(person, manager):
    keyring = Keyring(b"k" * 32)
    doing(person, as_self_id(person.user_id), set_pin, keyring, "482916", "482916")
    other = a_plant(person.database)
    with pytest.raises(NotFound):
        doing(person, other.producer, reset_factors, person.user_id)

    assert doing(person, manager, reset_factors, person.user_id) == 1

    doing(person, as_self_id(person.user_id), set_pin, keyring, "482916", "482916")
    doing(
        person, Actor.system(), grant_role,
        GrantRole(person.user_id, Role.PRODUCER, other.organisation_id, other.park_id),
    )  # fmt: skip
    with pytest.raises(NotPermitted):
        doing(person, manager, reset_factors, person.user_id)
    assert doing(person, Actor.system(), reset_factors, person.user_id) == 1


def as_self_id(user_id):
    return Actor(user_id=user_id, via="web")


# --- The lists ---


def test_a_firm_sees_its_own_people_and_a_park_those_of_its_firms(person, manager):
    other = a_plant(person.database)
    doing(person, manager, invite, Invite("a@example.com", Role.PRODUCER))
    user = stranger(person)
    doing(person, as_self(user), ask_to_join, person.plant.credit_code, Role.PRODUCER, "")

    def seen(actor):
        lists = (members, open_invitations, open_join_requests)
        return [len(doing(person, actor, found)) for found in lists]

    assert seen(manager) == seen(person.plant.operator) == [1, 1, 1]
    assert seen(other.producer) == seen(other.operator) == [0, 0, 0]


def test_invitations_that_are_over_are_not_listed(person, manager, session, clock):
    doing(person, manager, invite, Invite("a@example.com", Role.PRODUCER))
    clock.now += timedelta(days=7)

    assert doing(person, manager, open_invitations) == []
    assert len(session.scalars(select(Invitation)).all()) == 1
