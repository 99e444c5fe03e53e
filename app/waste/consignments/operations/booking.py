"""What a consignment holds of its consignee's yearly scale until it is received (HWLM 10)."""

from collections import Counter
from uuid import UUID

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.licences.models import CapacitySource, OperatingLicence
from app.parties.licences.operations import reserve_capacity
from app.waste.consignments.queries import Papers


def book_capacity(work: Work, papers: Papers, licence: OperatingLicence | None, event_id: UUID) -> None:
    """Reserve what is sent, by waste code, in the year of the planned receipt; nothing without a licence.

    Raises:
        RuleViolated: the licence or a line of it would go above its yearly scale (HWLM-10-scale).
    """
    if licence is None:
        return
    masses: Counter[str] = Counter()
    for line in papers.lines:
        masses[line.waste_code] += line.sent_mass
    consignment = papers.consignment
    reserve_capacity(
        work,
        licence.id,
        {code: Grams(mass) for code, mass in masses.items()},
        source_kind=CapacitySource.CONSIGNMENT,
        source_id=consignment.id,
        event_id=event_id,
        note=consignment.number,
        year=consignment.due_on.year if consignment.due_on else None,
        jurisdiction=papers.jurisdictions,
    )
