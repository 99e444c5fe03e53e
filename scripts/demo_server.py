"""The demo park served from a copy, so that whoever looks at it changes nothing of anybody's."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import URLError

from tests.databases import ROOT, free_port

DEMO = ROOT / "var" / "demo"
STARTS_WITHIN_S = 30


@contextmanager
def demo_server() -> Iterator[str]:
    """Serve a copy of the demo park until the block ends; gives its address. Builds the demo if need be."""
    if not (DEMO / "parkloop.sqlite").exists():
        subprocess.run(
            ["bash", ROOT / "scripts" / "demo.sh", "prepare"], check=True, stdout=subprocess.DEVNULL
        )
    with tempfile.TemporaryDirectory(prefix="parkloop-demo-") as name:
        _copy_to(Path(name))
        port = free_port()
        server = subprocess.Popen(
            ["bash", ROOT / "scripts" / "demo.sh", "serve"],
            env=os.environ | _environment(Path(name), port),
            stdout=subprocess.DEVNULL,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, server)
            yield address
        finally:
            server.terminate()
            server.wait()


def _copy_to(folder: Path) -> None:
    with (
        closing(sqlite3.connect(DEMO / "parkloop.sqlite")) as original,
        closing(sqlite3.connect(folder / "parkloop.sqlite")) as copy,
    ):
        original.backup(copy)
    if (DEMO / "files").exists():
        shutil.copytree(DEMO / "files", folder / "files")


def _environment(folder: Path, port: int) -> dict[str, str]:
    return {
        "PORT": str(port),
        "LOG_FILE": str(DEMO / "copy.log"),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": f"sqlite:///{folder / 'parkloop.sqlite'}",
        "FILES_DIR": str(folder / "files"),
    }


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the demo did not start within {STARTS_WITHIN_S} s; see {DEMO / 'copy.log'}")
