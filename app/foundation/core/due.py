"""What somebody has to do by a day. Each room tells what is due in it; the agenda shows all of it in one list."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.foundation.core.text import Text


@dataclass(frozen=True)
class Due:
    """One thing that is due."""

    kind: str
    """What it is, such as "storage_limit": its icon and its page."""
    title: Text
    on: date
    """The last day on which it is in time."""
    opens_on: date
    """From this day on it is worth looking at."""
    permission: str
    """Who acts: whoever holds this permission at the firm."""
    organisation_id: UUID
    subject_kind: str
    subject_id: UUID | str
    site_id: UUID | None = None
    note: Text | None = None
    source: str = ""
    """Rule or calendar row that sets the day, such as "CAL-3"."""

    def is_overdue(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.on < today

    @property
    def key(self) -> str:
        """The same thing has the same key tomorrow, and another one for its next occurrence."""
        return f"{self.kind}/{self.subject_id}/{self.on.isoformat()}"
