"""Batches of general waste: the list, one batch with what may be done, and drawing oldest first."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.entry.work import reading, unit_of_work
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.foundation.rulebook.decision import RuleViolated
from app.foundation.trace.queries import timeline_of
from app.waste.registry.batches import (
    BATCH_STATE_WORDS,
    PURPOSE_WORDS,
    AddToBatch,
    BatchRow,
    DrawBatches,
    OpenBatch,
    batch_row,
    batch_rows,
)
from app.waste.registry.methods import METHODS, method_text
from app.waste.registry.models import BatchState, WasteKind
from app.waste.registry.operations.batches import close_batch, draw_batches, open_batch
from app.waste.storage.batch_schemas import (
    AddToBatchSchema,
    DrawBatchesSchema,
    OpenBatchSchema,
    PlaceBatchSchema,
)
from app.waste.storage.operations.batches import PlaceBatch, add_to_batch, place_batch
from app.waste.storage.policy import ensure_may_read, may_manage_containers
from app.waste.storage.queries import places_seen, streams_in_use, zone_words
from app.web.forms import FormState
from app.web.parsing import instant_typed, parse_form
from app.web.storage.blueprint import bp, uuid_or_none

LOOKS: Final = {BatchState.OPEN: "info", BatchState.CLOSED: "warn", BatchState.OUT: ""}
EVENT_WORDS: Final = {
    "waste_batch.opened": say("开批"),
    "waste_batch.added_to": say("记入产生量"),
    "waste_batch.stored": say("入库"),
    "waste_batch.moved": say("移位"),
    "waste_batch.closed": say("封批"),
    "waste_batch.drawn": say("出库利用处置"),
}
DRAWN: Final = (
    "mass_kg", "purpose", "method_code", "facility_code", "operator", "receiver_name", "carrier", "plate",
    "transport_mode",
)  # fmt: skip


@bp.get("/batches")
def batches() -> str:
    """The batches of general waste, newest first."""
    state = request.args.get("state", "")
    states = [BatchState(state)] if state in set(BatchState) else []
    with reading() as work:
        ensure_may_read(work.actor)
        rows, cursor = batch_rows(
            work, states=states, limit=20, before=uuid_or_none(request.args.get("cursor", ""))
        )
        zones = zone_words(work, {row.batch.zone_id for row in rows if row.batch.zone_id})
        may_open = may_manage_containers(work.actor)
    return render_template(
        "storage/batches.html",
        rows=rows,
        zones=zones,
        state=state if states else "",
        states=[("", say("全部状态")), *((one.value, word) for one, word in BATCH_STATE_WORDS.items())],
        words=BATCH_STATE_WORDS,
        looks=LOOKS,
        next_url=url_for("storage.batches", state=state or None, cursor=cursor) if cursor else None,
        may_open=may_open,
    )


@bp.get("/batches/new")
def new_batch() -> str:
    """The form that begins a batch."""
    return _new(FormState({"stream_id": request.args.get("stream", "")}))


@bp.post("/batches")
def begin_batch() -> Response | tuple[str, int]:
    """Begin a batch, with its first mass when it is given."""
    typed = request.form
    try:
        command: OpenBatch = parse_form(OpenBatchSchema(), {"stream_id": typed.get("stream_id", "")})
        with unit_of_work() as work:
            batch = open_batch(work, command)
            if typed.get("mass_kg", "").strip():
                work.session.flush()
                add_to_batch(work, batch.id, _mass(work, typed, batch.version))
    except InvalidInput as refused:
        return _new(FormState(typed, refused.problems)), 422
    except Conflict as refused:
        return _new(FormState(typed, [FieldProblem("", refused.text)])), 409
    flash(_("已开批 %(code)s", code=batch.code))
    return redirect(url_for("storage.batch", batch_id=batch.id), 303)


@bp.get("/batches/<uuid:batch_id>")
def batch(batch_id: UUID) -> str:
    """One batch: what is left, where it lies, what may be done."""
    return _page(batch_id, FormState())


@bp.post("/batches/<uuid:batch_id>/<act>")
def change_batch(batch_id: UUID, act: str) -> Response | tuple[str, int]:
    """Add mass, put away, draw or close; or show the page again with why it was refused."""
    typed = request.form
    try:
        with unit_of_work() as work:
            message = _do(work, batch_id, act, typed)
    except InvalidInput as refused:
        return _page(batch_id, FormState(typed, refused.problems)), 422
    except RuleViolated as refused:
        return _page(batch_id, FormState(typed), refused), 422
    except Conflict as refused:
        return _page(batch_id, FormState(typed, [FieldProblem("", refused.text)])), 409
    flash(message)
    return redirect(url_for("storage.batch", batch_id=batch_id), 303)


def _do(work: Work, batch_id: UUID, act: str, typed: Any) -> str:
    seen = _seen(typed)
    match act:
        case "masses":
            add_to_batch(work, batch_id, _mass(work, typed, seen))
            return str(_("已记入产生量"))
        case "put-away":
            place: PlaceBatch = parse_form(PlaceBatchSchema(), {"zone_id": typed.get("zone_id", "")})
            place_batch(work, batch_id, replace(place, seen_version=seen))
            return str(_("已入库"))
        case "draws":
            row = batch_row(work, batch_id)
            given: dict[str, Any] = {name: typed.get(name, "").strip() for name in DRAWN}
            given["stream_id"] = str(row.stream.id)
            given["batch_id"] = str(batch_id) if typed.get("only_this") else ""
            command: DrawBatches = parse_form(DrawBatchesSchema(), given)
            draw_batches(work, command)
            return str(_("已记入出厂或自行利用处置台账"))
        case _:
            close_batch(work, batch_id, seen)
            return str(_("已封批，不再记入产生量"))


def _mass(work: Work, typed: Any, seen: int | None) -> AddToBatch:
    at = typed.get("generated_at", "").strip()
    given = {
        "mass_kg": typed.get("mass_kg", "").strip(),
        "generated_at": instant_typed(at, work.actor.zone) if at else work.now.isoformat(),
        "source_facility": typed.get("source_facility", "").strip(),
        "producer_operator": typed.get("producer_operator", "").strip(),
    }
    command: AddToBatch = parse_form(AddToBatchSchema(), given)
    return replace(command, seen_version=seen)


def _seen(typed: Any) -> int | None:
    version = typed.get("seen_version", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < 12 else None


def _new(form: FormState) -> str:
    with reading() as work:
        ensure_may_read(work.actor)
        streams = [
            (str(use.stream.id), Text(f"{use.stream.local_name} {use.stream.waste_code}"))
            for use in streams_in_use(work)
            if use.stream.kind is WasteKind.GENERAL
        ]
    return render_template("storage/batch_new.html", form=form, streams=streams)


def _page(batch_id: UUID, form: FormState, refused: RuleViolated | None = None) -> str:
    with reading() as work:
        ensure_may_read(work.actor)
        row = batch_row(work, batch_id)
        zones = zone_words(work, {row.batch.zone_id} if row.batch.zone_id else set())
        story = timeline_of(work, batch_id)
        may_act = (
            may_manage_containers(work.actor) and work.actor.organisation_id == row.batch.organisation_id
        )
        choices = _zones(work, row) if may_act else []
    return render_template(
        "storage/batch.html",
        row=row,
        form=form,
        refused=refused,
        zone=zones.get(row.batch.zone_id) if row.batch.zone_id else None,
        word=BATCH_STATE_WORDS[row.batch.state],
        look=LOOKS[row.batch.state],
        story=[
            {"title": EVENT_WORDS.get(entry.name, Text(entry.name)), "at": entry.occurred_at, "kind": "ok"}
            for entry in story
        ],
        may_act=may_act,
        is_open=row.batch.state is BatchState.OPEN,
        zones=choices,
        purposes=[(one.value, word) for one, word in PURPOSE_WORDS.items()],
        methods=[("", say("未填")), *((code, method_text(code)) for code in METHODS)],
    )


def _zones(work: Work, row: BatchRow) -> list[tuple[str, str]]:
    """Zones of stores of general waste at the batch's site."""
    return [
        (str(zone.id), f"{facility.name} · {zone.code} {zone.name}")
        for facility, zone in places_seen(work)
        if zone is not None
        and facility.type.is_general
        and facility.site_id == row.batch.site_id
        and zone.id != row.batch.zone_id
    ]
