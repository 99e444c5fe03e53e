"""What lies where: facilities with their zones, containers, and what an actor may see of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, or_, select, true

from app.foundation.catalogue.codes import tidy
from app.foundation.core.errors import FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Actor, Work
from app.foundation.documents.short_code import read_short_code
from app.parties.accounts.models import Site
from app.waste.registry.models import Balance, Posting, WasteBatch, WasteStream
from app.waste.registry.policy import sites_seen
from app.waste.storage.models import IN_PLACE, Container, ContainerState, Facility, Zone

MAX_PAGE = 100
MAX_EXPORT = 5_000
"""Rows of one CSV or XLSX of the list (ux.md 4.3)."""


def containers_seen(actor: Actor) -> ColumnElement[bool]:
    """What containers an actor may see: its firm's own and held ones, or all of a park for its staff."""
    if actor.is_deployment:
        return true()
    if actor.is_park_staff:
        return Container.park_id == actor.park_id
    return or_(
        Container.organisation_id == actor.organisation_id, Container.holder_id == actor.organisation_id
    )


def facilities_seen(actor: Actor) -> ColumnElement[bool]:
    """What facilities an actor may see."""
    if actor.is_deployment:
        return true()
    if actor.is_park_staff:
        return Facility.park_id == actor.park_id
    return Facility.organisation_id == actor.organisation_id


def container_for(work: Work, key: UUID | str, *, lock: bool = False) -> Container:
    """A container the actor may see, by id, 37-character code or short code.

    Raises:
        NotFound: none such, or not theirs.
    """
    chosen = select(Container).where(is_container(key), containers_seen(work.actor))
    container = work.session.scalar(chosen.with_for_update() if lock else chosen)
    if container is None:
        raise no_such_container()
    return container


def containers_for(work: Work, keys: Sequence[str]) -> list[Container]:
    """Containers the actor may see, locked, in the order of their keys (ids, 37-character or short codes).

    Raises:
        InvalidInput: names each key that is none of theirs, and each that names one of the others again.
    """
    wanted = [is_container(key_of(key)) for key in keys]
    chosen = (
        select(Container).where(or_(false(), *wanted), containers_seen(work.actor)).order_by(Container.id)
    )
    found = work.session.scalars(chosen.with_for_update()).all()
    by_key = {
        key: container
        for container in found
        for key in (str(container.id), container.code, container.short_code)
    }
    picked = [by_key.get(_key_text(key)) for key in keys]
    problems = [
        FieldProblem(
            f"#/containers/{place}",
            say("没有这个容器，或它不属于你的单位") if one is None else say("同一个容器只能选一次"),
        )
        for place, one in enumerate(picked)
        if one is None or one in picked[:place]
    ]
    if problems:
        raise InvalidInput(problems)
    return [one for one in picked if one is not None]


def key_of(text: str) -> UUID | str:
    """How people name a container: its id, its 37-character code or its short code."""
    try:
        return UUID(text)
    except ValueError:
        return text


def _key_text(text: str) -> str:
    key = key_of(text)
    return str(key) if isinstance(key, UUID) else read_short_code(key) or tidy(key)


def no_such_container() -> NotFound:
    """The same answer for what isn't there and what the actor may not know of."""
    return NotFound(say("没有这个容器，或它不属于你的单位"))


def is_container(key: UUID | str) -> ColumnElement[bool]:
    """The container of an id, a 37-character code or a short code."""
    if isinstance(key, UUID):
        return Container.id == key
    if not key.isprintable():
        return false()
    if short := read_short_code(key):
        return Container.short_code == short
    return Container.code == tidy(key)


def facility_for(work: Work, facility_id: UUID) -> Facility:
    """A facility the actor may see.

    Raises:
        NotFound: none such, or not theirs.
    """
    facility = work.session.scalar(
        select(Facility).where(Facility.id == facility_id, facilities_seen(work.actor))
    )
    if facility is None:
        raise NotFound(say("没有这个贮存设施"))
    return facility


def zone_for(work: Work, zone_id: UUID) -> tuple[Facility, Zone]:
    """A zone the actor may see, with its facility.

    Raises:
        NotFound: none such, or not theirs.
    """
    row = work.session.execute(
        select(Facility, Zone)
        .join(Zone, Zone.facility_id == Facility.id)
        .where(Zone.id == zone_id, Zone.ended_at.is_(None), facilities_seen(work.actor))
    ).first()
    if row is None:
        raise NotFound(say("没有这个贮存分区"))
    return row[0], row[1]


@dataclass(frozen=True)
class ZoneStock:
    """A zone and what stands in it now."""

    zone: Zone
    container_count: int
    mass: int


