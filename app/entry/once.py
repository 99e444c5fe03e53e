"""Forms that make something: sent twice, they make it once and lead to the same page.

A page puts a fresh key into its form. What the first sending made is noted under the key in the transaction that
makes it, so a second sending, at once or days later, finds the note or fails against its uniqueness.
"""

import hashlib

from sqlalchemy import select

from app.entry.models import IdempotentAnswer
from app.entry.work import actor
from app.foundation.core.ids import new_id
from app.foundation.core.work import Work

MAX_LENGTH = 64


def fresh_key() -> str:
    """A key for one showing of a form."""
    return new_id().hex


def made_before(work: Work, place: str, key: str) -> str | None:
    """Where the first sending of this form led, if there was one."""
    if not 0 < len(key) <= MAX_LENGTH:
        return None
    return work.session.scalar(
        select(IdempotentAnswer.location).where(IdempotentAnswer.scope == _scope(place, key))
    )


def remember(work: Work, place: str, key: str, location: str) -> None:
    """Note where this sending leads. A twin that came in meanwhile fails here, before anything is committed."""
    if not 0 < len(key) <= MAX_LENGTH:
        return
    work.session.add(
        IdempotentAnswer(
            id=new_id(),
            scope=_scope(place, key),
            body_mac="",
            status=303,
            content_type="",
            etag=None,
            location=location,
            body=b"",
            created_at=work.now,
        )
    )
    work.session.flush()


def _scope(place: str, key: str) -> str:
    who = actor()
    return hashlib.sha256(
        "\n".join(("form", str(who.user_id), str(who.organisation_id), place, key)).encode()
    ).hexdigest()
