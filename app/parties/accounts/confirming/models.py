"""Second factors, the counts of wrong tries, one-time codes and links."""

import enum
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Organisation, Park, User


class FactorKind(enum.StrEnum):
    """What confirmed a person."""

    PIN = "pin"
    TOTP = "totp"
    CODE = "code"
    """A one-time code sent to their phone; nothing that is enrolled."""


class EnrolledFactor(Base, Traced):
    """A PIN or an authenticator app of a person. Ended, never deleted; its secret goes when it ends."""

    __tablename__ = "second_factors"
    __table_args__ = (
        CheckConstraint(
            "CASE WHEN ended_at IS NOT NULL THEN pin_hash IS NULL AND sealed_secret IS NULL "
            "WHEN kind = 'pin' THEN pin_hash IS NOT NULL AND sealed_secret IS NULL AND confirmed_at IS NOT NULL "
            "WHEN kind = 'totp' THEN pin_hash IS NULL AND sealed_secret IS NOT NULL "
            "ELSE 1 = 0 END",
            name="holds_the_secret_of_its_kind",
        ),
        Index(
            "uq_second_factors_open",
            "user_id",
            "kind",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    trace_kind = "second_factor"
    trace_state = ("user_id", "kind", "confirmed_at", "ended_at")

    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id), index=True)
    kind: Mapped[FactorKind]
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    sealed_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    last_step: Mapped[int | None]
    """The newest TOTP step (30 s since 1970) that confirmed something: it and older ones never do again."""
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    def end(self, at: datetime) -> None:
        self.ended_at, self.pin_hash, self.sealed_secret = at, None, None


class FactorTries(Base):
    """Tries at somebody's second factor since `since`. Each is counted before it is looked at."""

    __tablename__ = "factor_tries"

    subject_hash: Mapped[str] = mapped_column(String(64), unique=True)
    tries: Mapped[int]
    since: Mapped[datetime]


class OneTimeCode(Base, Traced):
    """Six digits sent to one phone for one purpose and one document."""

    __tablename__ = "one_time_codes"
    __table_args__ = (Index(None, "recipient_mac", "created_at"),)
    trace_kind = "one_time_code"
    trace_state = ("purpose", "document_hash", "expires_at", "used_at")

    purpose: Mapped[str] = mapped_column(String(40))
    document_hash: Mapped[str] = mapped_column(String(64))
    recipient_mac: Mapped[str] = mapped_column(String(64))
    code_mac: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OneTimeLink(Base, Traced):
    """A way to one act on one document for somebody without an account."""

    __tablename__ = "one_time_links"
    __table_args__ = (Index(None, "purpose", "subject_id"),)
    trace_kind = "one_time_link"
    trace_state = ("purpose", "subject_id", "document_hash", "expires_at", "spent_at", "revoked_at")

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    document_hash: Mapped[str] = mapped_column(String(64))
    sealed_contact: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Name and phone of who is asked to act, encrypted: a code goes to this phone and to no other."""
    needs_code: Mapped[bool]
    """Whoever holds the link has to type the code sent to that phone as well."""
    code_id: Mapped[UUID | None] = mapped_column(ForeignKey(OneTimeCode.id), index=True)
    wrong_codes: Mapped[int]
    issued_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(User.id), index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey(Organisation.id), index=True)
    park_id: Mapped[UUID | None] = mapped_column(ForeignKey(Park.id), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
