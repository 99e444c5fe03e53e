"""The agenda as an iCalendar file (RFC 5545): whole-day entries that calendars show and remind of."""

from collections.abc import Callable
from datetime import timedelta

from icalendar import Alarm, Calendar, Event

from app.foundation.core.text import Text
from app.foundation.core.work import Work
from app.oversight.agenda.queries import Agenda, Entry

REMIND_BEFORE = timedelta(days=3)


def calendar_file(
    work: Work, found: Agenda, *, name: Text, words: Callable[[Text], str], address: Callable[[Entry], str]
) -> bytes:
    """Everything due as one calendar. The same entry keeps its identity from day to day.

    Args:
        words: renders a text in the reader's language.
        address: the page of an entry.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//ParkLoop//Agenda//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", words(name))
    calendar.add("x-wr-timezone", work.actor.zone)
    for entry in found.entries:
        calendar.add_component(_event(work, entry, words, address(entry)))
    return bytes(calendar.to_ical())


def _event(work: Work, entry: Entry, words: Callable[[Text], str], url: str) -> Event:
    due = entry.due
    event = Event()
    event.add("uid", f"{due.key}@parkloop")
    event.add("dtstamp", work.now)
    event.add("dtstart", due.on)
    event.add("dtend", due.on + timedelta(days=1))
    event.add("summary", words(due.title))
    notes = [words(due.note) if due.note else "", entry.organisation_name, entry.site_name, due.source]
    event.add("description", "\n".join(filter(None, notes)))
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words(due.title))
    alarm.add("trigger", -REMIND_BEFORE)
    event.add_component(alarm)
    return event
