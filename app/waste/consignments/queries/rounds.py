"""Collection rounds of a carrier: one with its stops, a page of them, and what could still become a stop."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import aliased

from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor, Work
from app.parties.accounts.models import Organisation, Site
from app.parties.licences.models import CrewMember, Vehicle
from app.waste.consignments.models import CollectionRound, Consignment
from app.waste.consignments.policy import ensure_may_read
from app.waste.consignments.workflow import ConsignmentState

S = ConsignmentState
MAX_ROUNDS: Final = 100
TO_PICK_UP: Final = frozenset({S.SUBMITTED, S.LOADING})
ON_THE_VEHICLE: Final = frozenset({S.IN_TRANSIT, S.TEMPORARILY_STORED, S.INCIDENT, S.DIVERTED})
COUNTED: Final = TO_PICK_UP | ON_THE_VEHICLE
"""States in which a consignment's mass is on the round's vehicle, or is to be."""


@dataclass(frozen=True)
class Stop:
    """A consignment of a round with its two ends."""

    consignment: Consignment
    consignor: Organisation
    consignor_site: Site
    consignee: Organisation | None
    consignee_site: Site | None


@dataclass(frozen=True)
class RoundView:
    """A round with its vehicle, crew and stops in their order."""

    round: CollectionRound
    vehicle: Vehicle
    driver: CrewMember
    stops: tuple[Stop, ...]

    @property
    def version(self) -> int:
        return self.round.version

    @property
    def plate(self) -> str:
        return self.vehicle.plate

    @property
    def approved_load(self) -> Grams:
        return self.vehicle.approved_load

    @property
    def total(self) -> Grams:
        """What is on the vehicle, and what is still to be loaded (g)."""
        return Grams(sum(s.consignment.sent_mass for s in self.stops if s.consignment.state in COUNTED))

    @property
    def following(self) -> Stop | None:
        """Where to go next: to the first consignor not left yet, then to the first consignee."""
        for states in (TO_PICK_UP, ON_THE_VEHICLE):
            for stop in self.stops:
                if stop.consignment.state in states:
                    return stop
        return None

    @property
    def next_stop(self) -> str | None:
        return self.following.consignment.number if self.following else None


def rounds_seen(actor: Actor) -> ColumnElement[bool]:
    """A carrier's own rounds; of the park's staff those that were made in their park."""
    if actor.is_deployment:
        return true()
    if actor.is_park_staff:
        return CollectionRound.park_id == actor.park_id
    return CollectionRound.carrier_id == actor.organisation_id


def _is_named(key: UUID | str) -> ColumnElement[bool]:
    return CollectionRound.id == key if isinstance(key, UUID) else CollectionRound.number == key.upper()


def round_for(work: Work, key: UUID | str, *, lock: bool = False) -> CollectionRound:
    """A round by id or number; one statement. With `lock` its row stays locked until the transaction ends.

    Raises:
        NotPermitted: the actor doesn't read consignments at all.
        NotFound: none such, or not theirs.
    """
    ensure_may_read(work.actor)
    chosen = select(CollectionRound).where(_is_named(key), rounds_seen(work.actor))
    found = work.session.scalar(chosen.with_for_update() if lock else chosen)
    if found is None:
        raise NotFound(say("没有这个收集趟次，或它不属于你的单位"))
    return found


def round_view(work: Work, key: UUID | str) -> RoundView:
    """A round with everything its page shows; two statements.

    Raises:
        NotPermitted, NotFound: see `round_for`.
    """
    return round_views(work, [round_for(work, key)])[0]


def round_views(work: Work, rounds: Sequence[CollectionRound]) -> list[RoundView]:
    """Rounds with their stops, in two statements for however many; none for none."""
    if not rounds:
        return []
    fleet = {
        row[0]: (row[1], row[2])
        for row in work.session.execute(
            select(CollectionRound.id, Vehicle, CrewMember)
            .join(Vehicle, Vehicle.id == CollectionRound.vehicle_id)
            .join(CrewMember, CrewMember.id == CollectionRound.driver_id)
            .where(CollectionRound.id.in_([one.id for one in rounds]))
        )
    }
    stops: dict[UUID | None, list[Stop]] = {}
    for stop in _stops(work, [one.id for one in rounds]):
        stops.setdefault(stop.consignment.round_id, []).append(stop)
    return [RoundView(one, *fleet[one.id], tuple(stops.get(one.id, ()))) for one in rounds]


def _stops(work: Work, round_ids: Sequence[UUID]) -> Sequence[Stop]:
    consignor, consignee = aliased(Organisation), aliased(Organisation)
    origin, goal = aliased(Site), aliased(Site)
    rows = work.session.execute(
        select(Consignment, consignor, origin, consignee, goal)
        .join(consignor, consignor.id == Consignment.consignor_id)
        .join(origin, origin.id == Consignment.consignor_site_id)
        .outerjoin(consignee, consignee.id == Consignment.consignee_id)
        .outerjoin(goal, goal.id == Consignment.consignee_site_id)
        .where(Consignment.round_id.in_(round_ids))
        .order_by(Consignment.round_stop, Consignment.id)
    )
    return [Stop(*row) for row in rows]


def rounds_page(
    work: Work, *, cursor: UUID | None = None, limit: int = 50
) -> tuple[Sequence[CollectionRound], UUID | None]:
    """Rounds the actor may know of, newest first, and where the next page begins; one statement.

    Raises:
        NotPermitted: the actor doesn't read consignments at all.
    """
    ensure_may_read(work.actor)
    limit = max(1, min(limit, MAX_ROUNDS))
    chosen = select(CollectionRound).where(rounds_seen(work.actor)).order_by(CollectionRound.id.desc())
    if cursor is not None:
        chosen = chosen.where(CollectionRound.id < cursor)
    found = work.session.scalars(chosen.limit(limit + 1)).all()
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def may_become_stops(work: Work, one: CollectionRound) -> Sequence[tuple[Consignment, str]]:
    """Consignments with the round's vehicle that have not departed and are in no round, with their consignors' names;
    one statement."""
    rows = work.session.execute(
        select(Consignment, Organisation.short_name)
        .join(Organisation, Organisation.id == Consignment.consignor_id)
        .where(
            Consignment.carrier_id == one.carrier_id,
            Consignment.vehicle_id == one.vehicle_id,
            Consignment.round_id.is_(None),
            Consignment.state.in_(TO_PICK_UP),
        )
        .order_by(Consignment.id)
        .limit(MAX_ROUNDS)
    )
    return [(row[0], row[1]) for row in rows]


def mass_of_round(work: Work, round_id: UUID, *, besides: UUID) -> Grams:
    """What other consignments of a round weigh that are on its vehicle or are to be (g); one statement."""
    chosen = select(func.coalesce(func.sum(Consignment.sent_mass), 0)).where(
        and_(Consignment.round_id == round_id, Consignment.id != besides, Consignment.state.in_(COUNTED))
    )
    return Grams(int(work.session.scalar(chosen) or 0))


def open_rounds(work: Work) -> Sequence[RoundView]:
    """The firm's rounds that have not ended, by day; three statements, one where there are none."""
    rounds = work.session.scalars(
        select(CollectionRound)
        .where(rounds_seen(work.actor), or_(CollectionRound.ended_at.is_(None)))
        .order_by(CollectionRound.planned_on, CollectionRound.id)
        .limit(MAX_ROUNDS)
    ).all()
    return round_views(work, rounds)
