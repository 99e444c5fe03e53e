"""How long waste has lain: by container, and first in first out where mass has no container (domain-rules 3.4)."""

import calendar
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from app.foundation.core.ids import NO_ID
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.waste.registry.models import PlaceKind, Posting, WasteStream
from app.waste.storage.models import IN_PLACE, Container, ContainerState, Facility, Zone
from app.waste.storage.queries import MAX_PAGE, containers_seen

STORAGE_YEARS: Final = 1
"""One calendar year: ECC 535(3) and SWL 81(3) for licensed operators; for producers a warning, HW-STORE-1Y-producer."""

AGEING = frozenset({*IN_PLACE, ContainerState.WEIGHED, ContainerState.ACCEPTED})
"""States in which a container grows older at its holder's."""


@dataclass(frozen=True)
class Flow:
    """Mass that came in, or went out, on a day. `corrects`: the flow of the other direction that it takes back."""

    id: UUID
    on: date
    mass: Grams
    corrects: UUID | None = None


@dataclass(frozen=True)
class Layer:
    """Mass that has lain since a day."""

    since: date
    mass: Grams


def ages(ins: Sequence[Flow], outs: Sequence[Flow], today: date) -> tuple[Layer, ...]:
    """What of the mass that came in still lies there today, oldest first: what came first went first.

    A draw of a part leaves the rest as old as it was. A correction takes away what it corrects, so that mass
    brought back is as old as before it was drawn. Flows after today don't count.
    """
    corrections: dict[UUID, list[Flow]] = defaultdict(list)
    for flow in (*ins, *outs):
        if flow.corrects is not None and flow.on <= today:
            corrections[flow.corrects].append(flow)

    def valid(flow: Flow) -> int:
        return max(flow.mass - sum(map(valid, corrections[flow.id])), 0)

    def counted(flows: Sequence[Flow]) -> list[tuple[date, int]]:
        return sorted((flow.on, valid(flow)) for flow in flows if flow.corrects is None and flow.on <= today)

    gone = sum(mass for _, mass in counted(outs))
    layers: dict[date, int] = defaultdict(int)
    for on, mass in counted(ins):
        drawn = min(mass, gone)
        gone -= drawn
        layers[on] += mass - drawn
    return tuple(Layer(on, Grams(mass)) for on, mass in layers.items() if mass > 0)


def years_later(day: date, years: int) -> date:
    """The same day of a later year; 29 February becomes the 28th."""
    year = day.year + years
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))


def since_of(container: Container) -> date:
    """The day its age is counted from: generation for the producer, acceptance for the operator."""
    return container.accepted_on or container.generated_on


def held_since() -> Any:
    """As `since_of`, as a column; containers accepted before that day was kept tell it by their posting."""
    accepted_on = (
        select(func.max(Posting.effective_on))
        .where(
            Posting.container_id == Container.id,
            Posting.from_kind == PlaceKind.CONSIGNMENT,
            Posting.to_kind == PlaceKind.UNPLACED,
            Posting.to_id == Container.site_id,
        )
        .correlate(Container)
        .scalar_subquery()
    )
    at_home = Container.holder_id == Container.organisation_id  # no posting to look for: told by far the most
    return case(
        (Container.accepted_on.is_not(None), Container.accepted_on),
        (at_home, Container.generated_on),
        else_=func.coalesce(accepted_on, Container.generated_on, type_=Container.generated_on.type),
    )


@dataclass(frozen=True)
class AgedContainer:
    """A container and since when it has been stored in the sense of the one-year limit."""

    container: Container
    stream: WasteStream
    since: date
    zone: Zone | None = None
    facility: Facility | None = None

    @property
    def until(self) -> date:
        """The last day it may lie there (TV-6: a year after the day itself)."""
        return years_later(self.since, STORAGE_YEARS)

    def days_left(self, today: date) -> int:
        """Days until the last one; below zero: days over."""
        return (self.until - today).days

    def days_held(self, today: date) -> int:
        return (today - self.since).days


def ageing(
    work: Work,
    *,
    facility_id: UUID | None = None,
    site_id: UUID | None = None,
    since_at_most: date | None = None,
    limit: int = MAX_PAGE,
) -> Sequence[AgedContainer]:
    """The containers in store that the actor may see, oldest first; one statement."""
    since = held_since()
    chosen = (
        select(Container, WasteStream, since, Zone, Facility)
        .join(WasteStream, WasteStream.id == Container.stream_id)
        .outerjoin(Zone, Zone.id == Container.zone_id)
        .outerjoin(Facility, Facility.id == Zone.facility_id)
        .where(containers_seen(work.actor), Container.state.in_(AGEING))
    )
    if facility_id is not None:
        chosen = chosen.where(Zone.facility_id == facility_id)
    if site_id is not None:
        chosen = chosen.where(Container.site_id == site_id)
    if since_at_most is not None:
        chosen = chosen.where(since <= since_at_most)
    rows = work.session.execute(chosen.order_by(since, Container.id).limit(limit))
    return [AgedContainer(*row) for row in rows]


@dataclass(frozen=True)
class LooseStock:
    """Mass without container of one waste code in one facility, oldest first."""

    facility_id: UUID
    waste_code: str
    layers: tuple[Layer, ...]

    @property
    def mass(self) -> Grams:
        return Grams(sum(layer.mass for layer in self.layers))

    @property
    def since(self) -> date:
        """The day the oldest of it came in."""
        return self.layers[0].since


def loose_stock(work: Work, facility_ids: Collection[UUID]) -> tuple[LooseStock, ...]:
    """What lies in facilities without container identity, aged first in first out per waste code; one statement."""
    if not facility_ids:
        return ()
    source, target = aliased(Zone), aliased(Zone)
    rows = work.session.execute(
        select(
            Posting.id,
            Posting.effective_on,
            Posting.mass,
            Posting.corrects_id,
            WasteStream.waste_code,
            source.facility_id.label("left"),
            target.facility_id.label("entered"),
        )
        .join(WasteStream, WasteStream.id == Posting.stream_id)
        .outerjoin(source, source.id == Posting.from_id)
        .outerjoin(target, target.id == Posting.to_id)
        .where(
            Posting.container_id == NO_ID,
            source.facility_id.in_(facility_ids) | target.facility_id.in_(facility_ids),
        )
    )
    ins: dict[tuple[UUID, str], list[Flow]] = defaultdict(list)
    outs: dict[tuple[UUID, str], list[Flow]] = defaultdict(list)
    for row in rows:
        if row.left == row.entered:
            continue  # from zone to zone of one facility: as old as before
        flow = Flow(row.id, row.effective_on, row.mass, row.corrects_id)
        if row.entered in facility_ids:
            ins[row.entered, row.waste_code].append(flow)
        if row.left in facility_ids:
            outs[row.left, row.waste_code].append(flow)
    found = [
        LooseStock(facility, code, ages(ins[facility, code], outs[facility, code], work.today))
        for facility, code in sorted(ins)
    ]
    return tuple(stock for stock in found if stock.layers)
