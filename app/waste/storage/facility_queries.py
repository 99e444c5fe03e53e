"""What the page of a facility asks besides its stock: what waits, when it is full, who stands where how long."""

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.accounts.models import User
from app.waste.registry.models import Posting, WasteStream
from app.waste.storage.ageing import STORAGE_YEARS, AgedContainer, held_since, years_later
from app.waste.storage.attention import NEAR_LIMIT_DAYS
from app.waste.storage.counting.models import CountState, Found, StockCount, StockCountLine
from app.waste.storage.models import IN_PLACE, Container, ContainerState, Facility, Zone

S = ContainerState
LOOK_BACK_DAYS: Final = 30
"""Over which the speed of filling is measured (platform setting)."""
FORECAST_DAYS: Final = 365
"""A store that fills more slowly than this has no forecast."""


@dataclass(frozen=True)
class Outlook:
    """How fast a facility fills, and when it is full at that speed."""

    growth: int
    """Grams that came in less those that left, in the last 30 days."""
    full_on: date | None
    """None: it doesn't fill, or not within a year."""
    days_left: int | None


def outlook(growth: int, stock: int, capacity: int, today: date) -> Outlook:
    """When a facility is full at the speed of the last 30 days; full today when it is over already."""
    if stock >= capacity:
        return Outlook(growth, today, 0)
    if growth <= 0:
        return Outlook(growth, None, None)
    days = (capacity - stock) * LOOK_BACK_DAYS // growth
    if days > FORECAST_DAYS:
        return Outlook(growth, None, None)
    return Outlook(growth, today + timedelta(days=days), days)


def outlook_of(work: Work, zone_ids: Collection[UUID], stock: int, capacity: int) -> Outlook:
    """The outlook of a facility with these zones; one statement, none without zones."""
    if not zone_ids:
        return outlook(0, stock, capacity, work.today)
    entered, left = Posting.to_id.in_(zone_ids), Posting.from_id.in_(zone_ids)
    growth = work.session.scalar(
        select(
            func.coalesce(
                func.sum(case((entered, Posting.mass), else_=0) - case((left, Posting.mass), else_=0)), 0
            )
        ).where(or_(entered, left), Posting.effective_on > work.today - timedelta(days=LOOK_BACK_DAYS))
    )
    return outlook(int(growth or 0), stock, capacity, work.today)


@dataclass(frozen=True)
class Tally:
    """Packages that wait for something in a facility, or at its site before they come in."""

    unweighed: int
    unplaced: int
    unlabelled: int
    near_limit: int


def tally_of(work: Work, facility: Facility) -> Tally:
    """What waits in a facility and at its site; one statement."""
    c = Container
    at_site = and_(c.site_id == facility.site_id, c.holder_id == facility.organisation_id)
    inside = and_(
        c.state.in_(IN_PLACE), c.zone_id.in_(select(Zone.id).where(Zone.facility_id == facility.id))
    )
    conditions = {
        "unweighed": and_(at_site, c.net.is_(None), c.state.in_([S.PRINTED, S.FILLING, S.SEALED])),
        "unplaced": and_(at_site, c.state.in_([S.WEIGHED, S.ACCEPTED])),
        "unlabelled": and_(inside, c.label_prints == 0, c.organisation_id == facility.organisation_id),
        "near_limit": and_(inside, held_since() <= near_limit_since(work.today)),
    }
    columns = [
        select(func.count()).select_from(c).where(condition).scalar_subquery().label(name)
        for name, condition in conditions.items()
    ]
    return Tally(**work.session.execute(select(*columns)).one()._mapping)


def near_limit_since(today: date) -> date:
    """What has lain since this day or longer has at most `NEAR_LIMIT_DAYS` left of its year."""
    return years_later(today + timedelta(days=NEAR_LIMIT_DAYS), -STORAGE_YEARS)


class Order(enum.StrEnum):
    """How the containers of a facility are listed."""

    OLDEST = "oldest"
    LATEST_IN = "latest_in"
    FIRST_IN = "first_in"


@dataclass(frozen=True)
class StandingFilter:
    """Which containers of a facility."""

    zone_id: UUID | None = None
    states: tuple[ContainerState, ...] = ()
    near_limit: bool = False
    order: Order = Order.OLDEST


@dataclass(frozen=True)
class StandingPage:
    """A page of the containers of a facility, with the count and mass of all pages."""

    rows: Sequence[AgedContainer]
    total: int
    mass: Grams
    number: int
    """1 for the first."""
    last: int


