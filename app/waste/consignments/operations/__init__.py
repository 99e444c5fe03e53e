"""Writes of consignments, one function per thing a person does, in the order of the journey."""

from app.waste.consignments.operations.discrepancies import inform_authority, report_discrepancy
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
from app.waste.consignments.operations.general_drafting import create_transfer, revise_transfer, weigh_load
from app.waste.consignments.operations.general_moving import accept_load, take_back
from app.waste.consignments.operations.receipt import accept_consignment, reject_consignment
from app.waste.consignments.operations.results import confirm_consignment, report_result
from app.waste.consignments.operations.returning import return_container
from app.waste.consignments.operations.submission import submit_consignment
from app.waste.consignments.operations.waybill import record_waybill
from app.waste.consignments.operations.weighing import arrive, judge_container, record_tare, weigh_container

__all__ = [
    "accept_consignment",
    "accept_load",
    "arrive",
    "cancel_consignment",
    "confirm_consignment",
    "create_consignment",
    "create_transfer",
    "inform_authority",
    "judge_container",
    "load_container",
    "record_national_number",
    "record_tare",
    "record_waybill",
    "reject_consignment",
    "report_discrepancy",
    "report_result",
    "return_container",
    "revise_draft",
    "revise_transfer",
    "sign_as_carrier",
    "sign_as_consignor",
    "start_loading",
    "submit_consignment",
    "take_back",
    "weigh_container",
    "weigh_load",
]
