"""How many put-aways a second the server does with all their checks, beside a bare two-row insert over HTTP.

PostgreSQL with synchronous commit, two gunicorn workers, eight clients, each acting by an API token of the firm.
"""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import select, text

from app.foundation.core.database import Database
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor, Work
from app.foundation.files.operations import FileStore
from app.parties.accounts.commands import (
    AddSite,
    AddUser,
    GrantRole,
    IssueToken,
    OpenPark,
    RegisterOrganisation,
)
from app.parties.accounts.operations import (
    add_site,
    add_user,
    grant_role,
    open_park,
    register_organisation,
)
from app.parties.accounts.permissions import Role
from app.parties.accounts.signing_in import issue_token
from app.waste.registry.commands import ImportLedger
from app.waste.registry.models import WasteForm, WasteStream
from app.waste.storage.commands import AddFacility, AddZone
from app.waste.storage.ledger_reading import read_ledger_file
from app.waste.storage.models import Container, FacilityType
from app.waste.storage.operations.facilities import add_facility, add_zone
from app.waste.storage.operations.imports import import_ledger
from bench.figures import Figure
from bench.ledger_import import HEADER
from bench.serving import CLIENTS, Load, by_turns, ours_and_bare
from tests.databases import POSTGRESQL, NoServer, run_folder, stock

DRUMS = 1_600
DAY = date(2026, 9, 1)
FIRM = "91339901MA2XN10173"
WASTE, WASTE_NAME = "900-402-06", "有机溶剂废物"


@dataclass(frozen=True)
class Plant:
    """A firm whose drums wait to be put away, and a store for each client."""

    token: str
    drums: tuple[str, ...]
    zones: tuple[UUID, ...]


def figures() -> Iterator[Figure]:
    """Put-aways a second over HTTP."""
    with run_folder() as folder, stock(folder, "bench") as databases:
        try:
            url = databases.fresh(POSTGRESQL)
        except NoServer:
            return
        database = Database(url)
        plant = _plant(database, folder)
        with database.engine.begin() as connection:
            connection.execute(text("CREATE TABLE bare_rows (id uuid PRIMARY KEY, body text)"))
        environment = {
            **os.environ,
            "ENVIRONMENT": "test",
            "DATABASE_URL": url,
            "FILES_DIR": str(folder / "files"),
        }
        calls = [
            (f"/api/v1/containers/{code}/put-away", {"zone_id": str(plant.zones[place % CLIENTS])})
            for place, code in enumerate(plant.drums)
        ]
        with ours_and_bare(environment) as (ours, bare):
            away = Load(ours, calls, {"Authorization": f"Bearer {plant.token}"})
            stored, inserted = by_turns(away, Load(bare, [("/two-rows", {"body": "x" * 200})] * DRUMS))
        database.engine.dispose()
    yield Figure.over_http("put-aways with all checks", stored, "two raw rows inserted over HTTP", inserted)


def _plant(database: Database, folder: Path) -> Plant:
    """Drums come from an imported ledger; each client puts its share into a store of its own."""
    lines = [_line(number) for number in range(DRUMS)]
    command = _newcomer(database, "\n".join([HEADER, *lines]).encode("utf-8-sig"))
    with tempfile.TemporaryDirectory() as files, database.writing(Actor.system(via="cli")) as work:
        reading = read_ledger_file(work, command)
        import_ledger(work, command, reading, FileStore(Path(files)))
    with database.writing(Actor.system(via="cli")) as work:
        for stream in work.session.scalars(select(WasteStream)):
            stream.form = WasteForm.LIQUID
        zones = tuple(_zone(work, command, number) for number in range(CLIENTS))
        user = add_user(work, AddUser("bench@parkloop.example", "测速员", "", "correct horse battery 9"))
        grant_role(work, GrantRole(user.id, Role.PRODUCER, organisation_id=command.organisation_id))
        token = issue_token(work, IssueToken("bench@parkloop.example", ("write",), "bench"))
        drums = tuple(work.session.scalars(select(Container.code).order_by(Container.code)))
    return Plant(token, drums, zones)


def _zone(work: Work, command: ImportLedger, number: int) -> UUID:
    capacity = Grams(2_000_000_000)
    facility = add_facility(
        work,
        AddFacility(
            command.site_id, f"TS{number + 1:03d}", f"{number + 1}# 库", FacilityType.WAREHOUSE, capacity
        ),
    )
    return add_zone(work, AddZone(facility.id, "A", "甲区", capacity, ("HW06",))).id


def _newcomer(database: Database, content: bytes) -> ImportLedger:
    with database.writing(Actor.system()) as work:
        park = open_park(work, OpenPark("bench", "测速园区", "Bench park", "99", "9901", is_demo=True))
        firm = register_organisation(
            work, RegisterOrganisation(FIRM, "测速涂料有限公司", "测速", "-", "0", "0", is_producer=True)
        )
        site = add_site(work, AddSite(firm.id, park.id, "厂区", "-", "99", "9901"))
    return ImportLedger(firm.id, site.id, "bench.csv", content)


def _line(number: int) -> str:
    """One drum of one waste; the days differ, so that no day's serials are used up."""
    day = date.fromordinal(DAY.toordinal() + number % 28)
    serial = f"{day:%Y%m%d}{number // 28 + 1:03d}"
    return (
        f"{number + 1},HWCS{serial},{day},{WASTE_NAME},{WASTE_NAME},HW06,{WASTE},0.1864,吨,"
        f"{FIRM}{WASTE.replace('-', '')}{serial},200L铁桶,1,MF0001,钱例二,TS001"
    )
