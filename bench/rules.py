"""How fast all rules on stores are judged over many containers, beside loading the same rows and judging nothing."""

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import select, update

from app.foundation.catalogue.loading import load_catalogue
from app.foundation.core.database import Database
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor, Work
from app.foundation.files.operations import FileStore
from app.parties.accounts.commands import AddSite, OpenPark, RegisterOrganisation
from app.parties.accounts.operations import add_site, open_park, register_organisation
from app.waste.registry.commands import ImportLedger
from app.waste.registry.models import WasteForm, WasteStream
from app.waste.storage.commands import AddFacility, AddZone
from app.waste.storage.ledger_reading import read_ledger_file
from app.waste.storage.models import Container, ContainerState, FacilityType
from app.waste.storage.operations.facilities import add_facility, add_zone
from app.waste.storage.operations.imports import import_ledger
from app.waste.storage.sweep import sweep
from bench.figures import Figure
from bench.ledger_import import HEADER
from tests.databases import POSTGRESQL, NoServer, run_folder, stock

CONTAINERS = 10_000
FIRM = "91339901MA2XN10173"
WASTES = {
    "900-402-06": "有机溶剂废物",
    "900-252-12": "染料、涂料废物",
    "900-249-08": "废矿物油",
    "900-041-49": "其他废物",
    "900-299-12": "染料、涂料废物",
}
DAYS = 90
FIRST = date(2025, 9, 1)
"""Some of them are over a year old by now, so that there is something to find."""


def figures() -> Iterator[Figure]:
    """Containers judged a second by every rule."""
    with run_folder() as folder, stock(folder, "bench") as databases:
        try:
            database = Database(databases.fresh(POSTGRESQL))
        except NoServer:
            return
        _fill(database)
        actor = Actor.system(via="cli")
        with database.reading(actor) as work:
            bare_s = _loading_seconds(work)
        with database.reading(actor) as work:
            start = perf_counter()
            found = sum(1 for _ in sweep(work))
            judged_s = perf_counter() - start
        database.engine.dispose()
    if not found:
        raise RuntimeError("the rules found nothing in a store full of old drums")
    name = "the same rows loaded and nothing judged"
    yield Figure(
        "containers judged by all rules on stores",
        CONTAINERS / judged_s,
        "containers/s",
        name,
        CONTAINERS / bare_s,
    )


def _loading_seconds(work: Work) -> float:
    start = perf_counter()
    rows = work.session.execute(
        select(Container, WasteStream).join(WasteStream, WasteStream.id == Container.stream_id)
    ).all()
    if len(rows) != CONTAINERS:
        raise RuntimeError(f"{len(rows)} containers stored")
    return perf_counter() - start


def _fill(database: Database) -> None:
    """Drums of an imported ledger, spread over the zones of two stores."""
    with database.writing(Actor.system()) as work:
        load_catalogue(work)
        park = open_park(work, OpenPark("bench", "测速园区", "Bench park", "99", "9901", is_demo=True))
        firm = register_organisation(
            work, RegisterOrganisation(FIRM, "测速涂料有限公司", "测速", "-", "0", "0", is_producer=True)
        )
        site = add_site(work, AddSite(firm.id, park.id, "厂区", "-", "99", "9901"))
    content = "\n".join([HEADER, *(_line(number) for number in range(CONTAINERS))]).encode("utf-8-sig")
    command = ImportLedger(firm.id, site.id, "bench.csv", content)
    with tempfile.TemporaryDirectory() as files, database.writing(Actor.system(via="cli")) as work:
        import_ledger(work, command, read_ledger_file(work, command), FileStore(Path(files)))
    with database.writing(Actor.system(via="cli")) as work:
        _put_away(work, command)


def _put_away(work: Work, command: ImportLedger) -> None:
    capacity = Grams(4_000_000_000)
    for number, stream in enumerate(work.session.scalars(select(WasteStream)).all()):
        stream.form = WasteForm.LIQUID
        store = AddFacility(
            command.site_id, f"TS{number + 1:03d}", f"{number + 1}# 库", FacilityType.WAREHOUSE, capacity
        )
        facility = add_facility(work, store)
        zone = add_zone(work, AddZone(facility.id, "A", "甲区", capacity, (f"HW{stream.waste_code[-2:]}",)))
        work.session.flush()
        work.session.execute(
            update(Container)
            .where(Container.stream_id == stream.id)
            .values(zone_id=zone.id, state=ContainerState.STORED, stored_at=work.now)
        )


def _line(number: int) -> str:
    day = FIRST + timedelta(days=number % DAYS)
    code, name = list(WASTES.items())[number // DAYS % len(WASTES)]
    serial = number // (DAYS * len(WASTES)) + 1
    container = f"{FIRM}{code.replace('-', '')}{day:%Y%m%d}{serial:03d}"
    batch = f"HWCS{day:%Y%m%d}{number // DAYS % 999 + 1:03d}"
    return (
        f"{number + 1},{batch},{day},{name},{name},HW{code[-2:]},{code},0.1864,吨,{container},200L铁桶,1,MF0001,"
        "钱例二,TS001"
    )
