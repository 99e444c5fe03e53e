"""How fast a generation ledger is validated and stored, beside PostgreSQL's bare COPY, and in how much memory."""

import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

import psycopg
import xlsxwriter
from psycopg import sql

from app.entry.uploads import keep_upload
from app.foundation.catalogue.loading import load_catalogue
from app.foundation.core.database import Database
from app.foundation.core.ids import new_id
from app.foundation.core.work import Actor
from app.foundation.files.operations import FileStore
from app.foundation.jobs.models import JobState
from app.foundation.jobs.queries import job_for
from app.jobs.ledger_imports import ask_for_import
from app.parties.accounts.commands import AddSite, OpenPark, RegisterOrganisation
from app.parties.accounts.operations import add_site, open_park, register_organisation
from app.parties.accounts.permissions import Role, permissions_of
from app.waste.registry.commands import ImportLedger
from app.waste.storage.ledger_reading import read_ledger_file
from app.waste.storage.operations.imports import import_ledger
from bench.figures import Figure
from tests.databases import POSTGRESQL, ROOT, NoServer, libpq_address, run_folder, stock

ROWS = 100_000
CREDIT_CODE = "91339901MA2XN10173"
CODES = ("900-402-06", "900-252-12", "900-249-08", "900-041-49", "900-299-12")
NAMES = ("有机溶剂废物", "染料、涂料废物", "废矿物油", "其他废物", "染料、涂料废物")
OPERATORS = ("钱例二", "孙例三", "李例四")
HEADER = (
    "序号,产生批次编码,产生时间,行业俗称/单位内部名称,国家危险废物名录名称,危险废物类别,危险废物代码,产生量,计量单位,"
    "容器/包装编码,容器/包装类型,容器/包装数量,产生危险废物设施编码,产生部门经办人,去向"
)


TABLES = ("postings", "balances", "generation_records", "short_codes", "containers")
"""What a row of table B.1 becomes a row in."""
MEMORY_MB = 300
"""The most that bringing in a file of this size may take (issue 3)."""


def figures() -> Iterator[Figure]:
    """Rows read and judged a second, rows judged and stored a second, and rows a megabyte of the worker."""
    lines = [_line(number) for number in range(ROWS)]
    content = "\n".join([HEADER, *lines]).encode("utf-8-sig")
    with run_folder() as folder, stock(folder, "bench") as databases:
        try:
            url = databases.fresh(POSTGRESQL)
        except NoServer:
            return
        yield from _speed(url, lines, content)
        for name, file in (("CSV", content), ("XLSX", _workbook(lines))):
            peak = _worker_peak_mb(databases.fresh(POSTGRESQL), file, name.lower())
            yield Figure(
                f"ledger rows a megabyte of worker and reader, at the peak of one {name} file of {ROWS} rows",
                ROWS / peak,
                "rows/MB",
                f"{MEMORY_MB} MB for the same file",
                ROWS / MEMORY_MB,
            )


def _speed(url: str, lines: list[str], content: bytes) -> Iterator[Figure]:
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
    one_table = ROWS / _copy_seconds(database, lines)
    same_tables = ROWS / _copy_again_seconds(database)
    database.engine.dispose()
    name = "COPY of the same lines into one table"
    yield Figure("ledger rows read and judged", ROWS / read_s, "rows/s", name, one_table)
    what = "ledger rows judged and stored (posting, balance, B.1 line, short code, container)"
    yield Figure(
        what, ROWS / stored_s, "rows/s", "COPY of the finished rows into the five tables", same_tables
    )
    yield Figure(what, ROWS / stored_s, "rows/s", name, one_table)


def _line(number: int) -> str:
    """A row of a quarter: five wastes on ninety days, brought by three people."""
    day = date(2026, 7, 1) + timedelta(days=number % 90)
    code, name = CODES[number // 90 % 5], NAMES[number // 90 % 5]
    serial = number // 450 + 1
    container = f"{CREDIT_CODE}{code.replace('-', '')}{day:%Y%m%d}{serial:03d}"
    batch = f"HWCS{day:%Y%m%d}{number // 90 % 999 + 1:03d}"
    mass = f"0.{1000 + number % 900}"
    return (
        f"{number + 1},{batch},{day},{name},{name},HW{code[-2:]},{code},{mass},吨,"
        f"{container},200L铁桶,1,MF0001,{OPERATORS[number % 3]},TS001"
    )


def _workbook(lines: list[str]) -> bytes:
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("表B.1")
        for row, line in enumerate([HEADER, *lines]):
            sheet.write_row(row, 0, line.split(","))
    return output.getvalue()


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


def _copy_again_seconds(database: Database) -> float:
    """COPY of what the import stored into tables like those it went to, with their indexes but no foreign keys."""
    seconds = 0.0
    with closing(psycopg.connect(libpq_address(database.engine.url))) as connection:
        for table in TABLES:
            names = {"source": sql.Identifier(table), "bare": sql.Identifier(f"bare_{table}")}
            with connection.cursor().copy(sql.SQL("COPY {source} TO STDOUT").format(**names)) as out:
                rows = b"".join(out)
            connection.execute(sql.SQL("CREATE TABLE {bare} (LIKE {source} INCLUDING ALL)").format(**names))
            start = perf_counter()
            with connection.cursor().copy(sql.SQL("COPY {bare} FROM STDIN").format(**names)) as copy:
                copy.write(rows)
            seconds += perf_counter() - start
        connection.commit()
    return seconds


def _worker_peak_mb(url: str, content: bytes, suffix: str) -> float:
    """The most that the worker and the process that opens workbooks take together, while they bring in a file."""
    database = Database(url)
    with tempfile.TemporaryDirectory() as files:
        command = _newcomer(database, content)
        with database.writing(_keeper(command)) as work:
            upload = keep_upload(work, FileStore(Path(files)), content, f"bench.{suffix}")
            job_id = ask_for_import(work, upload.id, command).id
        environment = os.environ | {"ENVIRONMENT": "test", "DATABASE_URL": url, "FILES_DIR": files}
        worker = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work", "--once"]
        with subprocess.Popen(worker, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
            peak = 0.0
            while process.poll() is None:
                peak = max(peak, sum(map(_resident_mb, [process.pid, *_children(process.pid)])))
                time.sleep(0.05)
        with database.reading(Actor.system()) as work:
            job = job_for(work, job_id)
    database.engine.dispose()
    if job.state is not JobState.DONE or job.result["accepted_count"] != ROWS:
        raise RuntimeError(f"{job.state}: {job.problem or job.result}")
    return peak


def _keeper(command: ImportLedger) -> Actor:
    """Somebody of the firm who may bring ledgers in."""
    return Actor(
        organisation_id=command.organisation_id, user_id=new_id(), permissions=permissions_of(Role.PRODUCER)
    )


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _resident_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))
