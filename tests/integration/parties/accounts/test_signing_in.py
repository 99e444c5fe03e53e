"""Ways in: passwords, lockout, sessions and tokens, and that they end at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.foundation.core.clock import utc_now
from app.foundation.core.errors import InvalidInput, NotFound
from app.foundation.core.work import Actor
from app.parties.accounts.commands import GrantRole, IssueToken
from app.parties.accounts.models import ApiToken, Organisation, SignInAttempts, User, UserSession
from app.parties.accounts.operations import end_membership, grant_role
from app.parties.accounts.permissions import Role, permissions_of
from app.parties.accounts.signing_in import (
    LOCK_FOR,
    MAX_FAILURES,
    caller_of_token,
    issue_token,
    revoke_tokens,
    sign_out,
)
from tests.integration.parties.accounts.conftest import PASSWORD

SYSTEM = Actor.system()
WRONG, LOCKED = "账号或密码不正确", "15 分钟后再试"


def change(person, model, thing_id, **values):
    with person.database.writing(SYSTEM) as work:
        row = work.session.get_one(model, thing_id)
        for name, value in values.items():
            setattr(row, name, value)


@pytest.mark.parametrize("account", ["lu@example.com", " LU@example.COM ", "000-0000-1234"])
def test_the_right_password_opens_a_session_by_address_or_phone(person, account):
    caller = person.caller(person.sign_in(account).token)

    assert caller.actor.user_id == person.user_id
    assert caller.actor.organisation_id == person.plant.organisation_id
    assert caller.actor.park_id == person.plant.park_id
    assert caller.actor.permissions == permissions_of(Role.PRODUCER)
    assert (caller.actor.via, caller.actor.is_park_staff) == ("web", False)
    assert (caller.user_name, caller.organisation_name, caller.is_demo) == ("陆青岚", "青梧涂料", True)


def test_a_session_token_is_not_in_the_database(person, session):
    token = person.sign_in().token

    row = session.scalars(select(UserSession)).one()

    assert len(token) >= 40
    assert token not in (row.token_hash, str(row.id))


@pytest.mark.parametrize(
    ("account", "password"),
    [
        ("lu@example.com", "wrong password"),
        ("lu@example.com", ""),
        ("lu@example.com", PASSWORD.upper()),
        ("lu@example.com", "x" * 10_000),
        ("nobody@example.com", PASSWORD),
        ("", PASSWORD),
        ("000-0000-9999", PASSWORD),
        ("%", PASSWORD),
    ],
)
def test_anything_else_is_wrong_in_the_same_words(person, account, password):
    result = person.sign_in(account, password)

    assert (result.token, str(result.refusal)) == (None, WRONG)


def test_a_disabled_person_is_nobody(person):
    change(person, User, person.user_id, disabled_at=utc_now())

    assert str(person.sign_in().refusal) == WRONG


@pytest.mark.parametrize("account", ["lu@example.com", "nobody@example.com"])
def test_five_failures_lock_an_address_known_or_not(person, account):
    answers = [str(person.sign_in(account, "wrong").refusal) for _ in range(MAX_FAILURES + 1)]

    assert [WRONG in answer for answer in answers] == [True] * MAX_FAILURES + [False]
    assert LOCKED in answers[-1]
    assert LOCKED in str(person.sign_in(account, PASSWORD).refusal)


def test_a_lock_ends_after_a_quarter_of_an_hour(person):
    for _ in range(MAX_FAILURES):
        person.sign_in(password="wrong")
    person.now += LOCK_FOR - timedelta(seconds=1)
    assert person.sign_in().token is None

    person.now += timedelta(seconds=1)

    assert person.sign_in().token


def test_a_success_forgets_the_failures_before_it(person):
    for _ in range(3):
        for _failure in range(MAX_FAILURES - 1):
            person.sign_in(password="wrong")
        assert person.sign_in().token


def test_one_persons_lock_is_not_anothers(person):
    for _ in range(MAX_FAILURES):
        person.sign_in("nobody@example.com", "wrong")

    assert person.sign_in().token


def test_addresses_of_strangers_are_not_kept(person, session):
    person.sign_in("Stranger@Example.com", "wrong")

    row = session.scalars(select(SignInAttempts)).one()
    assert "stranger" not in f"{row.email_hash}{row.id}".lower()


# --- Sessions that end ---


def test_a_session_ends_after_its_time(person):
    token = person.sign_in().token
    person.now += timedelta(hours=12) - timedelta(seconds=1)
    assert person.caller(token)

    person.now += timedelta(seconds=1)

    assert person.caller(token) is None


def test_signing_out_ends_the_session_and_no_other(person):
    first, second = person.sign_in().token, person.sign_in().token

    with person.database.writing(SYSTEM) as work:
        sign_out(work, first)

    assert person.caller(first) is None
    assert person.caller(second)


def test_a_session_ends_when_the_role_is_taken_away(person):
    token = person.sign_in().token

    with person.database.writing(SYSTEM) as work:
        end_membership(work, person.membership_id)

    assert person.caller(token) is None
    assert "没有任何角色" in str(person.sign_in().refusal)


def test_a_session_ends_when_the_person_is_disabled(person):
    token = person.sign_in().token

    change(person, User, person.user_id, disabled_at=utc_now())

    assert person.caller(token) is None


def test_a_session_ends_when_the_firm_is_suspended(person):
    token = person.sign_in().token

    change(person, Organisation, person.plant.organisation_id, suspended_at=utc_now())

    assert person.caller(token) is None
    refusal = person.sign_in()
    assert refusal.token is None
    assert "没有任何角色" in str(refusal.refusal)


def test_who_has_a_role_in_a_firm_that_is_not_suspended_comes_in_there(person):
    with person.database.writing(SYSTEM) as work:
        grant_role(work, GrantRole(person.user_id, Role.INSPECTOR, None, person.plant.park_id))
    change(person, Organisation, person.plant.organisation_id, suspended_at=utc_now())

    caller = person.caller(person.sign_in().token)

    assert (caller.role, caller.actor.is_park_staff) == (Role.INSPECTOR, True)


def test_a_made_up_token_is_nobody(person):
    person.sign_in()

    assert person.caller("made up") is None


# --- API tokens ---


def issued(person, *scopes, days=30):
    with person.database.writing(SYSTEM, now=person.now) as work:
        return issue_token(work, IssueToken(person.email, scopes, "秤", timedelta(days=days)))


def caller_by(person, token):
    with person.database.reading(SYSTEM, now=person.now) as work:
        return caller_of_token(work, token)


def test_a_token_does_what_its_scopes_and_role_both_allow(person, session):
    token = issued(person, "scan", "licences.manage")

    caller = caller_by(person, token)

    assert token.startswith("plk_")
    assert caller.actor.permissions == {"scan"}
    assert caller.actor.via == "api"
    assert session.scalars(select(ApiToken.token_hash)).one() != token


def test_a_token_expires(person):
    token = issued(person, "read", days=1)
    person.now += timedelta(days=1) - timedelta(seconds=1)
    assert caller_by(person, token)

    person.now += timedelta(seconds=1)

    assert caller_by(person, token) is None


def test_revoked_tokens_open_nothing(person):
    tokens = [issued(person, "read"), issued(person, "scan")]

    with person.database.writing(SYSTEM) as work:
        assert revoke_tokens(work, " LU@example.com") == 2

    assert [caller_by(person, token) for token in tokens] == [None, None]
    with person.database.writing(SYSTEM) as work:
        assert revoke_tokens(work, person.email) == 0
    with pytest.raises(NotFound), person.database.writing(SYSTEM) as work:
        revoke_tokens(work, "nobody@example.com")


def test_a_token_ends_with_its_role(person):
    token = issued(person, "read")

    with person.database.writing(SYSTEM) as work:
        end_membership(work, person.membership_id)

    assert caller_by(person, token) is None


def test_a_token_is_no_session_and_a_session_no_token(person):
    assert person.caller(issued(person, "read")) is None
    assert caller_by(person, person.sign_in().token) is None


@pytest.mark.parametrize("scopes", [(), ("everything",), ("read", "ledger.*")])
def test_unknown_scopes_are_refused_by_name(person, scopes):
    with pytest.raises(InvalidInput) as refused:
        issued(person, *scopes)

    assert [problem.pointer for problem in refused.value.problems] == ["#/scopes"]


def test_nobody_without_a_role_gets_a_token(person):
    with person.database.writing(SYSTEM) as work:
        end_membership(work, person.membership_id)

    with pytest.raises(NotFound):
        issued(person, "read")
