"""THIRD_PARTY.md names everything that comes along, in the version that does."""

import json
import re

from tests.databases import ROOT

PAGE = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")


def test_vendored_files_are_named_with_their_versions():
    vendor = ROOT / "app" / "web" / "static" / "vendor"
    versions = json.loads((vendor / "versions.json").read_text(encoding="utf-8"))

    named = re.findall(r"^\| [^|]+ \| `[^`]+` \| ([\d.]+) \|", PAGE, re.MULTILINE)

    assert sorted(named) == sorted(versions.values())


def test_every_vendored_library_has_its_licence_beside_it():
    folders = [path for path in (ROOT / "app" / "web" / "static" / "vendor").iterdir() if path.is_dir()]

    assert folders
    assert [folder.name for folder in folders if not (folder / "LICENSE").exists()] == []


def test_every_direct_dependency_is_named():
    lines = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    names = [re.match(r"[\w-]+", line) for line in lines if line and not line.startswith("#")]

    missing = [name.group() for name in names if name and name.group().lower() not in PAGE.lower()]

    assert missing == []
