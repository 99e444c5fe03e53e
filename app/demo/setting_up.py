"""The park before its history: firms, people, roles, licences, fleets, facilities, streams."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.demo.accounts import PARK_NAME, PASSWORD, PEOPLE, PIN
from app.demo.firms import DEMO_CITY, FIRMS, GENERAL, DemoFacility, DemoFirm, DemoStream
from app.demo.licences import licences_of_the_park
from app.demo.registers import facility_register, zone_register
from app.foundation.core.database import Database
from app.foundation.core.units import Grams, grams_from_kg
from app.foundation.core.work import Actor, Work
from app.foundation.keys.operations import Keyring
from app.parties.accounts.commands import AddSite, AddUser, GrantRole, OpenPark, RegisterOrganisation
from app.parties.accounts.confirming.enrolling import set_pin
from app.parties.accounts.models import Organisation, Park, Site, User
from app.parties.accounts.operations import (
    add_site,
    add_user,
    grant_role,
    open_park,
    register_organisation,
)
from app.parties.accounts.permissions import PARK_ROLES, permissions_of
from app.parties.licences.commands import (
    RegisterCarrierPermit,
    RegisterCrewMember,
    RegisterVehicle,
)
from app.parties.licences.models import VehicleBody
from app.parties.licences.operations import (
    register_carrier_permit,
    register_crew_member,
    register_vehicle,
)
from app.waste.registry.commands import AddStream
from app.waste.registry.general_waste import AddGeneralWasteCode, add_general_waste_code
from app.waste.registry.models import WasteForm, WasteKind, WasteStream
from app.waste.registry.operations.streams import add_stream
from app.waste.storage.commands import AddFacility, AddZone
from app.waste.storage.facility_commands import DrawnZone, DrawPlan
from app.waste.storage.models import Facility, Zone
from app.waste.storage.operations.facilities import add_facility, add_zone
from app.waste.storage.operations.floor_plans import draw_plan
from app.waste.storage.operations.package_types import add_package_type
from app.waste.storage.package_types import AddPackageType, Material
from app.waste.storage.weighing.commands import AddScale
from app.waste.storage.weighing.operations import add_scale

TONNES = 1_000_000
CALIBRATED_DAYS = 474
"""From the first day of the history: a good quarter beyond its last."""


CREW: Final = (
    ("shi", "石砚秋", "000-0000-7711", "演驾 990001", False, 760),
    ("yi", "易川", "000-0000-7712", "演押 990002", True, 560),
    ("fang", "方既白", "000-0000-7713", "演驾 990003", False, 102),
)
"""Key, name, phone, certificate, whether an escort, and for how many days the certificate holds."""


@dataclass
class DemoPark:
    """What the history needs to find: rows of the park by the keys of `firms` and `accounts`."""

    park: Park
    organisations: dict[str, Organisation] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    facilities: dict[tuple[str, str], Facility] = field(default_factory=dict)
    zones: dict[tuple[str, str], Zone] = field(default_factory=dict)
    streams: dict[tuple[str, str], WasteStream] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    vehicles: dict[str, UUID] = field(default_factory=dict)
    crew: dict[str, UUID] = field(default_factory=dict)
    scales: dict[str, UUID] = field(default_factory=dict)
    packages: dict[tuple[str, str, int, int], UUID] = field(default_factory=dict)
    """Kinds of package by firm, package, volume (ml) and empty weight (g)."""

    def package_of(self, firm: str, stream: DemoStream) -> UUID | None:
        """The kind of package a waste is put into."""
        tare = grams_from_kg(stream.tare_kg)
        return self.packages.get((firm, stream.package, stream.volume_l * 1_000, tare))


def set_up(database: Database, at: datetime) -> DemoPark:
    """Open the park and everything that stands before its first day of history."""
    with database.writing(Actor.system(via="demo"), now=at) as work:
        demo = DemoPark(
            open_park(
                work,
                OpenPark(
                    slug="chenghu",
                    name=PARK_NAME,
                    name_en="Chenghu Circular Park",
                    province="99",
                    city=DEMO_CITY,
                    is_demo=True,
                ),
            )
        )
        for firm in FIRMS:
            _take_in(work, demo, firm)
        _people(work, demo)
    with database.writing(demo.actors["tang"], now=at + timedelta(minutes=5)) as work:
        for code, name in sorted({(waste.code, waste.code_name) for waste in GENERAL}):
            add_general_waste_code(work, AddGeneralWasteCode(code, name))
    for firm in FIRMS:
        if firm.facilities:
            with database.writing(demo.actors[firm.person], now=at + timedelta(minutes=10)) as work:
                _storage(work, demo, firm)
                _packing(work, demo, firm)
    return demo


def license_and_equip(database: Database, demo: DemoPark, at: datetime) -> None:
    """Enter the recyclers' licences and the carrier's permit, vehicles and crew."""
    with database.writing(demo.actors["tang"], now=at) as work:
        licences_of_the_park(work, {key: firm.id for key, firm in demo.organisations.items()}, work.today)
        _fleet(work, demo, work.today)


def _take_in(work: Work, demo: DemoPark, firm: DemoFirm) -> None:
    organisation = register_organisation(
        work,
        RegisterOrganisation(
            credit_code=firm.credit_code,
            name=firm.name,
            short_name=firm.short_name,
            address=firm.address,
            phone="000-0000-0000",
            emergency_phone="000-0000-0119",
            is_producer="producer" in firm.roles,
            is_recycler="recycler" in firm.roles,
            is_carrier="carrier" in firm.roles,
        ),
    )
    demo.organisations[firm.key] = organisation
    demo.sites[firm.key] = add_site(
        work,
        AddSite(
            organisation_id=organisation.id,
            park_id=demo.park.id,
            name=f"{firm.short_name}厂区",
            address=firm.address,
            province="99",
            city=DEMO_CITY,
        ),
    )


def _people(work: Work, demo: DemoPark) -> None:
    for person in PEOPLE:
        user = add_user(work, AddUser(person.email, person.name, person.phone, PASSWORD))
        of_park = person.role in PARK_ROLES
        organisation_id = None if of_park else demo.organisations[person.firm].id
        grant_role(
            work,
            GrantRole(
                user_id=user.id,
                role=person.role,
                organisation_id=organisation_id,
                park_id=demo.park.id,
                job_title=person.job_title,
            ),
        )
        demo.actors[person.key] = Actor(
            user_id=user.id,
            organisation_id=organisation_id,
            park_id=demo.park.id,
            permissions=permissions_of(person.role),
            via="demo",
            is_park_staff=of_park,
            zone=demo.park.zone,
        )


def _fleet(work: Work, demo: DemoPark, today: date) -> None:
    carrier = demo.organisations["chian"].id
    register_carrier_permit(
        work,
        RegisterCarrierPermit(
            carrier,
            "演交危运 0000123",
            ("3", "6.1", "8", "9", "危险废物"),
            date(today.year + 2, 8, 31),
            issuer="演江市交通运输局（演示）",
            valid_from=date(today.year - 2, 9, 1),
        ),
    )
    fleet = (
        ("D0712", "厢式货车", 4_500, today + timedelta(days=270)),
        ("D0718", "厢式货车", 8_000, today + timedelta(days=460)),
        ("D0703", "罐式货车", 9_000, today + timedelta(days=80)),
        ("D2209", "仓栅式货车", 6_000, today + timedelta(days=390)),
    )
    for number, kind, load_kg, valid_to in fleet:
        demo.vehicles[number] = register_vehicle(
            work,
            RegisterVehicle(
                carrier,
                f"演A{number}",
                kind,
                grams_from_kg(str(load_kg)),
                valid_to,
                body=VehicleBody.TANK if kind.startswith("罐") else VehicleBody.BOX,
                permit_number=f"演交运 9901{number[1:]}",
                satellite_terminal=f"BD-{number[1:]}",
            ),
        ).id
    for key, name, phone, certificate, is_escort, days in CREW:
        user_id = demo.actors[key].user_id if key in demo.actors else None
        demo.crew[key] = register_crew_member(
            work,
            RegisterCrewMember(
                organisation_id=carrier,
                name=name,
                phone=phone,
                certificate=certificate,
                valid_to=today + timedelta(days=days),
                is_escort=is_escort,
                user_id=user_id,
            ),
        ).id


def _storage(work: Work, demo: DemoPark, firm: DemoFirm) -> None:
    site = demo.sites[firm.key]
    keeper = next((person.name for person in PEOPLE if person.firm == firm.key), "")
    for facility in firm.facilities:
        row = add_facility(
            work,
            AddFacility(
                site.id,
                facility.code,
                facility.name,
                facility.type,
                facility.capacity,
                keeper,
                facility_register(facility, work.today),
            ),
        )
        demo.facilities[firm.key, facility.code] = row
        _zones(work, demo, firm, facility, row)
    for stream in firm.streams:
        demo.streams[firm.key, stream.key] = add_stream(
            work,
            AddStream(
                site_id=site.id,
                waste_code=stream.code,
                local_name=stream.name,
                form=stream.form,
                main_components=stream.main,
                harmful_components=stream.harmful,
                precautions=stream.precautions,
                properties=dict(stream.properties),
            ),
        )
    for waste in GENERAL:
        if waste.firm == firm.key:
            demo.streams[firm.key, waste.key] = add_stream(
                work,
                AddStream(
                    site_id=site.id,
                    waste_code=waste.code,
                    local_name=waste.name,
                    form=WasteForm.SOLID,
                    properties=dict(waste.properties),
                    kind=WasteKind.GENERAL,
                ),
            )


def _zones(work: Work, demo: DemoPark, firm: DemoFirm, facility: DemoFacility, row: Facility) -> None:
    """The zones of a facility, and where they lie on its floor plan."""
    for zone in facility.zones:
        demo.zones[firm.key, zone.code] = add_zone(
            work,
            AddZone(
                row.id,
                zone.code,
                zone.name,
                zone.capacity,
                zone.allowed,
                zone.forms,
                register=zone_register(facility, zone),
            ),
        )
    plan = facility.plan
    drawn = tuple(DrawnZone(demo.zones[firm.key, code].id, place) for code, place in plan.zones.items())
    draw_plan(work, row.id, DrawPlan(plan.width, plan.depth, plan.doors, plan.aisles, drawn))


def _packing(work: Work, demo: DemoPark, firm: DemoFirm) -> None:
    """The kinds of package a producer uses, and the scale beside its line."""
    if not firm.streams:
        return
    for command in (
        AddPackageType("200 L 铁桶", "桶", 200_000, Grams(18_200), Material.MILD_STEEL),
        AddPackageType("200 L 塑料桶", "桶", 200_000, Grams(9_000), Material.HDPE),
        AddPackageType("1 000 L 吨桶", "桶", 1_000_000, Grams(62_000), Material.HDPE),
        AddPackageType("吨袋", "袋", 1_000_000, Grams(2_500), Material.PP),
        AddPackageType("100 L 防渗袋", "袋", 100_000, Grams(400), Material.PP),
    ):
        demo.packages[firm.key, command.package, command.volume_ml, command.tare] = add_package_type(
            work, command
        ).id
    calibrated_to = work.today + timedelta(days=CALIBRATED_DAYS)
    name, number = ("蓝牙秤 02", "BT-02") if firm.key == "qingwu" else ("台秤 01", f"{firm.initials}-01")
    demo.scales[firm.key] = add_scale(
        work, AddScale(demo.sites[firm.key].id, name, Grams(1_500_000), number, calibrated_to)
    ).id


def set_pins(database: Database, keyring: Keyring, at: datetime) -> None:
    """Give everybody whose account is offered the PIN to sign with."""
    emails = [person.email for person in PEOPLE if person.listed]
    with database.reading(Actor.system(via="demo")) as work:
        ids = work.session.scalars(select(User.id).where(User.email.in_(emails))).all()
    for user_id in ids:
        with database.writing(Actor(user_id=user_id, via="demo"), now=at) as work:
            set_pin(work, keyring, PIN, PIN)
