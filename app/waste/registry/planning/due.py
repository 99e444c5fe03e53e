"""Plans to file and classes to decide, for the agenda."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from app.foundation.core.due import Due
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.permissions import Permission
from app.waste.registry.models import WasteKind, WasteStream
from app.waste.registry.planning.queries import SiteView, plans_in_force, site_views

PLAN_MONTH, PLAN_DAY = 3, 31
"""CAL-1: the plan of the year is filed by 31 March."""
CLASS_MONTH, CLASS_DAY = 1, 31
"""Platform setting: the class is computed each January (domain-rules 7.11)."""
PLAN_WINDOW_DAYS = 30


def due(work: Work, until: date) -> Sequence[Due]:
    """This year's plan and class of each site with hazardous waste that has none yet; three statements."""
    if not work.actor.may(Permission.LEDGER_READ):
        return []
    views = site_views(work)
    generating = set(
        work.session.scalars(
            select(WasteStream.site_id)
            .where(
                WasteStream.site_id.in_([view.site.id for view in views]),
                WasteStream.kind == WasteKind.HAZARDOUS,
                WasteStream.ended_at.is_(None),
            )
            .distinct()
        )
    )
    wanted = [view for view in views if view.site.id in generating]
    in_force = plans_in_force(work, [view.site.id for view in wanted], work.today)
    filed = {site_id for site_id, (plan, _) in in_force.items() if plan.year == work.today.year}
    found = [_plan(view, work.today) for view in wanted if view.site.id not in filed]
    found += [_class(view, work.today) for view in wanted if view.decision is None]
    return [entry for entry in found if entry.on <= until]


def _plan(view: SiteView, today: date) -> Due:
    last_day = date(today.year, PLAN_MONTH, PLAN_DAY)
    return Due(
        kind="plan",
        title=say("{year} 年危险废物管理计划备案", year=today.year),
        on=last_day,
        opens_on=last_day - timedelta(days=PLAN_WINDOW_DAYS),
        permission=Permission.PLANS_MANAGE,
        organisation_id=view.organisation.id,
        site_id=view.site.id,
        subject_kind="plans",
        subject_id=f"{view.site.id}/{today.year}",
        source="CAL-1",
    )


def _class(view: SiteView, today: date) -> Due:
    last_day = date(today.year, CLASS_MONTH, CLASS_DAY)
    return Due(
        kind="class",
        title=say("{year} 年管理类别判定", year=today.year),
        on=last_day,
        opens_on=date(today.year, CLASS_MONTH, 1),
        permission=Permission.PLANS_MANAGE,
        organisation_id=view.organisation.id,
        site_id=view.site.id,
        subject_kind="site",
        subject_id=view.site.id,
        source="HJ1259-4.2",
    )
