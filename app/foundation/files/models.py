"""Rows of stored files."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base


class StoredFile(Base):
    """One uploaded file. The same bytes uploaded twice are two rows and one file on disk."""

    __tablename__ = "stored_files"
    __table_args__ = (Index(None, "sha256"), Index(None, "organisation_id", "created_at"))

    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(80))
    filename: Mapped[str] = mapped_column(String(200))
    view_sha256: Mapped[str | None] = mapped_column(String(64))
    """Of a picture: the re-encoded copy that is shown, without its metadata."""
    park_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    keep_until: Mapped[date]
