"""今天的任务: the driver's cards, one a trip, with its one next step big enough for gloves (ux.md 3.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import url_for

from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.waste.consignments.policy import acts_open_to, next_act
from app.waste.consignments.queries.driving import Run, day_of
from app.waste.consignments.queries.rounds import RoundView
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState
from app.web.consignments.parts import packages_text

A = ConsignmentAct
S = ConsignmentState


@dataclass(frozen=True)
class Step:
    """The one big button of a card."""

    text: Text
    icon: str
    url: str
    is_mine: bool = True
    """Whether it waits for the driver, or somebody else is on."""


_MINE: Final[Mapping[ConsignmentAct, tuple[Text, str, str]]] = {
    A.LOAD_CONTAINER: (say("扫码装车"), "scan", "#load"),
    A.SIGN_AS_CARRIER: (say("签署并起运"), "signature", "#sign-dialog"),
    A.RESUME: (say("继续运输"), "truck-delivery", "#resume-dialog"),
}
_WAITING: Final[Mapping[ConsignmentState, tuple[Text, str, str]]] = {
    S.SUBMITTED: (say("去装货，等移出人开始装载"), "map-pin", ""),
    S.LOADING: (say("等移出人签署"), "hourglass", ""),
    S.IN_TRANSIT: (say("到达后出示联单码"), "qrcode", "#qr"),
    S.TEMPORARILY_STORED: (say("途中暂存，看联单"), "building-warehouse", ""),
    S.INCIDENT: (say("异常处理中，看联单"), "alert-octagon", ""),
    S.DIVERTED: (say("已改道，看联单"), "route", ""),
}


def driver_page(work: Work) -> dict[str, Any]:
    """What the driver's page shows: rounds first, then trips that belong to none, and what helps in an emergency."""
    day = day_of(work)
    cards = {run.consignment.id: _card(work, run) for run in day.runs}
    in_rounds = {stop.consignment.id for one in day.rounds for stop in one.stops}
    return {
        "rounds": [_round(one, cards) for one in day.rounds],
        "cards": [card for key, card in cards.items() if key not in in_rounds],
        "emergencies": [_emergency(work, run) for run in day.runs],
    }


def _card(work: Work, run: Run) -> dict[str, Any]:
    c = run.consignment
    return {
        "number": c.number,
        "url": url_for("consignments.show", number=c.number),
        "state": c.state.value,
        "from": _end(run.consignor, run.origin),
        "to": _end(run.consignee, run.goal),
        "wastes": list(dict.fromkeys((line.waste_name, line.waste_code) for line in run.lines)),
        "count": c.container_count,
        "packages": packages_text(run.lines),
        "loaded": c.loaded_count,
        "mass": c.sent_mass,
        "due_on": c.due_on,
        "via": c.via,
        "plate": printed_plate(run.vehicle.plate) if run.vehicle else None,
        "driver": run.driver.name if run.driver else None,
        "step": _step(work, run),
    }


def _end(firm: Any, site: Any) -> dict[str, Any]:
    return {
        "name": firm.short_name,
        "site": site.name,
        "address": site.address,
        "phone": firm.phone or firm.emergency_phone,
    }


def _step(work: Work, run: Run) -> Step:
    c = run.consignment
    url = url_for("consignments.show", number=c.number)
    act = next_act(work.actor, c)
    if act is A.TAKE_OVER:
        there = url_for("consignments.road_form", number=c.number, what="takeover")
        return Step(say("接续承运"), "truck-delivery", there)
    if act is A.SIGN_AS_CARRIER and A.RECORD_WAYBILL in acts_open_to(work.actor, c) and not c.waybill_number:
        there = url_for("consignments.road_form", number=c.number, what="waybill")
        return Step(say("填写危险货物运单"), "file-text", there)
    if act is not None and act in _MINE:
        words, icon, part = _MINE[act]
        return Step(words, icon, url + part)
    words, icon, part = _WAITING[c.state]
    return Step(words, icon, url + part, is_mine=False)


def _round(one: RoundView, cards: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    following = one.following
    return {
        "number": one.round.number,
        "url": url_for("rounds.show", number=one.round.number),
        "on": one.round.planned_on,
        "plate": printed_plate(one.plate),
        "total": one.total,
        "load": one.approved_load,
        "stops": [
            {
                "number": stop.consignment.number,
                "url": url_for("consignments.show", number=stop.consignment.number),
                "name": stop.consignor.short_name,
                "state": stop.consignment.state.value,
                "mass": stop.consignment.sent_mass,
                "is_next": following is stop,
            }
            for stop in one.stops
        ],
        "next": cards.get(following.consignment.id) if following else None,
    }


def _emergency(work: Work, run: Run) -> dict[str, Any]:
    c = run.consignment
    may_report = A.REPORT_INCIDENT in acts_open_to(work.actor, c)
    phones = [(firm.short_name, firm.emergency_phone) for firm in (run.consignor, run.consignee)]
    return {
        "number": c.number,
        "report_url": url_for("consignments.road_form", number=c.number, what="incident")
        if may_report
        else None,
        "measures": c.emergency_measures,
        "phones": [(name, phone) for name, phone in phones if phone],
    }
