"""Registering a package: one form, one transaction for container, ledger line, zone and label (ux.md 3.1)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from app.entry.once import fresh_key, made_before, remember
from app.entry.work import caller, house, reading, unit_of_work
from app.foundation.core.clock import local_time
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.documents.label import label_pdf
from app.foundation.rulebook.assessment import RuleFinding
from app.foundation.rulebook.decision import RuleViolated
from app.foundation.rulebook.outcome import OutcomeKind
from app.parties.accounts.permissions import Permission
from app.waste.registry.operations.streams import stream_for
from app.waste.registry.plan_findings import generation_findings
from app.waste.registry.planning.queries import site_view
from app.waste.registry.policy import ensure_may
from app.waste.storage import queries
from app.waste.storage.checks import ZoneProposal, proposals_for_stream
from app.waste.storage.commands import PrintLabel, PutAway, RegisterContainer, WeighContainer
from app.waste.storage.models import Container
from app.waste.storage.operations.containers import register_container
from app.waste.storage.operations.labels import label_preview, print_label
from app.waste.storage.operations.placing import put_away
from app.waste.storage.queries import StreamUse
from app.waste.storage.schemas import RegisterContainerSchema, StoredContainerWeightSchema
from app.waste.storage.weights import net_of
from app.web.forms import FormState
from app.web.parsing import instant_typed, parse_form
from app.web.storage.blueprint import (
    PACKAGE_WORDS,
    bp,
    litres,
    number_text,
    package_text,
    title_of,
    uuid_or_none,
    zone_rows,
)
from app.web.storage.wizard import label_gaps, wizard_of

RECENT: Final = 5
PLAIN: Final = (
    "stream_id",
    "package",
    "volume_l",
    "gross_kg",
    "tare_kg",
    "net_kg",
    "local_label",
    "source_facility",
    "producer_operator",
    "destination",
    "remarks",
)
"""Fields of the form that go to the schema as they are typed."""

ZONE_RULES: Final = ("GB18597-4.2", "GB18597-4.3-a", "GB18597-4.3-b", "GB18597-8.3.5-a")
PRINT_TOO: Final = "label"
LATER: Final = "later"
"""Chosen instead of a zone: put away another time."""


@bp.get("/register")
def register() -> str:
    """Which waste, and then the form for a package of it."""
    with reading() as work:
        ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
        uses = queries.streams_in_use(work)
        chosen = _chosen(uses, request.args.get("stream", ""))
        if chosen is None:
            return _pick_page(work, uses)
        form = FormState(_first_values(work, chosen))
        return _page(work, form, chosen, proposals_for_stream(work, chosen.stream, None), None)


@bp.get("/register/zones")
def register_zones() -> str:
    """The zone rows for the weights typed so far; the page puts them in place of its own."""
    with reading() as work:
        ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
        stream = stream_for(work, _uuid_or_404(request.args.get("stream_id", "")))
        net = _net_typed(request.args)
        proposals = proposals_for_stream(work, stream, net)
    values = {name: request.args.get(name, "") for name in ("zone_id", "place_reason")}
    if not values["zone_id"] and net is not None and proposals and proposals[0].is_recommended:
        values["zone_id"] = str(proposals[0].zone.id)
    return render_template(
        "storage/zones.html",
        form=FormState(values),
        rows=_rows(proposals, net),
        needs_reason=_needs_reason(proposals),
    )


@bp.post("/register")
def register_now() -> Response | tuple[str, int]:
    """Save the package: code, ledger line, zone and, if asked, label, all or nothing."""
    typed = request.form
    once = typed.get("once", "")
    try:
        command = _command()
        with unit_of_work() as work:
            if before := made_before(work, "register", once):
                return redirect(before, 303)
            location = _register(work, command)
            remember(work, "register", once, location)
    except IntegrityError:
        return _twin(once)
    except InvalidInput as refused:
        return _refused(refused.problems, 422)
    except RuleViolated as refused:
        return _refused([_problem_of(finding) for finding in refused.findings], 422, refused.findings)
    except Conflict as refused:
        return _refused([FieldProblem("", refused.text)], 409)
    return redirect(location, 303)


@bp.get("/containers/<code>/registered")
def registered(code: str) -> str:
    """What has just been made, its label, and the next package."""
    with reading() as work:
        ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
        row = queries.container_row(work, code)
        label = label_preview(
            work, row.container, keyring=house().keyring, public_url=house().config.public_url
        )
        beside_plan = generation_findings(work, site_view(work, row.container.site_id), row.stream)
    return render_template(
        "storage/registered.html",
        beside_plan=[found for found in beside_plan if found.outcome is OutcomeKind.FINDING],
        row=row,
        item=row.container,
        title=title_of(row.container),
        package=package_text(row.container),
        size=label.size,
    )


def _command() -> RegisterContainer:
    typed = request.form
    zone = _zone_of_viewer()
    values: dict[str, Any] = {name: typed.get(name, "") for name in PLAIN} | _weights(typed)
    values["generated_at"] = instant_typed(typed.get("generated_at", ""), zone)
    command = _parsed(values)
    photo = request.files.get("photo")
    if photo is None or not photo.filename:
        return command
    return replace(command, photo=photo.read(), photo_name=photo.filename)


def _parsed(values: dict[str, Any]) -> RegisterContainer:
    """The command; when a field can't be read, what is wrong with the weights is told along with it."""
    try:
        command: RegisterContainer = parse_form(RegisterContainerSchema(), values)
    except InvalidInput as refused:
        _net, problems = _weighed(values)
        known = {problem.pointer for problem in refused.problems}
        more = [problem for problem in problems if problem.pointer not in known]
        raise InvalidInput([*refused.problems, *more]) from None
    return command


