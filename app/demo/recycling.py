"""What the recyclers do with what they took in: used or disposed of some weeks later, at their own facility."""

from datetime import date, timedelta
from typing import Final

from app.demo.afterwards import report_uses
from app.demo.firms import BY_KEY
from app.demo.history import Story
from app.foundation.core.clock import instant_at
from app.foundation.core.work import Work
from app.waste.storage.commands import TreatContainer
from app.waste.storage.operations.treating import treat_container

KEPT_DAYS: Final = 25
FACILITY: Final = "MF0101"


def use_up(story: Story, day: date, kept_days: int = KEPT_DAYS) -> None:
    """Treat what has lain at a recycler's for long enough."""
    due = [one for one in story.received if one.stored_on <= day - timedelta(days=kept_days)]
    story.received = [one for one in story.received if one not in due]
    for key in sorted({one.consignee for one in due}):
        own = [one for one in due if one.consignee == key]

        def all_of_it(work: Work) -> None:
            for one in own:  # noqa: B023 - used before the loop goes on
                treat_container(work, one.drum.id, TreatContainer(one.method, FACILITY))

        story.act(BY_KEY[key].person, instant_at(day, 16, 30), all_of_it)
    report_uses(story, day, due)
