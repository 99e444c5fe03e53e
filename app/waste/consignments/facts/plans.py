"""Whether the hazardous lines of a consignment rest on the consignor's plan (HWTM 10 item 2, 14)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import Facts, RuleFinding, assess
from app.parties.licences.models import OperatingLicence
from app.waste.consignments.facts.parts import hazardous_lines
from app.waste.consignments.models import Consignment
from app.waste.consignments.queries.papers import Papers
from app.waste.consignments.rules import duties
from app.waste.consignments.rules.duties import PlannedFacts
from app.waste.registry.models import PlaceKind, Posting, WasteStream
from app.waste.registry.planning.models import ManagementPlan, PlanLine, PlanTable
from app.waste.registry.planning.queries import plan_in_force
from app.waste.registry.rules import plans as plan_rules
from app.waste.registry.rules.plans import ManifestPlanFacts, PlannedWasteFacts

PLAN_RULES: Final = {
    "HWTM-10-2": duties.RULES["HWTM-10-2"],
    **{id_: plan_rules.RULES[id_] for id_ in ("HWTM-14-plan", "HJ1259-plan-over")},
}
"""Asked when a draft is submitted, and while it is shown."""


def plan_findings(work: Work, papers: Papers, licence: OperatingLicence | None) -> list[RuleFinding]:
    """Whether the hazardous lines rest on the consignor's filed plan (HWTM 14); one statement.

    Args:
        licence: of the consignee; a plan may name it instead of the firm.
    """
    lines = hazardous_lines(papers)
    if not lines or papers.consignee is None:
        return []
    found = plan_in_force(work, papers.consignor_site.id, work.today)
    return _assessed_by_plan(work, papers, _backing(papers, licence, found))


def plan_outlook(work: Work, papers: Papers, licence: OperatingLicence | None) -> list[RuleFinding]:
    """As `plan_findings`, and how far this consignment would bring what is planned; shown only. Two statements."""
    lines = hazardous_lines(papers)
    if not lines or papers.consignee is None:
        return []
    found = plan_in_force(work, papers.consignor_site.id, work.today)
    facts = _backing(papers, licence, found)
    if found is not None:
        sent = sent_in_year(work, papers.consignor_site.id, work.today.year)
        facts += list(_planned_masses(papers, found[1], sent))
    return _assessed_by_plan(work, papers, facts)


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
        PlannedFacts(subject_id=papers.consignment.id, has_plan=found is not None),
        *(
            ManifestPlanFacts(
                subject_id=line.id,
                waste_code=line.waste_code,
                receiver=frozenset(receiver),
                filing_number=found[0].filing_number if found else None,
                planned={code: frozenset(names) for code, names in planned.items()},
            )
            for line in hazardous_lines(papers)
        ),
    ]


def _planned_masses(
    papers: Papers, planned: tuple[PlanLine, ...], sent: Mapping[str, int]
) -> Iterator[Facts]:
    """What each waste code would have reached with this consignment, beside what table A.7 plans of it."""
    masses: dict[str, int] = {}
    for item in papers.items:
        masses[item.line.waste_code] = masses.get(item.line.waste_code, 0) + item.consigned.sent_mass
    for line in hazardous_lines(papers):
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
