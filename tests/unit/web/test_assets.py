import json
import re

from flask import Flask

from app.web import assets
from tests.unit.web.conftest import WEB

VENDOR = WEB / "static/vendor"
CSP_BREAKERS = re.compile(r"""<style|\sstyle=|\son\w+=["']|<script(?![^>]*\ssrc=)(?![^>]*application/json)""")


def templates() -> dict[str, str]:
    return {str(path): path.read_text(encoding="utf-8") for path in (WEB / "templates").rglob("*.html")}


def test_every_icon_named_in_a_template_is_drawn() -> None:
    known = json.loads((VENDOR / "tabler-icons/icons.json").read_text(encoding="utf-8"))
    named = {
        (path, name)
        for path, text in templates().items()
        for name in re.findall(r"icon\(\"([a-z0-9-]+)\"", text)
    }

    assert [(path, name) for path, name in sorted(named) if name not in known] == []


def test_no_template_needs_a_looser_content_security_policy() -> None:
    assert [path for path, text in templates().items() if CSP_BREAKERS.search(text)] == []


def test_every_library_stands_beside_its_licence() -> None:
    folders = [folder for folder in VENDOR.iterdir() if folder.is_dir()]

    assert folders
    assert [folder.name for folder in folders if not (folder / "LICENSE").is_file()] == []


def test_an_address_with_the_right_version_may_be_kept_for_a_year(chinese: Flask) -> None:
    address = assets.asset("css/app.css")
    client = chinese.test_client()

    with client.get(address) as kept, client.get("/static/css/app.css?v=000000000000") as stale:
        assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "immutable" not in stale.headers["Cache-Control"]
