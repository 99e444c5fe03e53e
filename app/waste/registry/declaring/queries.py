"""Declarations as their readers see them: the year's calendar, one declaration, and which months are declared."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.rulebook.overlays import Jurisdiction
from app.parties.accounts.models import Organisation, Park, Site
from app.waste.registry.declaring.calendar import (
    GENERAL,
    Slot,
    kinds_owed,
    slots_of,
    waste_kind_of,
)
from app.waste.registry.declaring.figures import FigureLine, figure_lines
from app.waste.registry.declaring.models import (
    LOCKING,
    Declaration,
    DeclarationState,
)
from app.waste.registry.models import DeclarationKind, Posting, WasteKind, WasteStream
from app.waste.registry.planning.models import ClassDecision, SiteProfile, UnitClass
from app.waste.registry.policy import sites_seen
from app.waste.registry.queries.books import Period, ensure_may_read

MAX_PAGE: Final = 100
HANDED_IN: Final = LOCKING


@dataclass(frozen=True)
class CalendarRow:
    """One declaration that a site owes for a period, begun or not."""

    slot: Slot
    declaration: Declaration | None
    today: date

    @property
    def state(self) -> DeclarationState:
        return self.declaration.state if self.declaration else DeclarationState.OPEN

    @property
    def is_over(self) -> bool:
        """Its period has ended, so it can be handed in."""
        return self.slot.period.last < self.today

    @property
    def is_handed_in(self) -> bool:
        return self.state in HANDED_IN

    @property
    def is_overdue(self) -> bool:
        return not self.is_handed_in and self.slot.due_on < self.today


@dataclass(frozen=True)
class SiteCalendar:
    """What a site declares for a year. `unit_class` None: nobody has decided it, so only the yearly report is sure."""

    site: Site
    organisation: Organisation
    year: int
    unit_class: UnitClass | None
    has_hazardous: bool
    rows: tuple[CalendarRow, ...]

    @property
    def needs_class(self) -> bool:
        return self.has_hazardous and self.unit_class is None


@dataclass(frozen=True)
class DeclarationView:
    """A declaration with whose it is, its wastes by id and its lines."""

    declaration: Declaration
    site: Site
    organisation: Organisation
    park: Park | None
    streams: Mapping[UUID, WasteStream]
    lines: tuple[FigureLine, ...]

    @property
    def version(self) -> int:
        return self.declaration.version

    @property
    def kind(self) -> DeclarationKind:
        return self.declaration.kind

    @property
    def period(self) -> Period:
        return Period(self.declaration.first_on, self.declaration.last_on)

    @property
    def jurisdiction(self) -> Jurisdiction:
        return Jurisdiction(self.site.province, self.site.city, self.park.slug if self.park else None)


def declaration_for(work: Work, declaration_id: UUID, *, lock: bool = False) -> Declaration:
    """A declaration the actor may see.

    Raises:
        NotPermitted: the actor may not read ledgers.
        NotFound: none such, or not theirs.
    """
    ensure_may_read(work.actor)
    chosen = (
        select(Declaration)
        .join(Site, Site.id == Declaration.site_id)
        .where(Declaration.id == declaration_id, sites_seen(work.actor))
    )
    found = work.session.scalar(chosen.with_for_update(of=Declaration) if lock else chosen)
    if found is None:
        raise NotFound(say("没有这份申报"))
    return found


def declaration_view(work: Work, declaration_id: UUID) -> DeclarationView:
    """One declaration with all that its page shows; two statements.

    Raises:
        NotPermitted: the actor may not read ledgers.
        NotFound: none such, or not theirs.
    """
    ensure_may_read(work.actor)
    row = work.session.execute(
        select(Declaration, Site, Organisation, Park)
        .join(Site, Site.id == Declaration.site_id)
        .join(Organisation, Organisation.id == Declaration.organisation_id)
        .outerjoin(Park, Park.id == Declaration.park_id)
        .where(Declaration.id == declaration_id, sites_seen(work.actor))
    ).first()
    if row is None:
        raise NotFound(say("没有这份申报"))
    lines = tuple(figure_lines(row[0]))
    streams = work.session.scalars(
        select(WasteStream).where(WasteStream.id.in_({line.stream_id for line in lines}))
    )
    return DeclarationView(*row, {stream.id: stream for stream in streams}, lines)


def declarations_page(
    work: Work, *, site_id: UUID | None = None, limit: int = 50, before: UUID | None = None
) -> tuple[Sequence[Declaration], UUID | None]:
    """A page of declarations the actor may see, newest first, and the cursor of the next; one statement.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    ensure_may_read(work.actor)
    limit = max(1, min(limit, MAX_PAGE))
    chosen = select(Declaration).join(Site, Site.id == Declaration.site_id).where(sites_seen(work.actor))
    if site_id is not None:
        chosen = chosen.where(Declaration.site_id == site_id)
    if before is not None:
        chosen = chosen.where(Declaration.id < before)
    rows = work.session.scalars(chosen.order_by(Declaration.id.desc()).limit(limit + 1)).all()
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def site_calendars(work: Work, year: int, *, site_id: UUID | None = None) -> Sequence[SiteCalendar]:
    """What each site the actor may see declares for a year, oldest site first; three statements.

    A period before the site's first posting is not owed; a declaration that is there always shows.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    ensure_may_read(work.actor)
    decided = (ClassDecision.site_id == Site.id) & (ClassDecision.year == year)
    chosen = (
        select(Site, Organisation, ClassDecision, SiteProfile.override_class)
        .join(Organisation, Organisation.id == Site.organisation_id)
        .outerjoin(ClassDecision, decided)
        .outerjoin(SiteProfile, SiteProfile.site_id == Site.id)
        .where(sites_seen(work.actor))
        .order_by(Site.id)
    )
    rows = work.session.execute(chosen.where(Site.id == site_id) if site_id else chosen).all()
    sites = [row[0].id for row in rows]
    begun = _first_days(work, sites)
    known = _declared(work, sites, year)
    calendars = []
    for site, organisation, decision, override in rows:
        unit_class = override or (decision and (decision.declared or decision.computed)) or None
        found = _rows(work.today, year, unit_class, begun.get(site.id, {}), known.get(site.id, {}))
        if found or begun.get(site.id):
            has_hazardous = WasteKind.HAZARDOUS in begun.get(site.id, {})
            calendars.append(SiteCalendar(site, organisation, year, unit_class, has_hazardous, tuple(found)))
    return calendars


def declared_months(
    work: Work, sites: Collection[UUID], first: date, kind: WasteKind
) -> Mapping[date, Sequence[Declaration]]:
    """Declarations of the sites since a day by the first day of every month they cover; one statement."""
    general = tuple(GENERAL)
    rows = work.session.scalars(
        select(Declaration)
        .where(
            Declaration.site_id.in_(sites),
            Declaration.last_on >= first,
            Declaration.kind.in_(general) if kind is WasteKind.GENERAL else Declaration.kind.not_in(general),
        )
        .order_by(Declaration.last_on.desc(), Declaration.id)
    )
    months: dict[date, list[Declaration]] = {}
    for declaration in rows:
        month = Period.month(declaration.last_on)
        while month.last >= declaration.first_on:
            months.setdefault(month.first, []).append(declaration)
            month = month.before
    return months


def previous_of(work: Work, declaration: Declaration) -> Declaration | None:
    """The declaration of the same kind for the period before, if there is one; one statement."""
    return work.session.scalar(
        select(Declaration)
        .where(
            Declaration.site_id == declaration.site_id,
            Declaration.kind == declaration.kind,
            Declaration.last_on < declaration.first_on,
        )
        .order_by(Declaration.last_on.desc())
        .limit(1)
    )


def parts_of_year(work: Work, declaration: Declaration) -> Sequence[Declaration]:
    """The monthly or quarterly declarations of a yearly one's site and year; one statement."""
    parts = (
        (DeclarationKind.GENERAL_MONTHLY,)
        if declaration.kind in GENERAL
        else (DeclarationKind.MONTHLY, DeclarationKind.QUARTERLY)
    )
    return work.session.scalars(
        select(Declaration).where(
            Declaration.site_id == declaration.site_id,
            Declaration.kind.in_(parts),
            Declaration.first_on >= declaration.first_on,
            Declaration.last_on <= declaration.last_on,
        )
    ).all()


