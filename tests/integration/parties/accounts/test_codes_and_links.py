"""One-time codes and links: bound to a purpose and a document, once, not to be guessed."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from app.foundation.core.errors import Conflict, InvalidInput, NotFound
from app.foundation.core.ids import new_id
from app.foundation.core.work import Actor
from app.foundation.keys.operations import Keyring
from app.foundation.trace.models import TraceAbout, TraceEvent
from app.parties.accounts.confirming.codes import LIFETIME, SENT_AT_MOST, WrongCode, check_code, send_code
from app.parties.accounts.confirming.links import (
    Contact,
    IssueLink,
    LinkEnded,
    check_link_code,
    contact_of,
    issue_link,
    links_of,
    open_link,
    revoke_link,
    send_link_code,
    spend_link,
)
from app.parties.accounts.confirming.models import FactorKind, OneTimeCode, OneTimeLink
from app.parties.accounts.confirming.sending import ConsoleSender, NoSender
from app.parties.accounts.confirming.tries import MAX_TRIES, TooManyTries

KEYRING = Keyring(b"k" * 32)
PHONE, PURPOSE, HASH = "000-0000-4321", "consignment.sign", "ab" * 32


@pytest.fixture(autouse=True)
def at_ten(clock):
    """Ten minutes and a day pass by hand."""


@pytest.fixture
def sender():
    return ConsoleSender()


class Codes:
    """Sends and checks codes of one purpose and document."""

    def __init__(self, person, sender):
        self.database, self.sender, self.actor = (
            person.database,
            sender,
            Actor(user_id=person.user_id, via="web"),
        )

    def send(self, recipient=PHONE):
        code_id = send_code(
            self.database, KEYRING, self.sender, self.actor,
            recipient=recipient, purpose=PURPOSE, document_hash=HASH,
        )  # fmt: skip
        return code_id, digits(self.sender)

    def check(self, code_id, code, purpose=PURPOSE, document_hash=HASH):
        return check_code(
            self.database, KEYRING, self.actor,
            code_id=code_id, purpose=purpose, document_hash=document_hash, code=code,
        )  # fmt: skip


def digits(sender):
    return "".join(sign for sign in sender.kept[-1].text.split("，")[0] if sign.isdigit())


def other(code):
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.fixture
def codes(person, sender):
    return Codes(person, sender)


def test_a_code_is_right_once(codes, session):
    code_id, code = codes.send()

    assert codes.check(code_id, f" {code} ") == FactorKind.CODE
    with pytest.raises(WrongCode):
        codes.check(code_id, code)
    assert session.scalars(
        select(TraceEvent.name).where(TraceEvent.subject_id == code_id).order_by(TraceEvent.sequence)
    ).all() == ["one_time_code.sent", "one_time_code.used"]


def test_a_code_is_right_for_nothing_else(codes):
    code_id, code = codes.send()

    for changes in ({"purpose": "sign-in"}, {"document_hash": "cd" * 32}):
        with pytest.raises(WrongCode):
            codes.check(code_id, code, **changes)
    with pytest.raises(WrongCode):
        codes.check(new_id(), code)
    assert codes.check(code_id, code)


def test_a_code_ends_after_ten_minutes_and_after_five_tries(codes, clock):
    code_id, code = codes.send()
    for _ in range(MAX_TRIES - 1):
        with pytest.raises(WrongCode):
            codes.check(code_id, other(code))
    assert codes.check(code_id, code)

    code_id, code = codes.send()
    for _ in range(MAX_TRIES):
        with pytest.raises(WrongCode):
            codes.check(code_id, other(code))
    with pytest.raises(WrongCode):
        codes.check(code_id, code)

    code_id, code = codes.send()
    clock.now += LIFETIME
    with pytest.raises(WrongCode):
        codes.check(code_id, code)


def test_neither_code_nor_phone_stands_in_the_database_or_an_event(codes, session):
    code_id, code = codes.send()

    row = session.get_one(OneTimeCode, code_id)
    told = " ".join(event.envelope for event in session.scalars(select(TraceEvent)))
    assert code not in told + row.code_mac + row.purpose
    assert (
        KEYRING.mac(f"code:{code_id}", code) == row.code_mac
    )  # without the deployment's secret it is nothing
    assert PHONE not in told + str(vars(row))


def test_one_phone_gets_five_codes_an_hour(codes, sender, clock):
    for _ in range(SENT_AT_MOST):
        codes.send(" 000-0000-4321")
    with pytest.raises(TooManyTries):
        codes.send()
    codes.send("000-0000-9999")

    clock.now += timedelta(hours=1)
    codes.send()

    assert len(sender.kept) == SENT_AT_MOST + 2


def test_a_deployment_without_a_provider_says_so_instead_of_logging_codes(person):
    with pytest.raises(Conflict, match="没有配置"):
        Codes(person, NoSender()).send()


# --- Links ---


class Links:
    """Issues and uses links for one thing."""

    def __init__(self, person, sender):
        self.person, self.sender, self.subject_id = person, sender, new_id()
        self.database = person.database
        self.owner = replace(person.plant.producer, user_id=person.user_id)

    def issue(self, contact=None, **changes):
        command = {
            "purpose": PURPOSE,
            "subject_id": self.subject_id,
            "document_hash": HASH,
            "contact": contact,
        }
        with self.database.writing(self.owner) as work:
            return issue_link(work, KEYRING, IssueLink(**command | changes))

    def open(self, token):
        with self.database.reading(Actor(via="link")) as work:
            return open_link(work, token)

    def spend(self, token, purpose=PURPOSE, document_hash=HASH, confirmed=None):
        with self.database.writing(Actor(via="link")) as work:
            return spend_link(work, token, purpose=purpose, document_hash=document_hash, confirmed=confirmed)

    def revoke(self, link, actor=None):
        with self.database.writing(actor or self.owner) as work:
            return revoke_link(work, link.id)


@pytest.fixture
def links(person, sender):
    return Links(person, sender)


def test_a_link_opens_as_often_as_wanted_and_is_spent_once(links, session):
    new = links.issue()

    assert (new.path, len(new.token)) == (f"/s/{new.token}", 22)
    assert [links.open(new.token).id for _ in range(3)] == [new.link.id] * 3
    assert links.spend(new.token).spent_at
    for use in (links.open, links.spend):
        with pytest.raises(LinkEnded, match="已使用"):
            use(new.token)
    assert new.token not in str(vars(session.get_one(OneTimeLink, new.link.id)))


def test_a_link_is_good_for_its_purpose_and_document_alone(links):
    new = links.issue()

    with pytest.raises(NotFound):
        links.spend(new.token, purpose="consignment.refuse")
    with pytest.raises(Conflict, match="已变化"):
        links.spend(new.token, document_hash="cd" * 32)
    with pytest.raises(NotFound):
        links.open(new.token[:-1])
    assert links.spend(new.token)


def test_a_link_ends_by_time_and_by_revocation(links, clock, session):
    revoked = links.issue()
    links.revoke(revoked.link)
    with pytest.raises(LinkEnded, match="撤回"):
        links.open(revoked.token)
    with pytest.raises(Conflict):
        links.revoke(revoked.link)

    late = links.issue()
    clock.now += timedelta(hours=24)
    with pytest.raises(LinkEnded, match="过期"):
        links.spend(late.token)
    names = session.scalars(
        select(TraceEvent.name).join(TraceAbout, TraceAbout.event_id == TraceEvent.id)
        .where(TraceAbout.thing_id == links.subject_id).order_by(TraceEvent.id)
    ).all()  # fmt: skip
    assert names == ["one_time_link.issued", "one_time_link.revoked", "one_time_link.issued"]


def test_a_link_is_revoked_by_its_own_firm_or_park_alone(links, person):
    new = links.issue()
    stranger = replace(links.owner, organisation_id=new_id(), park_id=new_id())
    with pytest.raises(NotFound):
        links.revoke(new.link, stranger)

    assert links.revoke(new.link, person.plant.operator).revoked_at


@pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(days=7, seconds=1)])
def test_a_link_lives_a_week_at_most(links, lifetime):
    with pytest.raises(InvalidInput):
        links.issue(lifetime=lifetime)


def test_a_link_with_a_phone_needs_the_code_sent_there(links, sender, session):
    new = links.issue(Contact("张师傅", PHONE))
    with pytest.raises(WrongCode):
        links.spend(new.token)
    with pytest.raises(WrongCode):
        check_link_code(links.database, KEYRING, new.token, "000000")

    send_link_code(links.database, KEYRING, sender, new.token)
    kind = check_link_code(links.database, KEYRING, new.token, digits(sender))
    spent = links.spend(new.token, confirmed=kind)

    assert sender.kept[-1].recipient == PHONE
    assert contact_of(KEYRING, spent) == Contact("张师傅", PHONE)
    assert PHONE.encode() not in (session.get_one(OneTimeLink, new.link.id).sealed_contact or b"")


def test_five_wrong_codes_end_a_link(links, sender):
    new = links.issue(Contact("张师傅", PHONE))
    send_link_code(links.database, KEYRING, sender, new.token)
    code = digits(sender)
    for number in range(MAX_TRIES):
        if number == MAX_TRIES - 2:  # a new code gives no new tries
            send_link_code(links.database, KEYRING, sender, new.token)
            code = digits(sender)
        with pytest.raises(WrongCode):
            check_link_code(links.database, KEYRING, new.token, other(code))

    with pytest.raises(LinkEnded, match="多次不正确"):
        check_link_code(links.database, KEYRING, new.token, code)


def test_two_who_spend_one_link_at_once_make_one_act(throwaway_person, sender):
    links = Links(throwaway_person, sender)
    new = links.issue()
    answers, start = [], Barrier(4)

    def use():
        start.wait()
        try:
            answers.append(links.spend(new.token) and "spent")
        except LinkEnded:
            answers.append("ended")

    threads = [Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["ended", "ended", "ended", "spent"]


def test_an_act_that_fails_gives_the_link_back(links):
    new = links.issue()
    with pytest.raises(ZeroDivisionError), links.database.writing(Actor(via="link")) as work:
        spend_link(work, new.token, purpose=PURPOSE, document_hash=HASH)
        _ = 1 // 0

    assert links.spend(new.token)


def test_all_links_of_a_thing_are_listed_newest_first(links):
    first, second = links.issue().link, links.issue().link

    with links.database.reading(links.owner) as work:
        assert [link.id for link in links_of(work, links.subject_id)] == [second.id, first.id]
