"""Reads of consignments: finding one, its whole papers, lists by bucket, and what a new one may be made of."""

from app.waste.consignments.queries.filters import ConsignmentFilter
from app.waste.consignments.queries.finding import (
    consignment_for,
    consignment_number_of,
    consignments_seen,
    numbers_of,
)
from app.waste.consignments.queries.imprint import Imprint, imprint_of
from app.waste.consignments.queries.lists import (
    MAX_PAGE,
    Bucket,
    ConsignmentPage,
    ConsignmentRow,
    bucket_counts,
    consignments_page,
    counted,
)
from app.waste.consignments.queries.papers import PUBLIC_STATES, Item, Papers, papers_for, public_papers

__all__ = [
    "MAX_PAGE",
    "PUBLIC_STATES",
    "Bucket",
    "ConsignmentFilter",
    "ConsignmentPage",
    "ConsignmentRow",
    "Imprint",
    "Item",
    "Papers",
    "bucket_counts",
    "consignment_for",
    "consignment_number_of",
    "consignments_page",
    "consignments_seen",
    "counted",
    "imprint_of",
    "numbers_of",
    "papers_for",
    "public_papers",
]
