"""Everything due in one list, and the calendar feed of it."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.entry.guard import public
from app.entry.language import rendered
from app.entry.work import house, reading, unit_of_work
from app.foundation.core.text import Text, say
from app.foundation.core.work import Actor
from app.oversight.agenda.calendar import calendar_file
from app.oversight.agenda.operations import caller_of_feed, feed_of, issue_feed, revoke_feed
from app.oversight.agenda.queries import Agenda, Entry, agenda
from app.web.filters import url_if

bp = Blueprint("agenda", __name__)

KINDS: Final[dict[str, tuple[Text, str]]] = {
    "storage_limit": (say("贮存期限"), "hourglass"),
    "declaration": (say("台账申报"), "file-text"),
    "plan": (say("管理计划"), "clipboard-list"),
    "class": (say("管理类别"), "adjustments"),
    "upkeep": (say("检查与监测"), "list-check"),
    "document_ends": (say("资料有效期"), "certificate"),
    "calibration": (say("计量检定"), "scale"),
    "licence": (say("经营许可证"), "certificate"),
    "carrier_permit": (say("运输许可"), "truck"),
    "vehicle": (say("车辆证件"), "truck"),
    "crew": (say("人员证件"), "id"),
    "consignment": (say("联单"), "truck-delivery"),
    "contract": (say("合同"), "contract"),
    "crossing": (say("跨省转移期限"), "route"),
    "crossing_clock": (say("跨省审批时限"), "route"),
}
"""Word and icon of each kind."""

PAGES: Final[dict[str, tuple[str, str]]] = {
    "container": ("storage.container", "code"),
    "scale": ("storage.scales", ""),
    "declaration": ("declarations.show", "declaration_id"),
    "plan": ("plans.show", "plan_id"),
    "plans": ("plans.index", ""),
    "declarations": ("declarations.index", ""),
    "site": ("plan_forms.profile", "site_id"),
    "facility": ("storage.facility", "facility_id"),
    "consignment": ("consignments.show", "number"),
    "contract": ("clearances.contract", "contract_id"),
    "crossing": ("clearances.crossing", "crossing_id"),
}
"""The page of each kind of subject: its endpoint and the name of its parameter."""

MAX_TOKEN: Final = 100


@bp.get("/agenda")
def index() -> str:
    """What is due, by day; one kind of it if asked for."""
    kind = request.args.get("kind", "")
    with reading() as work:
        found = agenda(work)
        feed = feed_of(work) if work.actor.user_id else None
    return render_template(
        "agenda/index.html",
        groups=_groups(found, kind),
        chips=_chips(found, kind),
        agenda=found,
        feed=feed,
        is_park=work.actor.is_park_staff,
    )


@bp.get("/agenda/count")
def count() -> Response:
    """How many things wait: the badge of the navigation asks for it after the page has been shown."""
    with reading() as work:
        return jsonify(waiting=agenda(work).waiting_count)


@bp.post("/agenda/feed")
def issue() -> str:
    """Give the viewer a calendar address. It is shown once."""
    with unit_of_work() as work:
        token = issue_feed(work)
    address = house().config.public_url + url_for("agenda.feed", token=token)
    return render_template("agenda/feed.html", address=address)


@bp.post("/agenda/feed/end")
def revoke() -> BaseResponse:
    """Take the calendar address back."""
    with unit_of_work() as work:
        revoke_feed(work)
    flash(_("日历订阅已停用"))
    return redirect(url_for("agenda.index"), 303)


@bp.get("/calendar/<token>.ics")
@public
def feed(token: str) -> Response:
    """The calendar that a token opens: a calendar program has no sign-in."""
    with house().database.reading(Actor(via="calendar")) as work:
        known = caller_of_feed(work, token[:MAX_TOKEN])
    if known is None:
        abort(404)
    with house().database.reading(known.actor) as work, force_locale(known.locale):
        content = calendar_file(
            work,
            agenda(work),
            name=say("固废一张网 · {firm}", firm=known.organisation_name),
            words=rendered,
            address=lambda entry: house().config.public_url + (url_of(entry) or url_for("agenda.index")),
        )
    answer = Response(content, mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, max-age=900"
    return answer


def url_of(entry: Entry) -> str | None:
    """The page on which an entry is dealt with."""
    endpoint, parameter = PAGES.get(entry.due.subject_kind, ("", ""))
    if not endpoint:
        return None
    values: dict[str, UUID | str] = {parameter: entry.due.subject_id} if parameter else {}
    return url_if(endpoint, **values)


def _groups(found: Agenda, kind: str) -> list[dict[str, Any]]:
    groups = (
        (say("已逾期"), "bad", found.overdue),
        (say("现在要办"), "warn", found.open),
        (say("以后"), "", found.later),
    )
    return [
        {"label": label, "kind": colour, "entries": [_line(entry) for entry in shown]}
        for label, colour, entries in groups
        if (shown := [entry for entry in entries if kind in ("", _kind(entry))])
    ]


def _kind(entry: Entry) -> str:
    """All kinds of upkeep are one here."""
    kind = entry.due.kind
    return "upkeep" if kind.startswith("upkeep_") else kind


def _line(entry: Entry) -> dict[str, Any]:
    due = entry.due
    word, icon = KINDS.get(_kind(entry), (Text(due.kind), "clock"))
    return {
        "title": rendered(due.title),
        "note": rendered(due.note) if due.note else "",
        "kind": rendered(word),
        "icon": icon,
        "on": due.on,
        "firm": entry.organisation_name,
        "site": entry.site_name,
        "source": due.source,
        "url": url_of(entry),
    }


def _chips(found: Agenda, kind: str) -> Sequence[tuple[Text | str, str, bool]]:
    counts: dict[str, int] = {}
    for entry in found.entries:
        counts[_kind(entry)] = counts.get(_kind(entry), 0) + 1
    chips: list[tuple[Text | str, str, bool]] = [
        (say("全部 {count}", count=len(found.entries)), url_for("agenda.index"), kind == "")
    ]
    for name, (word, _icon) in KINDS.items():
        if name in counts:
            text = say("{kind} {count}", kind=word, count=counts[name])
            chips.append((text, url_for("agenda.index", kind=name), kind == name))
    return chips
