"""What several kinds of facts read from the papers of a consignment."""

from collections import Counter
from collections.abc import Mapping

from app.foundation.catalogue.codes import is_waste_code
from app.foundation.core.units import Grams
from app.waste.consignments.models import ConsignmentLine
from app.waste.consignments.queries.papers import Papers


def hazardous_lines(papers: Papers) -> list[ConsignmentLine]:
    """Lines of hazardous waste; of general waste no manifest of the national system is asked."""
    return [line for line in papers.lines if is_waste_code(line.waste_code)]


def sent_masses(papers: Papers) -> Mapping[str, Grams]:
    """Grams on the manifest, by waste code."""
    masses: Counter[str] = Counter()
    for line in papers.lines:
        masses[line.waste_code] += line.sent_mass
    return {code: Grams(mass) for code, mass in masses.items()}
