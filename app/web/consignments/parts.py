"""The parts of a consignment's page as plain data: steps, rows, parties, timeline."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID

from flask import url_for

from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.text import Text, say
from app.foundation.core.work import Actor
from app.foundation.rulebook.assessment import RuleFinding
from app.foundation.rulebook.outcome import OutcomeKind
from app.foundation.trace.queries import TimelineEntry
from app.waste.consignments.documents import PACKAGE_WORDS, valid_until
from app.waste.consignments.events import EVENT_WORDS, ConsignmentEvent
from app.waste.consignments.models import (
    Consignment,
    Device,
    DiscrepancyKind,
    Opinion,
    Signature,
    Verdict,
)
from app.waste.consignments.naming import called
from app.waste.consignments.queries import Item, Papers
from app.waste.consignments.workflow import ConsignmentState, Party
from app.waste.registry.methods import method_text
from app.waste.registry.models import FORM_WORDS, WasteKind

S = ConsignmentState
DISCREPANCY_WORDS = {
    DiscrepancyKind.NONE: say("无"),
    DiscrepancyKind.QUANTITY: say("数量"),
    DiscrepancyKind.PACKAGING: say("包装"),
    DiscrepancyKind.FORM: say("形态"),
    DiscrepancyKind.NATURE: say("性质"),
    DiscrepancyKind.OTHER: say("其他"),
}
VERDICT_TAGS: dict[Verdict, tuple[str, Text, str]] = {
    Verdict.REFUSED: ("bad", say("已拒收"), "circle-x"),
    Verdict.MISSING: ("bad", say("未到"), "help-circle"),
    Verdict.RETURNED: ("", say("已退回"), "arrow-back-up"),
    Verdict.LOST: ("bad", say("途中灭失"), "alert-triangle"),
}
SCANS = frozenset(
    {
        ConsignmentEvent.CONTAINER_LOADED,
        ConsignmentEvent.CONTAINER_WEIGHED,
        ConsignmentEvent.CONTAINER_RETURNED,
    }
)
EVENT_KINDS: dict[str, str] = {
    ConsignmentEvent.REFUSED_BY_CARRIER: "bad",
    ConsignmentEvent.STORED_ON_THE_WAY: "warn",
    ConsignmentEvent.INCIDENT_REPORTED: "bad",
    ConsignmentEvent.DIVERTED: "warn",
    ConsignmentEvent.DISCREPANCY_FOUND: "warn",
    ConsignmentEvent.CONTAINER_JUDGED: "warn",
    ConsignmentEvent.REJECTED: "bad",
    ConsignmentEvent.CANCELLED: "off",
    ConsignmentEvent.REVISED: "off",
}


def grouped(number: str | None) -> str | None:
    """A national number as people read it: 4-4-6."""
    return f"{number[:4]}-{number[4:8]}-{number[8:]}" if number else None


def overview(papers: Papers) -> dict[str, Any]:
    """Facts of the whole that the page shows in several places."""
    c = papers.consignment
    return {
        "id": c.id,
        "short_code": c.short_code,
        "paper_number": c.paper_number,
        "paper_reason": c.paper_reason,
        "consignor": papers.consignor.short_name,
        "consignee": papers.consignee.short_name if papers.consignee else None,
        "wastes": "、".join(dict.fromkeys(line.waste_name for line in papers.lines)),
        "container_count": c.container_count,
        "loaded_count": c.loaded_count,
        "weighed_count": c.weighed_count,
        "sent": c.sent_mass,
        "received": c.received_mass,
        "gate_gross": c.gate_gross,
        "gate_tare": c.gate_tare,
        "method": method_text(c.planned_method) if c.planned_method else None,
        "measures": c.emergency_measures,
        "via": c.via,
        "due_on": c.due_on,
        "valid_until": valid_until(papers),
        "discrepancy": DISCREPANCY_WORDS[c.discrepancy] if c.discrepancy != DiscrepancyKind.NONE else None,
        "discrepancy_note": c.discrepancy_note,
        "closing_note": c.closing_note,
        "plate": _plate(papers),
        "vehicle_kind": papers.vehicle.kind if papers.vehicle else None,
        "load": papers.vehicle.approved_load if papers.vehicle else None,
        "driver": papers.driver,
        "escort": papers.escort,
        "carrier": papers.carrier,
        "permit": papers.permit,
        "licence": papers.licence,
        "consignee_firm": papers.consignee,
        "consignee_site": papers.consignee_site,
        "consignor_site": papers.consignor_site,
        "discrepancy_kinds": [
            (kind.value, words) for kind, words in DISCREPANCY_WORDS.items() if kind != DiscrepancyKind.NONE
        ],
        "next_code": _next_code(papers),
    }


def _next_code(papers: Papers) -> Item | None:
    """The next container to scan or weigh."""
    if papers.consignment.state is S.LOADING:
        return next((item for item in papers.items if item.consigned.loaded_at is None), None)
    return next((item for item in papers.taken if item.consigned.weighed_at is None), None)


def steps(c: Consignment) -> list[dict[str, Any]]:
    """The six steps of ux.md 4.1: writing, two signatures, the road, the scales, use."""
    done_at = c.result_reported_at or c.completed_at
    times = (c.submitted_at, c.consignor_signed_at, c.departed_at, c.arrived_at, c.closed_at, done_at)
    words = (say("填写"), say("移出人签"), say("承运人签"), say("运输"), say("过磅接收"), say("利用完成"))
    current = _current_step(c)
    return [
        {
            "label": word,
            "at": time if at < current else None,
            "state": "done" if at < current else "cur" if at == current else "",
        }
        for at, (word, time) in enumerate(zip(words, times, strict=True))
    ]


def _current_step(c: Consignment) -> int:
    match c.state:
        case S.DRAFT | S.SUBMITTED:
            return 0
        case S.LOADING:
            return 2 if c.consignor_signed_at else 1
        case S.IN_TRANSIT:
            return 3
        case S.ARRIVED | S.DISCREPANCY | S.REJECTED:
            return 4
        case S.ACCEPTED | S.PARTLY_ACCEPTED | S.CONFIRMED:
            return 5
        case S.RESULT_REPORTED:
            return 6
        case S.CLOSED if c.result_reported_at is not None:
            return 6
        case _:
            return -1


def line_rows(papers: Papers) -> list[dict[str, Any]]:
    """The wastes as the manifest lists them."""
    return [
        {
            "number": line.line_number,
            "name": line.waste_name,
            "code": line.waste_code,
            "hazards": line.hazards,
            "form": FORM_WORDS[line.form] if line.form else None,
            "harmful": line.harmful_components,
            "package": PACKAGE_WORDS.get(line.package, Text(line.package)),
            "count": line.container_count,
            "sent": line.sent_mass,
            "received": line.received_mass,
            "goods": line.goods,
        }
        for line in papers.lines
    ]


def container_rows(actor: Actor, papers: Papers, findings: Iterable[RuleFinding]) -> list[dict[str, Any]]:
    """Container by container: what was sent, loaded and received, and how the two weights compare."""
    judged = {one.subject_id: one for one in findings if one.rule_id == "DISC-C"}
    following = _next_code(papers)
    return [
        {
            "label": called(item.container),
            "code": item.container.code,
            "url": _container_url(actor, item),
            "waste_code": item.line.waste_code,
            "package": PACKAGE_WORDS.get(item.line.package, Text(item.line.package)),
            "is_loaded": item.consigned.loaded_at is not None,
            "short_code": item.container.short_code,
            "verdict": _verdict(papers, item),
            "sent": item.consigned.sent_mass,
            "received": item.consigned.received_mass,
            "share": _share(item),
            "check": _check(judged.get(item.container.id)),
            "is_next": following is item,
            "stored_at": item.container.stored_at,
        }
        for item in papers.items
    ]


def _verdict(papers: Papers, item: Item) -> tuple[str, Text, str] | None:
    """What became of a container that wasn't accepted: kind, word and icon of its tag."""
    if papers.consignment.opinion is Opinion.REJECT and item.is_taken:
        return "warn", say("待退回"), "arrow-back-up"
    return VERDICT_TAGS.get(item.consigned.verdict)


