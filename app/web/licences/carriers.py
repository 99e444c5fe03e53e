"""What a carrier drives with: permits, vehicles and crew, each entered, changed and ended on a form of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from app.entry.work import house, reading, unit_of_work
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import Text, say
from app.foundation.core.units import kg_text
from app.foundation.core.work import Work
from app.foundation.files.operations import file_for
from app.parties.accounts.models import Membership, User
from app.parties.licences import operations, policy, queries
from app.parties.licences.documents import store_document
from app.parties.licences.models import CarrierPermit, CrewMember, Vehicle, VehicleBody
from app.parties.licences.schemas import (
    CrewMemberContentSchema,
    PermitContentSchema,
    VehicleContentSchema,
)
from app.web.forms import FormState
from app.web.licences.blueprint import bp, file_response, seen
from app.web.parsing import parse_form

BODY_WORDS: Final = {
    VehicleBody.BOX: say("厢式"),
    VehicleBody.TANK: say("罐式"),
    VehicleBody.FLATBED: say("栏板或平板"),
}


@dataclass(frozen=True)
class Kind:
    """One kind of thing a fleet is made of."""

    model: type[CarrierPermit] | type[Vehicle] | type[CrewMember]
    schema: type[Schema]
    title: Text
    fields: tuple[str, ...]
    register: Callable[..., Any]
    change: Callable[..., Any]
    end: Callable[..., Any]


KINDS: Final[Mapping[str, Kind]] = {
    "permits": Kind(
        CarrierPermit,
        PermitContentSchema,
        say("道路危险货物运输许可证"),
        ("number", "issuer", "classes", "valid_from", "valid_to", "suspended_from"),
        operations.register_carrier_permit,
        operations.change_carrier_permit,
        operations.end_carrier_permit,
    ),
    "vehicles": Kind(
        Vehicle,
        VehicleContentSchema,
        say("车辆"),
        (
            "plate",
            "kind",
            "body",
            "approved_load_kg",
            "permit_number",
            "satellite_terminal",
            "valid_from",
            "valid_to",
        ),
        operations.register_vehicle,
        operations.change_vehicle,
        operations.end_vehicle,
    ),
    "crew": Kind(
        CrewMember,
        CrewMemberContentSchema,
        say("驾驶员和押运员"),
        ("name", "phone", "certificate", "is_escort", "user_id", "valid_from", "valid_to"),
        operations.register_crew_member,
        operations.change_crew_member,
        operations.end_crew_member,
    ),
}


@bp.get("/fleets/<uuid:carrier_id>")
def fleet(carrier_id: UUID) -> str:
    """A carrier's permits, vehicles and crew, each with the days it has left."""
    with reading() as work:
        return _page(work, carrier_id)


def _page(work: Work, carrier_id: UUID, refusal: Text | None = None) -> str:
    found = queries.fleets(work, carrier_id, with_ended=True)
    if not found:
        raise NotFound(say("没有这家承运单位"))
    may_keep = policy.may_keep_fleet(work, carrier_id)
    return render_template(
        "licences/fleet.html",
        fleet=found[0],
        permits=queries.permits_of(work, carrier_id),
        crew=[*found[0].drivers, *found[0].escorts],
        body_words=BODY_WORDS,
        may_keep=may_keep,
        may_see_documents=may_keep or work.actor.is_park_staff,
        is_park=work.actor.is_park_staff,
        refusal=refusal,
        today=work.today,
    )


@bp.get("/fleets/<uuid:carrier_id>/<kind>/new")
def fleet_form(carrier_id: UUID, kind: str) -> str:
    """The form for one more."""
    with reading() as work:
        policy.ensure_may_keep_fleet(work, carrier_id)
        return _form(work, carrier_id, kind, FormState(), None)


@bp.post("/fleets/<uuid:carrier_id>/<kind>/new")
def add(carrier_id: UUID, kind: str) -> BaseResponse | tuple[str, int]:
    """Enter one more."""
    chosen = _kind(kind)

    def act(work: Work) -> None:
        command = replace(_typed(chosen), organisation_id=carrier_id, file_id=_stored(work, carrier_id))
        chosen.register(work, command)

    return _do(carrier_id, kind, None, act, _("已登记"))


@bp.get("/fleets/<uuid:carrier_id>/<kind>/<uuid:thing_id>")
def fleet_thing(carrier_id: UUID, kind: str, thing_id: UUID) -> str:
    """The form to change one."""
    with reading() as work:
        policy.ensure_may_keep_fleet(work, carrier_id)
        thing = _thing(work, carrier_id, kind, thing_id)
        return _form(work, carrier_id, kind, FormState(_values(kind, thing)), thing)


