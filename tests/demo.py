"""The demo park as it is today: built once a run, for tests to copy."""

from dataclasses import dataclass
from pathlib import Path

from app.demo.building import build
from app.foundation.core.clock import local_day, utc_now
from app.foundation.core.database import Database
from app.foundation.files.operations import FileStore
from app.foundation.keys.operations import Keyring
from tests.conftest import a_config
from tests.databases import SQLITE, Stock, once, run_copy, template


@dataclass(frozen=True)
class BuiltDemo:
    """An SQLite database nobody is connected to, and the files of the demo."""

    address: str
    files: Path


def demo_of_today(databases: Stock) -> BuiltDemo:
    """What `flask demo build` makes, with the secrets of `a_config`; its papers name http://localhost."""
    folder = databases.folder

    def make() -> dict[str, str]:
        address = run_copy(folder, template(folder, SQLITE, code_lists=True), "demo")
        config, database = a_config(address, folder / "demo_files"), Database(address)
        keyring, files = Keyring(config.key_encryption_key), FileStore(config.files_dir)
        build(database, keyring, config.public_url, local_day(utc_now()), files=files)
        database.engine.dispose()
        return {"address": address, "files": str(config.files_dir)}

    made = once(folder, "demo", make)
    return BuiltDemo(made["address"], Path(made["files"]))
