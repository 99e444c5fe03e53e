"""What the rules say of a transfer as it stands: duties with their days, the track, the scales. Nothing of it stops an
act; the page of the consignment shows it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import Final

from sqlalchemy import select

from app.foundation.core.clock import local_day
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import Facts, RuleFinding, assess
from app.foundation.rulebook.outcome import UNKNOWN
from app.waste.consignments.facts.parts import hazardous_lines
from app.waste.consignments.facts.receipt import difference_facts
from app.waste.consignments.facts.road import kept_facts, leg_facts
from app.waste.consignments.facts.transfer import RULES, times_facts
from app.waste.consignments.models import Consignment, Opinion, TrackPoint
from app.waste.consignments.queries.papers import Papers
from app.waste.consignments.rules.duties import KeptFacts, ResultFacts
from app.waste.consignments.rules.road import WayFacts
from app.waste.consignments.rules.scales import CarrierRecordFacts, ScaleFacts
from app.waste.consignments.rules.timers import BackfillFacts, ConfirmationFacts
from app.waste.storage.weighing.models import Scale, ScaleReading

MOST_POINTS: Final = 5_000
LATEST_TRIPS: Final = 20
EARTH_M: Final = 6_371_000
STANDING_M: Final = 100
"""Two positions nearer than this are one place."""


def standing_findings(work: Work, papers: Papers) -> list[RuleFinding]:
    """What is open or odd about a hazardous load that has departed; three statements, none before."""
    c = papers.consignment
    if c.departed_at is None or not hazardous_lines(papers):
        return []
    facts = [
        times_facts(papers),
        kept_facts(papers, local_day(c.departed_at, work.actor.zone)),
        *leg_facts(papers.legs, c.leg),
        *_way_facts(work, c),
        *_scale_facts(work, papers),
        *_carrier_facts(work, c),
        *_ended_facts(work, c),
    ]
    if c.arrived_at is not None:
        facts.append(difference_facts(papers))
    return assess(RULES, facts, on=work.today, jurisdiction=papers.jurisdictions)


def _ended_facts(work: Work, c: Consignment) -> Iterator[Facts]:
    if c.closed_at is None:
        return
    ended = local_day(c.closed_at, work.actor.zone)
    yield KeptFacts(subject_id=c.id, transfer_ended_on=ended, data_kept_until=None)  # nothing deletes them
    yield BackfillFacts(
        subject_id=c.id,
        was_on_paper=bool(c.paper_number),
        transfer_ended_on=ended,
        backfilled_on=local_day(c.backfilled_at, work.actor.zone) if c.backfilled_at else None,
        today=work.today,
    )
    if c.opinion in (Opinion.ACCEPT, Opinion.PARTIAL):
        confirmed, told = c.confirmed_at, c.result_reported_at
        yield ConfirmationFacts(
            subject_id=c.id,
            accepted_on=ended,
            confirmed_on=local_day(confirmed, work.actor.zone) if confirmed else None,
            today=work.today,
        )
        yield ResultFacts(
            subject_id=c.id,
            accepted_on=ended,
            result_on=local_day(told, work.actor.zone) if told else None,
            today=work.today,
        )


def _way_facts(work: Work, c: Consignment) -> Iterator[WayFacts]:
    """Once it has arrived: until then the track may still come."""
    if c.arrived_at is None:
        return
    points = work.session.scalars(
        select(TrackPoint).where(TrackPoint.consignment_id == c.id).order_by(TrackPoint.at).limit(MOST_POINTS)
    ).all()
    speeds = [_speed(one, other) for one, other in pairwise(points)]
    yield WayFacts(
        subject_id=c.id,
        track_points=len(points),
        top_speed_kmh=max(speeds) if speeds else UNKNOWN,
        longest_stop_minutes=_longest_stop(points) if len(points) > 1 else UNKNOWN,
    )


def _speed(one: TrackPoint, other: TrackPoint) -> int:
    """Whole km/h between two positions."""
    seconds = max(int((other.at - one.at).total_seconds()), 1)
    return distance_m(one, other) * 3600 // (seconds * 1000)


def _longest_stop(points: Sequence[TrackPoint]) -> int:
    """Minutes for which the vehicle stayed within a place; a temporary store on the way counts too."""
    longest, since, where = timedelta(), points[0].at, points[0]
    for point in points[1:]:
        if distance_m(where, point) > STANDING_M:
            since, where = point.at, point
        longest = max(longest, point.at - since)
    return int(longest.total_seconds()) // 60


def distance_m(one: TrackPoint, other: TrackPoint) -> int:
    """Metres between two positions, along a great circle."""
    first, second = (radians(point.latitude_e6 / 1e6) for point in (one, other))
    across = radians((other.longitude_e6 - one.longitude_e6) / 1e6)
    half = sin((second - first) / 2) ** 2 + cos(first) * cos(second) * sin(across / 2) ** 2
    return round(2 * EARTH_M * asin(sqrt(half)))


def _scale_facts(work: Work, papers: Papers) -> Iterator[ScaleFacts]:
    """Scales that weighed a container of it themselves; what people typed says nothing of a scale."""
    found: dict[str, ScaleFacts] = {}
    rows = work.session.execute(
        select(Scale.name, ScaleReading.taken_at, ScaleReading.calibrated_to)
        .join(Scale, Scale.id == ScaleReading.scale_id)
        .where(ScaleReading.container_id.in_([one.id for one in papers.containers]))
        .order_by(Scale.name, ScaleReading.taken_at.desc())
    )
    for name, taken_at, calibrated_to in rows:
        found.setdefault(
            name,
            ScaleFacts(
                subject_id=papers.consignment.id,
                scale_name=name,
                weighed_on=local_day(taken_at, work.actor.zone),
                calibrated_to=calibrated_to or UNKNOWN,
            ),
        )
    yield from found.values()


def _carrier_facts(work: Work, c: Consignment) -> Iterator[CarrierRecordFacts]:
    """How the carrier's last loads arrived, this one among them; nothing while it is on its way."""
    if c.closed_at is None or c.carrier_id is None:
        return
    rows = work.session.execute(
        select(Consignment.received_mass, Consignment.sent_mass)
        .where(
            Consignment.carrier_id == c.carrier_id,
            Consignment.opinion == Opinion.ACCEPT,
            Consignment.received_mass.is_not(None),
        )
        .order_by(Consignment.id.desc())
        .limit(LATEST_TRIPS)
    )
    differences = tuple(received - sent for received, sent in rows if received is not None)
    yield CarrierRecordFacts(subject_id=c.carrier_id, differences=differences)