@dataclass(frozen=True)
class FacilityStock:
    """A facility, its zones and what stands in them now."""

    facility: Facility
    site: Site
    zones: tuple[ZoneStock, ...]

    @property
    def mass(self) -> int:
        return sum(zone.mass for zone in self.zones)

    @property
    def container_count(self) -> int:
        return sum(zone.container_count for zone in self.zones)


def facilities_with_stock(work: Work, facility_id: UUID | None = None) -> Sequence[FacilityStock]:
    """Facilities the actor may see, each with its zones and live stock, containers and batches, in two statements;
    three with stores of general waste."""
    facilities = work.session.execute(
        select(Facility, Site)
        .join(Site, Site.id == Facility.site_id)
        .where(
            facilities_seen(work.actor),
            Facility.ended_at.is_(None),
            Facility.id == facility_id if facility_id else true(),
        )
        .order_by(Site.name, Facility.code)
    ).all()
    batches = _batches_in(work, [facility.id for facility, _ in facilities if facility.type.is_general])
    stock: dict[UUID, list[ZoneStock]] = {}
    for zone, count, mass in work.session.execute(
        select(Zone, func.count(Container.id), func.coalesce(func.sum(Container.net), 0))
        .outerjoin(Container, (Container.zone_id == Zone.id) & Container.state.in_(IN_PLACE))
        .where(Zone.facility_id.in_([facility.id for facility, _ in facilities]), Zone.ended_at.is_(None))
        .group_by(*Zone.__table__.c)
        .order_by(Zone.code)
    ):
        heaps = batches.get(zone.id, (0, 0))
        stock.setdefault(zone.facility_id, []).append(
            ZoneStock(zone, int(count) + heaps[0], int(mass or 0) + heaps[1])
        )
    return [FacilityStock(facility, site, tuple(stock.get(facility.id, ()))) for facility, site in facilities]


