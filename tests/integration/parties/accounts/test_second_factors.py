"""PIN and authenticator: enrolled, changed, removed, confirmed; wrong ones counted though the act fails."""

from datetime import timedelta
from threading import Barrier, Thread

import pyotp
import pytest
from sqlalchemy import func, select

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from app.foundation.core.work import Actor
from app.foundation.keys.operations import Keyring
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.confirming.checking import (
    NoSecondFactor,
    SecondFactor,
    confirm_password,
    confirm_person,
)
from app.parties.accounts.confirming.enrolling import (
    confirm_totp,
    offer_totp,
    open_offer,
    remove_factor,
    set_pin,
)
from app.parties.accounts.confirming.models import EnrolledFactor, FactorKind, FactorTries
from app.parties.accounts.confirming.tries import (
    MAX_TRIES,
    WINDOW,
    TooManyTries,
    WrongSecondFactor,
    forget_old_tries,
)
from app.parties.accounts.on_device import person_by_pin
from app.parties.accounts.permissions import Permission
from tests.integration.parties.accounts.conftest import PASSWORD

KEYRING = Keyring(b"k" * 32)
PIN, WRONG = "482916", "482917"


@pytest.fixture(autouse=True)
def at_ten(clock):
    """Steps of thirty seconds begin at known instants."""


def acting(person, act, *arguments):
    with person.database.writing(Actor(user_id=person.user_id, via="web")) as work:
        return act(work, *arguments)


def confirm(person, code, kind=None):
    return confirm_person(person.database, KEYRING, person.user_id, SecondFactor(code, kind))


def with_pin(person):
    acting(person, set_pin, KEYRING, PIN, PIN)
    return person


def with_totp(person, clock):
    offer = acting(person, offer_totp, KEYRING)
    totp = pyotp.TOTP(offer.secret)
    acting(person, confirm_totp, KEYRING, totp.at(clock.now))
    clock.now += timedelta(seconds=30)
    return totp


def events_of(session):
    return list(
        session.scalars(
            select(TraceEvent.name).where(TraceEvent.subject_kind == "second_factor").order_by(TraceEvent.id)
        )
    )


def test_a_pin_confirms_as_often_as_wanted_and_no_other_does(person):
    with_pin(person)

    assert [confirm(person, PIN) for _ in range(7)] == [FactorKind.PIN] * 7
    for wrong in (WRONG, "", "48291", PIN + "0", "４８２９１６"):
        with pytest.raises(WrongSecondFactor):
            confirm(person, wrong)


def test_neither_pin_nor_secret_stands_in_the_database_or_an_event(person, session):
    with_pin(person)
    secret = acting(person, offer_totp, KEYRING).secret

    stored = [f"{r.pin_hash} {r.sealed_secret!r}" for r in session.scalars(select(EnrolledFactor))]
    told = [e.envelope for e in session.scalars(select(TraceEvent))]
    assert not any(word in text for text in [*stored, *told] for word in (PIN, secret))
    assert events_of(session) == ["second_factor.enrolled", "second_factor.offered"]


def test_the_fifth_wrong_pin_locks_and_the_right_one_waits_a_quarter_of_an_hour(person, clock):
    with_pin(person)
    for _ in range(MAX_TRIES):
        with pytest.raises(WrongSecondFactor) as refused:
            confirm(person, WRONG)
        assert not isinstance(refused.value, TooManyTries)
        clock.now += timedelta(minutes=2)

    with pytest.raises(TooManyTries):
        confirm(person, PIN)
    clock.now += WINDOW - timedelta(minutes=2, seconds=1)
    with pytest.raises(TooManyTries):
        confirm(person, PIN)
    clock.now += timedelta(seconds=1)
    assert confirm(person, PIN) == FactorKind.PIN


def test_being_right_forgets_what_was_wrong_before(person):
    with_pin(person)
    for _ in range(3):
        for _wrong in range(MAX_TRIES - 1):
            with pytest.raises(WrongSecondFactor):
                confirm(person, WRONG)
        confirm(person, PIN)


