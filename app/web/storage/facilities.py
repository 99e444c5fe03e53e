"""Facilities: what lies where, what the rules say of it, and what came in and went out."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask_babel import gettext as _

from app.entry.language import rendered
from app.entry.work import reading
from app.foundation.core.errors import NotFound
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation
from app.parties.accounts.permissions import Permission
from app.waste.consignments.queries import numbers_of
from app.waste.registry.models import PlaceKind
from app.waste.storage import policy, queries
from app.waste.storage.ageing import AgedContainer
from app.waste.storage.checks import FacilityCheck, facility_check, zone_views
from app.waste.storage.facility_queries import (
    CountResult,
    Order,
    Outlook,
    StandingFilter,
    StandingPage,
    Tally,
    counts_of,
    oldest_by_stream,
    outlook_of,
    standing_page,
    tally_of,
)
from app.waste.storage.facts import jurisdiction_of
from app.waste.storage.mending import clashing_zones, remedies_of
from app.waste.storage.models import (
    FACILITY_TYPE_WORDS,
    IN_PLACE,
    STATE_WORDS,
    ContainerState,
    Facility,
    FacilityType,
)
from app.waste.storage.movements import Movement, movements_of
from app.waste.storage.queries import FacilityStock
from app.web.filters import url_if
from app.web.storage.blueprint import bp, package_text, title_of, uuid_or_none
from app.web.storage.fixes import ProblemRow, moves_of, problem_rows
from app.web.storage.plan_picture import WARN_SHARE, PlanPicture, plan_picture

PAGE = 20
"""Containers on one page of the table."""
NEAR_LIMIT = "near_limit"
LAST_PAGE = 9_999

PLACE_WORDS = {
    PlaceKind.GENERATION: say("产生"),
    PlaceKind.UNPLACED: say("未入库"),
    PlaceKind.ZONE: say("其他分区"),
    PlaceKind.CONSIGNMENT: say("联单"),
    PlaceKind.UTILISED: say("利用"),
    PlaceKind.DISPOSED: say("处置"),
    PlaceKind.OUTBOUND: say("出库待利用处置"),
}

ORDERS = {
    Order.OLDEST: say("最久的在前"),
    Order.LATEST_IN: say("最近入库在前"),
    Order.FIRST_IN: say("最早入库在前"),
}
STATES = (
    ("", say("全部状态")),
    (NEAR_LIMIT, say("临近期限")),
    *((state.value, STATE_WORDS[state]) for state in ContainerState if state in IN_PLACE),
)


@bp.get("/facilities")
def facilities() -> str:
    """Every facility the viewer may see, with its stock."""
    with reading() as work:
        policy.ensure_may_read(work.actor)
        stocks = queries.facilities_with_stock(work)
        may_manage = policy.may_manage_storage(work.actor)
    return render_template(
        "storage/facilities.html",
        stocks=stocks,
        kinds=FACILITY_TYPE_WORDS,
        may_manage=may_manage,
        warn=WARN_SHARE,
    )


@dataclass(frozen=True)
class FacilityView:
    """Everything the page of a facility shows."""

    stock: FacilityStock
    owner: str
    check: FacilityCheck
    problems: list[ProblemRow]
    to_fill: list[ProblemRow]
    """Rules that can't be told yet; no problems."""
    picture: PlanPicture | None
    tally: Tally
    outlook: Outlook
    oldest: AgedContainer | None
    page: StandingPage
    log: list[dict[str, Any]]
    may: dict[str, bool]


@bp.get("/facilities/<uuid:facility_id>")
def facility(facility_id: UUID) -> str:
    """One facility: figures, floor plan, rule check with fixes, containers, what came in and went out."""
    chosen = _chosen()
    with reading() as work:
        policy.ensure_may_read(work.actor)
        view = _view(work, facility_stock(work, facility_id), chosen)
        today = work.today
    zone = next((one.zone for one in view.stock.zones if one.zone.id == chosen.zone_id), None)
    query = _query(chosen)
    return render_template(
        "storage/facility.html",
        view=view,
        stock=view.stock,
        facility=view.stock.facility,
        check=view.check,
        moves=moves_of(view.problems),
        containment=containment(view.check),
        chosen=zone,
        query=query,
        states=STATES,
        orders=[(order.value, word) for order, word in ORDERS.items()],
        tabs=facility_tabs(view.stock.facility, "facility"),
        kinds=FACILITY_TYPE_WORDS,
        is_spot=view.stock.facility.type is FacilityType.SPOT,
        today=today,
        warn=WARN_SHARE,
        title_of=title_of,
        package_text=package_text,
    )


def facility_stock(work: Work, facility_id: UUID) -> FacilityStock:
    """A facility the actor may see, with what stands in it.

    Raises:
        NotFound: none such, not theirs, or retired.
    """
    found = queries.facilities_with_stock(work, facility_id)
    if not found:
        raise NotFound(say("没有这个贮存设施"))
    return found[0]


def facility_tabs(found: Facility, here: str) -> list[tuple[Text, str, bool]]:
    """The tabs of a facility's pages."""
    pages = (
        ("facility", say("分区与容器")),
        ("facility_upkeep", say("资料与检查")),
        ("counts", say("盘点")),
        ("edit_facility", say("登记资料")),
        ("edit_plan", say("平面图")),
        ("signs", say("标志牌")),
    )
    return [
        (words, url, name == here)
        for name, words in pages
        if (url := url_if(f"storage.{name}", facility_id=found.id))
    ]


