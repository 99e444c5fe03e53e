"""What the rules are asked at the receipt: masses, counts, the four checks, the licence on the day."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import Facts, RuleFinding, assess
from app.foundation.rulebook.outcome import UNKNOWN
from app.parties.licences.capacity import LicenceScope, licence_in_full
from app.parties.licences.facts import terms_of
from app.parties.licences.models import OperatingLicence
from app.parties.licences.rules import LicenceFacts, LicenceScaleFacts
from app.waste.consignments.facts.parts import hazardous_lines
from app.waste.consignments.facts.transfer import RULES, line_licence_facts, times_facts
from app.waste.consignments.models import ConsignmentLine, DiscrepancyKind, Opinion
from app.waste.consignments.naming import called
from app.waste.consignments.policy import unjudged_count
from app.waste.consignments.queries.papers import Papers
from app.waste.consignments.rules import ContainerMassFacts, ReceiptCountFacts, ReceiptMassFacts
from app.waste.consignments.rules.receipt import (
    AcceptanceFacts,
    DifferenceFacts,
    NoDifferenceFacts,
    OpinionFacts,
)
from app.waste.consignments.workflow import ConsignmentState


def receipt_findings(
    work: Work,
    papers: Papers,
    methods: Mapping[int, str] | None = None,
    checks: Collection[str] | None = None,
) -> tuple[list[RuleFinding], OperatingLicence | None]:
    """Licence on the day of the receipt, masses and count against what was sent, and what the consignee writes; one
    statement.

    Args:
        methods: what the consignee says it will do with a line, by its number, where it isn't what was planned.
        checks: those it made; None while it hasn't signed.
    """
    consignee = papers.consignment.consignee_id
    scope = licence_in_full(work, consignee, work.today) if consignee else None
    facts = [*weighing_facts(papers), times_facts(papers), difference_facts(papers)]
    if hazardous_lines(papers):
        facts += _licence_facts(papers, scope, work.today, methods or {})
    if checks is not None:
        facts += _written_facts(work, papers, methods or {}, checks)
    return _assessed(work, papers, facts), scope.licence if scope else None


def weighing_findings(work: Work, papers: Papers) -> list[RuleFinding]:
    """Masses and count as weighed so far; no statement."""
    return _assessed(work, papers, weighing_facts(papers))


def _assessed(work: Work, papers: Papers, facts: list[Facts]) -> list[RuleFinding]:
    return assess(RULES, facts, on=work.today, jurisdiction=papers.jurisdictions)


def _licence_facts(
    papers: Papers, scope: LicenceScope | None, today: date, methods: Mapping[int, str]
) -> Iterator[Facts]:
    yield LicenceFacts(
        subject_id=papers.consignment.id,
        licence=terms_of(scope.licence if scope else None),
        dispatch_on=today,
        acceptance_on=today,
    )
    for line in hazardous_lines(papers):
        method = methods.get(line.line_number) or papers.consignment.planned_method
        yield from line_licence_facts(line.id, line.waste_code, method, scope)
    if scope is not None:
        yield from _scale_facts(papers, scope)


def _scale_facts(papers: Papers, scope: LicenceScope) -> Iterator[LicenceScaleFacts]:
    """The licence as a whole and the lines of it this load draws on, with this receipt in place of what it reserved."""
    lines = {line: scope.line_of(line.waste_code) for line in hazardous_lines(papers)}
    yield _scale("", scope.used, scope.reserved, scope.licence.yearly_scale, list(lines), papers, scope)
    for part in dict.fromkeys(lines.values()):
        if part is not None and part.yearly_scale is not None:
            own = [line for line, drawn in lines.items() if drawn is part]
            yield _scale(part.code, part.used, part.reserved, part.yearly_scale, own, papers, scope)


def _scale(
    name: str,
    used: Grams,
    reserved: Grams,
    yearly: Grams,
    lines: list[ConsignmentLine],
    papers: Papers,
    scope: LicenceScope,
) -> LicenceScaleFacts:
    taken = [item for item in papers.taken if item.line in lines]
    return LicenceScaleFacts(
        subject_id=scope.licence.id,
        scope=name,
        used=Grams(used + sum(item.consigned.received_mass or 0 for item in taken)),
        booked=Grams(max(reserved - sum(line.sent_mass for line in lines), 0)),
        yearly_scale=yearly,
    )


def _written_facts(
    work: Work, papers: Papers, methods: Mapping[int, str], checks: Collection[str]
) -> Iterator[Facts]:
    c = papers.consignment
    yield AcceptanceFacts(
        subject_id=c.id,
        acceptance_checks=frozenset(checks),
        delivered_to=str(work.actor.organisation_id or ""),
        named_consignee=str(c.consignee_id or ""),
        arrival_told=c.arrived_at is not None,  # the arrival stands in the consignor's list from that moment
    )
    for line in papers.lines:
        items = [item for item in papers.items if item.line is line]
        taken = [item for item in items if item.is_taken]
        yield OpinionFacts(
            subject_id=line.id,
            label=line.waste_code,
            opinion=line.opinion or (Opinion.ACCEPT if taken or not items else Opinion.REJECT),
            planned_method=methods.get(line.line_number) or c.planned_method,
            accepted_mass=Grams(sum(item.consigned.received_mass or 0 for item in taken))
            if items
            else line.received_mass,
        )


def difference_facts(papers: Papers) -> DifferenceFacts:
    """Whether a major difference was reported, or is weighed, and who was told."""
    c = papers.consignment
    return DifferenceFacts(
        subject_id=c.id,
        has_difference=c.discrepancy is not DiscrepancyKind.NONE,
        consignor_told=c.consignor_informed_at is not None,
        authority_told=c.authority_informed_at is not None,
    )


def weighing_facts(papers: Papers) -> list[Facts]:
    """Sent and received masses: of each container weighed and not refused, and of all these once nothing is left to
    weigh. A missing one is a count that differs.

    A reported discrepancy counts as handled: the consignor sees it, and the consignee said why.
    """
    consignment = papers.consignment
    is_resolved = consignment.state is ConsignmentState.DISCREPANCY
    weighed = [item for item in papers.taken if item.consigned.received_mass is not None]
    facts: list[Facts] = [
        ContainerMassFacts(
            subject_id=item.container.id,
            label=called(item.container),
            sent=item.consigned.sent_mass,
            received=item.consigned.received_mass or UNKNOWN,
            is_resolved=is_resolved,
        )
        for item in weighed
    ]
    if not weighed or unjudged_count(consignment):
        return facts
    return [
        ReceiptMassFacts(
            subject_id=consignment.id,
            sent=Grams(sum(item.consigned.sent_mass for item in weighed)),
            received=papers.received_mass,
            is_resolved=is_resolved,
        ),
        ReceiptCountFacts(
            subject_id=consignment.id,
            sent_count=consignment.container_count,
            received_count=consignment.container_count - consignment.missing_count,
            is_resolved=is_resolved,
        ),
        NoDifferenceFacts(
            subject_id=consignment.id,
            discrepancy=consignment.discrepancy,
            sent=Grams(sum(item.consigned.sent_mass for item in weighed)),
            received=papers.received_mass,
            sent_count=consignment.container_count,
            received_count=consignment.container_count - consignment.missing_count,
        ),
        *facts,
    ]
