"""The scanner page and what it is made of."""

import json
import re
from pathlib import Path

import pytest

from app.web import scan
from tests.integration.people import staff_of_a_park

STATIC = Path(scan.__file__).parent / "static"


@pytest.fixture
def inspector(client_of, database):
    return client_of(staff_of_a_park(database, "inspector"))


@pytest.mark.parametrize("address", ["/scan/", "/scan/worker.js"])
def test_page_and_worker_may_run_webassembly_and_nothing_else_more(inspector, address):
    policy = inspector.get(address).headers["Content-Security-Policy"]

    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "worker-src 'self'" in policy
    assert "unsafe-inline" not in policy


def test_the_page_needs_sign_in_its_scripts_do_not(client):
    assert client.get("/scan/").status_code == 302
    assert client.get("/scan/worker.js").mimetype == "text/javascript"
    assert client.get("/scan/sw.js").mimetype == "text/javascript"


def test_every_module_a_script_loads_is_kept_for_the_road(client):
    script = client.get("/scan/sw.js").text
    settings = json.loads(re.match(r"const SCANNER = (.*);\n", script)[1])

    modules = {f"/static/js/scan/{path.name}" for path in (STATIC / "js/scan").glob("*.mjs")}
    assert modules <= set(settings["files"])
    for name in settings["files"]:
        with client.get(name) as answer:
            assert answer.status_code == 200


def test_a_changed_file_makes_a_new_version(client, monkeypatch):
    before = client.get("/scan/sw.js").text.splitlines()[0]
    monkeypatch.setattr(scan, "LIBRARIES", scan.LIBRARIES[:1])

    assert client.get("/scan/sw.js").text.splitlines()[0] != before


def test_every_text_a_script_names_is_there(inspector):
    page = inspector.get("/scan/").text
    texts = json.loads(re.search(r'id="scan-config">(.*)</script>', page)[1])["texts"]

    named = set()
    for path in (STATIC / "js/scan").glob("*.mjs"):
        source = path.read_text(encoding="utf-8")
        named |= set(re.findall(r'texts\.(\w+)|"(fact_\w+)"', source))
    assert {first or second for first, second in named} <= set(texts)
    assert all(texts.values())
