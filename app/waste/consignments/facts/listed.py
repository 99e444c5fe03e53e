"""The hazards of each line beside the national list."""

from app.foundation.catalogue.queries import CatalogueNotLoaded, catalogue_of
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import RuleFinding, assess
from app.waste.consignments.facts.parts import hazardous_lines
from app.waste.consignments.queries.papers import Papers
from app.waste.consignments.rules import manifest
from app.waste.consignments.rules.manifest import LineFacts

LISTED_RULES = {"MAN-X2": manifest.RULES["MAN-X2"]}


def listed_findings(work: Work, papers: Papers) -> list[RuleFinding]:
    """MAN-X2 for each hazardous line, shown only; no statement but for the first caller of a process. Nothing where no
    list is loaded or the code isn't on it: other rules tell of that."""
    try:
        catalogue = catalogue_of(work)
    except CatalogueNotLoaded:
        return []
    facts = []
    for line in hazardous_lines(papers):
        entry = catalogue.find(line.waste_code, work.today)
        if entry is not None:
            facts.append(
                LineFacts(
                    subject_id=line.id,
                    label=line.waste_code,
                    hazards=frozenset(line.hazards),
                    listed_hazards=frozenset(entry.hazards),
                    certain_hazards=certain_of(entry.hazard_expression),
                )
            )
    return assess(LISTED_RULES, facts, on=work.today, jurisdiction=papers.jurisdictions)


def certain_of(expression: str) -> frozenset[str]:
    """What a waste always has by the list's expression: the first before a comma; of several with "/" none alone."""
    first = expression.replace(",", "，").partition("，")[0].strip()
    return frozenset() if "/" in first or not first else frozenset({first})
