"""One-time links: one act on one document by somebody without an account."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from app.foundation import trace
from app.foundation.core.database import Database
from app.foundation.core.errors import Conflict, DomainError, FieldProblem, InvalidInput, NotFound
from app.foundation.core.ids import new_id
from app.foundation.core.text import Text, say
from app.foundation.core.work import Actor, Work
from app.foundation.keys.operations import Keyring
from app.parties.accounts.confirming.codes import WrongCode, check_code, send_code
from app.parties.accounts.confirming.models import FactorKind, OneTimeLink
from app.parties.accounts.confirming.sending import CodeSender

LIFETIME = timedelta(hours=24)
LONGEST = timedelta(days=7)
MAX_WRONG_CODES = 5


class LinkEnded(DomainError):
    """The link was one, and leads nowhere any more: used, revoked, too old, or tried with wrong codes."""


@dataclass(frozen=True)
class Contact:
    """Who is asked to act: the name as they will sign, and the phone or mailbox a code goes to."""

    name: str
    recipient: str = field(default="", repr=False)


@dataclass(frozen=True)
class IssueLink:
    """One link. `purpose` names the act, such as `consignment.sign.consignor`; `document_hash` is hex."""

    purpose: str
    subject_id: UUID
    document_hash: str
    contact: Contact | None = None
    lifetime: timedelta = LIFETIME


@dataclass(frozen=True)
class NewLink:
    """A link as it is shown once: the path carries the token, of which only the hash is kept."""

    link: OneTimeLink
    token: str = field(repr=False)

    @property
    def path(self) -> str:
        return f"/s/{self.token}"


def issue_link(work: Work, keyring: Keyring, command: IssueLink) -> NewLink:
    """Make a link to one act. Who may ask for it is the calling room's to say. One trace event.

    Raises:
        InvalidInput: it would live longer than seven days, or no time at all.
    """
    if not timedelta(0) < command.lifetime <= LONGEST:
        raise InvalidInput([FieldProblem("#/lifetime", say("链接有效期最长 7 天"))])
    token, row_id = secrets.token_urlsafe(16), new_id()
    link = OneTimeLink(
        id=row_id,
        token_hash=_hash(token),
        purpose=command.purpose,
        subject_id=command.subject_id,
        document_hash=command.document_hash,
        sealed_contact=_sealed(keyring, row_id, command.contact),
        needs_code=bool(command.contact and command.contact.recipient),
        wrong_codes=0,
        issued_by_id=work.actor.user_id,
        organisation_id=work.actor.organisation_id,
        park_id=work.actor.park_id,
        created_at=work.now,
        expires_at=work.now + command.lifetime,
    )
    work.session.add(link)
    trace.record(work, "one_time_link.issued", link, about=[(_kind(command.purpose), command.subject_id)])
    return NewLink(link, token)


def open_link(work: Work, token: str) -> OneTimeLink:
    """The link of a token, if it still leads somewhere. Opening it changes nothing.

    Raises:
        NotFound: there never was such a link.
        LinkEnded: it was used or revoked, is too old, or five codes were wrong.
    """
    link = work.session.scalar(select(OneTimeLink).where(OneTimeLink.token_hash == _hash(token)))
    if link is None:
        raise NotFound(say("链接无效，请核对是否完整"))
    if why := why_ended(link, work.now):
        raise LinkEnded(why)
    return link


def why_ended(link: OneTimeLink, now: datetime) -> Text | None:
    """Why a link leads nowhere any more, or None."""
    if link.spent_at is not None:
        return say("此链接已使用过；每个链接只能确认一次")
    if link.revoked_at is not None:
        return say("此链接已被发出方撤回，请联系对方")
    if link.expires_at <= now:
        return say("此链接已过期，请联系对方重新发送")
    if link.wrong_codes >= MAX_WRONG_CODES:
        return say("验证码多次不正确，此链接已失效，请联系对方重新发送")
    return None


def spend_link(
    work: Work, token: str, *, purpose: str, document_hash: str, confirmed: FactorKind | None = None
) -> OneTimeLink:
    """Use a link up within the act it was for; of two at once, one gets it. Rolled back with the act.

    Records nothing itself: give the link to the act's event as `changed=[link]`. `confirmed` is what
    `check_link_code` gave.

    Raises:
        NotFound, LinkEnded: as `open_link`.
        WrongCode: the link needs a code, and none was checked.
        Conflict: the document is no longer the one the link was issued for.
    """
    link = open_link(work, token)
    if link.purpose != purpose:
        raise NotFound(say("链接无效，请核对是否完整"))
    if link.needs_code and confirmed is not FactorKind.CODE:
        raise WrongCode
    if link.document_hash != document_hash:
        raise Conflict(say("单据内容在链接发出后已变化，请联系对方重新发送链接"))
    spent = (
        update(OneTimeLink)
        .where(
            OneTimeLink.id == link.id,
            OneTimeLink.spent_at.is_(None),
            OneTimeLink.revoked_at.is_(None),
            OneTimeLink.wrong_codes < MAX_WRONG_CODES,
        )
        .values(spent_at=work.now)
        .returning(OneTimeLink.id)
        .execution_options(synchronize_session=False)
    )
    if work.session.scalar(spent) is None:
        raise LinkEnded(say("此链接已使用过；每个链接只能确认一次"))
    work.session.refresh(link)
    return link


def revoke_link(work: Work, link_id: UUID) -> OneTimeLink:
    """Take a link back. Its own organisation may, or the park it was issued in.

    Raises:
        NotFound: no such link of the actor's.
        Conflict: it leads nowhere any more.
    """
    link = work.session.scalar(select(OneTimeLink).where(OneTimeLink.id == link_id).with_for_update())
    if link is None or not _is_own(work.actor, link):
        raise NotFound(say("没有这个链接"))
    if why := why_ended(link, work.now):
        raise Conflict(why)
    link.revoked_at = work.now
    trace.record(work, "one_time_link.revoked", link, about=[(_kind(link.purpose), link.subject_id)])
    return link


def links_of(work: Work, subject_id: UUID) -> Sequence[OneTimeLink]:
    """All links ever issued for one thing, newest first."""
    chosen = select(OneTimeLink).where(OneTimeLink.subject_id == subject_id)
    return work.session.scalars(chosen.order_by(OneTimeLink.id.desc())).all()


def contact_of(keyring: Keyring, link: OneTimeLink) -> Contact | None:
    """Who is asked to act, if the issuer said so."""
    if link.sealed_contact is None:
        return None
    name, recipient = json.loads(keyring.open_secret(f"link:{link.id}", link.sealed_contact))
    return Contact(name, recipient)


def send_link_code(database: Database, keyring: Keyring, sender: CodeSender, token: str) -> None:
    """Send a code to the phone the issuer named, and to no other. Call it outside any unit of work.

    Raises:
        NotFound, LinkEnded: as `open_link`.
        Conflict: the issuer named no phone, or this deployment sends no codes.
        TooManyTries: five codes went to that phone within an hour.
    """
    with database.reading(Actor(via="link")) as work:
        link = open_link(work, token)
    contact = contact_of(keyring, link)
    if contact is None or not link.needs_code:
        raise Conflict(say("发出方没有登记手机号，不能发送验证码"))
    code_id = send_code(
        database,
        keyring,
        sender,
        actor_of(link),
        recipient=contact.recipient,
        purpose=link.purpose,
        document_hash=link.document_hash,
    )
    with database.writing(actor_of(link)) as work:
        work.session.execute(update(OneTimeLink).where(OneTimeLink.id == link.id).values(code_id=code_id))


def check_link_code(database: Database, keyring: Keyring, token: str, code: str) -> FactorKind:
    """Whether this is the code last sent for the link; a wrong one is counted against the link, and five end it.

    Call it before the act's unit of work.

    Raises:
        NotFound, LinkEnded: as `open_link`.
        WrongCode: it isn't.
    """
    with database.writing(Actor(via="link")) as work:
        link = open_link(work, token)
        counted = (
            update(OneTimeLink)
            .where(OneTimeLink.id == link.id, OneTimeLink.wrong_codes < MAX_WRONG_CODES)
            .values(wrong_codes=OneTimeLink.wrong_codes + 1)
            .returning(OneTimeLink.code_id)
            .execution_options(synchronize_session=False)
        )
        counted_for = work.session.execute(counted).first()
    if counted_for is None or counted_for.code_id is None:
        raise WrongCode
    kind = check_code(
        database,
        keyring,
        actor_of(link),
        code_id=counted_for.code_id,
        purpose=link.purpose,
        document_hash=link.document_hash,
        code=code,
    )
    with database.writing(actor_of(link)) as work:
        right = update(OneTimeLink).where(OneTimeLink.id == link.id)
        work.session.execute(right.values(wrong_codes=OneTimeLink.wrong_codes - 1))
    return kind


def actor_of(link: OneTimeLink) -> Actor:
    """Who comes in by a link: nobody with an account or permissions, in the park it was issued in."""
    return Actor(park_id=link.park_id, via="link")


def _is_own(actor: Actor, link: OneTimeLink) -> bool:
    if actor.is_deployment:
        return True
    if actor.is_park_staff:
        return link.park_id is not None and link.park_id == actor.park_id
    return link.organisation_id is not None and link.organisation_id == actor.organisation_id


def _sealed(keyring: Keyring, link_id: UUID, contact: Contact | None) -> bytes | None:
    if contact is None:
        return None
    return keyring.seal_secret(f"link:{link_id}", json.dumps([contact.name, contact.recipient]).encode())


def _kind(purpose: str) -> str:
    """The kind of thing a purpose is about: what stands before its first dot."""
    return purpose.partition(".")[0]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
