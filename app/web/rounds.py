"""Collection rounds of a carrier: the list with a form for a new one, and a round with its stops."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema
from werkzeug.wrappers import Response

from app.entry.work import reading, unit_of_work
from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.errors import Conflict, InvalidInput, NotFound
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.parties.accounts.permissions import Permission
from app.waste.consignments.models import CollectionRound
from app.waste.consignments.operations.rounds import add_stop, create_round, end_round, remove_stop
from app.waste.consignments.queries.rounds import (
    COUNTED,
    TO_PICK_UP,
    RoundView,
    may_become_stops,
    round_view,
    round_views,
    rounds_page,
)
from app.waste.consignments.queries.way import own_fleet
from app.waste.consignments.schemas import road as schemas
from app.web.forms import FormState
from app.web.parsing import parse_form

bp = Blueprint("rounds", __name__, url_prefix="/rounds")

PAGE = 50
ACTS: Final[Mapping[str, tuple[type[Schema], Callable[[Work, str, Any], CollectionRound]]]] = {
    "stops": (schemas.ChangeStopSchema, add_stop),
    "removal": (schemas.ChangeStopSchema, remove_stop),
    "end": (schemas.EndRoundSchema, end_round),
}


@bp.get("/")
def index() -> str:
    """The rounds of the firm, newest first, and a form for the next one."""
    with reading() as work:
        return _list(work, FormState({"planned_on": work.today.isoformat()}))


@bp.post("/")
def create() -> Response | tuple[str, int]:
    """Plan a round."""
    try:
        with unit_of_work() as work:
            command = parse_form(schemas.CreateRoundSchema(), _typed())
            number = create_round(work, command).number
    except InvalidInput as refused:
        with reading() as work:
            return _list(work, FormState(request.form, refused.problems)), 422
    flash(_("已安排收集趟次"))
    return redirect(url_for("rounds.show", number=number), 303)


@bp.get("/<number>")
def show(number: str) -> str:
    """A round with its stops in order and what could still become one."""
    with reading() as work:
        return _page(work, number, None)


@bp.post("/<number>/<what>")
def change(number: str, what: str) -> Response | tuple[str, int]:
    """Add or leave out a stop, or end the round."""
    if what not in ACTS:
        raise NotFound(say("没有这一页"))
    schema, operation = ACTS[what]
    try:
        with unit_of_work() as work:
            operation(work, number, parse_form(schema(), _typed()))
    except InvalidInput as refused:
        return _refused(number, refused.text), 422
    except (Conflict, NotFound) as refused:
        return _refused(number, refused.text), 409
    flash(_("收集趟次已更新"))
    return redirect(url_for("rounds.show", number=number), 303)


def _typed() -> dict[str, Any]:
    return {name: value for name, value in request.form.items() if name != "csrf_token"}


def _refused(number: str, text: Text) -> str:
    with reading() as work:
        return _page(work, number, text)


def _list(work: Work, form: FormState) -> str:
    rounds, _cursor = rounds_page(work, limit=PAGE)
    may_plan = work.actor.organisation_id is not None and work.actor.may(Permission.CONSIGNMENTS_CARRY)
    fleet = own_fleet(work) if may_plan else None
    return render_template(
        "rounds/index.html",
        rows=[_summary(one) for one in round_views(work, rounds)],
        may_plan=may_plan,
        form=form,
        vehicles=[(str(one.id), printed_plate(one.plate)) for one in fleet.vehicles] if fleet else [],
        drivers=[(str(one.id), one.name) for one in fleet.drivers] if fleet else [],
        escorts=[(str(one.id), one.name) for one in fleet.escorts] if fleet else [],
    )


def _summary(one: RoundView) -> dict[str, Any]:
    return {
        "number": one.round.number,
        "url": url_for("rounds.show", number=one.round.number),
        "on": one.round.planned_on,
        "plate": printed_plate(one.plate),
        "driver": one.driver.name,
        "count": len(one.stops),
        "total": one.total,
        "load": one.approved_load,
        "has_ended": one.round.ended_at is not None,
    }


def _page(work: Work, number: str, refusal: Text | None) -> str:
    one = round_view(work, number)
    may_change = (
        one.round.ended_at is None
        and one.round.carrier_id == work.actor.organisation_id
        and work.actor.may(Permission.CONSIGNMENTS_CARRY)
    )
    following = one.following
    return render_template(
        "rounds/show.html",
        **_summary(one),
        version=one.version,
        may_change=may_change,
        may_end=may_change and not any(stop.consignment.state in COUNTED for stop in one.stops),
        stops=[
            {
                "number": stop.consignment.number,
                "url": url_for("consignments.show", number=stop.consignment.number),
                "from": f"{stop.consignor.short_name} · {stop.consignor_site.name}",
                "to": stop.consignee.short_name if stop.consignee else None,
                "state": stop.consignment.state.value,
                "count": stop.consignment.container_count,
                "mass": stop.consignment.sent_mass,
                "is_next": stop is following,
                "may_remove": may_change and stop.consignment.state in TO_PICK_UP,
            }
            for stop in one.stops
        ],
        free=[
            (trip.number, f"{trip.number} · {name}")
            for trip, name in (may_become_stops(work, one.round) if may_change else ())
        ],
        form=FormState(),
        refusal=refusal,
    )
