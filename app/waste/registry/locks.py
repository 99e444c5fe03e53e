"""Periods that are declared: nothing is posted into them any more (domain-rules 7.11).

The room of declarations builds on postings, so here its table is known by name only; a test compares the two.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import Date, String, Uuid, column, select, table

from app.foundation.core.errors import Conflict
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.models import Site
from app.waste.registry.models import WasteKind, WasteStream

DECLARATIONS: Final = table(
    "declarations",
    column("site_id", Uuid),
    column("kind", String),
    column("state", String),
    column("first_on", Date),
    column("last_on", Date),
)
LOCKING_STATES: Final = ("submitted", "locked")
GENERAL_KINDS: Final = ("general_monthly", "general_annual")
ASKED_AT_ONCE: Final = 500


def ensure_not_declared(work: Work, entries: Sequence[tuple[UUID, date]]) -> None:
    """Every stream may still be posted to on its day. Today is always open, and costs no statement.

    A declaration of general waste locks the general streams of its site, any other the hazardous ones.
    Until the caller's transaction ends, none of these sites is declared: see `await_postings`.

    Raises:
        Conflict: a day lies in a period that is declared.
    """
    today = work.today
    days: dict[UUID, set[date]] = {}
    for stream_id, day in entries:
        if day != today:
            days.setdefault(stream_id, set()).add(day)
    streams = sorted(days)
    for start in range(0, len(streams), ASKED_AT_ONCE):
        part = {stream: days[stream] for stream in streams[start : start + ASKED_AT_ONCE]}
        _hold_open(work, part)
        _ensure_open(work, part)


def await_postings(work: Work, site_id: UUID) -> None:
    """Wait until nobody is posting backdated to a site, and let nobody begin until the transaction ends.

    Whoever declares asks for it before looking at the ledger. On SQLite only one writes at a time anyway.
    """
    work.session.execute(select(Site.id).where(Site.id == site_id).with_for_update(key_share=True))


def _hold_open(work: Work, streams: Iterable[UUID]) -> None:
    """Lock the sites of streams against `await_postings`; postings don't wait for each other.

    A statement of its own: the next one then sees the declaration it waited for.
    """
    if work.session.get_bind().dialect.name == "sqlite":
        return
    sites = select(WasteStream.site_id).where(WasteStream.id.in_(streams))
    work.session.execute(
        select(Site.id).where(Site.id.in_(sites)).order_by(Site.id).with_for_update(read=True)
    )


def _ensure_open(work: Work, days: dict[UUID, set[date]]) -> None:
    locked = DECLARATIONS.c
    is_general = locked.kind.in_(GENERAL_KINDS)
    first, last = min(map(min, days.values())), max(map(max, days.values()))
    periods = (
        select(WasteStream.id, locked.first_on, locked.last_on)
        .join(DECLARATIONS, locked.site_id == WasteStream.site_id)
        .where(
            WasteStream.id.in_(days),
            locked.state.in_(LOCKING_STATES),
            is_general == (WasteStream.kind == WasteKind.GENERAL),
            locked.first_on <= last,
            locked.last_on >= first,
        )
        .order_by(locked.first_on)
    )
    for stream_id, first_on, last_on in work.session.execute(periods):
        if day := _first_within(days[stream_id], first_on, last_on):
            raise Conflict(
                say(
                    "{day} 在已申报的期间 {first} 至 {last} 内，不能再入账；更正请记入未申报的期间，原记录保持不变",
                    day=day.isoformat(),
                    first=first_on.isoformat(),
                    last=last_on.isoformat(),
                )
            )


def _first_within(days: Iterable[date], first: date, last: date) -> date | None:
    return min((day for day in days if first <= day <= last), default=None)
