"""Papers that must not lag behind the code."""

import re

from app.entry.problems import HTTP_TYPES, TYPES, UNEXPECTED
from scripts.docs import outdated
from tests.databases import ROOT

PROBLEMS_PAGE = ROOT / "docs" / "problems.md"


def test_every_problem_type_is_explained():
    types = {row[1] for row in TYPES} | {row[0] for row in HTTP_TYPES.values()} | {UNEXPECTED[0]}

    explained = set(re.findall(r"^## `?([a-z-]+)`?", PROBLEMS_PAGE.read_text(encoding="utf-8"), re.MULTILINE))

    assert explained == types


def test_generated_pages_say_what_the_code_says():
    assert outdated() == [], "run `make docs`"


def test_every_target_of_the_makefile_is_listed_by_make():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z0-9-]+):", makefile, re.MULTILINE))
    helpers = {"setup", "setup-dev", "system-packages", "lint"}

    listed = set(re.findall(r"^([a-z0-9-]+):.*## ", makefile, re.MULTILINE))

    assert targets - helpers == listed


def test_every_pinned_package_has_a_hash():
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        pins = [line for line in lines if re.match(r"[A-Za-z0-9]", line)]

        assert pins
        assert [pin for pin in pins if "--hash=sha256:" not in pin] == []