def _first_days(work: Work, sites: Collection[UUID]) -> dict[UUID, dict[WasteKind, date]]:
    rows = work.session.execute(
        select(WasteStream.site_id, WasteStream.kind, func.min(Posting.effective_on))
        .join(Posting, Posting.stream_id == WasteStream.id)
        .where(WasteStream.site_id.in_(sites))
        .group_by(WasteStream.site_id, WasteStream.kind)
    )
    days: dict[UUID, dict[WasteKind, date]] = {}
    for site_id, kind, day in rows:
        days.setdefault(site_id, {})[kind] = day
    return days


Key = tuple[DeclarationKind, date]


def _declared(work: Work, sites: Collection[UUID], year: int) -> dict[UUID, dict[Key, Declaration]]:
    rows = work.session.scalars(
        select(Declaration).where(
            Declaration.site_id.in_(sites),
            Declaration.first_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
    )
    known: dict[UUID, dict[Key, Declaration]] = {}
    for one in rows:
        known.setdefault(one.site_id, {})[one.kind, one.first_on] = one
    return known


def _rows(
    today: date,
    year: int,
    unit_class: UnitClass | None,
    begun: Mapping[WasteKind, date],
    known: Mapping[Key, Declaration],
) -> list[CalendarRow]:
    owed = set(kinds_owed(unit_class, begun))
    kinds = [kind for kind in DeclarationKind if kind in owed or any(key[0] is kind for key in known)]
    rows = []
    for slot in slots_of(year, kinds):
        declaration = known.get((slot.kind, slot.period.first))
        first = begun.get(waste_kind_of(slot.kind))
        is_owed = slot.kind in owed and first is not None and slot.period.last >= first
        if declaration or is_owed:
            rows.append(CalendarRow(slot, declaration, today))
    return rows
