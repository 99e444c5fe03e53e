"""What would help against the findings of a facility: which zones clash, and where a container might go instead."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from app.foundation.core.work import Work
from app.waste.storage.ageing import AgedContainer
from app.waste.storage.checks import StandingProblem, ZoneProposal, placement_among
from app.waste.storage.compatibility import groups_of, meeting
from app.waste.storage.facts import Standing, ZoneView, nature_of
from app.waste.storage.models import Zone

MOST_MOVES = 8
"""Moves worked out for one page: each weighs every zone of the site."""


def clashing_zones(zones: Sequence[Zone], standing: Sequence[Standing]) -> set[tuple[UUID, UUID]]:
    """Pairs of zones in which incompatible wastes may meet, each once; a zone beside itself holds both."""
    by_id = {zone.id: zone for zone in zones}
    groups = {item.stream.id: groups_of(nature_of(item.stream)) for item in standing}
    found = set()
    for one, other in combinations(standing, 2):
        zone = by_id.get(one.zone_id)
        if zone is None or one.stream.id == other.stream.id or not other.is_near(zone):
            continue
        if meeting(groups[one.stream.id], groups[other.stream.id]).clash:
            first, second = sorted((one.zone_id, other.zone_id))
            found.add((first, second))
    return found


@dataclass(frozen=True)
class Move:
    """A container that might be moved out of the way, and the zone nothing speaks against."""

    aged: AgedContainer
    proposal: ZoneProposal


@dataclass(frozen=True)
class Remedy:
    """What might be done about one finding: the container to begin with, and where it would stand well."""

    first: AgedContainer | None
    move: Move | None


def remedies_of(
    work: Work,
    problems: Iterable[StandingProblem],
    oldest: Sequence[AgedContainer],
    views: Sequence[ZoneView],
) -> Mapping[int, Remedy]:
    """By place in `problems`: the oldest container of the finding's zone (and stream), and a zone for it.

    `oldest`: the oldest of each stream in each zone, oldest first. No statement.
    """
    moves: dict[UUID, Move | None] = {}
    found = {}
    for place, problem in enumerate(problems):
        first = _first(problem, oldest)
        if first is not None and first.container.id not in moves and len(moves) < MOST_MOVES:
            moves[first.container.id] = _move(work, first, views)
        found[place] = Remedy(first, moves.get(first.container.id) if first else None)
    return found


def _first(problem: StandingProblem, oldest: Sequence[AgedContainer]) -> AgedContainer | None:
    zone, stream = problem.zone, problem.stream
    return next(
        (
            aged
            for aged in oldest
            if (zone is None or aged.container.zone_id == zone.id)
            and (stream is None or aged.stream.id == stream.id)
        ),
        None,
    )


def _move(work: Work, aged: AgedContainer, views: Sequence[ZoneView]) -> Move | None:
    placement = placement_among(work, aged.container, aged.stream, views)
    best = next((proposal for proposal in placement.proposals if proposal.is_recommended), None)
    return Move(aged, best) if best else None
