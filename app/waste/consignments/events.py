"""What is written to the trace log about consignments. Every act leaves exactly one of these."""

import enum
from collections.abc import Mapping
from typing import Final

from app.foundation.core.text import Text, say


class ConsignmentEvent(enum.StrEnum):
    """Subject is the consignment; the payload carries it, and every row the act changed, as they are afterwards."""

    CREATED = "consignment.created"
    """A draft with its lines and containers."""
    REVISED = "consignment.revised"
    """The draft's content was replaced; `removed` names the lines that went."""
    SUBMITTED = "consignment.submitted"
    """Rules passed, containers reserved. `rules` says how each rule came out, `overridden` which were overridden."""
    NATIONAL_NUMBER_RECORDED = "consignment.national_number_recorded"
    """The number of the national system was entered, or corrected, before the consignor signed."""
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


E = ConsignmentEvent
EVENT_WORDS: Final[Mapping[str, Text]] = {
    E.CREATED: say("起草"),
    E.REVISED: say("草稿已修改"),
    E.SUBMITTED: say("已提交给接受人"),
    E.NATIONAL_NUMBER_RECORDED: say("国家联单编号已填写"),
    E.LOADING_STARTED: say("装载开始"),
    E.CONTAINER_LOADED: say("容器扫码装车"),
    E.SIGNED: say("移出人已签署"),
    E.DEPARTED: say("承运人签署，起运"),
    E.ARRIVED: say("到达接受人厂区"),
    E.CONTAINER_WEIGHED: say("容器过磅"),
    E.DISCREPANCY_FOUND: say("已登记重大差异"),
    E.ACCEPTED: say("接受人签收"),
    E.REJECTED: say("接受人拒收"),
    E.CANCELLED: say("作废"),
}
"""Each event as timelines call it."""
