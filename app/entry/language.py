"""Chinese first, English by switch: which language a reader gets, and texts in it."""

from flask import g, has_request_context, request, session
from flask_babel import Babel, gettext

from app.foundation.core.text import Text

LOCALES = ("zh", "en")

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


def rendered(text: Text | str) -> str:
    """A room's text in the reader's language."""
    if isinstance(text, str):
        return text
    return text.render(lambda msgid: str(gettext(msgid)) if msgid else msgid)
