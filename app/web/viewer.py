"""What every page knows of who looks at it."""

from dataclasses import dataclass
from typing import Any

from flask import g

from app.entry.language import chosen_locale
from app.entry.work import caller, reading
from app.foundation.core.text import Text
from app.parties.accounts.permissions import ROLE_WORDS
from app.waste.consignments.queries.attention import Attention, attention_of
from app.waste.storage.attention import Waiting
from app.web.nav import Badge, navigation_for


@dataclass(frozen=True)
class Viewer:
    """Who looks at a page, as the page shows them."""

    name: str
    organisation_name: str
    role: str
    role_label: Text | str
    park_name: str
    is_demo: bool
    locale: str
    permissions: frozenset[str]


def viewer() -> Viewer | None:
    """The signed-in viewer; None on pages for everybody."""
    known = caller()
    if known is None:
        return None
    locale = chosen_locale()
    return Viewer(
        name=known.user_name,
        organisation_name=known.organisation_name,
        role=known.role.value,
        role_label=known.job_title or ROLE_WORDS[known.role],
        park_name=known.park_name_en if locale == "en" else known.park_name,
        is_demo=known.is_demo,
        locale=locale,
        permissions=known.actor.permissions,
    )


def context() -> dict[str, Any]:
    """The variables base.html reads. A page that counted something itself puts it into `g.badges`."""
    known = viewer()
    if known is None:
        return {"viewer": None, "navigation": None}
    badges = {**badges_of(attention()), **g.get("badges", {})}
    return {
        "viewer": known,
        "navigation": navigation_for(known.role, known.permissions, badges),
    }


def attention() -> Attention:
    """What waits for the viewer, counted once a request in one statement."""
    if "attention" not in g:
        with reading() as work:
            g.attention = attention_of(work)
    found: Attention = g.attention
    return found


def badges_of(found: Attention) -> dict[str, int | Badge]:
    """The counts beside the navigation; those that only inform are not hot."""
    waiting = found.storage
    labels = waiting.get(Waiting.UNLABELLED, 0) + waiting.get(Waiting.OUTDATED_LABEL, 0)
    return {
        "todo": found.todo_count,
        "consignments": found.consignments,
        "storage": Badge(waiting.get(Waiting.UNPLACED, 0), hot=False),
        "containers": Badge(labels, hot=False),
        "register": Badge(waiting.get(Waiting.UNWEIGHED, 0), hot=False),
    }
