"""A file of the national system that was brought in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Organisation


class NationalImport(Base, Traced):
    """What one file changed, in numbers; each consignment it changed has an event of its own."""

    __tablename__ = "national_imports"
    __table_args__ = (Index(None, "organisation_id", "id"),)
    trace_kind = "national_import"
    trace_state = (
        "organisation_id",
        "file_sha256",
        "row_count",
        "number_count",
        "confirmed_count",
        "conflict_count",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id))
    user_id: Mapped[UUID | None]
    filename: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[str] = mapped_column(String(64))
    row_count: Mapped[int]
    number_count: Mapped[int]
    """Numbers written."""
    confirmed_count: Mapped[int]
    """Receipts noted as confirmed."""
    conflict_count: Mapped[int]
    """Lines with something that stops them or doesn't agree."""
    imported_at: Mapped[datetime]
