"""Answers kept for repeated requests."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base


class IdempotentAnswer(Base):
    """The first answer to a request that carried an Idempotency-Key, kept 30 days.

    `scope` hashes actor, method, path and key; `body_mac` is an HMAC of the request body, so that
    the same key with another body is noticed without keeping the body.
    """

    __tablename__ = "idempotent_answers"
    __table_args__ = (Index(None, "created_at"),)

    scope: Mapped[str] = mapped_column(String(64), unique=True)
    body_mac: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    content_type: Mapped[str] = mapped_column(String(80))
    etag: Mapped[str | None] = mapped_column(String(80))
    location: Mapped[str | None] = mapped_column(String(400))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
