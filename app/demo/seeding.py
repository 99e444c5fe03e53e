"""Multiplies the demo's history by the operations: more packages and more trips on the days that are not declared yet.

What is made leaves again, so that no store overflows: each beat is some new packages and the trip that takes them away.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle, islice
from typing import Final

from sqlalchemy import func, select

from app.demo.finding import found_story, open_since
from app.demo.firms import BY_KEY, ROUTES, Route, stream_of
from app.demo.history import Story, Trip
from app.demo.recycling import use_up
from app.foundation.core.clock import instant_at
from app.foundation.core.database import Database
from app.foundation.core.work import Actor
from app.foundation.keys.operations import Keyring
from app.waste.storage.models import Container

MOST: Final = 10
"""Above that operations take too long; `bench.load` inserts rows."""
FULL: Final = frozenset({("qingwu", "acid"), ("qingwu", "alkali")})
"""Wastes whose zones have no room for more."""
WORKDAY_MINUTES: Final = 600


def seed(database: Database, keyring: Keyring, public_url: str, scale: int) -> int:
    """Tell as much again (`scale` - 1) times over; gives the number of packages told.

    Raises:
        NotFound: there is no demo park.
    """
    story = found_story(database, keyring, public_url)
    with database.reading(Actor.system(via="demo")) as work:
        before = work.session.scalar(select(func.count(Container.id))) or 0
    wanted, told = before * (scale - 1), 0
    days = _days(story.anchor)
    routes = list(_routes())
    beats: list[Route] = list(_until(routes, wanted))
    per_day = -(-len(beats) // len(days)) if beats else 0
    waiting = iter(beats)
    for day in days:
        for number, route in enumerate(islice(waiting, per_day)):
            _beat(story, route, day, number * WORKDAY_MINUTES // max(per_day, 1))
            told += route.count
        if day < story.anchor:
            use_up(story, day + timedelta(days=1), kept_days=0)
    return told


def _days(anchor: date) -> list[date]:
    first = open_since(anchor)
    return [first + timedelta(days=number) for number in range((anchor - first).days + 1)]


def _routes() -> Iterator[Route]:
    """Of firms whose ledger is kept here from its beginning."""
    for route in ROUTES:
        if BY_KEY[route.firm].joined_days is None and (route.firm, route.stream) not in FULL:
            yield route


def _until(routes: list[Route], wanted: int) -> Iterator[Route]:
    for route in cycle(routes):
        if wanted <= 0:
            return
        wanted -= route.count
        yield route


def _beat(story: Story, route: Route, day: date, minute: int) -> None:
    """Some packages in the early morning and the trip that takes them."""
    stream = stream_of(route.firm, route.stream)
    morning = instant_at(day, 0, 30) + timedelta(minutes=minute)
    drums = [
        story.drum(route.firm, stream, morning + timedelta(minutes=place)) for place in range(route.count)
    ]
    story.stock.clear()
    trip = Trip(story, route.firm, route.to, drums, morning + timedelta(minutes=30), route.method, route.zone)
    trip.tell("stored")
