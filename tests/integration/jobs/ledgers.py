"""Large generation ledgers, and what it takes to bring one in in the background."""

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import func, select

from app.entry.uploads import keep_upload
from app.entry.work import House
from app.foundation.core.work import Actor
from app.foundation.files.operations import FileStore
from app.foundation.jobs.queries import job_for
from app.foundation.keys.operations import Keyring
from app.jobs.handlers import HANDLERS
from app.jobs.ledger_imports import ask_for_import
from app.jobs.running import do_next
from app.waste.registry.commands import ImportLedger
from app.waste.registry.models import Posting
from tests.conftest import a_config
from tests.databases import ROOT
from tests.factories import somebody
from tests.integration.ledger_files import a_producer

HEADER = (
    "序号,产生批次编码,产生时间,行业俗称/单位内部名称,国家危险废物名录名称,危险废物类别,危险废物代码,产生量,计量单位,"
    "容器/包装编码,容器/包装类型,容器/包装数量,产生危险废物设施编码,产生部门经办人,去向"
)


def a_ledger(credit_code: str, rows: int, wrong: int = 0) -> bytes:
    """A ledger of so many rows, the last few of them without a quantity."""
    lines = [_line(credit_code, number, "0.186" if number < rows - wrong else "") for number in range(rows)]
    return "\n".join([HEADER, *lines]).encode("utf-8-sig")


def _line(credit_code: str, number: int, mass: str) -> str:
    day = date(2025, 1, 1) + timedelta(days=number // 500)
    serial = number % 500 + 1
    code = f"{credit_code}90040206{day:%Y%m%d}{serial:03d}"
    return (
        f"{number + 1},HWCS{day:%Y%m%d}{serial:03d},{day},废有机溶剂,废有机溶剂,HW06,900-402-06,{mass},吨,"
        f"{code},200L铁桶,1,MF0001,钱例二,TS001"
    )


class Firm:
    """A producer with an upload of its own, over a real database."""

    def __init__(self, database, folder: Path) -> None:
        self.database = database
        self.producer = a_producer(database)
        self.actor = somebody(organisation_id=self.producer.organisation_id, park_id=self.producer.park_id)
        config = a_config(database.engine.url.render_as_string(hide_password=False), folder)
        self.house = House(config, database, Keyring(config.key_encryption_key), FileStore(folder))

    def ask(self, content: bytes, *, accept_good: bool = False):
        firm = self.producer
        command = ImportLedger(firm.organisation_id, firm.site_id, "2025.csv", content, accept_good)
        with self.database.writing(self.actor) as work:
            upload = keep_upload(work, self.house.files, content, command.filename)
            return ask_for_import(work, upload.id, command).id

    def job(self, job_id):
        with self.database.reading(self.actor) as work:
            return job_for(work, job_id)

    def do(self, handlers=HANDLERS, **options) -> bool:
        return do_next(self.house, handlers, **options)

    def postings(self) -> int:
        with self.database.reading(Actor.system()) as work:
            return work.session.scalar(select(func.count()).select_from(Posting))

    def process(self, *command: str, **options) -> subprocess.Popen:
        """A process of the product over this database."""
        environment = os.environ | {
            "ENVIRONMENT": "test",
            "DATABASE_URL": self.database.engine.url.render_as_string(hide_password=False),
            "FILES_DIR": str(self.house.config.files_dir),
            "PUBLIC_URL": "http://localhost",
        }
        return subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=environment, **options)

    def worker(self, *options: str) -> subprocess.Popen:
        return self.process("flask", "--app", "wsgi", "jobs", "work", *options, stdout=subprocess.DEVNULL)
