"""The unit of work of a request, and the things a deployment holds once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

from flask import current_app, g, has_request_context

from app.entry.kept import KeptAnswers
from app.foundation.core.database import Database
from app.foundation.core.work import Actor, Work
from app.foundation.files.operations import FileStore
from app.foundation.keys.operations import Keyring
from app.parties.accounts.confirming.sending import CodeSender, NoSender
from app.parties.accounts.signing_in import Caller
from config import Config


@dataclass(frozen=True)
class House:
    """What one running deployment holds: its settings, database, key ring and file store."""

    config: Config
    database: Database
    keyring: Keyring
    files: FileStore
    codes: CodeSender = field(default_factory=NoSender)
    """How one-time codes reach a phone."""
    answers: KeptAnswers = field(default_factory=KeptAnswers)

    @property
    def sends_codes(self) -> bool:
        return not isinstance(self.codes, NoSender)


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
def unit_of_work(as_actor: Actor | None = None) -> Iterator[Work]:
    """One writing transaction for the caller: commits when the block ends, rolls back when it raises.

    Args:
        as_actor: the caller confirmed once more, or somebody who acts on the caller's device.

    Raises:
        RuntimeError: inside another unit of work.
    """
    with house().database.writing(as_actor or actor()) as work:
        yield work


@contextmanager
def reading() -> Iterator[Work]:
    """One read-only unit of work for the caller."""
    with house().database.reading(actor()) as work:
        yield work


@contextmanager
def glance() -> Iterator[Work]:
    """A reading unit of work of one statement for the caller, without a transaction around it."""
    with house().database.glance(actor()) as work:
        yield work
