"""README.md and the pages under docs/ name what there is: commands, settings, accounts, and files they link to."""

import re
from importlib import import_module

from app.cli import MODULES
from app.demo.accounts import PASSWORD, sign_in_list
from tests.databases import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text under one heading of the README."""
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_command_is_listed_and_no_other():
    groups = [import_module(f"app.cli.{name}").group for name in MODULES]
    known = [
        f"{group.name} {name}".strip() for group in groups for name in getattr(group, "commands", {"": None})
    ]

    cells = re.findall(r"^\| (`.*?) \|", section("Commands"), re.MULTILINE)
    listed = [name for cell in cells for name in re.findall(r"`([a-z]+(?: [a-z][a-z-]*)?)[^`]*`", cell)]

    assert sorted(listed) == sorted(known)


def test_every_setting_is_listed_and_no_other():
    source = (ROOT / "config.py").read_text(encoding="utf-8")
    read = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)*)"', source))

    listed = re.findall(r"^\| `([A-Z_]+)`", section("Configuration"), re.MULTILINE)

    assert set(listed) == read
    assert len(listed) == len(read)


def test_the_demo_accounts_are_those_of_the_sign_in_page():
    demo = section("The demo")

    assert re.findall(r"^\| `([^`]+)`", demo, re.MULTILINE) == [hint.account for hint in sign_in_list()]
    assert f"`{PASSWORD}`" in demo


def test_every_link_between_papers_leads_somewhere():
    papers = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    links = [
        (paper, target)
        for paper in papers
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", paper.read_text(encoding="utf-8"))
        if not target.startswith("http")
    ]

    assert links
    assert [
        f"{paper.name}: {target}" for paper, target in links if not (paper.parent / target).exists()
    ] == []
