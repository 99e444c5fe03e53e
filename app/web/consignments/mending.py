"""What stands in the way of a submission or departure, as lines that lead to where each is mended (ux.md 3, screen 7)."""

from collections.abc import Mapping
from typing import Final

from flask import url_for

from app.entry.language import rendered
from app.foundation.core.text import Text, say
from app.foundation.core.work import Actor
from app.foundation.rulebook.assessment import RuleFinding
from app.foundation.rulebook.outcome import OutcomeKind
from app.parties.accounts.permissions import Permission
from app.waste.consignments.models import Consignment
from app.waste.consignments.policy import acts_open_to
from app.waste.consignments.readiness import Precondition, Readiness
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState
from app.web.findings import Line, by_weight, condition_lines

FIELDS: Final = {
    "consignee_id": "consignee",
    "consignee_site_id": "consignee",
    "carrier_id": "vehicle",
    "vehicle_id": "vehicle",
}
"""Where the form of a draft asks for what a command names."""

_BY_FIELD: Final = {
    "consignee": ("HWLM-10-cat", "HWLM-10-scale", "HWLM-15", "HWLM-6-scope", "HW-66-pilot", "HWTM-28-c", "MAN-X17"),
    "planned_method": ("HWLM-10-mode", "MAN-X12", "HW-WHITE", "HWTM-3"),
    "vehicle": (
        "HWTM-13-2", "HWTM-11-2", "HWTM-31", "DGROAD-load", "DGROAD-scope", "MAN-X8", "MAN-X14", "MAN-X15",
    ),
    "driver_id": ("DGROAD-crew",),
    "containers": ("HWTM-10-3", "HWTM-16-b", "HWTM-16-c", "MAN-X1", "MAN-X2", "MAN-X3"),
    "emergency_measures": ("HWTM-10-4",),
    "national_number": ("HWTM-6", "HWTM-11-1", "HWTM-15", "MAN-X13"),
}  # fmt: skip
FIELD_OF_RULE: Final = {rule_id: field for field, rule_ids in _BY_FIELD.items() for rule_id in rule_ids}
"""The field of the draft in which most findings of a rule are mended."""

_Page = tuple[Permission, str, str | None, Text]
_CONTRACTS: Final = (Permission.CLEARANCES_READ, "clearances.index", "contracts", say("去看合同"))
_DECISIONS: Final = (Permission.CLEARANCES_READ, "clearances.index", "decisions", say("去看跨省文件"))
_SUBMISSIONS: Final = (Permission.CLEARANCES_READ, "clearances.index", "submissions", say("去看跨省文件"))
_PLANS: Final = (Permission.LEDGER_READ, "plans.index", None, say("去看计划"))
PAGE_OF_RULE: Final[Mapping[str, _Page]] = {
    "HWTM-10-1": _CONTRACTS,
    "HWTM-21": _DECISIONS,
    "HWTM-28-a": _DECISIONS,
    "HWTM-28-b": _DECISIONS,
    "ECC-476-1": _DECISIONS,
    "ECC-476-2": _SUBMISSIONS,
    "HWTM-10-2": _PLANS,
    "HWTM-14-plan": _PLANS,
    "HJ1259-plan-over": _PLANS,
}
"""Papers on file have pages of their own: who may read them, where, and the words of the link."""
WAYBILL: Final = frozenset({"DGROAD-24", "DGROAD-waybill-trip", "HWTM-11-2-doc", "HWTM-13-1", "JTT617-5"})

_Link = tuple[str, str]


def condition_lines_of(actor: Actor, consignment: Consignment, ready: Readiness) -> list[Line]:
    """All conditions of a submission or departure, worst first; those that aren't met lead to the place of the mend."""
    findings = by_weight(ready.findings)
    shown = [
        Line(line.outcome, line.text, line.note, _of_finding(actor, consignment, finding))
        for finding, line in zip(findings, condition_lines(findings), strict=True)
    ]
    return shown + [_of_condition(actor, consignment, one) for one in ready.preconditions]


def _of_condition(actor: Actor, consignment: Consignment, one: Precondition) -> Line:
    words = say("去填") if one.outcome == "todo" else say("更改")
    link = _field(actor, consignment, FIELDS.get(one.field, one.field), words) if one.field else None
    return Line(one.outcome, one.text, one.note, link)


def _of_finding(actor: Actor, consignment: Consignment, finding: RuleFinding) -> _Link | None:
    """Papers on file have pages of their own; what the manifest says is mended in the draft."""
    rule_id = finding.rule_id
    if finding.outcome is OutcomeKind.PASS:
        return None
    if rule_id in PAGE_OF_RULE:
        permission, endpoint, tab, words = PAGE_OF_RULE[rule_id]
        return (url_for(endpoint, tab=tab), rendered(words)) if actor.may(permission) else None
    if rule_id in WAYBILL:
        return _waybill(actor, consignment)
    field = FIELD_OF_RULE.get(rule_id)
    return _field(actor, consignment, field, say("更改")) if field else None


def _field(actor: Actor, consignment: Consignment, field: str, words: Text) -> _Link | None:
    """The field of the draft, for those who may still write it."""
    if consignment.state is not ConsignmentState.DRAFT or consignment.consignor_id != actor.organisation_id:
        return None
    return f"{url_for('consignments.edit', number=consignment.number)}#f-{field}", rendered(words)


def _waybill(actor: Actor, consignment: Consignment) -> _Link | None:
    if ConsignmentAct.RECORD_WAYBILL not in acts_open_to(actor, consignment):
        return None
    return url_for("consignments.road_form", number=consignment.number, what="waybill"), rendered(
        say("去填运单")
    )
