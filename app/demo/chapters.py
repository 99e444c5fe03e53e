"""The last days of the story: standing findings, and consignments and packages at every step on the anchor day."""

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from app.demo.afterwards import refuse_all, refuse_the_last
from app.demo.firms import ROUTES, Route, stream_of
from app.demo.history import Story, Trip
from app.foundation.core.clock import instant_at
from app.foundation.core.units import Grams
from app.waste.storage.commands import ReviseZone
from app.waste.storage.models import Container, Zone
from app.waste.storage.operations.facilities import revise_zone

OVER_PERCENT: Final = 104
"""How full the acid zone is once it was measured anew."""
STEP: Final = 100_000
"""Capacities are whole tenths of a tonne."""


def open_the_wall(story: Story) -> None:
    """The partition of the acid zone is taken down, and the zone measured anew: two standing findings."""
    acid = story.demo.zones["qingwu", "A3"]
    held = _held(story, acid)
    capacity = Grams(max(held * 100 // OVER_PERCENT // STEP * STEP, STEP))
    register = {**acid.register, "separation": "none"}
    command = ReviseZone(
        acid.name, capacity, tuple(acid.allowed), tuple(acid.forms), ("A4",), register=register
    )
    story.act(
        "lu",
        instant_at(story.anchor - timedelta(days=2), 16, 10),
        lambda work: revise_zone(work, acid.id, command),
    )


def _held(story: Story, zone: Zone) -> int:
    """What stands in a zone, in grams."""
    with story.database.reading(story.demo.actors["lu"]) as work:
        found = work.session.scalar(select(func.sum(Container.net)).where(Container.zone_id == zone.id))
    return int(found or 0)


def today(story: Story) -> None:
    """Consignments in every state, and packages at every step, on the anchor day."""
    _yesterday(story)
    _under_way(story)
    solvent, sludge = stream_of("qingwu", "solvent"), stream_of("qingwu", "sludge")
    for minute in (10, 25):
        story.drum("qingwu", solvent, instant_at(story.anchor, 7, minute), store=False)
    story.drum("qingwu", sludge, instant_at(story.anchor, 7, 40), weigh=False)


def _yesterday(story: Story) -> None:
    solvent, sludge = stream_of("qingwu", "solvent"), stream_of("qingwu", "sludge")
    yesterday = story.anchor - timedelta(days=1)
    for hour in (7, 9, 11):
        for minute in (5, 35):
            story.drum("qingwu", solvent, instant_at(yesterday, hour, minute))
    for minute in (0, 20):
        story.drum("qingwu", sludge, instant_at(yesterday, 14, minute))
        story.drum("yunqi", stream_of("yunqi", "oil"), instant_at(yesterday, 16, minute))
    route = _route("qingwu", "solvent")
    drums = story.take("qingwu", "solvent", 2)
    trip = Trip(story, "qingwu", "yunzhan", drums, instant_at(yesterday, 12, 0), route.method, route.zone)
    trip.tell("discrepancy", short=Grams(68_200))
    route = _route("qingwu", "sludge")
    drums = story.take("qingwu", "sludge", 1)
    cancelled = Trip(story, "qingwu", "baize", drums, instant_at(yesterday, 13, 0), route.method, route.zone)
    cancelled.national = False
    cancelled.tell("submitted")
    cancelled.cancel("车辆临时检修，改日发运")
    _sent_back(story)


def _sent_back(story: Story) -> None:
    """One load with a package that was refused, and one that was refused as a whole: both wait for their consignor."""
    at = instant_at(story.anchor - timedelta(days=1), 15, 10)
    for refuse in (refuse_the_last, refuse_all):
        route = _route("qingwu", "solvent")
        drums = story.take("qingwu", "solvent", 2)
        trip = Trip(story, "qingwu", "yunzhan", drums, at, route.method, route.zone)
        trip.tell("arrived")
        refuse(trip)
        at += timedelta(hours=2)


def _route(firm: str, stream: str) -> Route:
    return next(route for route in ROUTES if (route.firm, route.stream) == (firm, stream))


def _under_way(story: Story) -> None:
    trips = (
        ("qingwu", "solvent", 6, (5, 0), "weighing", "D0712"),
        ("lanling", "sludge", 3, (6, 20), "in_transit", "D0718"),
        ("qingwu", "sludge", 2, (6, 50), "signed", "D0718"),
        ("qingwu", "solvent", 2, (7, 5), "loading", "D0712"),
        ("yunqi", "oil", 2, (7, 15), "submitted", "D0712"),
        ("qingwu", "solvent", 1, (7, 45), "draft", "D0712"),
    )
    for firm, stream, count, (hour, minute), upto, vehicle in trips:
        route = _route(firm, stream)
        drums = story.take(firm, stream, count)
        at = instant_at(story.anchor, hour, minute)
        trip = Trip(story, firm, route.to, drums, at, route.method, route.zone, vehicle)
        trip.national = upto not in ("submitted", "draft")
        trip.tell(upto)
