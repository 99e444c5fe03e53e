"""What the rules are asked about a consignment, from its papers and the consignee's licence."""

from datetime import date
from typing import Final

from app.foundation.catalogue.codes import is_waste_code
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import Facts, RuleFinding, assess
from app.foundation.rulebook.outcome import UNKNOWN
from app.parties.licences import rules as licence_rules
from app.parties.licences.models import OperatingLicence
from app.parties.licences.queries import licence_with_codes
from app.parties.licences.rules import LicenceFacts, LicenceScopeFacts, LicenceTerms
from app.waste.consignments import rules as consignment_rules
from app.waste.consignments.models import ConsignmentState
from app.waste.consignments.naming import called
from app.waste.consignments.queries.papers import Papers
from app.waste.consignments.rules import (
    ContainerMassFacts,
    ManifestNumberFacts,
    ReceiptCountFacts,
    ReceiptMassFacts,
)
from app.waste.registry.planning.models import PlanTable
from app.waste.registry.planning.queries import plan_in_force
from app.waste.registry.rules import plans as plan_rules
from app.waste.registry.rules.plans import ManifestPlanFacts

RULES: Final = {**licence_rules.RULES, **consignment_rules.RULES}
PLAN_RULES: Final = {"HWTM-14-plan": plan_rules.RULES["HWTM-14-plan"]}
"""Asked when a draft is submitted, and while it is shown."""


def transfer_findings(
    work: Work, papers: Papers, *, acceptance_on: date
) -> tuple[list[RuleFinding], OperatingLicence | None]:
    """Licence and manifest number for a dispatch today and an acceptance on a day, with the licence found.

    One statement. The number is asked about only when there is one: the national system gives it.
    """
    licence, codes = _licence(work, papers)
    facts = [*_licence_facts(papers, licence, codes, work.today, acceptance_on), *_number_facts(papers)]
    return _assessed(work, papers, facts), licence


def plan_findings(work: Work, papers: Papers, licence: OperatingLicence | None) -> list[RuleFinding]:
    """Whether the hazardous lines rest on the consignor's filed plan (HWTM 14); one statement.

    Args:
        licence: of the consignee; a plan may name it instead of the firm.
    """
    lines = [line for line in papers.lines if is_waste_code(line.waste_code)]
    if not lines or papers.consignee is None:
        return []
    receiver = {papers.consignee.name, papers.consignee.short_name}
    if licence is not None:
        receiver.add(licence.number)
    found = plan_in_force(work, papers.consignor_site.id, work.today)
    planned: dict[str, set[str]] = {}
    for line in found[1] if found else ():
        if line.table is PlanTable.TRANSFER:
            names = (line.details.get("receiver_name", ""), line.details.get("licence_number", ""))
            planned.setdefault(line.waste_code, set()).update(name for name in names if name)
    facts = [
        ManifestPlanFacts(
            subject_id=line.id,
            waste_code=line.waste_code,
            receiver=frozenset(receiver),
            filing_number=found[0].filing_number if found else None,
            planned={code: frozenset(names) for code, names in planned.items()},
        )
        for line in lines
    ]
    return assess(PLAN_RULES, facts, on=work.today, jurisdiction=papers.jurisdictions)


def receipt_findings(work: Work, papers: Papers) -> tuple[list[RuleFinding], OperatingLicence | None]:
    """Licence on the day of the receipt, and masses and count against what was sent; one statement."""
    licence, codes = _licence(work, papers)
    facts = [*_licence_facts(papers, licence, codes, work.today, work.today), *weighing_facts(papers)]
    return _assessed(work, papers, facts), licence


def weighing_findings(work: Work, papers: Papers) -> list[RuleFinding]:
    """Masses and count as weighed so far; no statement."""
    return _assessed(work, papers, weighing_facts(papers))


def _assessed(work: Work, papers: Papers, facts: list[Facts]) -> list[RuleFinding]:
    return assess(RULES, facts, on=work.today, jurisdiction=papers.jurisdictions)


def _licence(work: Work, papers: Papers) -> tuple[OperatingLicence | None, frozenset[str]]:
    consignee = papers.consignment.consignee_id
    return licence_with_codes(work, consignee, work.today) if consignee else (None, frozenset())


def _licence_facts(
    papers: Papers,
    licence: OperatingLicence | None,
    codes: frozenset[str],
    dispatch_on: date,
    acceptance_on: date,
) -> list[Facts]:
    terms = (
        LicenceTerms(licence.number, licence.state, licence.valid_from, licence.valid_to) if licence else None
    )
    whole = LicenceFacts(
        subject_id=papers.consignment.id, licence=terms, dispatch_on=dispatch_on, acceptance_on=acceptance_on
    )
    lines = [
        LicenceScopeFacts(subject_id=line.id, waste_code=line.waste_code, licensed_codes=codes)
        for line in papers.lines
    ]
    return [whole, *lines]


def _number_facts(papers: Papers) -> list[Facts]:
    number = papers.consignment.national_number
    if number is None:
        return []
    return [
        ManifestNumberFacts(
            subject_id=papers.consignment.id,
            number=number,
            demo=papers.is_demo,
            departure_city=papers.consignor_site.city,
        )
    ]


def weighing_facts(papers: Papers) -> list[Facts]:
    """Sent and received masses: of each container weighed, and of the whole once all of them are.

    A reported discrepancy counts as handled: the consignor sees it, and the consignee said why.
    """
    consignment = papers.consignment
    is_resolved = consignment.state is ConsignmentState.DISCREPANCY
    weighed = [item for item in papers.items if item.consigned.received_mass is not None]
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
    if len(weighed) < consignment.container_count:
        return facts
    received = papers.received_mass
    return [
        ReceiptMassFacts(
            subject_id=consignment.id,
            sent=consignment.sent_mass,
            received=received,
            is_resolved=is_resolved,
        ),
        ReceiptCountFacts(
            subject_id=consignment.id,
            sent_count=consignment.container_count,
            received_count=len(weighed),
            is_resolved=is_resolved,
        ),
        *facts,
    ]
