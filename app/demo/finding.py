"""Finds a demo park that stands already, so that more of its story can be told."""

import random
import re
from datetime import date
from typing import Final

from sqlalchemy import func, select

from app.demo.accounts import PEOPLE
from app.demo.firms import BY_KEY, FIRMS, GENERAL
from app.demo.history import Story
from app.demo.setting_up import CREW, DemoPark
from app.foundation.core.clock import local_day
from app.foundation.core.database import Database
from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Actor, Work
from app.foundation.keys.operations import Keyring
from app.parties.accounts.models import Organisation, Park, Site, User
from app.parties.accounts.permissions import PARK_ROLES, permissions_of
from app.parties.accounts.queries import demo_park
from app.parties.licences.models import CrewMember, Vehicle
from app.waste.consignments.models import Consignment
from app.waste.registry.models import WasteStream
from app.waste.storage.models import Container, Facility, PackageType, Zone

OWN_LABEL: Final = re.compile(r"([A-Z]{2})-([A-Z]\d)-(\d{4})")
SERIAL_DIGITS: Final = 6


def found_story(database: Database, keyring: Keyring, public_url: str) -> Story:
    """The story of the demo park up to its last day.

    Raises:
        NotFound: this database holds no demo park, or one without a history.
    """
    with database.reading(Actor.system(via="demo")) as work:
        park = demo_park(work)
        last = work.session.scalar(select(func.max(Container.created_at)))
        if park is None or last is None:
            raise NotFound(say("没有演示园区"))
        demo = _demo(work, park)
        count = work.session.scalar(select(func.count(Container.id))) or 0
        labels = _own_labels(work) | _national_numbers(work)
    anchor = local_day(last, park.zone)
    rng = random.Random(anchor.toordinal() * 10_007 + count)  # noqa: S311 - weights of a story, not secrets
    return Story(database, demo, keyring, public_url, anchor, rng, labels=labels)


def _demo(work: Work, park: Park) -> DemoPark:
    demo = DemoPark(park)
    rows = work.session.scalars(select(Organisation)).all()
    by_code = {organisation.credit_code: organisation for organisation in rows}
    demo.organisations = {
        firm.key: by_code[firm.credit_code] for firm in FIRMS if firm.credit_code in by_code
    }
    key_of = {organisation.id: key for key, organisation in demo.organisations.items()}
    demo.sites = {
        key_of[site.organisation_id]: site
        for site in work.session.scalars(select(Site).order_by(Site.id.desc()))
        if site.organisation_id in key_of
    }
    _stores(work, demo, {site.id: key for key, site in demo.sites.items()})
    _people(work, demo)
    for vehicle in work.session.scalars(select(Vehicle)):
        demo.vehicles[vehicle.plate.removeprefix("演A")] = vehicle.id
    keys = {certificate: key for key, _, _, certificate, *_ in CREW}
    for member in work.session.scalars(select(CrewMember)):
        if member.certificate in keys:
            demo.crew[keys[member.certificate]] = member.id
    for kind in work.session.scalars(select(PackageType).where(PackageType.ended_at.is_(None))):
        if kind.organisation_id in key_of:
            demo.packages[key_of[kind.organisation_id], kind.package, kind.volume_ml, kind.tare] = kind.id
    return demo


def _stores(work: Work, demo: DemoPark, key_of: dict[object, str]) -> None:
    for facility in work.session.scalars(select(Facility)):
        if facility.site_id in key_of:
            demo.facilities[key_of[facility.site_id], facility.code] = facility
    for zone, site_id in work.session.execute(
        select(Zone, Facility.site_id).join(Facility, Facility.id == Zone.facility_id)
    ):
        if site_id in key_of:
            demo.zones[key_of[site_id], zone.code] = zone
    told = {(key, stream.code, stream.name): stream.key for key in BY_KEY for stream in BY_KEY[key].streams}
    told |= {(waste.firm, waste.code, waste.name): waste.key for waste in GENERAL}
    for row in work.session.scalars(select(WasteStream)):
        named = (key_of.get(row.site_id, ""), row.waste_code, row.local_name)
        if named in told:
            demo.streams[named[0], told[named]] = row


def _people(work: Work, demo: DemoPark) -> None:
    users = {user.email: user for user in work.session.scalars(select(User))}
    for person in PEOPLE:
        of_park = person.role in PARK_ROLES
        demo.actors[person.key] = Actor(
            user_id=users[person.email].id,
            organisation_id=None if of_park else demo.organisations[person.firm].id,
            park_id=demo.park.id,
            permissions=permissions_of(person.role),
            via="demo",
            is_park_staff=of_park,
            zone=demo.park.zone,
        )


def _own_labels(work: Work) -> dict[tuple[str, str], int]:
    """The last number of each firm's labels by zone."""
    key_of = {firm.initials: firm.key for firm in FIRMS}
    last: dict[tuple[str, str], int] = {}
    for label in work.session.scalars(select(Container.local_label)):
        if found := OWN_LABEL.fullmatch(label):
            place = (key_of.get(found[1], ""), found[2])
            last[place] = max(last.get(place, 0), int(found[3]))
    return last


def _national_numbers(work: Work) -> dict[tuple[str, str], int]:
    """The last serial of the invented national numbers by year."""
    last: dict[tuple[str, str], int] = {}
    for number in work.session.scalars(
        select(Consignment.national_number).where(Consignment.national_number.is_not(None))
    ):
        assert number is not None
        place = ("national", number[:4])
        last[place] = max(last.get(place, 0), int(number[-SERIAL_DIGITS:]))
    return last


def open_since(anchor: date) -> date:
    """The first day into whose month the demo's firms still post: earlier ones are declared."""
    this_month = anchor.replace(day=1)
    declared_on = 8
    if anchor.day > declared_on:
        return this_month
    last = this_month.toordinal() - 1
    return date.fromordinal(last).replace(day=1)
