"""The papers of one consignment: how far it is, what was weighed, who signed, and the viewer's next step."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from app.entry.language import chosen_locale, rendered
from app.entry.work import house, reading
from app.foundation.core.errors import FieldProblem
from app.foundation.core.text import Text
from app.foundation.core.work import Work
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import signer
from app.foundation.rulebook.assessment import RuleFinding, problems
from app.foundation.rulebook.outcome import OutcomeKind
from app.foundation.trace.queries import timeline_of
from app.waste.consignments.documents import consignment_qr
from app.waste.consignments.facts import receipt_findings, standing_findings
from app.waste.consignments.operations.link_signing import ACTS
from app.waste.consignments.policy import acts_open_to, due_act, next_act, parties_of, unjudged_count
from app.waste.consignments.printing import print_manifest
from app.waste.consignments.queries import PUBLIC_STATES, Papers, papers_for
from app.waste.consignments.readiness import readiness_of
from app.waste.consignments.workflow import PARTY_WORDS, SIGNED_BY, ConsignmentState, Party
from app.waste.registry.models import WasteKind
from app.web.consignments.blueprint import bp
from app.web.consignments.general import general_page
from app.web.consignments.lists import mine_text
from app.web.consignments.mending import FIELDS, condition_lines_of
from app.web.consignments.parts import (
    container_rows,
    grouped,
    line_rows,
    overview,
    parties,
    steps,
    timeline,
)
from app.web.consignments.receiving import receiving
from app.web.consignments.road import way_facts
from app.web.consignments.waybill import waybill_facts
from app.web.findings import Line, by_weight, condition_lines
from app.web.forms import FormState
from app.web.qr_svg import qr_svg

S = ConsignmentState
BEFORE_DEPARTURE = frozenset({S.DRAFT, S.SUBMITTED, S.LOADING})
AT_CONSIGNEE = frozenset({S.IN_TRANSIT, S.ARRIVED, S.DISCREPANCY})


@bp.get("/<number>")
def show(number: str) -> str:
    """A consignment; a draft is shown as the page on which it is checked and submitted."""
    with reading() as work:
        return page(work, papers_for(work, number))


@bp.get("/<number>/manifest.pdf")
def manifest(number: str) -> Response:
    """The printed manifest in the language of the page."""
    with reading() as work:
        papers = papers_for(work, number)
        pdf = print_manifest(
            work,
            papers,
            public_url=house().config.public_url,
            keyring=house().keyring,
            render=rendered,
            in_english=chosen_locale() == "en",
        )
    return send_file(
        BytesIO(pdf), mimetype="application/pdf", download_name=f"{papers.consignment.number}.pdf"
    )


def page(work: Work, papers: Papers, form: FormState | None = None, refusal: Text | None = None) -> str:
    """The page of a consignment; after a refused act with what was typed and why it was refused."""
    consignment = papers.consignment
    if consignment.kind is WasteKind.GENERAL:
        return general_page(work, papers, form, refusal)
    template = "consignments/check.html" if consignment.state is S.DRAFT else "consignments/show.html"
    found = _conditions(work, papers)
    findings = found.findings
    acts = acts_open_to(work.actor, consignment)
    return render_template(
        template,
        number=consignment.number,
        version=consignment.version,
        state=consignment.state.value,
        title_number=grouped(consignment.national_number) or consignment.number,
        has_national_number=consignment.national_number is not None,
        mine=mine_text(next_act(work.actor, consignment)),
        next_act=next_act(work.actor, consignment),
        link=_link(work, papers),
        acts=acts,
        r=receiving(work, papers, findings, acts),
        form=form or FormState(),
        refusal=refusal,
        c=overview(papers),
        steps=steps(consignment),
        lines=line_rows(papers),
        containers=container_rows(work.actor, papers, findings),
        parties=parties(papers),
        conditions=found.lines,
        open_count=found.open_count,
        reasons=found.reasons,
        stops=[finding.text() for finding in findings if finding.blocks and _is_broken(finding)],
        way=way_facts(work, papers),
        waybill=waybill_facts(papers),
        events=timeline(papers, timeline_of(work, consignment.id)),
        qr=_qr(work, papers),
        manifest_url=url_for(
            "consignments.manifest", number=consignment.number, lang=request.args.get("lang")
        ),
    )


def _link(work: Work, papers: Papers) -> dict[str, Any] | None:
    """For whose signature a link can be sent now, and by whom it will likely be given; None where none can."""
    consignment = papers.consignment
    due = due_act(consignment)
    party = SIGNED_BY.get(due) if due else None
    held = parties_of(work.actor, consignment)
    if party is None or party not in ACTS or ACTS[party][0] is not due or not {party, Party.CONSIGNOR} & held:
        return None
    name = papers.driver.name if party is Party.CARRIER and papers.driver else ""
    return {"party": party.value, "words": PARTY_WORDS[party], "name": name}


def _is_broken(finding: RuleFinding) -> bool:
    return finding.outcome is OutcomeKind.FINDING


@dataclass(frozen=True)
class Conditions:
    """What the rules say of the next step, or of the transfer as it stands."""

    lines: list[Line]
    findings: list[RuleFinding]
    open_count: int = 0
    reasons: tuple[tuple[str, Text], ...] = ()
    """Rules that whoever acts confirms with a reason, with what they found."""


def _conditions(work: Work, papers: Papers) -> Conditions:
    """Conditions of the next step as lines, the findings behind them, and how many stand in the way."""
    consignment = papers.consignment
    if consignment.state in BEFORE_DEPARTURE:
        ready = readiness_of(work, papers)
        reasons = {one.rule_id: one.text() for one in ready.to_confirm}
        return Conditions(
            condition_lines_of(work.actor, consignment, ready),
            list(ready.findings),
            ready.open_count,
            tuple(reasons.items()),
        )
    if consignment.state in AT_CONSIGNEE:
        findings, _ = receipt_findings(work, papers)
        stops = sum(finding.blocks and _is_broken(finding) for finding in findings)
        lines = condition_lines(by_weight(_summed_up(findings)))
        return Conditions(lines, findings, unjudged_count(consignment) + stops)
    findings = problems(standing_findings(work, papers))
    return Conditions(condition_lines(findings), findings)


def _summed_up(findings: list[RuleFinding]) -> list[RuleFinding]:
    """Without the drums that agree: they stand in the table."""
    return [one for one in findings if one.rule_id != "DISC-C" or _is_broken(one)]


def at_fields(problems: tuple[FieldProblem, ...]) -> list[FieldProblem]:
    """Problems of a command at the fields of the form of a draft."""
    found: dict[tuple[str, str], FieldProblem] = {}
    for problem in problems:
        name = problem.pointer.removeprefix("#/").split("/")[0]
        moved = FieldProblem(f"#/{FIELDS.get(name, name)}", problem.text)
        found[moved.pointer, str(moved.text)] = moved
    return list(found.values())


def _qr(work: Work, papers: Papers) -> Any:
    if papers.consignment.state not in PUBLIC_STATES:
        return None
    key = signer(work, house().keyring, KeyPurpose.QR)
    text = consignment_qr(papers, house().config.public_url, key)
    return qr_svg(text) if text else None