@bp.post("/fleets/<uuid:carrier_id>/<kind>/<uuid:thing_id>")
def change(carrier_id: UUID, kind: str, thing_id: UUID) -> BaseResponse | tuple[str, int]:
    """Change one."""
    chosen = _kind(kind)

    def act(work: Work) -> None:
        command = replace(_typed(chosen), organisation_id=carrier_id, file_id=_stored(work, carrier_id))
        chosen.change(work, thing_id, command, seen())

    return _do(carrier_id, kind, thing_id, act, _("已更新"))


@bp.post("/fleets/<uuid:carrier_id>/<kind>/<uuid:thing_id>/end")
def end(carrier_id: UUID, kind: str, thing_id: UUID) -> BaseResponse | tuple[str, int]:
    """End one; it stays readable."""
    try:
        with unit_of_work() as work:
            _kind(kind).end(work, thing_id, seen())
    except Conflict as refused:
        with reading() as work:
            return _page(work, carrier_id, refused.text), 409
    flash(_("已停用"))
    return redirect(url_for("licences.fleet", carrier_id=carrier_id, _anchor=kind), 303)


@bp.get("/fleets/<uuid:carrier_id>/<kind>/<uuid:thing_id>/document")
def fleet_document(carrier_id: UUID, kind: str, thing_id: UUID) -> Response:
    """The document of one, for the carrier and the park."""
    with reading() as work:
        thing = _thing(work, carrier_id, kind, thing_id)
        if thing.file_id is None:
            raise NotFound(say("没有这个文件"))
        return file_response(file_for(work, thing.file_id))


def _do(
    carrier_id: UUID, kind: str, thing_id: UUID | None, act: Callable[[Work], None], done: str
) -> BaseResponse | tuple[str, int]:
    try:
        with unit_of_work() as work:
            act(work)
    except (InvalidInput, Conflict) as refused:
        found = (
            list(refused.problems) if isinstance(refused, InvalidInput) else [FieldProblem("", refused.text)]
        )
        status = 422 if isinstance(refused, InvalidInput) else 409
        with reading() as work:
            thing = _thing(work, carrier_id, kind, thing_id) if thing_id else None
            return _form(work, carrier_id, kind, FormState(request.form, found), thing), status
    flash(done)
    return redirect(url_for("licences.fleet", carrier_id=carrier_id, _anchor=kind), 303)


def _kind(kind: str) -> Kind:
    if kind not in KINDS:
        abort(404)
    return KINDS[kind]


def _thing(work: Work, carrier_id: UUID, kind: str, thing_id: UUID) -> Any:
    model = _kind(kind).model
    policy.ensure_may_read(work.actor)
    thing = work.session.scalar(
        select(model).where(model.id == thing_id, model.organisation_id == carrier_id)
    )
    if thing is None:
        raise NotFound(say("没有这条登记"))
    return thing


def _typed(chosen: Kind) -> Any:
    values: dict[str, Any] = {name: request.form.get(name, "") for name in chosen.fields}
    if "classes" in values:
        typed = values["classes"].replace("，", ",").replace("、", ",")
        values["classes"] = [one.strip() for one in typed.split(",") if one.strip()]
    if "is_escort" in values:
        values["is_escort"] = values["is_escort"] == "yes"
    return parse_form(chosen.schema(), values)


def _values(kind: str, thing: Any) -> dict[str, Any]:
    values = {name: getattr(thing, name, None) or "" for name in KINDS[kind].fields}
    if kind == "permits":
        values["classes"] = ", ".join(thing.classes)
    if kind == "vehicles":
        values["approved_load_kg"] = kg_text(thing.approved_load)
    if kind == "crew":
        values["is_escort"] = "yes" if thing.is_escort else ""
    return {name: str(value) for name, value in values.items()}


def _stored(work: Work, carrier_id: UUID) -> UUID | None:
    """Keep the uploaded document, if one came."""
    policy.ensure_may_keep_fleet(work, carrier_id)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return None
    return store_document(work, house().files, upload.read(), upload.filename).id


def _form(work: Work, carrier_id: UUID, kind: str, form: FormState, thing: Any) -> str:
    chosen = _kind(kind)
    carriers = queries.fleets(work, carrier_id)
    if not carriers:
        raise NotFound(say("没有这家承运单位"))
    people = work.session.execute(
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == carrier_id, Membership.ended_at.is_(None))
        .distinct()
        .order_by(User.name, User.id)
    )
    return render_template(
        "licences/fleet_form.html",
        carrier=carriers[0].carrier,
        kind=kind,
        title=chosen.title,
        thing=thing,
        form=form,
        bodies=[(body.value, word) for body, word in BODY_WORDS.items()],
        people=[(str(id_), Text(name)) for id_, name in people],
    )
