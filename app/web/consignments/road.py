"""Acts between submission and arrival that ask for more than a yes: a page each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.entry.consignment_acts import ACT_FORMS, ActForm
from app.entry.work import reading
from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.errors import FieldProblem, NotFound
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.parties.accounts.permissions import Permission
from app.waste.consignments.commands.road import Verified
from app.waste.consignments.models import IncidentKind
from app.waste.consignments.naming import called
from app.waste.consignments.policy import acts_open_to, ensure_is_theirs
from app.waste.consignments.queries import Papers, papers_for
from app.waste.consignments.queries.choices import takers
from app.waste.consignments.queries.way import own_fleet, stores_on_the_way, way_of
from app.waste.consignments.workflow import ACT_WORDS, PARTY_WORDS, ConsignmentAct
from app.waste.registry.methods import METHODS, method_text
from app.web.consignments.blueprint import bp
from app.web.consignments.pairs import paired, parted
from app.web.consignments.waybill import known_waybill, waybill_choices
from app.web.forms import FormState

A = ConsignmentAct
INCIDENT_WORDS: Final[Mapping[IncidentKind, Text]] = {
    IncidentKind.LEAK: say("泄漏"),
    IncidentKind.ACCIDENT: say("交通事故"),
    IncidentKind.LOSS: say("丢失"),
    IncidentKind.DELAY: say("延误"),
    IncidentKind.OTHER: say("其他"),
}
VERIFIED_WORDS: Final[Mapping[Verified, Text]] = {
    Verified.CONSIGNOR: say("移出人信息与联单一致"),
    Verified.CARRIER: say("前一承运人信息与联单一致"),
    Verified.WASTE: say("废物的种类、数量、包装和标签与联单一致"),
}


@dataclass(frozen=True)
class Page:
    """What the page of an act says and offers."""

    effect: Text
    icon: str
    choices: Callable[[Work, Papers], dict[str, Any]]
    is_danger: bool = False


def _takeover(work: Work, papers: Papers) -> dict[str, Any]:
    fleet = own_fleet(work)
    leg = next((one for one in papers.legs if one.position == papers.consignment.leg + 1), None)
    keep = say("与计划相同")
    return {
        "verified": [(one.value, words) for one, words in VERIFIED_WORDS.items()],
        "vehicles": [("", keep), *((str(one.id), printed_plate(one.plate)) for one in fleet.vehicles)],
        "drivers": [("", keep), *((str(one.id), one.name) for one in fleet.drivers)],
        "escorts": [("", keep), *((str(one.id), one.name) for one in fleet.escorts)],
        "leg": leg,
    }


def _stop(work: Work, papers: Papers) -> dict[str, Any]:
    places = stores_on_the_way(work, papers)
    return {
        "stores": [
            {"value": str(site.id), "title": f"{firm.short_name} · {site.name}", "note": site.address}
            for firm, site in places
        ]
    }


def _incident(work: Work, papers: Papers) -> dict[str, Any]:
    return {
        "kinds": [(kind.value, words) for kind, words in INCIDENT_WORDS.items()],
        "phones": [
            (firm.short_name, firm.emergency_phone)
            for firm in (papers.consignor, papers.consignee, papers.carrier)
            if firm and firm.emergency_phone
        ],
        "measures": papers.consignment.emergency_measures,
    }


def _losses(work: Work, papers: Papers) -> dict[str, Any]:
    return {
        "drums": [
            {
                "field": f"lost-{item.container.short_code}",
                "label": called(item.container),
                "sent": item.consigned.sent_mass,
            }
            for item in papers.items
        ]
    }


def _diversion(work: Work, papers: Papers) -> dict[str, Any]:
    c = papers.consignment
    present = (c.consignee_id, c.consignee_site_id)
    return {
        "takers": [
            {
                "value": paired(one.organisation.id, one.site.id),
                "title": f"{one.organisation.short_name} · {one.site.name}",
                "note": one.scope.licence.number if one.scope else say("没有经营许可证"),
                "disabled": one.scope is None,
            }
            for one in takers(work)
            if (one.organisation.id, one.site.id) != present and one.organisation.id != c.consignor_id
        ],
        "methods": [(code, method_text(code)) for code in METHODS],
    }


PAGES: Final[Mapping[ConsignmentAct, Page]] = {
    A.RECORD_WAYBILL: Page(
        say("同一种废物上次填过的已带出；承运人签署前可以改"), "file-text", waybill_choices
    ),
    A.TAKE_OVER: Page(say("签署后货物由你承运，交接时间以现在为准"), "truck-delivery", _takeover),
    A.STORE_ON_THE_WAY: Page(say("暂存期间货物仍在本联单名下，承运人负责"), "building-warehouse", _stop),
    A.REPORT_INCIDENT: Page(
        say("移出人、接受人和园区立即看到；处理完才能继续"), "alert-octagon", _incident, is_danger=True
    ),
    A.SETTLE_INCIDENT: Page(say("未填写的容器视为全部回收；结案前可以改"), "clipboard-text", _losses),
    A.DIVERT: Page(
        say("新的接受人按自己的许可受检；原接受人仍能看到本联单"), "route", _diversion, is_danger=True
    ),
}
"""Acts with a page of their own; the others are asked on the consignment's page."""

