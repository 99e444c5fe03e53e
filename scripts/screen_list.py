"""The screens and papers that `make screens` takes: one line each, added with the page it shows."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page


@dataclass(frozen=True)
class Screen:
    """One page: open `path` as `account`, then follow the first link that fits each selector in turn."""

    name: str
    account: str | None
    """A key of ACCOUNTS; None for somebody who is not signed in."""
    path: str
    follow: tuple[str, ...] = ()
    prepare: Callable[[Page], None] | None = None
    """What to do on the page before the picture is taken."""
    status: int = 200


@dataclass(frozen=True)
class Paper:
    """One printed paper: open `path` as `account`, follow links, and fetch the PDF that `link` points to."""

    name: str
    account: str | None
    path: str
    link: str
    follow: tuple[str, ...] = ()
    status: int = 200


PASSWORD = "demo"
ACCOUNTS: dict[str, str] = {}
SCREENS: list[Screen] = [Screen("sign-in", None, "/sign-in")]
PAPERS: list[Paper] = []