def _batches_in(work: Work, facility_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """Number and grams of the batches of general waste in each zone; one statement, none for no facilities."""
    if not facility_ids:
        return {}
    rows = work.session.execute(
        select(WasteBatch.zone_id, func.count(WasteBatch.id), func.sum(Balance.mass))
        .join(Zone, Zone.id == WasteBatch.zone_id)
        .join(Balance, (Balance.container_id == WasteBatch.id) & (Balance.place_id == WasteBatch.zone_id))
        .where(Zone.facility_id.in_(facility_ids))
        .group_by(WasteBatch.zone_id)
    )
    return {zone_id: (int(count), int(mass)) for zone_id, count, mass in rows if zone_id is not None}


@dataclass(frozen=True)
class ContainerRow:
    """A container as lists show it."""

    container: Container
    stream: WasteStream
    zone: Zone | None
    facility: Facility | None


@dataclass(frozen=True)
class ContainerFilter:
    states: tuple[ContainerState, ...] = ()
    waste_code: str = ""
    facility_id: UUID | None = None
    zone_id: UUID | None = None
    text: str = ""
    site_id: UUID | None = None


def container_rows(
    work: Work, wanted: ContainerFilter | None = None, *, limit: int = 50, before: UUID | None = None
) -> tuple[Sequence[ContainerRow], UUID | None]:
    """A page of containers, newest first, and the cursor of the next page; one statement."""
    wanted = wanted or ContainerFilter()
    limit = min(limit, MAX_PAGE)
    chosen = _filtered(_rows().where(containers_seen(work.actor)), wanted)
    if before is not None:
        chosen = chosen.where(Container.id < before)
    rows = [
        ContainerRow(*row)
        for row in work.session.execute(chosen.order_by(Container.id.desc()).limit(limit + 1))
    ]
    more = len(rows) > limit
    rows = rows[:limit]
    return rows, rows[-1].container.id if more else None


def container_row(work: Work, key: UUID | str) -> ContainerRow:
    """One container with its stream, zone and facility.

    Raises:
        NotFound: none such, or not theirs.
    """
    row = work.session.execute(_rows().where(is_container(key), containers_seen(work.actor))).first()
    if row is None:
        raise no_such_container()
    return ContainerRow(*row)


def rows_of(work: Work, container_ids: Sequence[UUID]) -> Sequence[ContainerRow]:
    """Some containers the actor may see, each with its stream, zone and facility; one statement."""
    chosen = _rows().where(Container.id.in_(container_ids), containers_seen(work.actor))
    return [ContainerRow(*row) for row in work.session.execute(chosen.order_by(Container.id))]


def _rows() -> Any:
    return (
        select(Container, WasteStream, Zone, Facility)
        .join(WasteStream, WasteStream.id == Container.stream_id)
        .outerjoin(Zone, Zone.id == Container.zone_id)
        .outerjoin(Facility, Facility.id == Zone.facility_id)
    )


def _filtered(chosen: Any, wanted: ContainerFilter) -> Any:
    if wanted.states:
        chosen = chosen.where(Container.state.in_(wanted.states))
    if wanted.waste_code:
        chosen = chosen.where(Container.waste_code == wanted.waste_code)
    if wanted.facility_id:
        chosen = chosen.where(Zone.facility_id == wanted.facility_id)
    if wanted.zone_id:
        chosen = chosen.where(Container.zone_id == wanted.zone_id)
    if wanted.site_id:
        chosen = chosen.where(Container.site_id == wanted.site_id)
    if wanted.text:
        text = wanted.text.strip()
        columns = (
            Container.code,
            Container.short_code,
            Container.local_label,
            WasteStream.local_name,
            WasteStream.waste_code,
        )
        chosen = chosen.where(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    return chosen


@dataclass(frozen=True)
class ContainerPage:
    """A page of a list, the cursor of the next one, and how many containers the whole list holds."""

    rows: Sequence[ContainerRow]
    next_cursor: UUID | None
    total: int


def container_page(
    work: Work, wanted: ContainerFilter, *, limit: int = 50, before: UUID | None = None
) -> ContainerPage:
    """As `container_rows`, with the total of all pages; still one statement."""
    total = _filtered(
        select(func.count(Container.id))
        .join(WasteStream, WasteStream.id == Container.stream_id)
        .outerjoin(Zone, Zone.id == Container.zone_id)
        .where(containers_seen(work.actor)),
        wanted,
    ).scalar_subquery()
    chosen = _filtered(_rows().add_columns(total).where(containers_seen(work.actor)), wanted)
    if before is not None:
        chosen = chosen.where(Container.id < before)
    found = work.session.execute(chosen.order_by(Container.id.desc()).limit(limit + 1)).all()
    rows = [ContainerRow(*row[:-1]) for row in found[:limit]]
    cursor = rows[-1].container.id if len(found) > limit else None
    return ContainerPage(rows, cursor, int(found[0][-1]) if found else 0)


def exported_container_rows(
    work: Work, wanted: ContainerFilter | None = None, *, most: int = MAX_EXPORT
) -> Sequence[ContainerRow]:
    """Every container of a filtered list, newest first, up to `most`; one statement."""
    chosen = _filtered(_rows().where(containers_seen(work.actor)), wanted or ContainerFilter())
    return [
        ContainerRow(*row) for row in work.session.execute(chosen.order_by(Container.id.desc()).limit(most))
    ]


@dataclass(frozen=True)
class StreamUse:
    """A stream with the container registered last for it, whose package is proposed again."""

    stream: WasteStream
    site: Site
    last: Container | None


def streams_in_use(work: Work) -> Sequence[StreamUse]:
    """The streams an actor may register containers of, last used first; one statement."""
    last_id = (
        select(Container.id)
        .where(Container.stream_id == WasteStream.id)
        .order_by(Container.id.desc())
        .limit(1)
        .correlate(WasteStream)
        .scalar_subquery()
    )
    rows = work.session.execute(
        select(WasteStream, Site, Container)
        .join(Site, Site.id == WasteStream.site_id)
        .outerjoin(Container, Container.id == last_id)
        .where(sites_seen(work.actor), WasteStream.ended_at.is_(None))
    )
    uses = [StreamUse(*row) for row in rows]
    return sorted(
        uses, key=lambda use: use.last.created_at if use.last else use.stream.created_at, reverse=True
    )


def import_of(work: Work, container_id: UUID) -> UUID | None:
    """The ledger import a container came in with, if it did; one statement."""
    return work.session.scalar(
        select(Posting.import_id)
        .where(Posting.container_id == container_id, Posting.import_id.is_not(None))
        .limit(1)
    )


def places_seen(work: Work) -> list[tuple[Facility, Zone | None]]:
    """Every facility the actor may see beside each of its zones, or beside None; one statement."""
    rows = work.session.execute(
        select(Facility, Zone)
        .outerjoin(Zone, (Zone.facility_id == Facility.id) & Zone.ended_at.is_(None))
        .where(facilities_seen(work.actor), Facility.ended_at.is_(None))
        .order_by(Facility.code, Facility.id, Zone.code)
    )
    return [(facility, zone) for facility, zone in rows]


def zone_words(work: Work, zone_ids: Collection[UUID]) -> dict[UUID, str]:
    """What people call zones, such as `A1 废有机溶剂`, by id; one statement, none for no zones."""
    if not zone_ids:
        return {}
    rows = work.session.execute(select(Zone.id, Zone.code, Zone.name).where(Zone.id.in_(zone_ids)))
    return {row.id: f"{row.code} {row.name}".strip() for row in rows}
