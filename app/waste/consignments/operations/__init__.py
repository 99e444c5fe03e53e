"""Writes of consignments, one function per thing a person does, in the order of the journey."""

from app.waste.consignments.operations.dispatch import (
    load_container,
    sign_as_carrier,
    sign_as_consignor,
    start_loading,
)
from app.waste.consignments.operations.drafting import (
    create_consignment,
    record_national_number,
    revise_draft,
)
from app.waste.consignments.operations.ending import cancel_consignment
from app.waste.consignments.operations.receipt import (
    accept_consignment,
    arrive,
    reject_consignment,
    report_discrepancy,
    weigh_container,
)
from app.waste.consignments.operations.submission import submit_consignment

__all__ = [
    "accept_consignment",
    "arrive",
    "cancel_consignment",
    "create_consignment",
    "load_container",
    "record_national_number",
    "reject_consignment",
    "report_discrepancy",
    "revise_draft",
    "sign_as_carrier",
    "sign_as_consignor",
    "start_loading",
    "submit_consignment",
    "weigh_container",
]