def standing_page(
    work: Work, facility_id: UUID, wanted: StandingFilter, *, number: int = 1, size: int = 20
) -> StandingPage:
    """The containers that stand in a facility, a page of them; one statement, two past the last page."""
    since = held_since()
    chosen = (
        select(
            Container,
            WasteStream,
            since.label("since"),
            Zone,
            func.count().over().label("total"),
            func.coalesce(func.sum(Container.net).over(), 0).label("mass"),
        )
        .join(WasteStream, WasteStream.id == Container.stream_id)
        .join(Zone, Zone.id == Container.zone_id)
        .where(Zone.facility_id == facility_id, Container.state.in_(wanted.states or IN_PLACE))
        .order_by(*_ordered(wanted.order, since))
    )
    if wanted.zone_id is not None:
        chosen = chosen.where(Container.zone_id == wanted.zone_id)
    if wanted.near_limit:
        chosen = chosen.where(since <= near_limit_since(work.today))
    found = work.session.execute(chosen.limit(size).offset((number - 1) * size)).all()
    if not found and number > 1:
        return standing_page(work, facility_id, wanted, size=size)
    total, mass = (int(found[0].total), int(found[0].mass)) if found else (0, 0)
    rows = [AgedContainer(row[0], row[1], row[2], row[3]) for row in found]
    return StandingPage(rows, total, Grams(mass), number, max(-(-total // size), 1))


def _ordered(order: Order, since: Any) -> tuple[Any, ...]:
    match order:
        case Order.OLDEST:
            return since, Container.id
        case Order.LATEST_IN:
            return Container.stored_at.desc(), Container.id.desc()
        case Order.FIRST_IN:
            return Container.stored_at, Container.id


def oldest_by_stream(work: Work, facility_id: UUID) -> Sequence[AgedContainer]:
    """The oldest container of each stream in each zone of a facility that can be moved, oldest first; one statement."""
    since = held_since()
    place = func.row_number().over(
        partition_by=(Container.zone_id, Container.stream_id), order_by=(since, Container.id)
    )
    ranked = (
        select(Container.id, since.label("since"), place.label("place"))
        .join(Zone, Zone.id == Container.zone_id)
        .where(Zone.facility_id == facility_id, Container.state.in_([S.STORED, S.STORED_AT_CONSIGNEE]))
        .subquery()
    )
    rows = work.session.execute(
        select(Container, WasteStream, ranked.c.since, Zone)
        .join(ranked, ranked.c.id == Container.id)
        .join(WasteStream, WasteStream.id == Container.stream_id)
        .join(Zone, Zone.id == Container.zone_id)
        .where(ranked.c.place == 1)
        .order_by(ranked.c.since, Container.id)
    )
    return [AgedContainer(*row) for row in rows]


@dataclass(frozen=True)
class CountResult:
    """A closed stock count: how many containers differed, and by how much in all."""

    count_id: UUID
    at: datetime
    lines: int
    differing: int
    difference: int
    """Grams found more (or, below zero, fewer) than the ledger said."""
    user_name: str | None


def counts_of(work: Work, facility_id: UUID, *, limit: int = 3) -> Sequence[CountResult]:
    """The latest closed counts of a facility with their differences, newest first; one statement."""
    line = StockCountLine
    gone = line.found == Found.MISSING
    mass = case(
        (gone, -line.expected_mass),
        (line.counted_mass.is_not(None), line.counted_mass - line.expected_mass),
        else_=0,
    )
    differs = or_(line.found != Found.PRESENT, line.counted_mass != line.expected_mass)
    rows = work.session.execute(
        select(
            StockCount.id,
            StockCount.closed_at,
            func.count(line.id).label("lines"),
            func.coalesce(func.sum(case((differs, 1), else_=0)), 0).label("differing"),
            func.coalesce(func.sum(mass), 0).label("difference"),
            User.name,
        )
        .outerjoin(line, line.count_id == StockCount.id)
        .outerjoin(User, User.id == StockCount.user_id)
        .where(StockCount.facility_id == facility_id, StockCount.state == CountState.CLOSED)
        .group_by(StockCount.id, StockCount.closed_at, User.name)
        .order_by(StockCount.closed_at.desc(), StockCount.id.desc())
        .limit(limit)
    )
    return [
        CountResult(row.id, row.closed_at, int(row.lines), int(row.differing), int(row.difference), row.name)
        for row in rows
    ]
