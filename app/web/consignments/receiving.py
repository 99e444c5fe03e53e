"""What the page shows from arrival to result, as plain data: three weights, verdicts, returns, results."""

from typing import Any

from flask import request, url_for

from app.foundation.core.text import Text, say
from app.foundation.core.units import kg_text
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import RuleFinding
from app.foundation.rulebook.outcome import OutcomeKind
from app.waste.consignments.models import AcceptanceCheck, Consignment, DiscrepancyKind, Opinion, Verdict
from app.waste.consignments.naming import called
from app.waste.consignments.policy import unjudged_count
from app.waste.consignments.queries import Item, Papers
from app.waste.consignments.queries.gate import gate_difference, gate_net
from app.waste.consignments.queries.results import (
    Proposal,
    ResultRow,
    accepted_on,
    confirmation_due,
    left_by_line,
    proposals_of,
    results_of,
)
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState
from app.waste.registry.methods import METHODS, method_text
from app.waste.registry.models import WasteStream
from app.waste.storage.checks import ZoneProposal, zone_proposals
from app.web.consignments.parts import VERDICT_TAGS
from app.web.forms import FormState

A, S = ConsignmentAct, ConsignmentState

CHECK_WORDS: dict[AcceptanceCheck, Text] = {
    AcceptanceCheck.KIND: say("种类与联单一致"),
    AcceptanceCheck.MASS: say("重量已逐件核对"),
    AcceptanceCheck.PACKAGING: say("包装完好"),
    AcceptanceCheck.LABEL: say("标签齐全、与联单一致"),
}
OPINION_WORDS: dict[Opinion, tuple[str, Text]] = {
    Opinion.ACCEPT: ("ok", say("接受")),
    Opinion.PARTIAL: ("warn", say("部分接受")),
    Opinion.REJECT: ("bad", say("拒收")),
}
WITH_RESULTS = frozenset({S.CONFIRMED, S.RESULT_REPORTED, S.CLOSED})
JUDGED = frozenset({S.ACCEPTED, S.PARTLY_ACCEPTED})


def receiving(
    work: Work, papers: Papers, findings: list[RuleFinding], acts: frozenset[ConsignmentAct]
) -> dict[str, Any]:
    """Everything of the receipt; the scales cost no statement, returns three, results three."""
    c = papers.consignment
    return {
        "current": _current(papers) if A.WEIGH_CONTAINER in acts else None,
        "waiting": _waiting(c, findings) if A.ACCEPT in acts else None,
        "over": _over_tolerance(papers, findings) if A.WEIGH_CONTAINER in acts else [],
        "judged": [_judged(item) for item in papers.items if item.consigned.verdict is not Verdict.OPEN],
        "choices": [(item.container.short_code, _named(item)) for item in papers.items],
        "chosen": request.args.get("drum", "")[:40],
        "gate": _gate(c),
        "checks": [(check.value, words) for check, words in CHECK_WORDS.items()],
        "checked": [CHECK_WORDS[AcceptanceCheck(check)] for check in c.checks],
        "lines": _lines(papers),
        "methods": [(code, method_text(code)) for code in METHODS],
        "informed_at": c.consignor_informed_at,
        "authority_at": c.authority_informed_at,
        "authority_note": c.authority_note,
        "needs_authority": c.discrepancy is not DiscrepancyKind.NONE and A.INFORM_AUTHORITY in acts,
        "returns": _returns(work, papers) if A.RETURN_CONTAINERS in acts else None,
        "confirmation": _confirmation(work, c),
        "results": _results(work, papers, acts) if c.state in WITH_RESULTS else None,
        "today": work.today,
    }


def _named(item: Item) -> str:
    return f"{called(item.container)} · {item.line.waste_code}"


def _current(papers: Papers) -> dict[str, Any] | None:
    """The container to weigh now: the one that was chosen, else the next that waits."""
    wanted = request.args.get("drum", "")
    waiting = (item for item in papers.taken if item.consigned.weighed_at is None)
    chosen = next((item for item in papers.taken if item.container.short_code == wanted), None)
    item = chosen or next(waiting, None)
    if item is None:
        return None
    return {
        "position": papers.items.index(item) + 1,
        "label": called(item.container),
        "short_code": item.container.short_code,
        "sent": item.consigned.sent_mass,
    }


def _waiting(c: Consignment, findings: list[RuleFinding]) -> Text | None:
    """What still stands between the consignee and its signature."""
    unweighed, stops = unjudged_count(c), len([one for one in findings if _stops(one)])
    if unweighed and stops:
        return say("还差 {drums} 件过磅、{stops} 项超差处理", drums=unweighed, stops=stops)
    if unweighed:
        return say("还差 {drums} 件过磅", drums=unweighed)
    return say("还差 {stops} 项超差处理", stops=stops) if stops else None


def _stops(finding: RuleFinding) -> bool:
    return finding.blocks and finding.outcome is OutcomeKind.FINDING


