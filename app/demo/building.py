"""Builds the demo park: a pure function of its anchor day, in under a minute."""

import random
from datetime import date, timedelta

from app.demo.firms import BY_KEY
from app.demo.history import DAYS, PERSON_OF, Story, Trip, old_stock, stream_of
from app.demo.plans import file_plans
from app.demo.setting_up import license_and_equip, set_up
from app.foundation.core.clock import instant_at
from app.foundation.core.database import Database
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import Keyring, all_keys, new_key
from app.waste.storage.commands import ReviseZone
from app.waste.storage.operations.facilities import revise_zone

ROUTES = (
    ("qingwu", "solvent", "yunzhan", "R2", 5, 6),
    ("qingwu", "sludge", "baize", "D10", 9, 4),
    ("yunqi", "oil", "baize", "R9", 10, 2),
    ("lanling", "sludge", "baize", "D1", 8, 3),
)
"""Who sends what to whom, by which method, how often (days), how many packages a trip."""


def build(database: Database, keyring: Keyring, public_url: str, anchor: date) -> None:
    """Tell the whole history up to `anchor`; the catalogue must be loaded.

    The only real time in it is that of the signing key; all else follows from the anchor day.
    """
    _ensure_key(database, keyring)
    demo = set_up(database, instant_at(anchor - timedelta(days=366), 9, 0))
    rng = random.Random(anchor.toordinal())  # noqa: S311 - weights of a story, not secrets
    story = Story(database, demo, keyring, public_url, anchor, rng)
    old_stock(story)
    first = anchor - timedelta(days=DAYS)
    license_and_equip(database, demo, instant_at(first, 8, 0))
    routes = [route[:4] for route in ROUTES]
    file_plans(database, demo, PERSON_OF, routes, set_up_on=anchor - timedelta(days=366), anchor=anchor)
    for day in range(1, DAYS):
        _one_day(story, first + timedelta(days=day), day)
    _open_the_wall(story)
    _today(story)


def _ensure_key(database: Database, keyring: Keyring) -> None:
    with database.writing(Actor.system(via="demo")) as work:
        if not [key for key in all_keys(work, KeyPurpose.QR) if key.retired_at is None]:
            new_key(work, keyring, KeyPurpose.QR)


def _one_day(story: Story, day: date, number: int) -> None:
    minute = 0
    for firm in PERSON_OF:
        for stream in BY_KEY[firm].streams:
            if number % stream.every_days == 0:
                story.drum(firm, stream, instant_at(day, 8, 20 + minute % 35))
                minute += 9
    for place, (firm, key, consignee, method, every, count) in enumerate(ROUTES):
        if number % every == every - 1 and number < DAYS - 2:
            drums = story.take(firm, key, count)
            trip = Trip(story, firm, consignee, drums, instant_at(day, 9 + place % 2, 30), method)
            lost = Grams(9_400) if (number, firm) == (17, "qingwu") else Grams(0)
            trip.tell("stored" if number < DAYS - 6 else "accepted", short=lost)


def _open_the_wall(story: Story) -> None:
    """A partition is taken down: acid and alkali now stand with nothing between (a standing finding)."""
    zone = story.demo.zones["qingwu", "A4"]
    command = ReviseZone(zone.name, zone.capacity, tuple(zone.allowed), tuple(zone.forms), ("A3",))
    story.act(
        "lu",
        instant_at(story.anchor - timedelta(days=2), 16, 10),
        lambda work: revise_zone(work, zone.id, command),
    )


def _today(story: Story) -> None:
    """Consignments in every state, and packages at every step, on the anchor day."""
    solvent, sludge = stream_of("qingwu", "solvent"), stream_of("qingwu", "sludge")
    yesterday = story.anchor - timedelta(days=1)
    for hour in (7, 8, 9, 10, 11):
        for minute in (5, 35):
            story.drum("qingwu", solvent, instant_at(yesterday, hour, minute))
    for minute in (0, 20, 40):
        story.drum("qingwu", sludge, instant_at(yesterday, 14, minute))
        story.drum("lanling", stream_of("lanling", "sludge"), instant_at(yesterday, 15, minute))
        story.drum("yunqi", stream_of("yunqi", "oil"), instant_at(yesterday, 16, minute))
    Trip(
        story, "qingwu", "yunzhan", story.take("qingwu", "solvent", 2), instant_at(yesterday, 12, 0), "R2"
    ).tell("discrepancy", short=Grams(68_200))
    cancelled = Trip(
        story,
        "qingwu",
        "baize",
        story.take("qingwu", "sludge", 1),
        instant_at(yesterday, 13, 0),
        "D10",
        national=False,
    )
    cancelled.tell("submitted")
    cancelled.cancel("车辆临时检修，改日发运")
    _under_way(story)
    for minute in (10, 25):
        story.drum("qingwu", solvent, instant_at(story.anchor, 7, minute), store=False)
    story.drum("qingwu", sludge, instant_at(story.anchor, 7, 40), weigh=False)


def _under_way(story: Story) -> None:
    day = story.anchor
    trips = (
        ("qingwu", "yunzhan", "solvent", 6, "R2", (5, 0), "weighing", "D0712"),
        ("lanling", "baize", "sludge", 3, "D1", (6, 20), "in_transit", "D0718"),
        ("qingwu", "baize", "sludge", 2, "D10", (6, 50), "signed", "D0718"),
        ("qingwu", "yunzhan", "solvent", 2, "R2", (7, 5), "loading", "D0712"),
        ("yunqi", "baize", "oil", 2, "R9", (7, 15), "submitted", "D0712"),
        ("qingwu", "yunzhan", "solvent", 1, "R2", (7, 45), "draft", "D0712"),
    )
    for consignor, consignee, stream, count, method, (hour, minute), upto, vehicle in trips:
        drums = story.take(consignor, stream, count)
        trip = Trip(story, consignor, consignee, drums, instant_at(day, hour, minute), method, vehicle)
        trip.national = upto not in ("submitted", "draft")
        trip.tell(upto)
