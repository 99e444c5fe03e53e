"""The page of one container, and the acts on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.entry.work import house, reading, unit_of_work
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.foundation.documents.label_content import (
    FIELD_NAMES,
    SIZES,
    LabelContent,
    label_size,
    missing_fields,
)
from app.foundation.rulebook.assessment import RuleFinding
from app.foundation.rulebook.decision import RuleViolated
from app.foundation.rulebook.outcome import OutcomeKind
from app.foundation.trace.chains import Chain, chain_of
from app.parties.accounts.permissions import Permission
from app.waste.registry.models import FORM_WORDS
from app.waste.storage import policy, queries
from app.waste.storage.ageing import AGEING, AgedContainer, since_of
from app.waste.storage.checks import Placement, placement_of
from app.waste.storage.commands import PutAway, VoidContainer, WeighContainer
from app.waste.storage.compatibility import WasteGroups, group_name, groups_of, properties
from app.waste.storage.facts import nature_of
from app.waste.storage.lineage import Lineage, lineage_of
from app.waste.storage.models import Container, ContainerState, LinkKind
from app.waste.storage.operations.containers import void_container, weigh_container
from app.waste.storage.operations.labels import label_preview
from app.waste.storage.operations.placing import put_away
from app.waste.storage.queries import ContainerRow
from app.waste.storage.schemas import PutAwaySchema, StoredContainerWeightSchema, VoidContainerSchema
from app.waste.storage.steps import step_findings
from app.waste.storage.weighing.queries import is_calibrated, reading_of_container
from app.web.forms import FormState
from app.web.parsing import parse_form
from app.web.storage.blueprint import (
    bp,
    key_of,
    litres,
    package_text,
    title_of,
    zone_rows,
)
from app.web.storage.handling import acts_for
from app.web.storage.stories import StoryLine, story_of

LINK_WORDS = {
    LinkKind.REPACKED: say("改包"),
    LinkKind.SPLIT: say("分装"),
    LinkKind.MERGED: say("合并"),
}
LABEL_FIELDS = 13
"""Fields of HJ 1276-2022 that a sealed container's label must fill."""


@dataclass(frozen=True)
class Refusal:
    """An act that was refused: which one, what was typed, and why."""

    act: str
    form: FormState
    findings: Sequence[RuleFinding] = ()
    text: Text | None = None


@dataclass(frozen=True)
class ContainerView:
    """Everything the page of a container shows."""

    row: ContainerRow
    weighed_by: str
    """The scale whose reading is its mass, and what its calibration was worth then."""
    story: list[StoryLine]
    chain: Chain
    placement: Placement
    steps: list[RuleFinding]
    groups: WasteGroups
    label: LabelContent | None
    missing: list[str]
    may: dict[str, bool]
    acts: list[tuple[str, Text, str]]
    lineage: Lineage


@bp.get("/containers/<code>")
def container(code: str) -> Response | str:
    """One container: facts, story, rule findings, label and what may be done with it."""
    with reading() as work:
        view = _view(work, code)
    if code != view.row.container.code:
        return redirect(url_for("storage.container", code=view.row.container.code))
    return _page(view)


@bp.post("/containers/<code>/put-away")
def place(code: str) -> Response | tuple[str, int]:
    """Put the container into a zone, or move it to another one."""
    typed = request.form

    def act() -> str:
        zone = typed.get("zone_id", "")
        command: PutAway = parse_form(PutAwaySchema(), {"zone_id": zone})
        reason = typed.get("place_reason", "").strip()[:100]
        with unit_of_work() as work:
            overrides = _confirmations(work, code, command, reason) if reason else {}
            moved = put_away(work, key_of(code), PutAway(command.zone_id, overrides, _seen(typed)))
            return str(_("%(container)s 已入库", container=title_of(moved)))

    return _acted(code, "place", act)


@bp.post("/containers/<code>/weighing")
def weigh(code: str) -> Response | tuple[str, int]:
    """Weigh a container that was labelled before weighing."""
    typed = request.form

    def act() -> str:
        weights = {name: typed.get(name, "") for name in ("gross_kg", "tare_kg", "net_kg")}
        command: WeighContainer = parse_form(StoredContainerWeightSchema(), weights)
        with unit_of_work() as work:
            weighed = weigh_container(
                work,
                key_of(code),
                WeighContainer(command.gross, command.tare, command.net, _seen(typed)),
            )
            return str(_("%(container)s 已称重并记入台账", container=title_of(weighed)))

    return _acted(code, "weigh", act)


@bp.post("/containers/<code>/voiding")
def void(code: str) -> Response | tuple[str, int]:
    """Void a code before anything was weighed into it."""
    typed = request.form

    def act() -> str:
        command: VoidContainer = parse_form(VoidContainerSchema(), {"reason": typed.get("void_reason", "")})
        with unit_of_work() as work:
            voided = void_container(work, key_of(code), VoidContainer(command.reason, _seen(typed)))
            return str(_("%(container)s 已作废，编码不再使用", container=title_of(voided)))

    return _acted(code, "void", act, renamed={"#/reason": "#/void_reason"})


