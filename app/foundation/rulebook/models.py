"""Overrides that were made: they show for ever beside the subject."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base
from app.foundation.core.work import Work
from app.foundation.rulebook.decision import Effect, Override


class RuleOverride(Base):
    """One rule that somebody overrode, or one warning that somebody confirmed, with the reason given."""

    __tablename__ = "rule_overrides"
    __table_args__ = (Index(None, "subject_kind", "subject_id"),)

    rule_id: Mapped[str] = mapped_column(index=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    act: Mapped[str]
    effect: Mapped[Effect]
    reason: Mapped[str | None] = mapped_column(Text)
    """A person's own words, so erasable; the rest stays."""
    user_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    park_id: Mapped[UUID | None]
    made_at: Mapped[datetime]
    event_id: Mapped[UUID] = mapped_column(index=True)


def store_overrides(work: Work, overrides: Sequence[Override], event_id: UUID) -> None:
    """Keep the overrides an act needed, with the actor and the event that names them."""
    for override in overrides:
        work.session.add(
            RuleOverride(
                rule_id=override.rule_id,
                subject_kind=override.subject_kind,
                subject_id=override.subject_id,
                act=override.act,
                effect=override.effect,
                reason=override.reason,
                user_id=work.actor.user_id,
                organisation_id=work.actor.organisation_id,
                park_id=work.actor.park_id,
                made_at=work.now,
                event_id=event_id,
            )
        )
