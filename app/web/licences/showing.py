"""One licence: what is used, reserved and left, by code; what is to be done; its editions. And the list of all."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.entry.language import spoken_language
from app.entry.licence_files import SOURCE_WORDS, licence_entries_file
from app.entry.licence_lists import licences_file, vehicles_file
from app.entry.work import reading, unit_of_work
from app.foundation.catalogue.queries import catalogue_of
from app.foundation.core.errors import Conflict, InvalidInput, NotFound
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.files.operations import file_for
from app.foundation.rulebook.assessment import RuleFinding
from app.foundation.rulebook.assessment import problems as worst_first
from app.foundation.rulebook.outcome import OutcomeKind
from app.parties.accounts.models import Organisation
from app.parties.accounts.permissions import Permission
from app.parties.licences import operations, policy, queries
from app.parties.licences.capacity import LicenceScope, LineCapacity
from app.parties.licences.charge import is_in_charge
from app.parties.licences.commands import ChangeLicenceState, RecordRenewalFiling
from app.parties.licences.models import (
    OPEN_APPLICATIONS,
    ApplicationState,
    CapacityKind,
    CapacitySource,
    LicenceApplication,
    LicenceState,
)
from app.parties.licences.renewal import renewal_of
from app.parties.licences.review import KIND_WORDS, LEVEL_WORDS, MODE_WORDS
from app.parties.licences.schemas import ChangeLicenceStateSchema, RecordRenewalFilingSchema
from app.web.forms import FormState
from app.web.licences.blueprint import APPLICATION_LOOKS, bp, file_response, licence_look, seen
from app.web.parsing import parse_form

WIDEST: Final = 120
"""Per cent of the yearly scale at the right end of a bar, where the law stops receipts."""
NEARLY: Final = 90
PACE_DAYS: Final = 30
STATE_CHOICES: Final = (
    (LicenceState.SUSPENDED.value, say("暂停")),
    (LicenceState.VALID.value, say("恢复有效")),
    (LicenceState.REVOKED.value, say("吊销")),
    (LicenceState.CANCELLED.value, say("注销")),
)
RELEASE_WORDS: Final = {
    CapacitySource.CONSIGNMENT: say("接受后转为已用"),
    CapacitySource.TRADE: say("合同期内逐单扣减"),
    CapacitySource.BID: say("被超过即放开"),
    CapacitySource.EARLIER: say("已用"),
}


@dataclass(frozen=True)
class Bar:
    """One line of a licence as a bar: positions in tenths of a per cent of its width."""

    line: LineCapacity
    name: str
    used_mass: Grams
    reserved_mass: Grams
    """Of the year; of an edition that is not in force what was drawn on itself (g)."""
    used: int
    reserved: int
    share: int
    """Used and reserved, in tenths of a per cent of the scale."""
    days_left: int | None
    """At the pace of the last 30 days; None: it isn't used, or there is nothing left."""

    @property
    def kind(self) -> str:
        return "bad" if self.share > 1000 else "warn" if self.share >= NEARLY * 10 else ""


@bp.get("/licences")
def index() -> str | BaseResponse:
    """Whoever has one licence or fleet goes there; the park sees all of them, and what waits to be checked."""
    with reading() as work:
        policy.ensure_may_read(work.actor)
        own = work.actor.organisation_id
        if work.actor.may(Permission.FLEETS_MANAGE) and own is not None:
            return redirect(url_for("licences.fleet", carrier_id=own))
        if policy.may_apply(work.actor) and own is not None:
            found = queries.usable_licence(work, own, work.today)
            if found is not None:
                return redirect(url_for("licences.show", licence_id=found.licence.id))
        scopes = queries.licences(work, own if policy.may_apply(work.actor) else None)
        firms = queries.firms_of(work, {scope.licence.organisation_id for scope in scopes})
        return render_template(
            "licences/index.html",
            scopes=scopes,
            firms=firms,
            looks={scope.licence.id: licence_look(work, scope.licence) for scope in scopes},
            applications=queries.applications(work, OPEN_APPLICATIONS),
            application_looks=APPLICATION_LOOKS,
            fleets=queries.fleets(work) if work.actor.is_park_staff else [],
            may_apply=policy.may_apply(work.actor),
            may_manage=policy.may_manage(work.actor),
            today=work.today,
        )


