"""Builds the demo park: a pure function of its anchor day, in under a minute."""

import random
from datetime import date, timedelta
from typing import Final

from app.demo.afterwards import confirm_receipts
from app.demo.chapters import open_the_wall, today
from app.demo.clearances import sign_contracts, tell_crossings
from app.demo.declaring import catch_up, declare_what_is_due, leave_open, return_one
from app.demo.episodes import Episodes
from app.demo.firms import PRODUCERS, ROUTES, Route
from app.demo.general import GeneralStory
from app.demo.general_trips import GeneralTrips
from app.demo.history import Story, Trip, old_stock
from app.demo.keeping import file_papers, weekly_round, yearly_tasks
from app.demo.licensing import hand_in_a_licence
from app.demo.plans import file_plans
from app.demo.recycling import use_up
from app.demo.setting_up import license_and_equip, set_pins, set_up
from app.foundation.core.clock import instant_at
from app.foundation.core.database import Database
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.foundation.files.operations import FileStore
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import Keyring, all_keys, new_key
from app.parties.accounts.logs import seal_and_sign

DAYS: Final = 90
"""Length of the history; the last day is the anchor."""
FEWEST_DAYS: Final = 30
BEFORE: Final = timedelta(days=366)
"""How long before the anchor the park opened."""
ON_THE_WAY_DAYS: Final = 6
"""What arrived in the last days is accepted and not yet put away."""
FAR_AHEAD: Final = 2
"""No ordinary trip sets out in the last days: those of today are told one by one."""


def build(
    database: Database, keyring: Keyring, public_url: str, anchor: date, days: int = DAYS, *, files: FileStore
) -> None:
    """Tell the whole history up to `anchor`; the catalogue must be loaded.

    The only real times in it are those of the signing keys and of the checkpoint; all else follows from the anchor day and the number of
    days, of which there are at least thirty.
    """
    days = max(days, FEWEST_DAYS)
    _ensure_keys(database, keyring)
    demo = set_up(database, instant_at(anchor - BEFORE, 9, 0))
    set_pins(database, keyring, instant_at(anchor - BEFORE, 9, 30))
    rng = random.Random(anchor.toordinal())  # noqa: S311 - weights of a story, not secrets
    story = Story(database, demo, keyring, public_url, anchor, rng)
    old_stock(story)
    first = anchor - timedelta(days=days)
    license_and_equip(database, demo, instant_at(first, 8, 0))
    file_plans(database, demo, set_up_on=anchor - BEFORE, anchor=anchor)
    sign_contracts(database, demo, files, first, anchor)
    file_papers(story, first)
    yearly_tasks(story, first)
    catch_up(story, first)
    general, episodes = GeneralStory(story), Episodes(story)
    trips = GeneralTrips(story, general)
    for number in range(1, days):
        day = first + timedelta(days=number)
        _one_day(story, day, number)
        trips.day(day)
        general.day(day)
        if day.weekday() == 0:
            weekly_round(story, day)
        confirm_receipts(story, day)
        use_up(story, day)
        episodes.day(day)
        declare_what_is_due(story, day)
    return_one(story)
    leave_open(story)
    tell_crossings(database, demo, files, anchor)
    hand_in_a_licence(database, demo, files, anchor)
    open_the_wall(story)
    today(story)
    trips.today()
    seal_and_sign(database, keyring, public_url)


def _ensure_keys(database: Database, keyring: Keyring) -> None:
    with database.writing(Actor.system(via="demo")) as work:
        for purpose in (KeyPurpose.QR, KeyPurpose.BUNDLE, KeyPurpose.LOG):
            if not [key for key in all_keys(work, purpose) if key.retired_at is None]:
                new_key(work, keyring, purpose)


def _one_day(story: Story, day: date, number: int) -> None:
    left = (story.anchor - day).days
    minute = 0
    for firm in PRODUCERS:
        if firm.joined_days is not None and left > firm.joined_days:
            continue
        for stream in firm.streams:
            if number % stream.every_days == 0:
                story.drum(firm.key, stream, instant_at(day, 8, 20 + minute % 35))
                minute += 9
    if left > FAR_AHEAD:
        for place, route in enumerate(ROUTES):
            if number % route.every_days == route.every_days - 1:
                _trip(story, route, day, place)


def _trip(story: Story, route: Route, day: date, place: int) -> None:
    drums = story.take(route.firm, route.stream, route.count)
    if not drums:
        return
    left = (story.anchor - day).days
    trip = Trip(
        story,
        route.firm,
        route.to,
        drums,
        instant_at(day, 9 + place % 2, 30 + place),
        route.method,
        route.zone,
    )
    lost = Grams(9_400) if route.stream == "solvent" and 10 < left <= 16 else Grams(0)
    trip.tell("stored" if left > ON_THE_WAY_DAYS else "accepted", short=lost)
