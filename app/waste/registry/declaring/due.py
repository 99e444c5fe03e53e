"""Declarations still to be handed in, for the agenda."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from app.foundation.core.due import Due
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.parties.accounts.permissions import Permission
from app.waste.registry.declaring.queries import CalendarRow, SiteCalendar, site_calendars
from app.waste.registry.models import DeclarationKind

K = DeclarationKind
TITLES: dict[DeclarationKind, Text] = {
    K.MONTHLY: say("危险废物月报 {period}"),
    K.QUARTERLY: say("危险废物季报 {period}"),
    K.ANNUAL: say("危险废物年报 {period}"),
    K.GENERAL_MONTHLY: say("一般工业固废流向汇总 {period}"),
    K.GENERAL_ANNUAL: say("一般工业固废年度申报 {period}"),
}
CALENDAR_ROWS = {
    K.MONTHLY: "CAL-3",
    K.QUARTERLY: "CAL-4",
    K.ANNUAL: "CAL-2",
    K.GENERAL_MONTHLY: "CAL-6",
    K.GENERAL_ANNUAL: "CAL-7",
}


def due(work: Work, until: date) -> Sequence[Due]:
    """What is to be handed in up to a day, and what should have been; six statements. Nothing for who reads no ledger."""
    if not work.actor.may(Permission.LEDGER_READ):
        return []
    years = range(work.today.year - 1, until.year + 1)
    return [
        entry for year in years for calendar in site_calendars(work, year) for entry in _of(calendar, until)
    ]


def _of(calendar: SiteCalendar, until: date) -> Iterator[Due]:
    for row in calendar.rows:
        if row.slot.due_on <= until and not row.is_handed_in:
            yield _due(calendar, row)


def _due(calendar: SiteCalendar, row: CalendarRow) -> Due:
    slot = row.slot
    first, last = slot.period.first, slot.period.last
    month = f"{first:%Y-%m}"
    period = month if (first.year, first.month) == (last.year, last.month) else f"{month} – {last:%Y-%m}"
    return Due(
        kind="declaration",
        title=Text(TITLES[slot.kind].msgid, {"period": period}),
        note=say("已退回，请更正后重新申报") if row.declaration and row.declaration.returned_reason else None,
        on=slot.due_on,
        opens_on=last + timedelta(days=1),
        permission=Permission.DECLARATIONS_MANAGE,
        organisation_id=calendar.organisation.id,
        site_id=calendar.site.id,
        subject_kind="declaration" if row.declaration else "declarations",
        subject_id=row.declaration.id if row.declaration else f"{calendar.site.id}/{slot.kind}/{first}",
        source=CALENDAR_ROWS[slot.kind],
    )