@bp.get("/licences/export.<suffix>")
def export(suffix: str) -> Response:
    """The list of licences as it is seen here, as CSV or XLSX."""
    with reading() as work:
        policy.ensure_may_read(work.actor)
        own = work.actor.organisation_id if policy.may_apply(work.actor) else None
        return _download(*licences_file(work, own, suffix))


@bp.get("/licences/vehicles.<suffix>")
def export_vehicles(suffix: str) -> Response:
    """The vehicles of all carriers, or of one's own firm, as CSV or XLSX."""
    with reading() as work:
        policy.ensure_may_read(work.actor)
        own = work.actor.organisation_id if work.actor.may(Permission.FLEETS_MANAGE) else None
        return _download(*vehicles_file(work, own, suffix))


def _download(body: bytes, media_type: str, name: str) -> Response:
    response = Response(body, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@bp.get("/licences/<uuid:licence_id>")
def show(licence_id: UUID) -> str:
    """One licence with what is left of its year."""
    with reading() as work:
        return _page(work, licence_id, FormState())


def _page(work: Work, licence_id: UUID, form: FormState, refusal: Text | None = None) -> str:
    scope = queries.licence_for(work, licence_id)
    licence = scope.licence
    reservations = queries.open_reservations(work, licence.root_id, scope.year)
    entries = queries.entries_of(work, licence.root_id, scope.year)
    applications = [
        (application, firm)
        for application, firm in queries.applications(work)
        if application.organisation_id == licence.organisation_id
    ]
    names = category_names(work)
    firms = queries.firms_of(work, {licence.organisation_id})
    is_own = policy.may_apply(work.actor) and licence.organisation_id == work.actor.organisation_id
    is_current = licence.is_in_force(work.today)
    may_manage = policy.may_manage(work.actor) and is_in_charge(work, licence.organisation_id)
    editions = queries.editions_of(work, licence.root_id)
    return render_template(
        "licences/show.html",
        scope=scope,
        licence=licence,
        firm=firms[licence.organisation_id],
        look=licence_look(work, licence),
        bars=[
            _bar(scope, line, names, _pace(work, scope, line, entries), is_current=is_current)
            for line in scope.lines
        ],
        reservations=_by_code(reservations),
        release_words=RELEASE_WORDS,
        source_words=SOURCE_WORDS,
        counts=_counted(reservations),
        findings=_findings(work, scope, applications),
        renewal=renewal_of(
            licence, work.today, is_replaced=any(one.replaces_id == licence.id for one in editions)
        ),
        editions=editions,
        edition_look=lambda one: licence_look(work, one),
        applications=applications,
        application_looks=APPLICATION_LOOKS,
        approved=next(
            (
                one
                for one, _firm in applications
                if one.licence_id == licence.id and one.state is ApplicationState.APPROVED
            ),
            None,
        ),
        may_apply=is_own,
        may_manage=may_manage,
        may_file=is_own or may_manage,
        may_see_document=licence.file_id is not None and (is_own or work.actor.is_park_staff),
        form=form,
        refusal=refusal,
        state_choices=STATE_CHOICES,
        today=work.today,
        **words(),
    )


def _findings(
    work: Work, scope: LicenceScope, applications: list[tuple[LicenceApplication, Organisation]]
) -> list[RuleFinding]:
    """Of the licence as it stands, and of what was handed in to follow it and is not decided."""
    found = queries.licence_findings(work, scope)
    following = [
        one
        for one, _firm in applications
        if one.licence_id == scope.licence.id and one.state in OPEN_APPLICATIONS
    ]
    if following:
        before = queries.licence_command(work, scope.licence)
        found += [finding for one in following for finding in queries.alteration_findings(work, one, before)]
    return [one for one in worst_first(found) if one.outcome is OutcomeKind.FINDING]


def category_names(work: Work) -> dict[str, str]:
    """Names of the categories of the national list in the reader's language."""
    is_english = spoken_language() == "en"
    return {
        category.code: category.name_en if is_english else category.name
        for category in catalogue_of(work).categories.values()
    }


def words() -> dict[str, Any]:
    """What templates call the parts of a licence."""
    return {"kind_words": KIND_WORDS, "mode_words": MODE_WORDS, "level_words": LEVEL_WORDS}


def _bar(
    scope: LicenceScope, line: LineCapacity, names: dict[str, str], pace: int, *, is_current: bool
) -> Bar:
    scale = line.yearly_scale or scope.licence.yearly_scale
    left = line.left if line.left is not None else scope.left
    used, reserved = (line.used, line.reserved) if is_current else (line.edition_used, line.edition_reserved)
    return Bar(
        line=line,
        name=names.get(line.category, ""),
        used_mass=used,
        reserved_mass=reserved,
        used=min(used * 100_000 // (scale * WIDEST), 1000),
        reserved=min(reserved * 100_000 // (scale * WIDEST), 1000),
        share=(used + reserved) * 1000 // scale,
        days_left=left * PACE_DAYS // pace if is_current and pace and left > 0 else None,
    )


def _pace(work: Work, scope: LicenceScope, line: LineCapacity, entries: Any) -> int:
    """What receipts of the last 30 days used of a line (g)."""
    since = work.now - timedelta(days=PACE_DAYS)
    return sum(
        entry.mass
        for entry in entries
        if entry.kind is CapacityKind.USED
        and entry.source_kind is not CapacitySource.EARLIER
        and entry.recorded_at >= since
        and scope.line_of(entry.waste_code) is line
    )


def _by_code(reservations: Any) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = {}
    for one in reservations:
        grouped.setdefault(one.waste_code, []).append(one)
    return dict(sorted(grouped.items()))


def _counted(reservations: Any) -> dict[CapacitySource, int]:
    return {
        kind: len({one.source_id for one in reservations if one.source_kind is kind})
        for kind in CapacitySource
    }


@bp.get("/licences/<uuid:licence_id>/document")
def document(licence_id: UUID) -> Response:
    """The licence's document, for its firm and the park."""
    with reading() as work:
        licence = queries.licence_for(work, licence_id).licence
        if licence.file_id is None:
            raise NotFound(say("没有这个文件"))
        return file_response(file_for(work, licence.file_id))


@bp.get("/licences/<uuid:licence_id>/entries/<int:year>.<suffix>")
def entries(licence_id: UUID, year: int, suffix: str) -> Response:
    """What took from and gave back to a licence in a year, as CSV or XLSX."""
    with reading() as work:
        return _download(*licence_entries_file(work, licence_id, year, suffix))


@bp.post("/licences/<uuid:licence_id>/state")
def change_state(licence_id: UUID) -> BaseResponse | tuple[str, int]:
    """Note what the authority did with a licence."""

    def act(work: Work) -> None:
        command: ChangeLicenceState = parse_form(
            ChangeLicenceStateSchema(), _typed("state", "from_on", "to_on", "reason")
        )
        operations.change_licence_state(work, licence_id, command)

    return _do(licence_id, act, _("许可证状态已登记"))


@bp.post("/licences/<uuid:licence_id>/renewal-filing")
def renewal_filing(licence_id: UUID) -> BaseResponse | tuple[str, int]:
    """Note when the authority was asked for the renewal."""

    def act(work: Work) -> None:
        command: RecordRenewalFiling = parse_form(RecordRenewalFilingSchema(), _typed("filed_on"))
        operations.record_renewal_filing(work, licence_id, command)

    return _do(licence_id, act, _("已登记换证申请日期"))


def _typed(*names: str) -> dict[str, Any]:
    return {name: request.form.get(name, "") for name in names} | {"seen_version": str(seen())}


def _do(licence_id: UUID, act: Any, done: str) -> BaseResponse | tuple[str, int]:
    try:
        with unit_of_work() as work:
            act(work)
    except InvalidInput as refused:
        with reading() as work:
            return _page(work, licence_id, FormState(request.form, refused.problems)), 422
    except Conflict as refused:
        with reading() as work:
            return _page(work, licence_id, FormState(request.form), refused.text), 409
    flash(done)
    return redirect(url_for("licences.show", licence_id=licence_id), 303)
