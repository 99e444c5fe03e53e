"""Parks, organisations, sites, people and their ways in."""

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, and_, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base
from app.foundation.trace.models import Traced
from app.parties.accounts.permissions import Role


class Park(Base, Traced):
    """One industrial park: its own zone of time, its own jurisdiction, its own log."""

    __tablename__ = "parks"
    trace_kind = "park"
    trace_state = ("slug", "zone", "province", "city", "is_demo", "staff_networks")

    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))
    zone: Mapped[str] = mapped_column(String(40))
    province: Mapped[str] = mapped_column(String(2))
    city: Mapped[str] = mapped_column(String(4))
    is_demo: Mapped[bool]
    staff_networks: Mapped[list[Any] | None] = mapped_column(default=None)
    """Networks (CIDR) that the park's own staff may come in from; from anywhere where there are none."""


class Organisation(Base, Traced):
    """A firm, known once in the whole deployment by its unified social credit code."""

    __tablename__ = "organisations"
    trace_kind = "organisation"
    trace_state = ("credit_code", "is_producer", "is_recycler", "is_carrier", "suspended_at")

    credit_code: Mapped[str] = mapped_column(String(18), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(40))
    emergency_phone: Mapped[str] = mapped_column(String(40))
    is_producer: Mapped[bool]
    is_recycler: Mapped[bool]
    is_carrier: Mapped[bool]
    suspended_at: Mapped[datetime | None]


class Site(Base, Traced):
    """A place of an organisation, in one park or in none. Jurisdiction is the site's."""

    __tablename__ = "sites"
    trace_kind = "site"
    trace_state = ("organisation_id", "park_id", "province", "city")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    park_id: Mapped[UUID | None] = mapped_column(ForeignKey(Park.id), index=True)
    name: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(200))
    province: Mapped[str] = mapped_column(String(2))
    city: Mapped[str] = mapped_column(String(4))


class User(Base, Traced):
    """A person who signs in. Name, address and phone are erasable and never in events."""

    __tablename__ = "users"
    trace_kind = "user"
    trace_state = ("locale", "disabled_at")

    email: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str] = mapped_column(String(40))
    password_hash: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(2))
    disabled_at: Mapped[datetime | None]


class Membership(Base, Traced):
    """A person's role in an organisation, or in a park itself. Taken away by ending it, never deleted."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint("organisation_id IS NOT NULL OR park_id IS NOT NULL", name="has_a_context"),
        CheckConstraint("valid_until > valid_from", name="ends_after_it_begins"),
        Index(
            "uq_memberships_open",
            "user_id",
            text("coalesce(organisation_id, park_id)"),
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    trace_kind = "membership"
    trace_state = (
        "user_id",
        "organisation_id",
        "park_id",
        "role",
        "valid_from",
        "valid_until",
        "delegated_by_id",
        "ended_at",
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id), index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey(Organisation.id), index=True)
    park_id: Mapped[UUID | None] = mapped_column(ForeignKey(Park.id), index=True)
    """Of park staff the park itself; of a firm's people the park they work in, if any."""
    role: Mapped[Role]
    job_title: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[datetime | None] = mapped_column(default=None)
    valid_until: Mapped[datetime | None] = mapped_column(default=None)
    delegated_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(User.id), index=True, default=None)
    """Who stands in for somebody has the role from `valid_from` until just before `valid_until`, and who gave it."""
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @classmethod
    def holds_at(cls, now: datetime) -> ColumnElement[bool]:
        """The condition that a role is neither ended nor outside the time it was delegated for."""
        return and_(
            cls.ended_at.is_(None),
            or_(cls.valid_from.is_(None), cls.valid_from <= now),
            or_(cls.valid_until.is_(None), cls.valid_until > now),
        )


class UserSession(Base, Traced):
    """One sign-in in one context. The cookie holds a token of which only the hash is stored."""

    __tablename__ = "user_sessions"
    trace_kind = "session"
    trace_state = ("membership_id", "expires_at", "ended_at")

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey(Membership.id), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ApiToken(Base, Traced):
    """A machine's way in: hashed, scoped, expiring, revocable."""

    __tablename__ = "api_tokens"
    trace_kind = "api_token"
    trace_state = ("membership_id", "scopes", "expires_at", "revoked_at")

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str] = mapped_column(String(60))
    membership_id: Mapped[UUID] = mapped_column(ForeignKey(Membership.id), index=True)
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None] = mapped_column(default=None)
    """To the hour: what is written at each request would make every request a write."""
    revoked_at: Mapped[datetime | None]


class Invitation(Base, Traced):
    """A role offered to a person by mail or phone: the link is sent by whoever invites, only its hash is stored."""

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("organisation_id IS NOT NULL OR park_id IS NOT NULL", name="has_a_context"),
        CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name="accepted_or_revoked"),
    )
    trace_kind = "invitation"
    trace_state = ("organisation_id", "park_id", "role", "expires_at", "accepted_at", "revoked_at")

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    recipient: Mapped[str] = mapped_column(String(200))
    """E-mail address or phone of who is invited; erasable, and never in events."""
    role: Mapped[Role]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey(Organisation.id), index=True)
    park_id: Mapped[UUID | None] = mapped_column(ForeignKey(Park.id), index=True)
    job_title: Mapped[str] = mapped_column(String(40))
    invited_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(User.id), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class JoinOutcome(enum.StrEnum):
    """How a request to join a firm ended."""

    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class JoinRequest(Base, Traced):
    """A person asks to work for a firm; its staff manager decides."""

    __tablename__ = "join_requests"
    __table_args__ = (
        CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided_with_an_outcome"),
        Index(
            "uq_join_requests_open",
            "user_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )
    trace_kind = "join_request"
    trace_state = ("user_id", "organisation_id", "role", "outcome", "decided_at")

    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    role: Mapped[Role]
    job_title: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]
    outcome: Mapped[JoinOutcome | None]
    decided_at: Mapped[datetime | None]


class SignInAttempts(Base):
    """Failed sign-ins of one address, known to us or not, so that nothing tells which it is."""

    __tablename__ = "sign_in_attempts"

    email_hash: Mapped[str] = mapped_column(String(64), unique=True)
    failures: Mapped[int]
    locked_until: Mapped[datetime | None]
