"""The producers' declarations: handed in on the eighth of each month, but for one sent back and one forgotten."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from app.demo.firms import BY_KEY, PRODUCERS, DemoFirm
from app.demo.history import Story
from app.foundation.core.clock import instant_at
from app.foundation.core.work import Work
from app.waste.registry.declaring.calendar import Slot
from app.waste.registry.declaring.commands import (
    ChangeDeclaration,
    GenerateDeclaration,
    RecordReceipt,
    ReturnDeclaration,
    SubmitDeclaration,
)
from app.waste.registry.declaring.models import (
    DeclarationState,
)
from app.waste.registry.declaring.operations import (
    check_declaration,
    generate_declaration,
    lock_declaration,
    open_declarations,
    record_receipt,
    return_declaration,
    submit_declaration,
)
from app.waste.registry.declaring.queries import site_calendars
from app.waste.registry.models import DeclarationKind
from app.waste.storage.places import stock_places

DAY_OF_MONTH: Final = 8
FORGETFUL: Final = "beian"
"""Left its last quarter open."""
RETURNED: Final = "lanling"
REASON: Final = "含氰漂洗液期末贮存量与上一季度不衔接，请核对后重新申报"


def catch_up(story: Story, first: date) -> None:
    """Hand in what was due before the story's first day, each a few days before its date."""
    for firm in PRODUCERS:
        for slot in _owed(story, firm, first):
            if slot.due_on < first:
                at = instant_at(
                    max(slot.due_on - timedelta(days=4), slot.period.last + timedelta(days=1)), 9, 20
                )
                _hand_in(story, firm, slot, at, lock=True)


def declare_what_is_due(story: Story, day: date) -> None:
    """Hand in what ended before, on the day of the month when people do it."""
    if day.day != DAY_OF_MONTH:
        return
    for firm in PRODUCERS:
        for number, slot in enumerate(_owed(story, firm, day)):
            if firm.key != FORGETFUL or slot.kind is not DeclarationKind.QUARTERLY:
                _hand_in(story, firm, slot, instant_at(day, 14, 5 + 10 * number), lock=False)


def return_one(story: Story) -> None:
    """The authority sends the last declaration of one firm back."""
    day = story.anchor - timedelta(days=5)
    firm = BY_KEY[RETURNED]

    def send_back(work: Work) -> None:
        site_id = story.demo.sites[firm.key].id
        handed_in = [
            row.declaration
            for calendar in site_calendars(work, day.year, site_id=site_id)
            for row in calendar.rows
            if row.declaration is not None and row.declaration.state is DeclarationState.SUBMITTED
        ]
        if handed_in:
            last = max(handed_in, key=lambda declaration: declaration.last_on)
            return_declaration(work, last.id, ReturnDeclaration(REASON))

    story.act(firm.person, instant_at(day, 11, 0), send_back)


def leave_open(story: Story) -> None:
    """What nobody has begun yet is at least listed, for every producer."""
    for firm in PRODUCERS:
        site_id = story.demo.sites[firm.key].id
        story.act(
            firm.person,
            instant_at(story.anchor - timedelta(days=3), 8, 0),
            lambda work, site_id=site_id: open_declarations(work, site_id, work.today),  # type: ignore[misc]
        )


def _owed(story: Story, firm: DemoFirm, before: date) -> list[Slot]:
    """Periods that ended before a day and are not handed in, oldest first."""
    site_id = story.demo.sites[firm.key].id
    with story.database.reading(story.demo.actors[firm.person], now=instant_at(before, 0, 0)) as work:
        found = [
            row.slot
            for year in (before.year - 1, before.year)
            for calendar in site_calendars(work, year, site_id=site_id)
            for row in calendar.rows
            if row.declaration is None and row.slot.period.last < before
        ]
    return sorted(found, key=lambda slot: (slot.period.last, slot.kind))


def _hand_in(story: Story, firm: DemoFirm, slot: Slot, at: datetime, *, lock: bool) -> None:
    number = story.labels["receipt", ""] = story.labels.get(("receipt", ""), 0) + 1

    def compute(work: Work) -> UUID:
        site_id = story.demo.sites[firm.key].id
        books = stock_places(work, site_id=site_id).books
        made = generate_declaration(work, GenerateDeclaration(site_id, slot.kind, slot.period.first), books)
        check_declaration(work, made.id, ChangeDeclaration())
        submit_declaration(work, made.id, SubmitDeclaration(), books)
        return made.id

    def receive(work: Work, key: UUID) -> None:
        record_receipt(work, key, RecordReceipt(f"演受理{slot.period.last:%Y%m}-{number:04}"))
        if lock:
            lock_declaration(work, key, ChangeDeclaration())

    made = story.act(firm.person, at, compute)
    story.act(firm.person, at + timedelta(hours=20), lambda work: receive(work, made))