def _container_url(actor: Actor, item: Item) -> str | None:
    """Only whoever may open a container gets a link to it."""
    container = item.container
    holds = actor.organisation_id in (container.organisation_id, container.holder_id)
    if not (holds or (actor.is_park_staff and container.park_id == actor.park_id)):
        return None
    return url_for("storage.container", code=container.code)


def _share(item: Item) -> Decimal | None:
    """The difference in per cent of what was sent, for reading only."""
    received, sent = item.consigned.received_mass, item.consigned.sent_mass
    return None if received is None else Decimal((received - sent) * 100) / sent


def _check(finding: RuleFinding | None) -> str | None:
    if finding is None:
        return None
    if finding.outcome is not OutcomeKind.FINDING:
        return "ok"
    return "bad" if finding.blocks else "warn"


class Packed(Protocol):
    """A line of a consignment, whole or as lists show it."""

    @property
    def package(self) -> str: ...


def packages_text(lines: Iterable[Packed]) -> Text:
    """How wastes are packed that nobody counts: 散装、袋."""
    packages = dict.fromkeys(line.package for line in lines)
    return Text("{packages}", {"packages": [PACKAGE_WORDS.get(one, Text(one)) for one in packages]})


def parties(papers: Papers) -> dict[str, dict[str, Any]]:
    """The three parties with what the manifest says of them and their signatures. General waste goes without licence
    and permit."""
    is_general = papers.consignment.kind is WasteKind.GENERAL
    permit = (say("道路许可"), papers.permit.number if papers.permit else None)
    licence = (say("经营许可"), papers.licence.number if papers.licence else None)
    return {
        "consignor": {
            "name": papers.consignor.name,
            "facts": [
                (say("信用代码"), papers.consignor.credit_code),
                (say("应急电话"), papers.consignor.emergency_phone),
            ],
            "signed": _signed(papers.signature_of(Party.CONSIGNOR)),
        },
        "carrier": {
            "name": papers.carrier.name if papers.carrier else None,
            "facts": [
                *([] if is_general else [permit]),
                (say("驾驶员") if is_general else say("驾驶 / 押运"), _crew(papers)),
                (say("车牌"), _plate(papers)),
            ],
            "signed": _signed(papers.signature_of(Party.CARRIER)),
        },
        "consignee": {
            "name": papers.consignee.name if papers.consignee else None,
            "facts": [
                *([] if is_general else [licence]),
                (
                    say("利用方式"),
                    method_text(papers.consignment.planned_method)
                    if papers.consignment.planned_method
                    else None,
                ),
                (say("接收地点"), papers.consignee_site.address if papers.consignee_site else None),
            ],
            "signed": _signed(papers.signature_of(Party.CONSIGNEE)),
        },
    }