FORMS: Final = {form.act: form for form in ACT_FORMS}
BY_NAME: Final = {FORMS[act].name: act for act in PAGES}


@bp.get("/<number>/road/<what>")
def road_form(number: str, what: str) -> str | Response:
    """The form of an act; the consignment itself where the act isn't open."""
    with reading() as work:
        papers = papers_for(work, number)
        act = BY_NAME.get(what)
        if act is None:
            raise NotFound(say("没有这一页"))
        ensure_is_theirs(work.actor, papers.consignment, act)
        if act not in acts_open_to(work.actor, papers.consignment):
            return redirect(url_for("consignments.show", number=number))
        return act_page(work, papers, FORMS[act], FormState(_known(work, papers, act)))


def _known(work: Work, papers: Papers, act: ConsignmentAct) -> dict[str, str]:
    """What the form already knows."""
    c = papers.consignment
    if act is A.RECORD_WAYBILL:
        return known_waybill(work, papers)
    if act is A.SETTLE_INCIDENT:
        return {
            f"lost-{item.container.short_code}": _kilograms(item.consigned.lost_mass)
            for item in papers.items
            if item.consigned.lost_mass
        }
    if act is A.TAKE_OVER:
        leg = next((one for one in papers.legs if one.position == c.leg + 1), None)
        return {"place": leg.place if leg else ""}
    return {"planned_method": c.planned_method, "via": c.via}


def _kilograms(grams: int | None) -> str:
    return f"{(grams or 0) // 1000}.{(grams or 0) % 1000:03d}"


def act_page(
    work: Work,
    papers: Papers,
    form_of: ActForm,
    form: FormState,
    refusal: Text | None = None,
    reasons: Mapping[str, Text | None] | None = None,
) -> str:
    """The page of one act, with what was typed and why it was refused; of rules to confirm it asks the reasons."""
    page, c = PAGES[form_of.act], papers.consignment
    return render_template(
        "consignments/road.html",
        act=form_of.act.value,
        heading=ACT_WORDS[form_of.act],
        action=url_for(f"consignments.{form_of.name.replace('-', '_')}", number=c.number),
        number=c.number,
        version=c.version,
        state=c.state.value,
        effect=page.effect,
        icon_name=page.icon,
        is_danger=page.is_danger,
        consignor=papers.consignor.short_name,
        consignee=papers.consignee.short_name if papers.consignee else None,
        carrier=papers.carrier.short_name if papers.carrier else None,
        plate=printed_plate(papers.vehicle.plate) if papers.vehicle else None,
        container_count=c.container_count,
        sent=c.sent_mass,
        form=form,
        refusal=refusal,
        reasons=list((reasons or {}).items()),
        **page.choices(work, papers),
    )


def own_page(
    work: Work,
    papers: Papers,
    act: ActForm,
    form: FormState,
    refusal: Text | None,
    reasons: Mapping[str, Text | None],
) -> str | None:
    """The page to show a refused act again on, where it has one of its own and is still open to the viewer."""
    if act.act not in PAGES or act.act not in acts_open_to(work.actor, papers.consignment):
        return None
    return act_page(work, papers, act, form, refusal, reasons)


def at_controls(problems: tuple[FieldProblem, ...]) -> list[FieldProblem]:
    """Problems at the controls of these pages: what is verified is one group, a consignee one choice."""
    places = {"consignee_id": "consignee", "consignee_site_id": "consignee"}
    found: dict[tuple[str, str], FieldProblem] = {}
    for problem in problems:
        first, _slash, rest = problem.pointer.removeprefix("#/").partition("/")
        name = f"{first}/{rest}" if first == "lost" else places.get(first, first)
        moved = FieldProblem(f"#/{name}", problem.text)
        found[moved.pointer, str(moved.text)] = moved
    return list(found.values())


def with_parts(values: dict[str, Any]) -> dict[str, Any]:
    """One choice of a consignee names the firm and its place."""
    if "consignee" not in values:
        return values
    firm, site = parted(values.pop("consignee"))
    return values | {"consignee_id": firm, "consignee_site_id": site}


def way_facts(work: Work, papers: Papers) -> dict[str, Any]:
    """Legs, incidents, diversions and the track, as the consignment's page shows them."""
    c = papers.consignment
    way = way_of(work, papers)
    carries = c.carrier_id == work.actor.organisation_id and work.actor.may(Permission.CONSIGNMENTS_CARRY)
    is_under_way = c.departed_at is not None and c.arrived_at is None
    return {
        "legs": [
            {
                "position": one.leg.position,
                "is_present": one.leg.position == c.leg,
                "carrier": one.carrier.short_name,
                "plate": printed_plate(one.vehicle.plate) if one.vehicle else None,
                "driver": one.driver.name if one.driver else None,
                "leg": one.leg,
                "store": one.store.name if one.store else None,
            }
            for one in way.legs
        ],
        "incidents": [
            {
                "it": one,
                "kind": INCIDENT_WORDS[one.kind],
                "by": PARTY_WORDS[one.reported_by],
            }
            for one in way.incidents
        ],
        "diversions": way.diversions,
        "point_count": way.point_count,
        "last_point_at": way.last_point_at,
        "may_track": carries and is_under_way,
        "track_url": url_for("api_road.keep_track", consignment_id=c.id),
    }
