"""The unit of work of a request, and the things a deployment holds once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from flask import current_app, g, has_request_context

from app.foundation.core.database import Database
from app.foundation.core.work import Actor, Work
from app.foundation.files.operations import FileStore
from app.foundation.keys.operations import Keyring
from app.parties.accounts.signing_in import Caller
from config import Config


@dataclass(frozen=True)
class House:
    """What one running deployment holds: its settings, database, key ring and file store."""

    config: Config
    database: Database
    keyring: Keyring
    files: FileStore


def house() -> House:
    """The deployment that the running app belongs to."""
    return cast(House, current_app.extensions["house"])


def caller() -> Caller | None:
    """Who came in, as the guard found out; None on public pages."""
    return g.get("caller") if has_request_context() else None


def actor() -> Actor:
    """The actor of this request, or the deployment itself in commands."""
    if not has_request_context():
        return Actor.system(via="cli")
    known = caller()
    return known.actor if known else Actor(via="public")


@contextmanager
def unit_of_work() -> Iterator[Work]:
    """One writing transaction for the caller: commits when the block ends, rolls back when it raises.

    Raises:
        RuntimeError: inside another unit of work.
    """
    with house().database.writing(actor()) as work:
        yield work


@contextmanager
def reading() -> Iterator[Work]:
    """One read-only unit of work for the caller."""
    with house().database.reading(actor()) as work:
        yield work
