"""How fast the page of a facility with 2 000 containers is made on one core, beside reading those rows and no more.

PostgreSQL; the page as its people see it: floor plan, rule check with fixes, containers, log. The figure is pages a
second; 200 ms of server time are 5 a second.
"""

import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from app.factory import create_app
from app.foundation.core.database import Database
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor, Work
from app.foundation.files.operations import FileStore
from app.parties.accounts.commands import AddSite, AddUser, GrantRole, OpenPark, RegisterOrganisation
from app.parties.accounts.models import Membership, UserSession
from app.parties.accounts.operations import (
    add_site,
    add_user,
    grant_role,
    open_park,
    register_organisation,
)
from app.parties.accounts.permissions import Role
from app.waste.registry.commands import ImportLedger
from app.waste.registry.models import WasteForm, WasteStream
from app.waste.storage.commands import AddFacility, AddZone, PutAway
from app.waste.storage.ledger_reading import read_ledger_file
from app.waste.storage.models import Container, FacilityType, Zone
from app.waste.storage.operations.facilities import add_facility, add_zone
from app.waste.storage.operations.imports import import_ledger
from app.waste.storage.operations.placing import put_away
from bench.figures import Figure, rate
from bench.ledger_import import HEADER
from tests.conftest import a_config
from tests.databases import POSTGRESQL, NoServer, run_folder, stock

CONTAINERS = 2_000
FIRM = "91339901MA2XN10173"
WASTE = "900-402-06"
FIRST = date(2026, 9, 1)
DAYS = 60
ZONES = 8
TOKEN = "bench"


def figures() -> Iterator[Figure]:
    """Pages a second."""
    with run_folder() as folder, stock(folder, "bench") as databases:
        try:
            url = databases.fresh(POSTGRESQL)
        except NoServer:
            return
        database = Database(url)
        facility_id = _fill(database)
        client = create_app(a_config(url, folder), database=database).test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = TOKEN
        ours = rate(_page(client, facility_id), seconds=6.0)
        bare = rate(_rows(database, facility_id), seconds=3.0)
        database.engine.dispose()
    yield Figure(
        "page of a facility with 2 000 containers", ours, "pages/s/core", "its containers read, no more", bare
    )


def _page(client: FlaskClient, facility_id: UUID) -> Callable[[], None]:
    def show() -> None:
        answer = client.get(f"/facilities/{facility_id}")
        if answer.status_code != 200 or f"{CONTAINERS}" not in answer.get_data(as_text=True):
            raise RuntimeError("not the page this bench counts")

    return show


def _rows(database: Database, facility_id: UUID) -> Callable[[], None]:
    def read() -> None:
        with database.reading(Actor.system()) as work:
            chosen = (
                select(Container)
                .join(Zone, Zone.id == Container.zone_id)
                .where(Zone.facility_id == facility_id)
            )
            if len(work.session.scalars(chosen).all()) != CONTAINERS:
                raise RuntimeError("not the rows this bench counts")

    return read


def _fill(database: Database) -> UUID:
    """Drums of an imported ledger, put into the zones of one store under all its rules."""
    with database.writing(Actor.system()) as work:
        park = open_park(work, OpenPark("bench", "测速园区", "Bench park", "99", "9901", is_demo=True))
        firm = register_organisation(
            work, RegisterOrganisation(FIRM, "测速涂料有限公司", "测速", "-", "0", "0", is_producer=True)
        )
        site = add_site(work, AddSite(firm.id, park.id, "厂区", "-", "99", "9901"))
        user = add_user(work, AddUser("bench@parkloop.example", "测速员", "", "correct horse battery 9"))
        grant_role(work, GrantRole(user.id, Role.PRODUCER, organisation_id=firm.id))
        _sign_in(work, user.id)
    lines = "\n".join([HEADER, *(_line(number) for number in range(CONTAINERS))])
    command = ImportLedger(firm.id, site.id, "bench.csv", lines.encode("utf-8-sig"))
    with tempfile.TemporaryDirectory() as files, database.writing(Actor.system(via="cli")) as work:
        import_ledger(work, command, read_ledger_file(work, command), FileStore(Path(files)))
    with database.writing(Actor.system(via="cli")) as work:
        for stream in work.session.scalars(select(WasteStream)):
            stream.form = WasteForm.LIQUID
        capacity = Grams(500_000_000)
        store = AddFacility(site.id, "TS001", "1# 库", FacilityType.WAREHOUSE, capacity)
        facility_id = add_facility(work, store).id
        zones = [
            add_zone(work, AddZone(facility_id, f"A{n}", "溶剂", Grams(capacity // ZONES), ("HW06",))).id
            for n in range(ZONES)
        ]
    with database.writing(Actor.system(via="cli")) as work:
        for number, code in enumerate(work.session.scalars(select(Container.code)).all()):
            put_away(work, code, PutAway(zones[number % ZONES]))
    return facility_id


def _sign_in(work: Work, user_id: UUID) -> None:
    """A session whose cookie the bench knows."""
    membership = work.session.scalars(select(Membership).where(Membership.user_id == user_id)).one()
    work.session.add(
        UserSession(
            token_hash=sha256(TOKEN.encode()).hexdigest(),
            membership_id=membership.id,
            created_at=work.now,
            expires_at=work.now + timedelta(hours=2),
            ended_at=None,
        )
    )


def _line(number: int) -> str:
    """One drum of one waste; the days differ, so that no day's serials are used up."""
    day = FIRST + timedelta(days=number % DAYS)
    serial = f"{day:%Y%m%d}{number // DAYS + 1:03d}"
    return (
        f"{number + 1},HWCS{serial},{day},有机溶剂废物,有机溶剂废物,HW06,{WASTE},0.1864,吨,"
        f"{FIRM}{WASTE.replace('-', '')}{serial},200L铁桶,1,MF0001,钱例二,TS001"
    )