def _register(work: Work, command: RegisterContainer) -> str:
    """Do everything the form asks and say where to go on."""
    typed = request.form
    container = register_container(work, command, house().files)
    if zone_id := uuid_or_none(typed.get("zone_id", "")):
        if container.net is None:
            raise InvalidInput([FieldProblem("#/gross_kg", say("入库前要称重：填毛重与皮重，或净重"))])
        put_away(work, container.id, PutAway(zone_id, _confirmations(work, container, zone_id)))
    if typed.get("then") == PRINT_TOO:
        _print(work, container)
    return url_for("storage.registered", code=container.code)


def _confirmations(work: Work, container: Container, zone_id: UUID) -> dict[str, str]:
    """The typed reason for each warning of the chosen zone that waits for one."""
    reason = request.form.get("place_reason", "").strip()[:100]
    if not reason:
        return {}
    proposals = proposals_for_stream(work, stream_for(work, container.stream_id), container.net)
    chosen = (proposal for proposal in proposals if proposal.zone.id == zone_id)
    return {finding.rule_id: reason for proposal in chosen for finding in proposal.to_confirm}


def _print(work: Work, container: Container) -> None:
    known = caller()
    content = print_label(
        work, container.id, PrintLabel(), keyring=house().keyring, public_url=house().config.public_url
    )
    label_pdf([content], is_demo=known.is_demo if known else False)  # what can't be printed isn't saved


def _twin(once: str) -> Response:
    """The same form sent twice at once: the other sending made the package."""
    with reading() as work:
        before = made_before(work, "register", once)
    if before is None:
        raise Conflict(say("内容已被他人改动，请刷新后重试"))
    return redirect(before, 303)


def _problem_of(finding: RuleFinding) -> FieldProblem:
    return FieldProblem("#/zone_id" if finding.rule_id in ZONE_RULES else "", finding.text())


def _refused(
    problems: Sequence[FieldProblem], status: int, findings: Sequence[RuleFinding] = ()
) -> tuple[str, int]:
    """The form again with what was typed; a chosen photo has to be chosen again."""
    typed = request.form
    with reading() as work:
        uses = queries.streams_in_use(work)
        chosen = _chosen(uses, typed.get("stream_id", ""))
        if chosen is None:
            raise NotFound(say("没有这种废物"))
        net = _net_typed(typed)
        proposals = proposals_for_stream(work, chosen.stream, net)
        return _page(work, FormState(typed, problems), chosen, proposals, net, findings), status