def _plate(papers: Papers) -> str | None:
    return printed_plate(papers.vehicle.plate) if papers.vehicle else None


def _crew(papers: Papers) -> str | None:
    names = [member.name for member in (papers.driver, papers.escort) if member]
    return " / ".join(names) or None


def _signed(signature: Signature | None) -> dict[str, Any] | None:
    if signature is None:
        return None
    short = f"{signature.document_hash[:4]}…{signature.document_hash[-4:]}"
    return {
        "by": signature.name,
        "at": signature.signed_at,
        "code": short,
        "how": _how(signature),
        "drawing": signature.drawing,
    }


FACTOR_WORDS = {"pin": say("凭 PIN 签署"), "totp": say("凭动态码签署"), "code": say("凭短信验证码签署")}


def _how(signature: Signature) -> Text | None:
    """How the signer was confirmed, and on whose device."""
    factor = FACTOR_WORDS.get(signature.factor)
    match signature.device:
        case Device.NONE:
            return say("按长期授权签署")
        case Device.LINK:
            return say("一次性链接，{factor}", factor=factor) if factor else say("凭一次性链接签署")
        case Device.OTHERS:
            return say("在他人设备上{factor}", factor=factor) if factor else say("在他人设备上签署")
    return factor


def timeline(papers: Papers, entries: Sequence[TimelineEntry]) -> list[dict[str, Any]]:
    """What happened, newest first; containers loaded or weighed one after the other stand together."""
    labels = {item.container.id: called(item.container) for item in papers.items}
    labels |= {item.consigned.id: labels[item.container.id] for item in papers.items}
    firms = {
        firm.id: firm.short_name for firm in (papers.consignor, papers.carrier, papers.consignee) if firm
    }
    shown = []
    for _same, group in groupby(entries, key=lambda entry: (entry.name, entry.organisation_id)):
        runs = list(group)
        for run in [runs] if runs[0].name in SCANS else [[entry] for entry in runs]:
            shown.append(_event(run, labels, firms))
    return shown


def _event(run: Sequence[TimelineEntry], labels: dict[UUID, str], firms: dict[UUID, str]) -> dict[str, Any]:
    """A run of like events as one line with the time and hash of its last one."""
    last = run[0]
    title = EVENT_WORDS.get(last.name, Text(last.name))
    touched = {UUID(row["id"]) for entry in run for row in entry.payload.get("changed", ())}
    scanned = sorted({labels[one] for one in touched if one in labels}) if last.name in SCANS else []
    firm = firms.get(last.organisation_id) if last.organisation_id else None
    return {
        "title": say("{event}，{count} 件", event=title, count=len(scanned)) if len(scanned) > 1 else title,
        "note": " · ".join(part for part in (firm, _span(scanned)) if part) or None,
        "at": last.occurred_at,
        "kind": EVENT_KINDS.get(last.name, "ok"),
        "code": last.short_hash,
    }


def _span(labels: Sequence[str]) -> str:
    return " … ".join(dict.fromkeys((labels[0], labels[-1]))) if labels else ""
