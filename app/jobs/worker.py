"""The worker: looks for jobs once a second, does them one after the other, seals the trace logs beside them, and ends
when told to."""

import os
import signal
import threading
from types import FrameType
from typing import Final

from app.entry.work import House
from app.jobs.handlers import HANDLERS
from app.jobs.running import do_next
from app.jobs.sealing import Sealer

POLL_SECONDS: Final = 1.0


class Worker:
    """One process that does jobs. A second one on the same database shares the work."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._told_to_end = threading.Event()
        self._parent = os.getppid()

    def work(self, *, once: bool = False) -> int:
        """Do jobs until told to end, or with `once` until none waits; gives how many were done."""
        done = 0
        if not once:
            sealing = (self._told_to_end,)
            threading.Thread(target=Sealer(self._house).run, args=sealing, daemon=True).start()
        while not self._told_to_end.is_set() and os.getppid() == self._parent:
            if do_next(self._house, HANDLERS, is_told_to_end=self._told_to_end.is_set):
                done += 1
            elif once:
                break
            else:
                self._told_to_end.wait(POLL_SECONDS)
        return done

    def end_on_signals(self) -> None:
        """SIGTERM and SIGINT end the worker between two chunks; the job it is at waits for the next worker."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._told_to_end.set()
