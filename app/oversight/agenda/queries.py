"""Everything that is due, of all rooms, in one list; each entry for whoever has to act on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.due import Due
from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation, Site
from app.parties.licences import due as licences
from app.waste.clearances import due as clearances
from app.waste.consignments import due as corrections
from app.waste.consignments import receipt_due, transit_due
from app.waste.registry.declaring import due as declaring
from app.waste.registry.planning import due as planning
from app.waste.storage import due as storage
from app.waste.storage.upkeep import queries as upkeep

HORIZON_DAYS = 60
"""The longest warning window: 60 days before a storage limit."""

SOURCES: tuple[Callable[[Work, date], Sequence[Due]], ...] = (
    declaring.due,
    planning.due,
    storage.due,
    upkeep.due,
    licences.due,
    clearances.due,
    transit_due.due,
    receipt_due.due,
    corrections.due,
)
"""What each room offers: everything due up to a day, for every firm the actor sees."""


@dataclass(frozen=True)
class Entry:
    """One thing due, with the names of the firm and the site it concerns."""

    due: Due
    organisation_name: str
    site_name: str

    def is_overdue(self, today: date) -> bool:
        return self.due.is_overdue(today)


@dataclass(frozen=True)
class Agenda:
    """What is due for an actor, earliest first."""

    today: date
    until: date
    entries: tuple[Entry, ...]

    @property
    def overdue(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.is_overdue(self.today))

    @property
    def open(self) -> tuple[Entry, ...]:
        """Not overdue, and in their warning window."""
        return tuple(
            entry
            for entry in self.entries
            if not entry.is_overdue(self.today) and entry.due.opens_on <= self.today
        )

    @property
    def later(self) -> tuple[Entry, ...]:
        """Known, but not worth looking at yet."""
        return tuple(entry for entry in self.entries if entry.due.opens_on > self.today)

    @property
    def waiting_count(self) -> int:
        """What the badge counts: overdue and open."""
        return len(self.overdue) + len(self.open)


def agenda(work: Work, *, days: int = HORIZON_DAYS) -> Agenda:
    """What is due within some days, or overdue, for the actor's role; a fixed number of statements.

    The park's staff see everything of the park's firms. A firm's people see what their role may act on.
    """
    until = work.today + timedelta(days=days)
    found = [due for source in SOURCES for due in source(work, until) if _is_for(work, due)]
    found.sort(key=lambda due: (due.on, due.kind, str(due.subject_id)))
    names, sites = _names(work, found)
    entries = tuple(
        Entry(
            due,
            names.get(due.organisation_id, ""),
            sites.get(due.site_id, "") if due.site_id is not None else "",
        )
        for due in found
    )
    return Agenda(work.today, until, entries)


def _is_for(work: Work, due: Due) -> bool:
    return work.actor.is_park_staff or work.actor.may(due.permission)


def _names(work: Work, found: Sequence[Due]) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """Short names of the firms and names of the sites; two statements."""
    firms = select(Organisation.id, Organisation.short_name).where(
        Organisation.id.in_({due.organisation_id for due in found})
    )
    sites = select(Site.id, Site.name).where(Site.id.in_({due.site_id for due in found if due.site_id}))
    return (
        {row.id: row.short_name for row in work.session.execute(firms)},
        {row.id: row.name for row in work.session.execute(sites)},
    )
