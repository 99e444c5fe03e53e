"""The list of containers."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from app.entry.language import chosen_locale
from app.entry.work import reading
from app.foundation.catalogue.codes import WASTE_CODE
from app.foundation.core.text import say
from app.waste.storage import queries
from app.waste.storage.models import STATE_WORDS, ContainerState, Facility, Zone
from app.waste.storage.policy import ensure_may_read, may_manage_containers
from app.waste.storage.queries import ContainerFilter
from app.web.storage.blueprint import bp, package_text, title_of, uuid_or_none

PAGE = 20
FILTERS = ("q", "state", "waste_code", "facility_id", "zone_id")

S = ContainerState
BUCKETS = {
    "waiting": (say("待入库"), (S.PRINTED, S.FILLING, S.SEALED, S.WEIGHED, S.ACCEPTED)),
    "standing": (say("在库"), (S.STORED, S.RESERVED, S.LOADED, S.STORED_AT_CONSIGNEE)),
    "away": (say("在途"), (S.IN_TRANSIT,)),
    "ended": (say("已结束"), (S.CONSUMED, S.DAMAGED, S.VOIDED)),
}
"""States as people look for them."""


@bp.get("/containers")
def containers() -> str:
    """Containers the viewer may see, newest first, filtered by the query string."""
    chosen: dict[str, Any] = {
        name: value for name in FILTERS if (value := request.args.get(name, "").strip()[:100])
    }
    wanted = _wanted(chosen)
    with reading() as work:
        ensure_may_read(work.actor)
        page = queries.container_page(
            work, wanted, limit=PAGE, before=uuid_or_none(request.args.get("cursor", ""))
        )
        places = queries.places_seen(work)
        may_register = may_manage_containers(work.actor)
    return render_template(
        "storage/containers.html",
        rows=page.rows,
        total=page.total,
        chosen=chosen,
        chips=_chips(chosen, places),
        facilities=[("", say("全部设施")), *{str(found.id): found.name for found, _zone in places}.items()],
        states=_state_options(),
        next_url=url_for("storage.containers", **chosen, cursor=page.next_cursor)
        if page.next_cursor
        else None,
        first_url=url_for("storage.containers", **chosen) if request.args.get("cursor") else None,
        exports={kind: _export_url(kind, chosen) for kind in ("csv", "xlsx")},
        may_register=may_register,
        title_of=title_of,
        package_text=package_text,
    )


def _wanted(chosen: dict[str, Any]) -> ContainerFilter:
    code = chosen.get("waste_code", "")
    return ContainerFilter(
        states=states_of(chosen.get("state", "")),
        waste_code=code if WASTE_CODE.fullmatch(code) else "",
        facility_id=uuid_or_none(chosen.get("facility_id", "")),
        zone_id=uuid_or_none(chosen.get("zone_id", "")),
        text=" ".join(filter(None, (chosen.get("q", ""), "" if WASTE_CODE.fullmatch(code) else code))),
    )


def states_of(name: str) -> tuple[ContainerState, ...]:
    """The states behind a bucket's name or a state's own; none: all."""
    if name in BUCKETS:
        return BUCKETS[name][1]
    return (ContainerState(name),) if name in set(ContainerState) else ()


def _state_options() -> list[tuple[str, Any]]:
    return [
        ("", say("全部状态")),
        *((name, label) for name, (label, _states) in BUCKETS.items()),
        *((state.value, say("仅 {state}", state=word)) for state, word in STATE_WORDS.items()),
    ]


def _chips(chosen: dict[str, Any], places: list[tuple[Facility, Zone | None]]) -> list[tuple[Any, str]]:
    words: dict[str, Any] = dict(chosen)
    words["state"] = dict(_state_options()).get(chosen.get("state", ""))
    words["facility_id"] = next((f.name for f, _z in places if str(f.id) == chosen.get("facility_id")), None)
    words["zone_id"] = next(
        (f"{z.code} {z.name}" for _f, z in places if z and str(z.id) == chosen.get("zone_id")), None
    )
    return [(words[name] or _("所选条件"), _without(chosen, name)) for name in FILTERS if name in chosen]


def _without(chosen: dict[str, Any], name: str) -> str:
    rest: dict[str, Any] = {key: value for key, value in chosen.items() if key != name}
    return url_for("storage.containers", **rest)


def _export_url(kind: str, chosen: dict[str, Any]) -> str:
    states = [state.value for state in states_of(chosen.get("state", ""))]
    wanted = _wanted(chosen)
    query: dict[str, Any] = {
        "q": wanted.text or None,
        "waste_code": wanted.waste_code or None,
        "facility_id": wanted.facility_id,
        "zone_id": wanted.zone_id,
        "state": states,
    }
    return url_for(f"api_containers.export_{kind}", lang=chosen_locale(), **query)
