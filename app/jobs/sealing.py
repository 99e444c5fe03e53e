"""The sealer of a running deployment: once a second new events become leaves, once a day a log that grew is signed."""

import threading
import time
import traceback
from datetime import timedelta
from typing import Final

import structlog

from app.entry.work import House
from app.foundation.core.clock import utc_now
from app.foundation.core.errors import DomainError
from app.foundation.core.work import Actor
from app.foundation.trace.checkpoints import is_checkpoint_due, make_checkpoint
from app.foundation.trace.sealing import FIRST, id_at, seal, unsealed_parks
from app.parties.accounts.logs import all_logs

log = structlog.get_logger()

SEAL_EVERY: Final = 1.0
WINDOW: Final = timedelta(minutes=10)
"""Only events so young are looked for each second; a transaction that stayed open longer is found by the next whole
look."""
LOOK_AT_ALL_EVERY: Final = 600.0
SIGN_EVERY: Final = 60.0
"""How often it is asked whether a checkpoint is due."""


class Sealer:
    """Seals beside the jobs, in a thread of the worker, so that a long job doesn't hold it up."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._all_at = self._sign_at = 0.0

    def run(self, told_to_end: threading.Event) -> None:
        """Seal and sign until told to end. What fails is logged and tried again: nothing of it is ever half."""
        while not told_to_end.is_set():
            try:
                self.turn(time.monotonic())
            except DomainError as refused:
                log.warning("checkpoint not made", reason=str(refused.text))
            except Exception as error:  # whatever fails is logged and tried again; the next turn starts anew
                log.error("sealing failed", error=repr(error), trace=traceback.format_exc())
            told_to_end.wait(SEAL_EVERY)

    def turn(self, now: float) -> int:
        """One look at `now`, in seconds of a steady clock; gives how many events were sealed."""
        looks_at_all, signs = now >= self._all_at, now >= self._sign_at
        database, system = self._house.database, Actor.system()
        since = FIRST if looks_at_all else id_at(utc_now() - WINDOW)
        with database.reading(system) as work:
            parks = unsealed_parks(work, since)  # looked for without taking the write lock
        sealed = sum(seal(database, park_id, since=since) for park_id in parks)
        if looks_at_all:
            self._all_at = now + LOOK_AT_ALL_EVERY
        if signs:
            self._sign_at = now + SIGN_EVERY
            self._sign()
        return sealed

    def _sign(self) -> None:
        database, system = self._house.database, Actor.system()
        with database.reading(system) as work:
            logs = all_logs(work, self._house.config.public_url)
            due = [each for each in logs if is_checkpoint_due(work, each)]
        for each in due:
            with database.writing(system) as work:
                make_checkpoint(work, self._house.keyring, each)