def _over_tolerance(papers: Papers, findings: list[RuleFinding]) -> list[dict[str, Any]]:
    """What has to be settled before anybody signs; of a container with its three ways out."""
    items = {item.container.id: item for item in papers.items}
    found = []
    for finding in findings:
        if _stops(finding):
            item = items.get(finding.subject_id) if finding.subject_kind == "container" else None
            short_code = item.container.short_code if item else None
            found.append({"text": finding.text(), "short_code": short_code})
    return found


def _judged(item: Item) -> dict[str, Any]:
    kind, words, icon = VERDICT_TAGS[item.consigned.verdict]
    return {
        "label": called(item.container),
        "short_code": item.container.short_code,
        "note": item.consigned.verdict_note,
        "kind": kind,
        "words": words,
        "icon": icon,
        "may_take_back": item.consigned.verdict in (Verdict.REFUSED, Verdict.MISSING),
    }


def _gate(c: Consignment) -> dict[str, Any] | None:
    if c.gate_gross is None:
        return None
    return {
        "gross": c.gate_gross,
        "tare": c.gate_tare,
        "net": gate_net(c),
        "difference": gate_difference(c),
    }


def _lines(papers: Papers) -> list[dict[str, Any]]:
    return [
        {
            "number": line.line_number,
            "name": line.waste_name,
            "code": line.waste_code,
            "method": line.method_code or papers.consignment.planned_method,
            "method_words": method_text(line.method_code),
            "opinion": OPINION_WORDS[line.opinion] if line.opinion else None,
            "received": line.received_mass,
        }
        for line in papers.lines
    ]


def _returns(work: Work, papers: Papers) -> dict[str, Any] | None:
    """What is still on its way back, and into which zones it may be put; None when all of it is back."""
    waiting = papers.coming_back
    if not waiting:
        return None
    container = waiting[0].container
    stream = work.session.get_one(WasteStream, container.stream_id)
    zones = zone_proposals(work, container, stream)
    asked = {finding.rule_id: finding for zone in zones if zone.is_open for finding in zone.to_confirm}
    return {
        "count": len(waiting),
        "back": papers.consignment.returned_count,
        "next": {"label": called(container), "short_code": container.short_code},
        "zones": [_zone_choice(zone) for zone in zones],
        "to_confirm": [(rule_id, finding.text()) for rule_id, finding in asked.items()],
    }


def _zone_choice(proposal: ZoneProposal) -> dict[str, Any]:
    zone = proposal.zone
    label = f"{proposal.facility.code} {zone.code} {zone.name}"
    note = proposal.stops[0].text() if proposal.stops else None
    return {"value": str(zone.id), "label": label, "disabled": not proposal.is_open, "note": note}


def _confirmation(work: Work, c: Consignment) -> dict[str, Any] | None:
    """Until when the receipt has to be confirmed in the national system, or when it was."""
    if c.closed_at is None or c.opinion in (None, Opinion.REJECT):
        return None
    due_on = confirmation_due(work, c)
    return {
        "due_on": due_on,
        "is_open": c.state in JUDGED,
        "is_late": c.state in JUDGED and due_on < work.today,
        "at": c.confirmed_at,
        "first": accepted_on(work, c),
    }


def _results(work: Work, papers: Papers, acts: frozenset[ConsignmentAct]) -> dict[str, Any]:
    rows = results_of(work, papers)
    left = left_by_line(papers, rows)
    may_report = A.REPORT_RESULT in acts
    proposals = proposals_of(work, papers, rows) if may_report else ()
    open_lines = [line for line in papers.lines if left[line.id] > 0]
    return {
        "rows": [_result(papers, row) for row in rows],
        "left": sum(left.values()),
        "options": [(line.line_number, f"{line.line_number} · {line.waste_name}") for line in open_lines],
        "proposals": [_proposal(one) for one in proposals],
        "prefill": FormState(_prefill(papers, proposals, left)) if may_report and open_lines else None,
    }


def _result(papers: Papers, row: ResultRow) -> dict[str, Any]:
    result = row.result
    address = url_for("consignments.result_file", number=papers.consignment.number, result_id=result.id)
    return {
        "line": row.line.line_number,
        "name": row.line.waste_name,
        "code": row.line.waste_code,
        "method": method_text(result.method_code),
        "mass": result.mass,
        "started_on": result.started_on,
        "finished_on": result.finished_on,
        "residue": result.residue_note,
        "file": address if result.file_id else None,
        "at": result.reported_at,
    }


def _proposal(one: Proposal) -> dict[str, Any]:
    return {"line": one.line, "method": method_text(one.method_code), "mass": one.mass}


def _prefill(papers: Papers, proposals: tuple[Proposal, ...], left: dict[Any, Any]) -> dict[str, str]:
    """What the form starts with: the consignee's own treatments, else all that is left as it was planned."""
    if proposals:
        first = proposals[0]
        return {
            "line_number": str(first.line.line_number),
            "method_code": first.method_code,
            "mass_kg": kg_text(first.mass),
            "started_on": first.started_on.isoformat(),
            "finished_on": first.finished_on.isoformat(),
        }
    line = next(line for line in papers.lines if left[line.id] > 0)
    return {"line_number": str(line.line_number), "method_code": line.method_code}