def test_twenty_guesses_at_once_are_five(throwaway_person):
    person = with_pin(throwaway_person)
    answers, start = [], Barrier(20)

    def guess(number):
        start.wait()
        try:
            answers.append(confirm(person, f"{number:06d}"))
        except Exception as refused:
            answers.append(type(refused))

    threads = [Thread(target=guess, args=(700_000 + number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(kind.__name__ for kind in answers) == ["TooManyTries"] * 15 + ["WrongSecondFactor"] * 5


def test_an_authenticator_code_confirms_once_and_only_in_its_time(person, clock):
    totp = with_totp(person, clock)
    code = totp.at(clock.now)

    assert confirm(person, code) == FactorKind.TOTP
    for seconds in (0, 30, 60, 120):
        with pytest.raises(WrongSecondFactor):
            confirm(person, code)
        clock.now += timedelta(seconds=seconds)
        confirm(person, totp.at(clock.now)) if seconds else None


def test_the_code_that_enrolled_confirms_nothing_more(person, clock):
    totp = pyotp.TOTP(acting(person, offer_totp, KEYRING).secret)
    code = totp.at(clock.now)
    with pytest.raises(NoSecondFactor):
        confirm(person, code)
    acting(person, confirm_totp, KEYRING, code)

    with pytest.raises(WrongSecondFactor):
        confirm(person, code)


def test_two_who_replay_one_code_at_once_get_one_confirmation(throwaway_person, clock):
    person = throwaway_person
    code = with_totp(person, clock).at(clock.now)
    answers, start = [], Barrier(4)

    def use():
        start.wait()
        try:
            answers.append(confirm(person, code).name)
        except WrongSecondFactor:
            answers.append("refused")

    threads = [Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["TOTP", "refused", "refused", "refused"]


def test_either_factor_confirms_unless_one_is_asked_for(person, clock):
    totp = with_totp(with_pin(person), clock)

    assert confirm(person, PIN) == FactorKind.PIN
    with pytest.raises(WrongSecondFactor):
        confirm(person, PIN, FactorKind.TOTP)
    assert confirm(person, totp.at(clock.now)) == FactorKind.TOTP


def test_a_new_pin_ends_the_old_one_and_a_removed_one_leaves_no_secret(person, session):
    with_pin(person)
    acting(person, set_pin, KEYRING, "739251", "739251")
    with pytest.raises(WrongSecondFactor):
        confirm(person, PIN)
    assert confirm(person, "739251") == FactorKind.PIN
    acting(person, remove_factor, FactorKind.PIN)

    with pytest.raises(NoSecondFactor):
        confirm(person, "739251")
    with pytest.raises(NotFound):
        acting(person, remove_factor, FactorKind.PIN)
    rows = session.scalars(select(EnrolledFactor)).all()
    assert [(r.pin_hash, r.ended_at is not None) for r in rows] == [(None, True)] * 2
    assert events_of(session) == ["second_factor.enrolled", "second_factor.changed", "second_factor.removed"]


def test_offers_are_shown_again_replaced_and_refused_once_there_is_one(person, clock):
    first = acting(person, offer_totp, KEYRING)
    assert acting(person, open_offer, KEYRING) == first
    second = acting(person, offer_totp, KEYRING)
    with pytest.raises(InvalidInput):
        acting(person, confirm_totp, KEYRING, pyotp.TOTP(first.secret).at(clock.now))
    acting(person, confirm_totp, KEYRING, pyotp.TOTP(second.secret).at(clock.now))

    assert acting(person, open_offer, KEYRING) is None
    with pytest.raises(Conflict):
        acting(person, offer_totp, KEYRING)


def test_all_that_is_wrong_with_a_pin_is_said_at_once(person):
    with pytest.raises(InvalidInput) as refused:
        acting(person, set_pin, KEYRING, "123456", "123457")

    assert [p.pointer for p in refused.value.problems] == ["#/pin", "#/pin_again"]


def test_only_the_person_themselves_sets_a_factor(person):
    for actor in (Actor.system(), Actor(user_id=person.user_id, via="api")):
        with pytest.raises(NotPermitted), person.database.writing(actor) as work:
            set_pin(work, KEYRING, PIN, PIN)


def test_a_wrong_password_counts_as_a_wrong_factor_does(person):
    with_pin(person)
    assert confirm_password(person.database, person.user_id, PASSWORD)
    for _ in range(MAX_TRIES):
        assert not confirm_password(person.database, person.user_id, "wrong")

    with pytest.raises(TooManyTries):
        confirm(person, PIN)


def test_counts_that_stop_nobody_are_dropped(person, clock):
    with_pin(person)
    with pytest.raises(WrongSecondFactor):
        confirm(person, WRONG)
    clock.now += WINDOW

    with person.database.writing(Actor.system()) as work:
        assert forget_old_tries(work) == 1
        assert work.session.scalar(select(func.count(FactorTries.id))) == 0


# --- Another person on this device ---


def on_device(person, login, code=PIN, organisation_id=None, permission=Permission.CONSIGNMENTS_SEND):
    organisation_id = organisation_id or person.plant.organisation_id
    return person_by_pin(person.database, KEYRING, login, SecondFactor(code), organisation_id, permission)


@pytest.mark.parametrize("login", ["lu@example.com", " LU@example.com ", "000-0000-1234"])
def test_a_named_person_acts_on_anothers_device_in_their_own_role(person, login):
    found = on_device(with_pin(person), login)

    assert (found.actor.user_id, found.actor.organisation_id) == (
        person.user_id,
        person.plant.organisation_id,
    )
    assert (found.factor, found.actor.may(Permission.CONSIGNMENTS_SEND)) == (FactorKind.PIN, True)


def test_nobody_and_a_wrong_pin_are_refused_in_the_same_words_and_locked_alike(person):
    with_pin(person)
    words = []
    for login in ("lu@example.com", "nobody@example.com"):
        for _ in range(MAX_TRIES + 1):
            with pytest.raises(WrongSecondFactor) as refused:
                on_device(person, login, WRONG)
            words.append(str(refused.value))

    assert words[: MAX_TRIES + 1] == words[MAX_TRIES + 1 :]


def test_who_has_no_such_role_there_is_told_so(person):
    with_pin(person)

    with pytest.raises(NotPermitted, match="没有可以执行"):
        on_device(person, "lu@example.com", permission=Permission.CONSIGNMENTS_CARRY)
