"""Chinese first, English by switch: which language a reader gets, and texts in it."""

import re
from datetime import date, datetime

from babel.dates import format_date
from flask import g, has_request_context, request, session
from flask_babel import Babel, get_locale, gettext

from app.foundation.core.text import Text

LOCALES = ("zh", "en")
_DATE_PATTERNS = {"zh": "y-MM-dd", "en": "d MMM y"}
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

babel = Babel()


def chosen_locale() -> str:
    """The session's choice, else the person's own, else what the browser asks for, else Chinese."""
    if not has_request_context():
        return "zh"
    if (chosen := request.args.get("lang")) in LOCALES:
        return str(chosen)
    if request.blueprint and request.path.startswith("/api/"):
        return request.accept_languages.best_match(LOCALES) or "zh"
    if (chosen := session.get("locale")) in LOCALES:
        return str(chosen)
    if known := g.get("caller"):
        return str(known.locale)
    return request.accept_languages.best_match(LOCALES) or "zh"


def spoken_language() -> str:
    """The language of the page or answer being made."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


def day_text(day: date) -> str:
    """A calendar day for people: `2026-11-20`, in English `20 Nov 2026` (ux.md 4.2)."""
    language = spoken_language()
    return format_date(day, _DATE_PATTERNS[language], locale=language)


def rendered(text: Text | str) -> str:
    """A room's text in the reader's language; days among its values are written as that language does."""
    if isinstance(text, str):
        return text
    return _with_days(text).render(lambda msgid: str(gettext(msgid)) if msgid else msgid)


def _with_days(text: Text) -> Text:
    return Text(text.msgid, {name: _with_day(value) for name, value in text.params.items()})


def _with_day(value: object) -> object:
    """A day comes as a `date`, or as an ISO day where the value is kept as JSON (rule findings)."""
    if isinstance(value, Text):
        return _with_days(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return day_text(value)
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        return _day_or_same(value)
    return value


def _day_or_same(value: str) -> str:
    try:
        return day_text(date.fromisoformat(value))
    except ValueError:
        return value
