"""Documents of a site or facility, and what was done to keep it in order."""

import enum
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Organisation, Site
from app.waste.storage.models import Facility


class StorageDocument(Base, Traced):
    """A document on file: approval, permit, plan, insurance, archive part. `kind` is a key of `upkeep.kinds`."""

    __tablename__ = "storage_documents"
    __table_args__ = (Index(None, "site_id", "kind"),)
    trace_kind = "storage_document"
    trace_state = (
        "organisation_id",
        "site_id",
        "facility_id",
        "kind",
        "number",
        "issued_on",
        "valid_to",
        "file_id",
        "ended_at",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey(Site.id))
    facility_id: Mapped[UUID | None] = mapped_column(ForeignKey(Facility.id), index=True)
    """None: it is the whole site's."""
    kind: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(100), default="")
    issued_on: Mapped[date | None]
    valid_to: Mapped[date | None]
    file_id: Mapped[UUID | None]
    remarks: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CheckResult(enum.StrEnum):
    """What a check found."""

    IN_ORDER = "in_order"
    NOT_IN_ORDER = "not_in_order"


class UpkeepRecord(Base, Traced):
    """Something done on a day for a facility: routine check, sign check, drill, training, sample, calibration,
    decontamination, weather alert answered. Only ever added. `kind` is a key of `upkeep.kinds`."""

    __tablename__ = "upkeep_records"
    __table_args__ = (
        Index(None, "facility_id", "kind", "done_on"),
        Index(None, "site_id", "kind", "done_on"),
    )
    trace_kind = "upkeep_record"
    trace_state = (
        "organisation_id",
        "site_id",
        "facility_id",
        "container_id",
        "kind",
        "done_on",
        "result",
        "readings",
        "file_id",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey(Site.id))
    facility_id: Mapped[UUID | None] = mapped_column(ForeignKey(Facility.id))
    container_id: Mapped[UUID | None] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(40))
    done_on: Mapped[date]
    result: Mapped[CheckResult]
    readings: Mapped[dict[str, Any]]
    """Answers of a check list, or measured values as decimal texts by item: {"pH": "7.2", "TDS": "410"}."""
    remarks: Mapped[str] = mapped_column(String(300), default="")
    file_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
