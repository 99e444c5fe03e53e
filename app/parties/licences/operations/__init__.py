"""Writes: licences and applications for them, entries of their capacity, fleets."""

from app.parties.licences.operations.applications import (
    answer_queries,
    apply_for_licence,
    approve_application,
    judge_field,
    send_queries,
    withdraw_application,
)
from app.parties.licences.operations.capacity import (
    record_earlier_use,
    release_capacity,
    reserve_capacity,
    scale_findings,
    use_licence,
)
from app.parties.licences.operations.fleets import (
    change_carrier_permit,
    change_crew_member,
    change_vehicle,
    end_carrier_permit,
    end_crew_member,
    end_vehicle,
    register_carrier_permit,
    register_crew_member,
    register_vehicle,
)
from app.parties.licences.operations.licences import (
    change_licence_state,
    record_renewal_filing,
    register_licence,
)

__all__ = [
    "answer_queries",
    "apply_for_licence",
    "approve_application",
    "change_carrier_permit",
    "change_crew_member",
    "change_licence_state",
    "change_vehicle",
    "end_carrier_permit",
    "end_crew_member",
    "end_vehicle",
    "judge_field",
    "record_earlier_use",
    "record_renewal_filing",
    "register_carrier_permit",
    "register_crew_member",
    "register_licence",
    "register_vehicle",
    "release_capacity",
    "reserve_capacity",
    "scale_findings",
    "send_queries",
    "use_licence",
    "withdraw_application",
]