def _view(work: Work, stock: FacilityStock, chosen: StandingFilter) -> FacilityView:
    found, actor = stock.facility, work.actor
    check = facility_check(work, stock, jurisdiction_of(work, found.site_id))
    oldest = oldest_by_stream(work, found.id)
    views = zone_views(work, found.site_id, found.organisation_id)
    clashes = clashing_zones([one.zone for one in stock.zones], check.standing)
    zones = {one.zone.id: one.zone.code for one in stock.zones}
    movements = movements_of(work, zones)
    numbers = numbers_of(work, {movement.to_id for movement in movements})
    may_manage = policy.may_manage_storage(actor) and found.organisation_id == actor.organisation_id
    may_handle = policy.may_manage_containers(actor) and found.organisation_id == actor.organisation_id
    return FacilityView(
        stock=stock,
        owner=work.session.get_one(Organisation, found.organisation_id).short_name,
        check=check,
        problems=problem_rows(found, check.problems, remedies_of(work, check.problems, oldest, views), actor),
        to_fill=problem_rows(found, check.to_fill, {}, actor),
        picture=plan_picture(stock, check.standing, check.zones_at_fault, clashes),
        tally=tally_of(work, found),
        outlook=outlook_of(work, zones, stock.mass, found.capacity),
        oldest=oldest[0] if oldest else None,
        page=standing_page(work, found.id, chosen, number=_page_number(), size=PAGE),
        log=_log(movements, numbers, counts_of(work, found.id)),
        may={
            "manage": may_manage,
            "register": may_handle,
            "print": may_handle,
            "send": may_handle and actor.may(Permission.CONSIGNMENTS_SEND),
        },
    )


# --- which containers ---


def _chosen() -> StandingFilter:
    asked = request.args
    state = asked.get("state", "")
    states = (ContainerState(state),) if state in {one.value for one in IN_PLACE} else ()
    order = asked.get("order", "")
    return StandingFilter(
        zone_id=uuid_or_none(asked.get("zone_id", "")),
        states=states,
        near_limit=state == NEAR_LIMIT,
        order=Order(order) if order in set(Order) else Order.OLDEST,
    )


def _page_number() -> int:
    text = request.args.get("page", "")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def _query(chosen: StandingFilter) -> dict[str, Any]:
    """The filter as the address says it, without what is usual."""
    state = NEAR_LIMIT if chosen.near_limit else chosen.states[0].value if chosen.states else None
    order = None if chosen.order is Order.OLDEST else chosen.order.value
    return {"zone_id": chosen.zone_id, "state": state, "order": order}


# --- figures and log ---

CONTAINMENT = "GB18597-6.2.2-a-stock"
"""Whether what is caught of a leak is enough for what stands there (GB 18597-2023, 6.2.2)."""


def containment(check: FacilityCheck) -> Any:
    """The finding about spill containment, the worst of all zones; None where the rule says nothing."""
    wrong = (problem.finding for problem in check.problems if problem.finding.rule_id == CONTAINMENT)
    kept = (finding for finding in check.kept if finding.rule_id == CONTAINMENT)
    unknown = (problem.finding for problem in check.to_fill if problem.finding.rule_id == CONTAINMENT)
    return next(wrong, None) or next(unknown, None) or next(kept, None)


def _log(movements: Any, numbers: dict[UUID, str], counts: Any) -> list[dict[str, Any]]:
    """Movements and closed counts together, newest first."""
    lines = [_movement(movement, numbers) for movement in movements] + [_count(count) for count in counts]
    return sorted(lines, key=lambda line: line["at"], reverse=True)


def _movement(movement: Movement, numbers: dict[UUID, str]) -> dict[str, Any]:
    """What one act moved, as a line of the in/out log seen from this facility."""
    if movement.from_zone and movement.to_zone:
        words, kind = _("移位 %(zone)s → %(to)s", zone=movement.from_zone, to=movement.to_zone), ""
    elif movement.to_zone:
        words, kind = _("入库 %(zone)s", zone=movement.to_zone), "ok"
    else:
        target = numbers.get(movement.to_id) or rendered(PLACE_WORDS.get(movement.to_kind, Text("")))
        words, kind = _("出库 %(zone)s → %(target)s", zone=movement.from_zone, target=target), "ok"
    is_one = movement.container_code and movement.container_count == 1
    return {
        "at": movement.at,
        "words": words,
        "kind": kind,
        "mass": movement.mass,
        "signed": False,
        "count": movement.container_count,
        "code": movement.container_code if is_one else None,
        "label": movement.container_label,
        "user_name": movement.user_name,
    }


def _count(result: CountResult) -> dict[str, Any]:
    """A closed stock count as a line of the log."""
    words = _("盘点有差异，已说明") if result.differing else _("盘点相符，%(n)s 个容器", n=result.lines)
    return {
        "at": result.at,
        "words": words,
        "kind": "warn" if result.differing else "ok",
        "mass": result.difference if result.differing else None,
        "signed": True,
        "count": result.differing,
        "code": None,
        "label": "",
        "user_name": result.user_name,
    }
