"""Declarations, the periods they lock, and explanations of differences."""

import enum
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base
from app.foundation.core.text import say
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Organisation, Site
from app.waste.registry.models import DeclarationKind


class DeclarationState(enum.StrEnum):
    """The life of a declaration, domain-rules 7.11."""

    OPEN = "open"
    GENERATED = "generated"
    CHECKED = "checked"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CORRECTED = "corrected"
    LOCKED = "locked"


S = DeclarationState
DECLARATION_MOVES: dict[DeclarationState, frozenset[DeclarationState]] = {
    S.OPEN: frozenset({S.GENERATED}),
    S.GENERATED: frozenset({S.GENERATED, S.CHECKED}),
    S.CHECKED: frozenset({S.GENERATED, S.SUBMITTED}),
    S.SUBMITTED: frozenset({S.RETURNED, S.LOCKED}),
    S.RETURNED: frozenset({S.CORRECTED}),
    S.CORRECTED: frozenset({S.CORRECTED, S.SUBMITTED}),
}
"""Where each state may lead; states not listed are final."""

DECLARATION_STATE_WORDS = {
    S.OPEN: say("待生成"),
    S.GENERATED: say("已生成"),
    S.CHECKED: say("已核对"),
    S.SUBMITTED: say("已申报"),
    S.RETURNED: say("已退回"),
    S.CORRECTED: say("已更正"),
    S.LOCKED: say("已锁定"),
}
"""One word a state, everywhere."""

LOCKING = frozenset({S.SUBMITTED, S.LOCKED})
"""States in which nothing may be posted into the period any more."""


class Declaration(Base, Traced):
    """One report of one site for one period (C.1 to C.3 of HJ 1259, or table 2 of the general-waste ledger)."""

    __tablename__ = "declarations"
    __table_args__ = (
        UniqueConstraint("site_id", "kind", "first_on"),
        CheckConstraint("first_on <= last_on", name="period_in_order"),
        Index(None, "organisation_id", "due_on"),
        Index(None, "site_id", "state", "last_on"),
    )
    trace_kind = "declaration"
    trace_state = (
        "organisation_id",
        "site_id",
        "park_id",
        "kind",
        "first_on",
        "last_on",
        "due_on",
        "state",
        "figures",
        "submitted_at",
        "receipt_number",
        "version",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id))
    site_id: Mapped[UUID] = mapped_column(ForeignKey(Site.id))
    park_id: Mapped[UUID | None] = mapped_column(index=True)
    kind: Mapped[DeclarationKind]
    first_on: Mapped[date]
    last_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[DeclarationState] = mapped_column(default=DeclarationState.OPEN)
    figures: Mapped[dict[str, Any]]
    """The lines as computed from the ledger, whole grams: {"lines": [{"stream_id", "waste_code", "opening",
    "generated", "own", "entrusted", "closing", …}]}."""
    receivers: Mapped[list[Any]] = mapped_column(default=list)
    """Names of those who took waste, as `figures` number them; events carry no names."""
    adjustments: Mapped[list[Any]]
    """Declared values that differ from the computed ones, each with its reason:
    [{"stream_id", "field", "computed", "declared", "reason"}]."""
    agent: Mapped[str] = mapped_column(String(200), default="")
    """Who files it for the unit (7.1.3), and by which authorisation; empty: the unit itself."""
    returned_reason: Mapped[str] = mapped_column(String(300), default="")
    receipt_number: Mapped[str] = mapped_column(String(60), default="")
    """As the national system gives it."""
    submitted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class DifferenceKind(enum.StrEnum):
    """What two sources disagree about; people must explain it, nothing rounds it away."""

    BALANCE = "balance"
    COUNT = "count"
    WEIGHING = "weighing"
    OUTBOUND = "outbound"
    """Taken out of store and neither used nor sent since."""
    CHAIN = "chain"
    """Opening of a period is not the closing of the one before."""


class DifferenceExplanation(Base, Traced):
    """Why two figures differ. The figures stay as they are."""

    __tablename__ = "difference_explanations"
    __table_args__ = (Index(None, "site_id", "kind"),)
    trace_kind = "difference_explanation"
    trace_state = (
        "organisation_id",
        "site_id",
        "stream_id",
        "kind",
        "about_id",
        "on",
        "mass",
        "explained_at",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey(Site.id))
    stream_id: Mapped[UUID | None]
    kind: Mapped[DifferenceKind]
    about_id: Mapped[UUID | None] = mapped_column(index=True)
    """The posting, count line or declaration that shows the difference."""
    on: Mapped[date]
    mass: Mapped[int]
    """The difference in grams, with its sign."""
    reason: Mapped[str] = mapped_column(String(300))
    user_id: Mapped[UUID | None]
    explained_at: Mapped[datetime]
