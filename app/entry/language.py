"""Chinese first, English by switch: which language a reader gets, and texts in it."""

import re
from collections.abc import Callable
from datetime import date, datetime

from babel.dates import format_date
from flask import g, has_request_context, request, session
from flask_babel import Babel, get_locale, get_translations, gettext

from app.foundation.core.text import Text

LOCALES = ("zh", "en")
QUOTED = "value"
"""The parameter that repeats what somebody typed, sign by sign."""
MINUS = "\N{MINUS SIGN}"
_DATE_PATTERNS = {"zh": "y-MM-dd", "en": "d MMM y"}
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DECIMAL = re.compile(r"(-?)(\d+)(\.\d+)", re.ASCII)

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
    """A room's text in the reader's language; days and decimal numbers among its values are written for people."""
    if isinstance(text, str):
        return text
    return _for_people(text).render(lambda msgid: str(gettext(msgid)) if msgid else msgid)


def renderer() -> Callable[[Text | str], str]:
    """`rendered` for the many texts of one answer: its language and catalogue are looked up once."""
    translate = get_translations().gettext

    def render(text: Text | str) -> str:
        if isinstance(text, str):
            return text
        if not text.params:
            return translate(text.msgid) if text.msgid else ""
        return _for_people(text).render(lambda msgid: translate(msgid) if msgid else msgid)

    return render


def _for_people(text: Text) -> Text:
    values = {
        name: value if name == QUOTED else _value_for_people(value) for name, value in text.params.items()
    }
    return Text(text.msgid, values)


def _value_for_people(value: object) -> object:
    """Days as `day_text`; they may be ISO texts where the value is kept as JSON (rule findings). Decimals with
    thousands commas and a true minus."""
    if isinstance(value, Text):
        return _for_people(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return day_text(value)
    if not isinstance(value, str):
        return value
    if _ISO_DAY.fullmatch(value):
        return _day_or_same(value)
    if decimal := _DECIMAL.fullmatch(value):
        sign, whole, rest = decimal.groups()
        return sign.replace("-", MINUS) + f"{int(whole):,}{rest}"
    return value


def _day_or_same(value: str) -> str:
    try:
        return day_text(date.fromisoformat(value))
    except ValueError:
        return value
