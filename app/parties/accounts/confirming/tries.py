"""Counting tries at somebody's second factor: each is counted, and committed, before it is looked at.

So neither a request that fails afterwards nor a hundred requests at once can try more often than they may.
"""

import hashlib
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, case, delete
from sqlalchemy.dialects import postgresql, sqlite

from app.foundation.core.errors import NotPermitted
from app.foundation.core.ids import new_id
from app.foundation.core.models import BIG, UtcDateTime
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.confirming.models import FactorTries

MAX_TRIES = 5
WINDOW = timedelta(minutes=15)


class WrongSecondFactor(NotPermitted):
    """The person is not confirmed. The words don't tell which factor was wrong, nor whether there is one."""

    def __init__(self) -> None:
        super().__init__(say("PIN 或动态码不正确，本次操作未执行；连续 5 次不正确将暂停 15 分钟"))


class TooManyTries(WrongSecondFactor):
    """Nothing is looked at for a while, right or wrong."""

    def __init__(self) -> None:
        NotPermitted.__init__(self, say("尝试次数过多，本次操作未执行；请 15 分钟后再试"))


def count_try(work: Work, subject: str) -> None:
    """Count one more try at `subject`. Commit this before the secret is compared.

    Five tries within 15 minutes are looked at; from the sixth on none is, until 15 minutes after the fifth.

    Raises:
        TooManyTries: this one is too many.
    """
    connection = work.session.connection()
    values = {
        "id": new_id(),
        "subject_hash": _hash(subject),
        "tries": 1,
        "since": work.now,
        "now": work.now,
        "cut": work.now - WINDOW,
    }
    tries = connection.execute(_COUNT[connection.dialect.name], values).scalar_one()
    if tries > MAX_TRIES:
        raise TooManyTries


def forget_tries(work: Work, subject: str) -> None:
    """The person was right: what was wrong before no longer counts."""
    work.session.execute(delete(FactorTries).where(FactorTries.subject_hash == _hash(subject)))


def forget_old_tries(work: Work) -> int:
    """Drop counts that stop nobody any more; gives their number."""
    old = FactorTries.since <= work.now - WINDOW
    return len(work.session.scalars(delete(FactorTries).where(old).returning(FactorTries.id)).all())


def _hash(subject: str) -> str:
    return hashlib.sha256(f"second factor\n{subject}".encode()).hexdigest()


def _counting(insert: Any) -> Any:
    """One more; anew after the window; the window of a lock begins with the last try that was looked at."""
    is_old = FactorTries.since <= bindparam("cut", type_=UtcDateTime())
    now = bindparam("now", type_=UtcDateTime())
    return insert.on_conflict_do_update(
        index_elements=["subject_hash"],
        set_={
            "tries": case((is_old, 1), else_=FactorTries.tries + 1),
            "since": case(
                (is_old | (FactorTries.tries < bindparam("last", MAX_TRIES, BIG)), now),
                else_=FactorTries.since,
            ),
        },
    ).returning(FactorTries.tries)


_TABLE = cast(Table, FactorTries.__table__)
_COUNT = {"postgresql": _counting(postgresql.insert(_TABLE)), "sqlite": _counting(sqlite.insert(_TABLE))}
