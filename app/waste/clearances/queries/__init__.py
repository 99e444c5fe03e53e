"""Reads: one contract or crossing with everything on its page, their lists, what a form may choose from."""

from app.waste.clearances.queries.finding import (
    contract_for,
    crossing_for,
    papers_of,
    signatures_of,
    steps_of,
    wastes_of,
    wastes_of_crossing,
)
from app.waste.clearances.queries.lists import (
    MAX_PAGE,
    ContractFilter,
    ContractPage,
    ContractRow,
    CrossingFilter,
    CrossingPage,
    CrossingRow,
    Stage,
    contracts_page,
    crossings_page,
)
from app.waste.clearances.queries.pages import (
    ContractView,
    CrossingView,
    contract_file,
    contract_view,
    crossing_file,
    crossing_view,
)

__all__ = [
    "MAX_PAGE",
    "ContractFilter",
    "ContractPage",
    "ContractRow",
    "ContractView",
    "CrossingFilter",
    "CrossingPage",
    "CrossingRow",
    "CrossingView",
    "Stage",
    "contract_file",
    "contract_for",
    "contract_view",
    "contracts_page",
    "crossing_file",
    "crossing_for",
    "crossing_view",
    "crossings_page",
    "papers_of",
    "signatures_of",
    "steps_of",
    "wastes_of",
    "wastes_of_crossing",
]