def _acted(
    code: str, name: str, act: Callable[[], str], renamed: dict[str, str] | None = None
) -> Response | tuple[str, int]:
    """Do it and go back to the page, or show the page again with what was typed and why it was refused."""
    try:
        flash(act())
    except InvalidInput as refused:
        problems = [
            FieldProblem((renamed or {}).get(problem.pointer, problem.pointer), problem.text)
            for problem in refused.problems
        ]
        return _refused(code, Refusal(name, FormState(request.form, problems)), 422)
    except RuleViolated as refused:
        found = Refusal(name, FormState(request.form), refused.findings, refused.text)
        return _refused(code, found, 422)
    except Conflict as refused:
        return _refused(code, Refusal(name, FormState(request.form), text=refused.text), 409)
    return redirect(url_for("storage.container", code=code), 303)


def _refused(code: str, refusal: Refusal, status: int) -> tuple[str, int]:
    with reading() as work:
        view = _view(work, code)
    return _page(view, refusal), status


def _seen(typed: Any) -> int | None:
    version = typed.get("seen_version", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < 12 else None


def _confirmations(work: Work, code: str, command: PutAway, reason: str) -> dict[str, str]:
    """The typed reason for each warning of the chosen zone that waits for one, and for each stop if the actor may
    override stops."""
    row = queries.container_row(work, key_of(code))
    chosen = [
        proposal
        for proposal in placement_of(work, row.container, row.stream).proposals
        if proposal.zone.id == command.zone_id
    ]
    stops = policy.may_override(work.actor, row.container)
    return {
        finding.rule_id: reason
        for proposal in chosen
        for finding in (*proposal.to_confirm, *(proposal.stops if stops else ()))
    }


def _view(work: Work, code: str) -> ContainerView:
    policy.ensure_may_read(work.actor)
    row = queries.container_row(work, key_of(code))
    found, actor = row.container, work.actor
    label = _label(work, found)
    return ContainerView(
        row=row,
        weighed_by=_weighed_by(work, found),
        story=story_of(work, found.id),
        chain=chain_of(work, found.id),
        placement=placement_of(work, found, row.stream),
        steps=step_findings(work, found, row.stream),
        groups=groups_of(nature_of(row.stream)),
        acts=acts_for(actor, found),
        lineage=lineage_of(work, found.id),
        label=label,
        missing=missing_fields(label, sealed=found.sealed_at is not None) if label else [],
        may={
            "place": policy.may_put_away(actor, found),
            "override": policy.may_override(actor, found),
            "weigh": policy.may_weigh(actor, found),
            "void": policy.may_void(actor, found),
            "print": policy.may_print_label(actor, found),
            "see_facility": policy.may_see_facility(actor, row.facility),
            "edit": policy.may_revise_stream(actor, row.stream),
            "fill": policy.may_fill(actor, found) and found.state is ContainerState.PRINTED,
            "send": policy.may_put_away(actor, found) and actor.may(Permission.CONSIGNMENTS_SEND),
        },
    )


def _weighed_by(work: Work, found: Container) -> str:
    shown = reading_of_container(work, found.id)
    if shown is None:
        return ""
    holds = is_calibrated(shown.reading.calibrated_to, shown.reading.taken_at, work.actor.zone)
    worth = _("未登记检定日期") if holds is None else _("检定有效") if holds else _("检定已过期")
    return f"{shown.scale.name} · {worth}"


def _label(work: Work, found: Container) -> LabelContent | None:
    try:
        return label_preview(work, found, keyring=house().keyring, public_url=house().config.public_url)
    except Conflict:
        return None  # the deployment has no signing key yet


def _page(view: ContainerView, refusal: Refusal | None = None) -> str:
    found, stream = view.row.container, view.row.stream
    form = found.form or stream.form
    here = [*view.placement.here, *view.steps]
    broken_rules = {finding.rule_id for finding in here if finding.outcome is not OutcomeKind.PASS}
    lawful = label_size(found.volume_ml) if found.volume_ml else None
    return render_template(
        "storage/container.html",
        view=view,
        item=found,
        stream=stream,
        title=title_of(found),
        refusal=refusal,
        form=refusal.form if refusal else FormState(),
        broken=[finding for finding in here if finding.outcome is not OutcomeKind.PASS],
        passes=list({f.rule_id: f for f in here if f.rule_id not in broken_rules}.values()),
        rows=zone_rows(view.placement.proposals, found.net, overrides=view.may["override"]),
        needs_reason=any(
            (proposal.to_confirm and not proposal.stops) or (proposal.stops and view.may["override"])
            for proposal in view.placement.proposals
        ),
        groups=[group_name(group) for group in sorted(view.groups.certain)],
        questions=[
            properties()[name].name for name in sorted(view.groups.open_questions & properties().keys())
        ],
        form_word=FORM_WORDS[form] if form else None,
        aged=AgedContainer(found, stream, since_of(found)) if found.state in AGEING else None,
        link_words=LINK_WORDS,
        title_of=title_of,
        package=package_text(found),
        litres=litres(found.volume_ml),
        sizes=[size for size in SIZES.values() if lawful is None or size.side_mm >= lawful.side_mm],
        all_sizes=list(SIZES.values()),
        lawful=lawful,
        filled=LABEL_FIELDS - len(view.missing),
        label_fields=LABEL_FIELDS,
        label_names=FIELD_NAMES,
        is_reprint=found.label_prints > 0 and found.label_mass == found.net,
        waits_for_zone=found.state is ContainerState.WEIGHED
        or (found.state is ContainerState.ACCEPTED and view.may["place"]),
    )
