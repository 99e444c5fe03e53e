"""What the rules say of declarations as duties: handed in in time, by whom, and also where nothing arose."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import case, extract, func, select

from app.foundation.core.clock import local_day
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import RuleFinding, assess
from app.foundation.rulebook.outcome import UNKNOWN, Maybe
from app.waste.registry.declaring.calendar import GENERAL
from app.waste.registry.declaring.models import LOCKING, Declaration
from app.waste.registry.declaring.queries import CalendarRow, DeclarationView, SiteCalendar, site_calendars
from app.waste.registry.models import PlaceKind, Posting, WasteKind, WasteStream
from app.waste.registry.planning.answers import answer_of
from app.waste.registry.planning.models import SiteProfile
from app.waste.registry.planning.queries import SiteView, site_view
from app.waste.registry.queries.books import Period
from app.waste.registry.queries.general import months_of
from app.waste.registry.rules import declarations
from app.waste.registry.rules.declarations import DeclarationFacts

DUTY_RULES: Final = {
    id_: rule for id_, rule in declarations.RULES.items() if rule.facts_type is DeclarationFacts
}
Monthly = Mapping[tuple[UUID, date], Grams]
"""Hazardous waste generated, by site and first day of the month."""


def calendar_findings(
    work: Work, calendars: Sequence[SiteCalendar], views: Mapping[UUID, SiteView]
) -> dict[UUID, list[RuleFinding]]:
    """Every rule on the declarations of these calendars whose period is over, by site; one statement.

    Passes are among them. Only hazardous waste: the general one has rules of its own (GISW-2026).
    """
    owed = [calendar for calendar in calendars if calendar.site.id in views]
    monthly = _generated(work, {calendar.site.id for calendar in owed}, {calendar.year for calendar in owed})
    found: dict[UUID, list[RuleFinding]] = {}
    for calendar in owed:
        view = views[calendar.site.id]
        facts = [
            _facts(work, calendar, row, view.profile, monthly)
            for row in calendar.rows
            if row.is_over and row.slot.kind not in GENERAL
        ]
        told = assess(DUTY_RULES, facts, on=work.today, jurisdiction=view.jurisdiction)
        found.setdefault(view.site.id, []).extend(told)
    return found


def site_duties(work: Work, views: Sequence[SiteView]) -> dict[UUID, list[RuleFinding]]:
    """The declarations of this year and the last one, by site; seven statements, however many sites there are."""
    by_id = {view.site.id: view for view in views}
    one = views[0].site.id if len(by_id) == 1 else None
    calendars = [
        calendar
        for year in (work.today.year - 1, work.today.year)
        for calendar in site_calendars(work, year, site_id=one)
    ]
    return calendar_findings(work, calendars, by_id)


def duty_findings(work: Work, view: DeclarationView) -> list[RuleFinding]:
    """The same of one declaration, passes too; one statement. Nothing before its period is over."""
    declared = view.declaration
    if declared.kind in GENERAL or declared.last_on >= work.today:
        return []
    site = site_view(work, view.site.id, declared.first_on.year)
    unit_class = class_of_view(site)
    is_computed = bool(declared.figures["lines"])
    facts = DeclarationFacts(
        subject_id=declared.id,
        unit_class=unit_class,
        kind=declared.kind,
        last_on=declared.last_on,
        submitted_on=_submitted_on(work, declared),
        today=work.today,
        generated=Grams(sum(line.declared("generated") for line in view.lines)) if is_computed else UNKNOWN,
        **_agent(declared, site.profile),
    )
    return assess(DUTY_RULES, [facts], on=work.today, jurisdiction=view.jurisdiction)


def class_of_view(view: SiteView) -> Any:
    """The class a site declares by in the year of the view; UNKNOWN while nobody has decided it."""
    decided = (view.decision.declared or view.decision.computed) if view.decision else None
    return (view.profile.override_class if view.profile else None) or decided or UNKNOWN


def _facts(
    work: Work, calendar: SiteCalendar, row: CalendarRow, profile: SiteProfile | None, monthly: Monthly
) -> DeclarationFacts:
    declared, site_id = row.declaration, calendar.site.id
    mass = sum(monthly.get((site_id, month.first), 0) for month in months_of(row.slot.period))
    facts = DeclarationFacts(
        subject_kind="declaration" if declared else "site",
        subject_id=declared.id if declared else site_id,
        unit_class=calendar.unit_class or UNKNOWN,
        kind=row.slot.kind,
        last_on=row.slot.period.last,
        submitted_on=None,
        today=work.today,
        agent="",
        agent_authorised=False,
        generated=Grams(mass),
    )
    if declared is None:
        return facts
    return replace(facts, submitted_on=_submitted_on(work, declared), **_agent(declared, profile))


def _submitted_on(work: Work, declared: Declaration) -> date | None:
    """The day it was handed in; what was sent back is not."""
    if declared.state not in LOCKING or declared.submitted_at is None:
        return None
    return local_day(declared.submitted_at, work.actor.zone)


def _agent(declared: Declaration, profile: SiteProfile | None) -> dict[str, Any]:
    """Who filed it. The authority of an agent stands in the site's profile; the unit itself needs none."""
    answer: Maybe[bool] = answer_of(profile.equipment if profile else {}, "agent_authorised")
    return {"agent": declared.agent, "agent_authorised": answer if declared.agent.strip() else False}


def _generated(work: Work, site_ids: Collection[UUID], years: Collection[int]) -> Monthly:
    """One statement."""
    first = Period.year(min(years, default=work.today.year)).first
    last = Period.year(max(years, default=work.today.year)).last
    year, month = extract("year", Posting.effective_on), extract("month", Posting.effective_on)
    signed = case((Posting.from_kind == PlaceKind.GENERATION, Posting.mass), else_=-Posting.mass)
    rows = work.session.execute(
        select(WasteStream.site_id, year, month, func.sum(signed))
        .join(Posting, Posting.stream_id == WasteStream.id)
        .where(
            WasteStream.site_id.in_(site_ids),
            WasteStream.kind == WasteKind.HAZARDOUS,
            (Posting.from_kind == PlaceKind.GENERATION) | (Posting.to_kind == PlaceKind.GENERATION),
            Posting.effective_on.between(first, last),
        )
        .group_by(WasteStream.site_id, year, month)
    )
    return {
        (site_id, date(int(of_year), int(of_month), 1)): Grams(int(mass))
        for site_id, of_year, of_month, mass in rows
    }
