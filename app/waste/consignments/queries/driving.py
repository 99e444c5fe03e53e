"""What a driver does today: single trips and rounds, each with both ends, the load and the vehicle."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation, Site
from app.parties.licences.models import CrewMember, Vehicle
from app.waste.consignments.models import Consignment, ConsignmentLine
from app.waste.consignments.policy import ensure_may_read
from app.waste.consignments.queries.finding import consignments_seen
from app.waste.consignments.queries.rounds import ON_THE_VEHICLE, TO_PICK_UP, RoundView, open_rounds

MOST_RUNS: Final = 50


@dataclass(frozen=True)
class Run:
    """One consignment to bring from one place to another."""

    consignment: Consignment
    consignor: Organisation
    origin: Site
    consignee: Organisation
    goal: Site
    vehicle: Vehicle | None
    driver: CrewMember | None
    lines: tuple[ConsignmentLine, ...]


@dataclass(frozen=True)
class Day:
    """What is to be driven: rounds with their stops, and trips that belong to none."""

    rounds: tuple[RoundView, ...]
    runs: tuple[Run, ...]


def day_of(work: Work) -> Day:
    """Everything the actor's firm carries or takes over next that has not arrived; of a person who is named as crew
    only what they drive or escort and what nobody is named for. Five statements, three without rounds.

    Raises:
        NotPermitted: the actor doesn't read consignments at all.
    """
    ensure_may_read(work.actor)
    consignor, consignee = aliased(Organisation), aliased(Organisation)
    origin, goal = aliased(Site), aliased(Site)
    c, firm = Consignment, work.actor.organisation_id
    rows = work.session.execute(
        select(c, consignor, origin, consignee, goal, Vehicle, CrewMember)
        .join(consignor, consignor.id == c.consignor_id)
        .join(origin, origin.id == c.consignor_site_id)
        .join(consignee, consignee.id == c.consignee_id)
        .join(goal, goal.id == c.consignee_site_id)
        .outerjoin(Vehicle, Vehicle.id == c.vehicle_id)
        .outerjoin(CrewMember, CrewMember.id == c.driver_id)
        .where(
            consignments_seen(work.actor),
            or_(c.carrier_id == firm, c.next_carrier_id == firm),
            c.state.in_(TO_PICK_UP | ON_THE_VEHICLE),
            or_(c.carrier_id != firm, _is_driven_by(work)),
        )
        .order_by(c.due_on, c.id)
        .limit(MOST_RUNS)
    ).all()
    lines = _lines(work, [row[0].id for row in rows])
    runs = tuple(Run(*row, lines=tuple(lines[row[0].id])) for row in rows)
    return Day(tuple(_driven(work, open_rounds(work), runs)), runs)


def _is_driven_by(work: Work) -> ColumnElement[bool]:
    """The actor drives or escorts it, or nobody is named; everything, for who is no crew member."""
    mine = select(CrewMember.id).where(
        CrewMember.user_id == work.actor.user_id,
        CrewMember.organisation_id == work.actor.organisation_id,
    )
    c = Consignment
    return or_(
        ~mine.exists(),
        c.driver_id.in_(mine),
        c.escort_id.in_(mine),
        and_(c.driver_id.is_(None), c.escort_id.is_(None)),
    )


def _lines(work: Work, consignment_ids: Sequence[UUID]) -> dict[UUID, list[ConsignmentLine]]:
    grouped: defaultdict[UUID, list[ConsignmentLine]] = defaultdict(list)
    chosen = select(ConsignmentLine).where(ConsignmentLine.consignment_id.in_(consignment_ids))
    for line in work.session.scalars(chosen.order_by(ConsignmentLine.line_number)):
        grouped[line.consignment_id].append(line)
    return grouped


def _driven(work: Work, rounds: Sequence[RoundView], runs: Sequence[Run]) -> Sequence[RoundView]:
    """Rounds of which the actor drives a stop, or is the driver."""
    known = {run.consignment.round_id for run in runs}
    user = work.actor.user_id
    return [one for one in rounds if one.round.id in known or one.driver.user_id in (None, user)]