def _page(
    work: Work,
    form: FormState,
    chosen: StreamUse,
    proposals: Sequence[ZoneProposal],
    net: Grams | None,
    findings: Sequence[RuleFinding] = (),
) -> str:
    stream = chosen.stream
    return render_template(
        "storage/register.html",
        form=form,
        use=chosen,
        stream=stream,
        rows=_rows(proposals, net),
        needs_reason=_needs_reason(proposals),
        findings=[finding for finding in findings if finding.rule_id not in ZONE_RULES],
        packages=[(package, PACKAGE_WORDS[package]) for package in PACKAGE_WORDS],
        label_gaps=label_gaps(stream),
        once=form.value("once") or fresh_key(),
        latest=_wall_clock(work.now, work.actor.zone),
    )


def _pick_page(work: Work, uses: Sequence[StreamUse]) -> str:
    """The phone's page, one step at a time; without a script, or for a search by it, the list of wastes."""
    words = request.args.get("q", "").strip().lower()[:50]
    found = [use for use in uses if words in _searched(use)] if words else uses
    return render_template(
        "storage/register_pick.html",
        recent=found[:RECENT],
        others=found[RECENT:],
        words=request.args.get("q", ""),
        has_any=bool(uses),
        wizard=wizard_of(work, uses) if uses and not words else None,
        litres=litres,
        packages=PACKAGE_WORDS,
    )


def _searched(use: StreamUse) -> str:
    stream = use.stream
    return f"{stream.local_name} {stream.waste_name} {stream.waste_code} {stream.category}".lower()


def _first_values(work: Work, chosen: StreamUse) -> dict[str, str]:
    """The package of last time, and now."""
    last, known = chosen.last, caller()
    return {
        "stream_id": str(chosen.stream.id),
        "package": last.package if last else "桶",
        "volume_l": number_text(last.volume_ml) if last and last.volume_ml else "200",
        "tare_kg": number_text(last.tare) if last and last.tare is not None else "",
        "source_facility": last.source_facility if last else "",
        "destination": last.destination if last else "",
        "producer_operator": known.user_name if known else "",
        "generated_at": _wall_clock(work.now, work.actor.zone),
    }


def _wall_clock(instant: datetime, zone: str) -> str:
    return local_time(instant, zone).strftime("%Y-%m-%dT%H:%M")


def _rows(proposals: Sequence[ZoneProposal], net: Grams | None) -> list[dict[str, Any]]:
    later = {
        "value": LATER,
        "label": _("先不入库"),
        "note": _("稍后在容器页面入库"),
        "tag": None,
        "disabled": False,
    }
    return [*zone_rows(proposals, net), later]


def _needs_reason(proposals: Sequence[ZoneProposal]) -> bool:
    return any(proposal.to_confirm and not proposal.stops for proposal in proposals)


def _net_typed(typed: Any) -> Grams | None:
    """The net mass of what is typed so far, if it makes sense."""
    net, problems = _weighed(typed)
    return None if problems else net


def _weights(typed: Any) -> dict[str, str]:
    """The weights as typed. The form proposes the empty weight of last time; without a gross weight it says nothing."""
    weights: dict[str, str] = {name: typed.get(name, "") for name in ("gross_kg", "tare_kg", "net_kg")}
    if not weights["gross_kg"].strip():
        weights["tare_kg"] = ""
    return weights


def _weighed(typed: Any) -> tuple[Grams | None, list[FieldProblem]]:
    """The net mass that the typed weights make, or what is wrong with them."""
    try:
        loaded: WeighContainer = parse_form(StoredContainerWeightSchema(), _weights(typed))
    except InvalidInput as refused:
        return None, list(refused.problems)
    return net_of(loaded.gross, loaded.tare, loaded.net)


def _chosen(uses: Sequence[StreamUse], stream_id: str) -> StreamUse | None:
    return next((use for use in uses if str(use.stream.id) == stream_id), None)


def _zone_of_viewer() -> str:
    known = caller()
    return known.actor.zone if known else "Asia/Shanghai"


def _uuid_or_404(text: str) -> UUID:
    found = uuid_or_none(text)
    if found is None:
        abort(404)
    return found
