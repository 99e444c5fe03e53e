"""Stock counts on a phone: scan, tick or weigh what stands there, and explain what differs."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.entry.work import reading, unit_of_work
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.queries import names_of_users
from app.waste.storage.counting import queries
from app.waste.storage.counting.closing import close_count
from app.waste.storage.counting.commands import CloseCount, CountContainer, StartCount
from app.waste.storage.counting.models import FOUND_WORDS, CountState, Found
from app.waste.storage.counting.operations import cancel_count, count_container, start_count
from app.waste.storage.counting.queries import CountRow, DifferenceIn
from app.waste.storage.counting.schemas import CountContainerSchema
from app.waste.storage.policy import ensure_may_read, may_manage_containers
from app.waste.storage.queries import facilities_with_stock, facility_for
from app.web.forms import FormState
from app.web.parsing import parse_form
from app.web.storage.blueprint import bp, title_of

OPEN_SHOWN: Final = 100
"""Lines not counted yet that one page lists; scanning finds the others."""
EXPLAIN: Final = "explanations-"

STATE_LOOKS: Final = {
    CountState.OPEN: ("info", say("盘点中")),
    CountState.CLOSED: ("ok", say("已完成")),
    CountState.CANCELLED: ("", say("已取消")),
}
DIFFERENCE_WORDS: Final = {
    DifferenceIn.MISSING: say("未找到"),
    DifferenceIn.PLACE: say("位置不符"),
    DifferenceIn.MASS: say("重量不符"),
}


@bp.get("/facilities/<uuid:facility_id>/counts")
def counts(facility_id: UUID) -> str:
    """The counts of a facility, newest first, and the way to begin one."""
    with reading() as work:
        ensure_may_read(work.actor)
        facility = facility_for(work, facility_id)
        found = queries.counts_of(work, facility_id)
        people = names_of_users(work, {one.count.user_id for one in found if one.count.user_id})
        may_count = (
            may_manage_containers(work.actor) and facility.organisation_id == work.actor.organisation_id
        )
    return render_template(
        "storage/counts.html",
        facility=facility,
        counts=found,
        people=people,
        looks=STATE_LOOKS,
        going_on=next((one.count for one in found if one.count.state is CountState.OPEN), None),
        may_count=may_count,
    )


@bp.post("/facilities/<uuid:facility_id>/counts")
def begin_count(facility_id: UUID) -> Response:
    """Begin a count, or go on with the one that is open."""
    with reading() as work:
        ensure_may_read(work.actor)
        going_on = queries.open_count(work, facility_id)
    count_id = going_on.id if going_on else None
    if count_id is None:
        with unit_of_work() as work:
            count_id = start_count(work, StartCount(facility_id)).id
    return redirect(url_for("storage.count", facility_id=facility_id, count_id=count_id), 303)


@bp.get("/facilities/<uuid:facility_id>/counts/<uuid:count_id>")
def count(facility_id: UUID, count_id: UUID) -> str:
    """A count: what to look for, what differs, and how it ends."""
    return _page(facility_id, count_id, FormState())


@bp.post("/facilities/<uuid:facility_id>/counts/<uuid:count_id>/lines")
def count_one(facility_id: UUID, count_id: UUID) -> Response | tuple[str, int]:
    """Note what was found of one container."""
    typed = request.form
    given = {name: typed.get(name, "").strip() for name in ("code", "zone_id", "mass_kg", "is_missing")}
    try:
        command: CountContainer = parse_form(CountContainerSchema(), given)
        with unit_of_work() as work:
            line = count_container(work, count_id, command)
            found = line.found
    except InvalidInput as refused:
        return _page(facility_id, count_id, FormState(typed, refused.problems)), 422
    except Conflict as refused:
        problem = FieldProblem("#/code", refused.text)
        return _page(facility_id, count_id, FormState(typed, [problem])), 409
    assert found is not None
    flash(_("%(code)s：%(found)s", code=given["code"][-12:], found=FOUND_WORDS[found]))
    return redirect(url_for("storage.count", facility_id=facility_id, count_id=count_id), 303)


@bp.post("/facilities/<uuid:facility_id>/counts/<uuid:count_id>/closing")
def close_now(facility_id: UUID, count_id: UUID) -> Response | tuple[str, int]:
    """End the count: every difference is explained and goes into the ledger."""
    typed = request.form
    explanations = {
        name.removeprefix(EXPLAIN): value for name, value in typed.items() if name.startswith(EXPLAIN)
    }
    try:
        with unit_of_work() as work:
            close_count(work, count_id, CloseCount(explanations))
    except InvalidInput as refused:
        return _page(facility_id, count_id, FormState(typed, refused.problems)), 422
    except Conflict as refused:
        return _page(facility_id, count_id, FormState(typed, [FieldProblem("", refused.text)])), 409
    flash(_("盘点已完成，差异已记入台账"))
    return redirect(url_for("storage.count", facility_id=facility_id, count_id=count_id), 303)


@bp.post("/facilities/<uuid:facility_id>/counts/<uuid:count_id>/cancelling")
def cancel_now(facility_id: UUID, count_id: UUID) -> Response:
    """Give the count up; the ledger stays as it is."""
    with unit_of_work() as work:
        cancel_count(work, count_id)
    flash(_("盘点已取消，台账没有变动"))
    return redirect(url_for("storage.counts", facility_id=facility_id), 303)


def _page(facility_id: UUID, count_id: UUID, form: FormState) -> str:
    with reading() as work:
        ensure_may_read(work.actor)
        stock = next(iter(facilities_with_stock(work, facility_id)), None)
        facility = stock.facility if stock else facility_for(work, facility_id)
        found = queries.count_for(work, count_id)
        rows = queries.count_rows(work, count_id)
        may_count = found.state is CountState.OPEN and _may(work, facility.organisation_id)
    counted = [row for row in rows if row.line.found is not None]
    waiting = [row for row in rows if row.line.found is None]
    ended = found.state is not CountState.OPEN
    different = [row for row in rows if row.differences and (row.line.found is not None or ended)]
    zones = [zone.zone for zone in stock.zones] if stock else []
    return render_template(
        "storage/count.html",
        facility=facility,
        count=found,
        form=form,
        look=STATE_LOOKS[found.state],
        waiting=waiting[:OPEN_SHOWN] if not ended else [],
        waiting_count=len(waiting),
        different=different,
        present=len([row for row in counted if not row.differences]),
        totals={"lines": len(rows), "counted": len(counted), "mass": queries.total_of(rows)},
        zones=[("", say("账上的分区")), *((str(zone.id), f"{zone.code} {zone.name}") for zone in zones)],
        found_words=FOUND_WORDS,
        difference_words=DIFFERENCE_WORDS,
        title_of=title_of,
        told=_told,
        missing=Found.MISSING,
        may_count=may_count,
    )


def _may(work: Work, organisation_id: UUID) -> bool:
    return may_manage_containers(work.actor) and work.actor.organisation_id == organisation_id


def _told(row: CountRow) -> Mapping[str, Any]:
    """Where the ledger has a container and where it was found, as the list shows them."""
    return {
        "expected": row.expected_zone.code if row.expected_zone else _("不在本设施账上"),
        "found": row.found_zone.code if row.found_zone else "—",
    }
