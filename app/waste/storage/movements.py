"""What came into a facility and left it, and what has stood there longest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.models import User
from app.waste.registry.models import PlaceKind, Posting
from app.waste.storage.models import IN_PLACE, Container, Zone


@dataclass(frozen=True)
class Movement:
    """Mass that came into a facility, left it, or changed zones within it, by one act."""

    at: datetime
    mass: Grams
    container_count: int
    container_code: str | None
    """Of the only container, or of one of them."""
    container_label: str
    from_kind: PlaceKind
    from_zone: str | None
    """Code of the zone, when it is one of this facility."""
    to_kind: PlaceKind
    to_id: UUID
    to_zone: str | None
    user_name: str | None


def movements_of(work: Work, zone_codes: Mapping[UUID, str], *, limit: int = 8) -> Sequence[Movement]:
    """The latest acts that moved mass into, out of or between zones, newest first; one statement.

    `zone_codes`: code by zone id. The containers of one act that went the same way are one line.
    """
    zones = list(zone_codes)
    way = (Posting.event_id, Posting.from_kind, Posting.from_id, Posting.to_kind, Posting.to_id)
    acts = (
        select(
            *way,
            func.max(Posting.recorded_at).label("at"),
            func.sum(Posting.mass).label("mass"),
            func.count(Posting.id).label("containers"),
        )
        .where(or_(Posting.to_id.in_(zones), Posting.from_id.in_(zones)))
        .group_by(*way)
        .order_by(func.max(Posting.recorded_at).desc(), Posting.event_id.desc())
        .limit(limit)
        .subquery()
    )
    one_of_them = (
        select(Posting.container_id)
        .where(Posting.event_id == acts.c.event_id, Posting.from_id == acts.c.from_id)
        .order_by(Posting.id)
        .limit(1)
        .correlate(acts)
        .scalar_subquery()
    )
    rows = work.session.execute(
        select(acts, Container.code, Container.local_label, Container.short_code, User.name)
        .select_from(acts)
        .outerjoin(Container, Container.id == one_of_them)
        .outerjoin(TraceEvent, TraceEvent.id == acts.c.event_id)
        .outerjoin(User, User.id == TraceEvent.user_id)
        .order_by(acts.c.at.desc(), acts.c.event_id.desc())
    )
    return [
        Movement(
            at=row.at,
            mass=Grams(int(row.mass)),
            container_count=int(row.containers),
            container_code=row.code,
            container_label=row.local_label or row.short_code or "",
            from_kind=row.from_kind,
            from_zone=zone_codes.get(row.from_id),
            to_kind=row.to_kind,
            to_id=row.to_id,
            to_zone=zone_codes.get(row.to_id),
            user_name=row.name,
        )
        for row in rows
    ]


def oldest_in_zones(work: Work, facility_id: UUID) -> dict[UUID, Container]:
    """The oldest container standing in each zone of a facility, by zone id; one statement."""
    place = (
        func.row_number()
        .over(partition_by=Container.zone_id, order_by=(Container.generated_on, Container.id))
        .label("place")
    )
    ranked = (
        select(Container.id, place)
        .join(Zone, Zone.id == Container.zone_id)
        .where(Zone.facility_id == facility_id, Container.state.in_(IN_PLACE))
        .subquery()
    )
    rows = work.session.scalars(
        select(Container).join(ranked, ranked.c.id == Container.id).where(ranked.c.place == 1)
    )
    return {row.zone_id: row for row in rows if row.zone_id is not None}
