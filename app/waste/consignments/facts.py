"""What the rules are asked about a consignment, from its papers and the consignee's licence."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from app.foundation.catalogue.codes import is_waste_code
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import Facts, RuleFinding, assess
from app.foundation.rulebook.outcome import UNKNOWN
from app.parties.licences import rules as licence_rules
from app.parties.licences.models import OperatingLicence
from app.parties.licences.queries import licence_with_codes
from app.parties.licences.rules import LicenceFacts, LicenceScopeFacts, LicenceTerms
from app.waste.consignments import rules as consignment_rules
from app.waste.consignments.models import Consignment, ConsignmentLine, ConsignmentState
from app.waste.consignments.naming import called
from app.waste.consignments.queries.papers import Papers
from app.waste.consignments.rules import (
    ContainerMassFacts,
    ManifestNumberFacts,
    ReceiptCountFacts,
    ReceiptMassFacts,
)
from app.waste.registry.models import PlaceKind, Posting, WasteStream
from app.waste.registry.planning.models import ManagementPlan, PlanLine, PlanTable
from app.waste.registry.planning.queries import plan_in_force
from app.waste.registry.rules import plans as plan_rules
from app.waste.registry.rules.plans import ManifestPlanFacts, PlannedWasteFacts

RULES: Final = {**licence_rules.RULES, **consignment_rules.RULES}
PLAN_RULES: Final = {id_: plan_rules.RULES[id_] for id_ in ("HWTM-14-plan", "HJ1259-plan-over")}
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
    lines = _hazardous(papers)
    if not lines or papers.consignee is None:
        return []
    found = plan_in_force(work, papers.consignor_site.id, work.today)
    return _assessed_by_plan(work, papers, _backing(papers, licence, found))


def plan_outlook(work: Work, papers: Papers, licence: OperatingLicence | None) -> list[RuleFinding]:
    """As `plan_findings`, and how far this consignment would bring what is planned; shown only. Two statements."""
    lines = _hazardous(papers)
    if not lines or papers.consignee is None:
        return []
    found = plan_in_force(work, papers.consignor_site.id, work.today)
    facts = _backing(papers, licence, found)
    if found is not None:
        sent = sent_in_year(work, papers.consignor_site.id, work.today.year)
        facts += list(_planned_masses(papers, found[1], sent))
    return _assessed_by_plan(work, papers, facts)


def _hazardous(papers: Papers) -> list[ConsignmentLine]:
    return [line for line in papers.lines if is_waste_code(line.waste_code)]


def _assessed_by_plan(work: Work, papers: Papers, facts: list[Facts]) -> list[RuleFinding]:
    return assess(PLAN_RULES, facts, on=work.today, jurisdiction=papers.jurisdictions)


def _backing(
    papers: Papers,
    licence: OperatingLicence | None,
    found: tuple[ManagementPlan, tuple[PlanLine, ...]] | None,
) -> list[Facts]:
    """Each hazardous line beside table A.7 of the plan in force."""
    assert papers.consignee is not None
    receiver = {papers.consignee.name, papers.consignee.short_name}
    if licence is not None:
        receiver.add(licence.number)
    planned: dict[str, set[str]] = {}
    for line in found[1] if found else ():
        if line.table is PlanTable.TRANSFER:
            names = (line.details.get("receiver_name", ""), line.details.get("licence_number", ""))
            planned.setdefault(line.waste_code, set()).update(name for name in names if name)
    return [
        ManifestPlanFacts(
            subject_id=line.id,
            waste_code=line.waste_code,
            receiver=frozenset(receiver),
            filing_number=found[0].filing_number if found else None,
            planned={code: frozenset(names) for code, names in planned.items()},
        )
        for line in _hazardous(papers)
    ]


def _planned_masses(
    papers: Papers, planned: tuple[PlanLine, ...], sent: Mapping[str, int]
) -> Iterator[Facts]:
    """What each waste code would have reached with this consignment, beside what table A.7 plans of it."""
    masses: dict[str, int] = {}
    for item in papers.items:
        masses[item.line.waste_code] = masses.get(item.line.waste_code, 0) + item.consigned.sent_mass
    for line in _hazardous(papers):
        of_code = [
            one.mass
            for one in planned
            if (one.table, one.waste_code) == (PlanTable.TRANSFER, line.waste_code)
        ]
        if of_code:
            yield PlannedWasteFacts(
                subject_id=line.id,
                waste_code=line.waste_code,
                is_planned=True,
                cumulative=Grams(sent.get(line.waste_code, 0) + masses.get(line.waste_code, 0)),
                planned=Grams(sum(of_code)),
            )


def sent_in_year(work: Work, site_id: UUID, year: int) -> Mapping[str, int]:
    """Grams that left a site on consignments in a calendar year, by waste code; one statement."""
    rows = work.session.execute(
        select(WasteStream.waste_code, func.sum(Posting.mass))
        .join(WasteStream, WasteStream.id == Posting.stream_id)
        .join(Consignment, Consignment.id == Posting.to_id)
        .where(
            Consignment.consignor_site_id == site_id,
            Posting.to_kind == PlaceKind.CONSIGNMENT,
            Posting.corrects_id.is_(None),
            Posting.effective_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .group_by(WasteStream.waste_code)
    )
    return {code: int(mass) for code, mass in rows}


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
