"""What is written to the trace log about consignments. Every act leaves exactly one of these."""

import enum


class ConsignmentEvent(enum.StrEnum):
    """Subject is the consignment; the payload carries it, and every row the act changed, as they are afterwards."""

    CREATED = "consignment.created"
    """A draft with its lines and containers."""
    REVISED = "consignment.revised"
    """The draft's content was replaced; `removed_line_ids` names the lines that went."""
    SUBMITTED = "consignment.submitted"
    """Rules passed, containers reserved. `rules` says how each rule came out, `overridden` which were overridden."""
    LOADING_STARTED = "consignment.loading_started"
    CONTAINER_LOADED = "consignment.container_loaded"
    """One container was scanned onto the vehicle."""
    SIGNED = "consignment.signed"
    """The consignor signed; `document_hash` is what was signed."""
    DEPARTED = "consignment.departed"
    """The carrier signed and left: the load is in transit, in the ledger too."""
    ARRIVED = "consignment.arrived"
    CONTAINER_WEIGHED = "consignment.container_weighed"
    """The consignee weighed one container, perhaps again."""
    DISCREPANCY_FOUND = "consignment.discrepancy_found"
    ACCEPTED = "consignment.accepted"
    """The consignee signed: received masses are in the ledger, differences beside them, the licence is drawn down."""
    REJECTED = "consignment.rejected"
    CANCELLED = "consignment.cancelled"
    """Withdrawn before departure; its containers are free again."""
