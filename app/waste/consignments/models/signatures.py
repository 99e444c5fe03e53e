"""Who vouched for a consignment, and how what was signed is corrected."""

import enum
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Organisation
from app.waste.consignments.models.consignments import Consignment
from app.waste.consignments.workflow import Party


class Device(enum.StrEnum):
    """On whose device somebody signed."""

    OWN = "own"
    OTHERS = "others"
    """Somebody else's, with the signer's own PIN or code."""
    LINK = "link"
    """Without an account, by a one-time link or QR code."""
    NONE = "none"
    """Nobody was there: a standing consent signed."""


class Signature(Base, Traced):
    """A named person's signature of one party, with what they were shown and its hash. Never changed."""

    __tablename__ = "consignment_signatures"
    __table_args__ = (UniqueConstraint("consignment_id", "party", "leg"),)
    trace_kind = "consignment_signature"
    trace_state = (
        "consignment_id",
        "party",
        "leg",
        "user_id",
        "organisation_id",
        "document_hash",
        "signed_at",
        "via",
        "factor",
        "device",
        "consent_id",
    )

    consignment_id: Mapped[UUID] = mapped_column(ForeignKey(Consignment.id))
    party: Mapped[Party]
    leg: Mapped[int] = mapped_column(default=1)
    """Which carrier's leg; 1 for everybody else. Below 1 it stands for nothing any more: the carrier refused the load,
    or it was sent on to another consignee."""
    user_id: Mapped[UUID | None]
    """None: a named person without an account."""
    organisation_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(60))
    document: Mapped[str] = mapped_column(Text, default="")
    """What was shown: the manifest's facts as canonical JSON."""
    document_hash: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime]
    via: Mapped[str] = mapped_column(String(20))
    factor: Mapped[str] = mapped_column(String(10), default="")
    """How the person was confirmed: pin, totp or code; empty: by being signed in."""
    device: Mapped[Device] = mapped_column(default=Device.OWN)
    device_user_id: Mapped[UUID | None]
    """Whose device it was, if not the signer's."""
    consent_id: Mapped[UUID | None] = mapped_column(index=True)
    """The standing consent that signed."""
    drawing: Mapped[str] = mapped_column(Text, default="")
    """The drawn signature as an SVG path in a box of 240 by 80."""


class StandingConsent(Base, Traced):
    """A firm lets its signature as one party be given by itself on consignments with one other firm."""

    __tablename__ = "standing_consents"
    __table_args__ = (
        CheckConstraint("organisation_id <> partner_id", name="between_two_firms"),
        CheckConstraint("valid_to >= valid_from", name="days_in_order"),
        Index(None, "organisation_id", "partner_id"),
    )
    trace_kind = "standing_consent"
    trace_state = ("organisation_id", "partner_id", "party", "valid_from", "valid_to", "ended_at", "version")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id))
    """Who consents."""
    partner_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    """On whose consignments."""
    party: Mapped[Party]
    """As which party the consenting firm signs."""
    user_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(60))
    """The person who answers for it."""
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class RevisionState(enum.StrEnum):
    """What became of a correction."""

    OPEN = "open"
    APPLIED = "applied"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_IS_OPEN = text("state = 'open'")


class Revision(Base, Traced):
    """A correction after signing: what is to change, who has to agree, and both versions of the document."""

    __tablename__ = "consignment_revisions"
    __table_args__ = (
        UniqueConstraint("consignment_id", "number"),
        Index(
            "uq_one_open_revision",
            "consignment_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_when_not_open"),
    )
    trace_kind = "consignment_revision"
    trace_state = (
        "consignment_id",
        "number",
        "requested_by",
        "organisation_id",
        "changes",
        "state",
        "before_hash",
        "after_hash",
        "requested_at",
        "settled_at",
        "version",
    )

    consignment_id: Mapped[UUID] = mapped_column(ForeignKey(Consignment.id), index=True)
    number: Mapped[int]
    requested_by: Mapped[Party]
    user_id: Mapped[UUID]
    organisation_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(String(400))
    changes: Mapped[list[Any]]
    """Each {path, before, after} in the document's own spelling; free texts stand as their hash (see `private`)."""
    private: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Texts of the changes by path, which events don't carry."""
    state: Mapped[RevisionState] = mapped_column(default=RevisionState.OPEN)
    before_document: Mapped[str] = mapped_column(Text)
    before_hash: Mapped[str] = mapped_column(String(64))
    after_document: Mapped[str | None] = mapped_column(Text)
    after_hash: Mapped[str | None] = mapped_column(String(64))
    requested_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Answer(enum.StrEnum):
    WAITING = "waiting"
    AGREED = "agreed"
    REFUSED = "refused"


class RevisionConsent(Base, Traced):
    """One organisation's answer to a correction; one answer however many parties it is."""

    __tablename__ = "revision_consents"
    __table_args__ = (UniqueConstraint("revision_id", "organisation_id"),)
    trace_kind = "revision_consent"
    trace_state = ("revision_id", "organisation_id", "answer", "user_id", "answered_at", "factor")

    revision_id: Mapped[UUID] = mapped_column(ForeignKey(Revision.id))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    answer: Mapped[Answer] = mapped_column(default=Answer.WAITING)
    user_id: Mapped[UUID | None]
    name: Mapped[str] = mapped_column(String(60), default="")
    reason: Mapped[str] = mapped_column(String(400), default="")
    factor: Mapped[str] = mapped_column(String(10), default="")
    answered_at: Mapped[datetime | None]


class RequestState(enum.StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class CorrectionRequest(Base, Traced):
    """The park asks one party to correct a consignment by a day."""

    __tablename__ = "correction_requests"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_when_not_open"),
    )
    trace_kind = "correction_request"
    trace_state = (
        "consignment_id",
        "park_id",
        "party",
        "due_on",
        "state",
        "revision_id",
        "requested_at",
        "settled_at",
        "version",
    )

    consignment_id: Mapped[UUID] = mapped_column(ForeignKey(Consignment.id), index=True)
    park_id: Mapped[UUID | None]
    user_id: Mapped[UUID]
    party: Mapped[Party]
    """Who is asked."""
    text: Mapped[str] = mapped_column(String(400))
    due_on: Mapped[date]
    state: Mapped[RequestState] = mapped_column(default=RequestState.OPEN)
    revision_id: Mapped[UUID | None]
    requested_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
