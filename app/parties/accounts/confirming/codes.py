"""One-time codes: six digits for one purpose and one document, ten minutes, five tries, once."""

import hmac
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from app.foundation import trace
from app.foundation.core.database import Database
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Actor
from app.foundation.keys.operations import Keyring
from app.parties.accounts.confirming.models import FactorKind, OneTimeCode
from app.parties.accounts.confirming.sending import CodeSender
from app.parties.accounts.confirming.six_digits import PIN_DIGITS
from app.parties.accounts.confirming.tries import MAX_TRIES, TooManyTries, WrongSecondFactor

LIFETIME = timedelta(minutes=10)
SENT_AT_MOST = 5
"""To one phone within an hour, whatever they are for."""


class WrongCode(WrongSecondFactor):
    """Wrong, used, too old, tried too often, or for something else: the words don't tell."""

    def __init__(self) -> None:
        super(WrongSecondFactor, self).__init__(say("验证码不正确或已失效，本次操作未执行；请核对或重新获取"))


def send_code(
    database: Database,
    keyring: Keyring,
    sender: CodeSender,
    actor: Actor,
    *,
    recipient: str,
    purpose: str,
    document_hash: str,
) -> UUID:
    """Send a new code and give its id, which the page holds until the person has typed it.

    Has a transaction of its own, and sends after it: call it outside any unit of work.

    Raises:
        TooManyTries: five codes went to that phone within an hour.
        Conflict: this deployment sends no codes.
    """
    code = f"{secrets.randbelow(10**PIN_DIGITS):06d}"
    with database.writing(actor) as work:
        mac = keyring.mac("recipient", "".join(recipient.split()).lower())
        lately = select(func.count()).where(
            OneTimeCode.recipient_mac == mac, OneTimeCode.created_at > work.now - timedelta(hours=1)
        )
        if (work.session.scalar(lately) or 0) >= SENT_AT_MOST:
            raise TooManyTries
        row_id = new_id()
        row = OneTimeCode(
            id=row_id,
            purpose=purpose,
            document_hash=document_hash,
            recipient_mac=mac,
            code_mac=keyring.mac(f"code:{row_id}", code),
            tries=0,
            created_at=work.now,
            expires_at=work.now + LIFETIME,
        )
        work.session.add(row)
        trace.record(work, "one_time_code.sent", row)
    sender.send(recipient, f"【固废一张网】验证码 {code}，10 分钟内有效，仅用于本次确认，请勿告诉他人。")
    return row_id


def check_code(
    database: Database,
    keyring: Keyring,
    actor: Actor,
    *,
    code_id: UUID,
    purpose: str,
    document_hash: str,
    code: str,
) -> FactorKind:
    """Whether this is the code that was sent for this purpose and document; it is used up by being right.

    Has transactions of its own: call it before the act's unit of work. Each try is counted before it is compared.

    Raises:
        WrongCode: wrong, used, older than ten minutes, tried five times, or sent for something else.
    """
    with database.writing(actor) as work:
        counted = (
            update(OneTimeCode)
            .where(
                OneTimeCode.id == code_id,
                OneTimeCode.purpose == purpose,
                OneTimeCode.document_hash == document_hash,
                OneTimeCode.used_at.is_(None),
                OneTimeCode.expires_at > work.now,
                OneTimeCode.tries < MAX_TRIES,
            )
            .values(tries=OneTimeCode.tries + 1)
            .returning(OneTimeCode.code_mac)
        )
        kept = work.session.scalar(counted)
    if kept is None or not hmac.compare_digest(kept, keyring.mac(f"code:{code_id}", code.strip())):
        raise WrongCode
    with database.writing(actor) as work:
        row = work.session.scalar(select(OneTimeCode).where(OneTimeCode.id == code_id).with_for_update())
        if row is None or row.used_at is not None:
            raise WrongCode
        row.used_at = work.now
        trace.record(work, "one_time_code.used", row)
    return FactorKind.CODE
