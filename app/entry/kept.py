"""Answers kept in the memory of a server process, each under everything it rests on: while that is the same, so is the
answer. Nothing has to be told when something changes, for then nobody asks for the old one any more (ADR 20)."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

AT_MOST: Final = 4_000_000
"""Characters of all answers together."""


class KeptAnswers:
    """Texts by what they rest on; those asked for longest ago go first."""

    def __init__(self, at_most: int = AT_MOST) -> None:
        self._at_most = at_most
        self._size = 0
        self._texts: OrderedDict[Hashable, str] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._texts)

    def clear(self) -> None:
        with self._lock:
            self._texts.clear()
            self._size = 0

    def get(self, rests_on: Hashable) -> str | None:
        with self._lock:
            text = self._texts.get(rests_on)
            if text is not None:
                self._texts.move_to_end(rests_on)
            return text

    def keep(self, rests_on: Hashable, text: str) -> None:
        with self._lock:
            self._size += len(text) - len(self._texts.pop(rests_on, ""))
            self._texts[rests_on] = text
            while self._size > self._at_most:
                self._size -= len(self._texts.popitem(last=False)[1])
