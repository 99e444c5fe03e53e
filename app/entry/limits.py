"""How often one token may call the API: a bucket per caller and class of query, emptied by calls and filled by time.

Kept in memory, so each server process counts for itself: with N of them a caller gets up to N times as much.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

from flask import Flask, Request, current_app, request
from werkzeug.exceptions import TooManyRequests

from app.entry.work import caller
from app.foundation.core.text import say
from app.parties.accounts.signing_in import hash_of

MINUTE_NS: Final = 60 * 10**9
KEPT_AT_MOST: Final = 20_000
HEAVY_ENDINGS: Final = (
    ".csv",
    ".xlsx",
    ".pdf",
    ".json",
    "/file",
    "/sign",
    "/document",
    "/labels",
    "/imports",
    "/ledger-imports",
)
"""How the routes end that make a file or read one: each costs as much as many others."""
WRITING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Buckets:
    """Buckets of `limits[class]` calls a minute; a full one lets that many through at once."""

    def __init__(self, limits: Mapping[str, int], clock: Callable[[], int] = time.monotonic_ns) -> None:
        self._limits = dict(limits)
        self._clock = clock
        self._used: dict[tuple[str, str], tuple[int, int]] = {}
        """What is used, as the nanoseconds it takes to fill up again, and when that was noted."""
        self._lock = threading.Lock()

    def take(self, who: str, kind: str) -> int:
        """Take one call; 0 if it was there, else after how many whole seconds there will be one."""
        limit = self._limits.get(kind)
        if limit is None:
            return 0
        cost, now = MINUTE_NS // limit, self._clock()
        with self._lock:
            used, since = self._used.get((who, kind), (0, now))
            left = max(0, used - (now - since))
            if left + cost > MINUTE_NS:
                return -(-(left + cost - MINUTE_NS) // 10**9)
            self._forget_full(now)
            self._used[who, kind] = (left + cost, now)
            return 0

    def _forget_full(self, now: int) -> None:
        if len(self._used) >= KEPT_AT_MOST:
            self._used = {key: held for key, held in self._used.items() if now - held[1] < held[0]}


def install(app: Flask, limits: Mapping[str, int]) -> None:
    """Count calls of the API, where this deployment sets limits."""
    if limits:
        app.extensions["buckets"] = Buckets(limits)


def ensure_within_limits() -> None:
    """Count this call of the API.

    Raises:
        TooManyRequests: too many of its class within a minute; it says after how many seconds to come again.
    """
    buckets: Buckets | None = current_app.extensions.get("buckets")
    if buckets is None or not request.path.startswith("/api/"):
        return
    wait = buckets.take(_caller(), kind_of(request))
    if wait:
        refused = TooManyRequests(retry_after=wait)
        refused.text = say("请求过于频繁，请在 {seconds} 秒后再试", seconds=wait)  # type: ignore[attr-defined]
        raise refused


def kind_of(call: Request) -> str:
    """The class of a call: `heavy` (files), `write` or `read`."""
    rule = call.url_rule.rule if call.url_rule else call.path
    if rule.endswith(HEAVY_ENDINGS):
        return "heavy"
    return "write" if call.method in WRITING else "read"


def _caller() -> str:
    """Whose bucket: that of the token or session the guard let in; strangers share that of their address."""
    known = caller()
    if known is None:
        return request.remote_addr or "-"
    return hash_of(request.headers.get("Authorization") or str(known.actor.user_id))
