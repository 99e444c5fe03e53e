"""How fast a generation ledger is validated and stored, beside PostgreSQL's bare COPY of the same rows."""

import io
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

import psycopg

from app.foundation.catalogue.loading import load_catalogue
from app.foundation.core.database import Database
from app.foundation.core.work import Actor
from app.foundation.files.operations import FileStore
from app.parties.accounts.commands import AddSite, OpenPark, RegisterOrganisation
from app.parties.accounts.operations import add_site, open_park, register_organisation
from app.waste.registry.commands import ImportLedger
from app.waste.storage.ledger_reading import read_ledger_file
from app.waste.storage.operations.imports import import_ledger
from bench.figures import Figure
from tests.databases import POSTGRESQL, NoServer, libpq_address, run_folder, stock

ROWS = 20_000
CREDIT_CODE = "91339901MA2XN10173"
CODES = ("900-402-06", "900-252-12", "900-249-08", "900-041-49", "900-299-12")
NAMES = ("有机溶剂废物", "染料、涂料废物", "废矿物油", "其他废物", "染料、涂料废物")
HEADER = (
    "序号,产生批次编码,产生时间,行业俗称/单位内部名称,国家危险废物名录名称,危险废物类别,危险废物代码,产生量,计量单位,"
    "容器/包装编码,容器/包装类型,容器/包装数量,产生危险废物设施编码,产生部门经办人,去向"
)


def figures() -> Iterator[Figure]:
    """Rows read and judged a second, and rows judged and stored a second."""
    lines = [_line(number) for number in range(ROWS)]
    content = "\n".join([HEADER, *lines]).encode("utf-8-sig")
    with run_folder() as folder, stock(folder, "bench") as databases:
        try:
            url = databases.fresh(POSTGRESQL)
        except NoServer:
            return
        database = Database(url)
        command = _newcomer(database, content)
        actor = Actor.system(via="cli")
        start = perf_counter()
        with database.reading(actor) as work:
            reading = read_ledger_file(work, command)
        read_s = perf_counter() - start
        if len(reading.accepted) != ROWS:
            raise RuntimeError(f"{len(reading.accepted)} of {ROWS} rows accepted")
        with tempfile.TemporaryDirectory() as files, database.writing(actor) as work:
            import_ledger(work, command, reading, FileStore(Path(files)))
        stored_s = perf_counter() - start
        bare = ROWS / _copy_seconds(database, lines)
        database.engine.dispose()
    name = "COPY of the same lines into one table"
    yield Figure("ledger rows read and judged", ROWS / read_s, "rows/s", name, bare)
    yield Figure(
        "ledger rows judged and stored (posting, B.1 line, container)", ROWS / stored_s, "rows/s", name, bare
    )


def _line(number: int) -> str:
    day = date(2026, 9, 1) + timedelta(days=number % 28)
    code, name = CODES[number // 28 % 5], NAMES[number // 28 % 5]
    serial = number // 140 + 1
    container = f"{CREDIT_CODE}{code.replace('-', '')}{day:%Y%m%d}{serial:03d}"
    batch = f"HWCS{day:%Y%m%d}{number // 28 % 999 + 1:03d}"
    mass = f"0.{1000 + number % 900}"
    return (
        f"{number + 1},{batch},{day},{name},{name},HW{code[-2:]},{code},{mass},吨,"
        f"{container},200L铁桶,1,MF0001,钱例二,TS001"
    )


def _newcomer(database: Database, content: bytes) -> ImportLedger:
    with database.writing(Actor.system()) as work:
        load_catalogue(work)
        park = open_park(work, OpenPark("bench", "测速园区", "Bench park", "99", "9901", is_demo=True))
        firm = register_organisation(
            work,
            RegisterOrganisation(CREDIT_CODE, "测速涂料有限公司", "测速", "-", "0", "0", is_producer=True),
        )
        site = add_site(work, AddSite(firm.id, park.id, "厂区", "-", "99", "9901"))
    return ImportLedger(firm.id, site.id, "bench.csv", content)


def _copy_seconds(database: Database, lines: list[str]) -> float:
    columns = ", ".join(f"c{number} text" for number in range(15))
    with closing(psycopg.connect(libpq_address(database.engine.url))) as connection:
        connection.execute(f"CREATE TABLE bare ({columns})")
        start = perf_counter()
        with connection.cursor() as cursor, cursor.copy("COPY bare FROM STDIN WITH (FORMAT csv)") as copy:
            copy.write(io.StringIO("\n".join(lines)).read())
        connection.commit()
        return perf_counter() - start
