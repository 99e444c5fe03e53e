"""The calls on docs/api.md work as they stand: they are taken from the page and run against a demo park."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.demo.building import FEWEST_DAYS, build
from app.foundation.core.clock import local_day, utc_now
from app.foundation.core.database import Database
from app.foundation.files.operations import FileStore
from app.foundation.keys.operations import Keyring
from tests import must_run
from tests.conftest import a_config
from tests.databases import ROOT
from tests.serving import serving

PAGE_ADDRESS = "http://127.0.0.1:8000"
TOOLS = ("bash", "curl", "python3")


def calls() -> list[str]:
    """The bash blocks of the page, in order."""
    return re.findall(r"```bash\n(.*?)```", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_calls_of_the_page_do_what_it_says(throwaway_database: Database, tmp_path: Path) -> None:
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        must_run.cannot_run(", ".join(missing), "the calls of docs/api.md need them")
    config = a_config(address_of(throwaway_database), tmp_path / "files")
    today = local_day(utc_now())
    keyring, files = Keyring(config.key_encryption_key), FileStore(config.files_dir)
    build(throwaway_database, keyring, config.public_url, today, FEWEST_DAYS, files=files)

    with serving(config, throwaway_database) as server:
        way_in, next_page, twice, version, refusal, ledger, scale, drum, scan = said(
            server.url, throwaway_database, tmp_path
        )

    assert '"next_cursor"' in way_in and '"next_cursor"' in next_page
    assert twice.count("201 CREATED") == 2 and twice.count("Idempotency-Replayed: true") == 1
    assert "200 OK" in version and '"state": "stored"' in version
    assert "/problems/invalid-input" in refusal and refusal.count('"pointer"') > 1
    assert "False" in ledger and ledger.rstrip().endswith("201")
    assert "201 CREATED" in scale and scale.count('"mass_kg": "204.700"') == 2
    assert "201 CREATED" in drum and '"state": "stored"' in drum and '"undo_until"' in drum
    assert '"verdict"' in scan and '"public_key"' in scan


def address_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def said(url: str, database: Database, folder: Path) -> list[str]:
    """What each block prints, run one after the other in one shell, in a folder of its own."""
    for name in (".venv", "tests"):
        (folder / name).symlink_to(ROOT / name)
    blocks = [block.replace(PAGE_ADDRESS, url) for block in calls()]
    script = "set -eu -o pipefail\n" + "printf '\\f'\n".join(blocks)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "ENVIRONMENT": "test",
            "FLASK_APP": str(ROOT / "wsgi.py"),
            "DATABASE_URL": address_of(database),
            "FILES_DIR": str(folder / "files"),
        },
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\f")
