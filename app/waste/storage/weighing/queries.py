"""Scales and what they showed last."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, true

from app.foundation.core.clock import local_day
from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.models import Site
from app.waste.registry.policy import sites_seen
from app.waste.storage.weighing.limits import limits
from app.waste.storage.weighing.models import Scale, ScaleReading


@dataclass(frozen=True)
class ShownReading:
    """A reading with its scale, as somebody sees it at an instant."""

    scale: Scale
    reading: ScaleReading
    now: datetime

    @property
    def is_fresh(self) -> bool:
        """Whether this is what stands on the scale now."""
        return self.now - self.reading.taken_at <= limits().fresh

    @property
    def is_late(self) -> bool:
        """Whether it came in longer after it was taken than a scale should need."""
        return self.reading.received_at - self.reading.taken_at > limits().late

    @property
    def is_usable(self) -> bool:
        """Whether a package may be registered with it now."""
        return self.reading.is_stable and self.now - self.reading.taken_at <= limits().usable


def is_calibrated(calibrated_to: date | None, taken_at: datetime, zone: str) -> bool | None:
    """Whether a calibration covered an instant; None: no calibration is known."""
    return None if calibrated_to is None else local_day(taken_at, zone) <= calibrated_to


def scale_for(work: Work, scale_id: UUID, *, lock: bool = False) -> Scale:
    """A scale the actor may see.

    Raises:
        NotFound: none such, or not theirs.
    """
    chosen = (
        select(Scale).join(Site, Site.id == Scale.site_id).where(Scale.id == scale_id, sites_seen(work.actor))
    )
    scale = work.session.scalar(chosen.with_for_update(of=Scale) if lock else chosen)
    if scale is None:
        raise NotFound(say("没有这台秤"))
    return scale


def scales_of(work: Work, site_ids: Collection[UUID] | None = None) -> Sequence[Scale]:
    """The scales in use that the actor may see, all or those of some sites, by name; one statement."""
    of_sites: ColumnElement[bool] = true() if site_ids is None else Scale.site_id.in_(site_ids)
    return work.session.scalars(
        select(Scale)
        .join(Site, Site.id == Scale.site_id)
        .where(sites_seen(work.actor), Scale.ended_at.is_(None), of_sites)
        .order_by(Scale.name, Scale.id)
    ).all()


def latest_reading(work: Work, scale_id: UUID, *, stable: bool = False) -> tuple[Scale, ShownReading | None]:
    """A scale and its latest reading, or its latest stable one, if it sent any; one statement.

    Raises:
        NotFound: no such scale of the actor's.
    """
    wanted = select(ScaleReading.id).where(ScaleReading.scale_id == scale_id)
    if stable:
        wanted = wanted.where(ScaleReading.is_stable)
    latest = wanted.order_by(ScaleReading.taken_at.desc(), ScaleReading.id.desc()).limit(1).scalar_subquery()
    row = work.session.execute(
        select(Scale, ScaleReading)
        .join(Site, Site.id == Scale.site_id)
        .outerjoin(ScaleReading, and_(ScaleReading.scale_id == Scale.id, ScaleReading.id == latest))
        .where(Scale.id == scale_id, sites_seen(work.actor))
    ).first()
    if row is None:
        raise NotFound(say("没有这台秤"))
    scale, reading = row
    return scale, ShownReading(scale, reading, work.now) if reading else None


def latest_readings(work: Work, scales: Sequence[Scale]) -> Mapping[UUID, ShownReading]:
    """The latest reading of each scale that ever sent one; one statement."""
    latest = (
        select(ScaleReading.id)
        .where(ScaleReading.scale_id == Scale.id)
        .order_by(ScaleReading.taken_at.desc(), ScaleReading.id.desc())
        .limit(1)
        .correlate(Scale)
        .scalar_subquery()
    )
    by_id = {scale.id: scale for scale in scales}
    rows = work.session.scalars(
        select(ScaleReading)
        .join(Scale, Scale.id == ScaleReading.scale_id)
        .where(Scale.id.in_(by_id), ScaleReading.id == latest)
    )
    return {row.scale_id: ShownReading(by_id[row.scale_id], row, work.now) for row in rows}


def reading_at(work: Work, reading_id: UUID, site_id: UUID) -> ShownReading | None:
    """A reading of a site the actor may see, locked until the act is over; one statement."""
    row = work.session.execute(
        select(Scale, ScaleReading)
        .join(ScaleReading, ScaleReading.scale_id == Scale.id)
        .join(Site, Site.id == Scale.site_id)
        .where(ScaleReading.id == reading_id, Scale.site_id == site_id, sites_seen(work.actor))
        .with_for_update(of=ScaleReading)
    ).first()
    return ShownReading(row[0], row[1], work.now) if row else None


def reading_of_container(work: Work, container_id: UUID) -> ShownReading | None:
    """What a container was weighed by, if that was a scale's reading; one statement."""
    row = work.session.execute(
        select(Scale, ScaleReading)
        .join(ScaleReading, ScaleReading.scale_id == Scale.id)
        .where(ScaleReading.container_id == container_id)
        .limit(1)
    ).first()
    return ShownReading(row[0], row[1], work.now) if row else None
