"""What one click does about a finding of a facility: move, send away, print, or fill in what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import request, url_for
from flask_babel import gettext as _

from app.entry.language import rendered
from app.foundation.core.work import Actor
from app.foundation.rulebook.outcome import OutcomeKind
from app.parties.accounts.permissions import Permission
from app.waste.storage import policy
from app.waste.storage.checks import StandingProblem
from app.waste.storage.compatibility import properties
from app.waste.storage.mending import Move, Remedy
from app.waste.storage.models import Facility, Zone
from app.waste.storage.register import fields_for, fields_for_zone
from app.waste.storage.upkeep.kinds import document_kinds, record_kinds
from app.web.storage.blueprint import title_of

STREAM_FACTS = {"form", "hazards", "groups", "waste_code"}
"""Inputs of rules that a waste's own page answers, beside its properties."""
ZONE_RULES = {"GB18597-4.2", "GB18597-4.3-a"}
"""Rules that a zone's own settings may break."""


@dataclass(frozen=True)
class Fix:
    """One thing to do about a finding: a link, or a move that is confirmed in a dialog."""

    words: str
    url: str = ""
    move: Move | None = None


@dataclass(frozen=True)
class ProblemRow:
    """A standing finding with its place in front and what may be done about it."""

    problem: StandingProblem
    place: str
    fixes: tuple[Fix, ...]


def problem_rows(
    facility: Facility, problems: Sequence[StandingProblem], remedies: Mapping[int, Remedy], actor: Actor
) -> list[ProblemRow]:
    """The findings of a facility for its page, each with the acts that this viewer may do."""
    own = facility.organisation_id == actor.organisation_id
    rows = []
    for number, problem in enumerate(problems):
        zone, stream = problem.zone, problem.stream
        words = ([zone_title(zone)] if zone else []) + ([stream.local_name] if stream else [])
        place = " · ".join(words)
        fixes = _fixes(facility, problem, remedies.get(number), actor) if own else []
        rows.append(ProblemRow(problem, place, tuple(fixes)))
    return rows


def _fixes(facility: Facility, problem: StandingProblem, remedy: Remedy | None, actor: Actor) -> list[Fix]:
    fixes: list[Fix] = []
    if policy.may_manage_containers(actor):
        fixes += _stream_fixes(problem, actor)
        if _stands_wrong(problem) and remedy is not None:
            fixes += _moves(remedy, actor)
    if policy.may_manage_storage(actor):
        fixes += _register_fixes(facility, problem) + _upkeep_fixes(facility, problem)
        if problem.zone is not None and problem.finding.rule_id in ZONE_RULES:
            fixes.append(Fix(_("改分区设置"), url_for("storage.edit_zone", zone_id=problem.zone.id)))
    return _each_once(fixes)


def _stands_wrong(problem: StandingProblem) -> bool:
    """What stands there breaks the rule, so that moving it away helps."""
    about_stock = {"stock", "groups", "occupants", "assigned_codes", "assigned_forms", "capacity"}
    finding = problem.finding
    return finding.outcome is OutcomeKind.FINDING and (
        problem.stream is not None or not about_stock.isdisjoint(finding.rule.inputs)
    )


def _stream_fixes(problem: StandingProblem, actor: Actor) -> list[Fix]:
    stream, missing = problem.stream, set(problem.finding.missing)
    asked = missing & (STREAM_FACTS | properties().keys())
    if stream is None or not asked or not policy.may_revise_stream(actor, stream):
        return []
    back = request.full_path.rstrip("?")
    url = url_for("storage.stream", stream_id=stream.id, next=back, _anchor="properties")
    return [Fix(_("补全废物资料"), url)]


def _moves(remedy: Remedy, actor: Actor) -> list[Fix]:
    first = remedy.first
    if first is None:
        return []
    label = title_of(first.container)
    if remedy.move is not None:
        zone = remedy.move.proposal.zone
        fixes = [Fix(_("把 %(container)s 移到 %(zone)s", container=label, zone=zone.code), move=remedy.move)]
    else:
        url = url_for("storage.container", code=first.container.code, _anchor="place")
        fixes = [Fix(_("移走 %(container)s", container=label), url)]
    if actor.may(Permission.CONSIGNMENTS_SEND):
        url = url_for("consignments.new", containers=first.container.id)
        fixes.append(Fix(_("用 %(container)s 发起转移", container=label), url))
    return fixes


def _register_fixes(facility: Facility, problem: StandingProblem) -> list[Fix]:
    """A way to the first field of the register that the rule asks for and that isn't entered, or not as it should be."""
    finding = problem.finding
    asked = finding.missing or finding.rule.inputs
    zone = problem.zone
    if zone is not None:
        key = _first_key(asked, [field.key for field in fields_for_zone(facility.type)])
        if key:
            return [
                _field_fix(finding.missing, url_for("storage.edit_zone", zone_id=zone.id, _anchor=_id(key)))
            ]
    key = _first_key(asked, [field.key for field in fields_for(facility.type)])
    if key:
        url = url_for("storage.edit_facility", facility_id=facility.id, _anchor=_id(key))
        return [_field_fix(finding.missing, url)]
    return []


def _upkeep_fixes(facility: Facility, problem: StandingProblem) -> list[Fix]:
    """A way to the document to upload or the record to make that the rule asks for."""
    finding = problem.finding
    asked = finding.missing or finding.rule.inputs
    fixes = []
    document = next((document_kinds()[key] for key in asked if key in document_kinds()), None)
    if document is not None:
        url = _upkeep_url(facility, "document", document.key)
        fixes.append(Fix(_("上传%(document)s", document=rendered(document.name)), url))
    kinds = record_kinds().values()
    record = next((kind for kind in kinds if finding.rule_id == kind.rule_id or kind.key in asked), None)
    if record is not None:
        url = _upkeep_url(facility, "record", record.key)
        fixes.append(Fix(_("记录%(record)s", record=rendered(record.name)), url))
    return fixes


def _upkeep_url(facility: Facility, what: str, key: str) -> str:
    chosen = {what: key}
    return url_for("storage.facility_upkeep", facility_id=facility.id, **chosen, _anchor=what)  # type: ignore[arg-type]


def _field_fix(missing: Sequence[str], url: str) -> Fix:
    return Fix(_("补填登记资料") if missing else _("改登记资料"), url)


def _first_key(asked: Sequence[str], keys: Sequence[str]) -> str | None:
    return next((key for key in asked if key in keys), None)


def _id(key: str) -> str:
    return f"f-register-{key}"


def _each_once(fixes: Sequence[Fix]) -> list[Fix]:
    return list({(fix.words, fix.url): fix for fix in fixes}.values())


def moves_of(rows: Sequence[ProblemRow]) -> list[Move]:
    """The moves that the rows offer, each once: a dialog is drawn for each."""
    found: dict[UUID, Move] = {}
    for row in rows:
        for fix in row.fixes:
            if fix.move is not None:
                found.setdefault(fix.move.aged.container.id, fix.move)
    return list(found.values())


def zone_title(zone: Zone) -> str:
    """`A1 废有机溶剂`."""
    return f"{zone.code} {zone.name}".strip()
