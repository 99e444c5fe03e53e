"""Scales and their readings."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base
from app.foundation.core.units import Grams
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Organisation, Site


class Scale(Base, Traced):
    """A scale of a site that sends its readings through the API."""

    __tablename__ = "scales"
    __table_args__ = (UniqueConstraint("site_id", "name"),)
    trace_kind = "scale"
    trace_state = (
        "organisation_id",
        "site_id",
        "serial_number",
        "capacity",
        "calibrated_to",
        "ended_at",
        "version",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id), index=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey(Site.id))
    name: Mapped[str] = mapped_column(String(60))
    serial_number: Mapped[str] = mapped_column(String(60), default="")
    capacity: Mapped[Grams]
    calibrated_to: Mapped[date | None]
    """Last day on which its calibration is valid; None: not known."""
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ScaleReading(Base):
    """What a scale showed. `container_id` is set once a package was weighed by it; others are dropped after a month."""

    __tablename__ = "scale_readings"
    __table_args__ = (
        Index(None, "scale_id", "taken_at"),
        UniqueConstraint("scale_id", "reading_number"),
        CheckConstraint("mass >= 0", name="mass_not_negative"),
    )

    scale_id: Mapped[UUID] = mapped_column(ForeignKey(Scale.id))
    reading_number: Mapped[str] = mapped_column(String(60))
    """The scale's own number of the reading, so that one sent twice is stored once."""
    mass: Mapped[Grams]
    is_stable: Mapped[bool]
    taken_at: Mapped[datetime]
    received_at: Mapped[datetime]
    calibrated_to: Mapped[date | None]
    """The scale's calibration as it was known then: what is entered later changes nothing of this reading."""
    container_id: Mapped[UUID | None] = mapped_column(index=True)
