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
    WAYBILL_RECORDED = "consignment.waybill_recorded"
    """The dangerous-goods waybill's number and its data on every line were entered, or entered again."""
    PAPER_RECORDED = "consignment.paper_recorded"
    """The load goes with a paper manifest: the national system is out of order."""
    BACKFILLED = "consignment.backfilled"
    """The paper manifest stands in the national system now, under `national_number`."""
    LOADING_STARTED = "consignment.loading_started"
    CONTAINER_LOADED = "consignment.container_loaded"
    """One container was scanned onto the vehicle."""
    LOAD_WEIGHED = "consignment.load_weighed"
    """General waste: what the vehicle was loaded with, perhaps again."""
    SIGNED = "consignment.signed"
    """The consignor signed; `document_hash` is what was signed."""
    DEPARTED = "consignment.departed"
    """The carrier signed and left: the load is in transit, in the ledger too."""
    REFUSED_BY_CARRIER = "consignment.refused_by_carrier"
    """The carrier didn't take the load; its containers are free again, signatures on it don't count any more."""
    REOPENED = "consignment.reopened"
    TAKEN_OVER = "consignment.taken_over"
    """The next carrier verified and signed, and has the load."""
    STORED_ON_THE_WAY = "consignment.stored_on_the_way"
    RESUMED = "consignment.resumed"
    INCIDENT_REPORTED = "consignment.incident_reported"
    INCIDENT_SETTLED = "consignment.incident_settled"
    """The consignor stated what is lost, container by container."""
    INCIDENT_CLOSED = "consignment.incident_closed"
    """Lost mass left the ledger, the rest is back at the consignor's."""
    DIVERTED = "consignment.diverted"
    """Another consignee takes the load; what the first one weighed or refused is void."""
    ARRIVED = "consignment.arrived"
    CONTAINER_WEIGHED = "consignment.container_weighed"
    """The consignee weighed one container, perhaps again."""
    CONTAINER_JUDGED = "consignment.container_judged"
    """One container is refused, or missing, or neither after all."""
    TARE_RECORDED = "consignment.tare_recorded"
    """The empty vehicle was weighed on its way out."""
    DISCREPANCY_FOUND = "consignment.discrepancy_found"
    """A major difference stands before the consignor, of the whole or of the lines named here."""
    AUTHORITY_INFORMED = "consignment.authority_informed"
    ACCEPTED = "consignment.accepted"
    """The consignee signed: received masses are in the ledger, differences beside them, the licence is drawn down."""
    REJECTED = "consignment.rejected"
    CONTAINER_RETURNED = "consignment.container_returned"
    """One refused container is back in the consignor's store, as old as it was."""
    LOAD_RETURNED = "consignment.load_returned"
    """General waste: the refused load is back in its batches."""
    CONFIRMED = "consignment.confirmed"
    """The consignee confirmed in the national system on `confirmed_on`; `in_time` by `due_on`."""
    RESULT_REPORTED = "consignment.result_reported"
    """Use or disposal of one line, or of a part of it; with the last part the consignment's state says so."""
    REVISION_REQUESTED = "consignment.revision_requested"
    """A party asked to correct what was signed; `changes` of the revision say what."""
    REVISION_AGREED = "consignment.revision_agreed"
    REVISION_APPLIED = "consignment.revision_applied"
    """Everybody agreed: the new version is in force, the old one stays readable."""
    REVISION_REFUSED = "consignment.revision_refused"
    REVISION_WITHDRAWN = "consignment.revision_withdrawn"
    CORRECTION_REQUESTED = "consignment.correction_requested"
    """The park asked a party to correct something by a day."""
    CORRECTION_REQUEST_WITHDRAWN = "consignment.correction_request_withdrawn"
    COMPLETED = "consignment.completed"
    """The consignor verified what became of everything, and closed it."""
    CANCELLED = "consignment.cancelled"
    """Withdrawn before departure; its containers are free again."""


class RoundEvent(enum.StrEnum):
    """Subject is the collection round; consignments that become stops, or no longer are, are among what changed."""

    CREATED = "collection_round.created"
    STOP_ADDED = "collection_round.stop_added"
    STOP_REMOVED = "collection_round.stop_removed"
    ENDED = "collection_round.ended"


ROUND_WORDS: Final[Mapping[str, Text]] = {
    RoundEvent.CREATED: say("安排收集趟次"),
    RoundEvent.STOP_ADDED: say("加入收集趟次"),
    RoundEvent.STOP_REMOVED: say("移出收集趟次"),
    RoundEvent.ENDED: say("收集趟次结束"),
}


class NationalEvent(enum.StrEnum):
    """Subject is a file of the national system; each consignment it changed has its own event besides."""

    IMPORTED = "national_import.stored"


NATIONAL_WORDS: Final[Mapping[str, Text]] = {NationalEvent.IMPORTED: say("导入国家系统联单")}

E = ConsignmentEvent
EVENT_WORDS: Final[Mapping[str, Text]] = {
    E.CREATED: say("起草"),
    E.REVISED: say("草稿已修改"),
    E.SUBMITTED: say("已提交给接受人"),
    E.NATIONAL_NUMBER_RECORDED: say("国家联单编号已填写"),
    E.WAYBILL_RECORDED: say("危险货物运单信息已填写"),
    E.PAPER_RECORDED: say("改用纸质联单"),
    E.BACKFILLED: say("纸质联单已补录"),
    E.LOADING_STARTED: say("装载开始"),
    E.CONTAINER_LOADED: say("容器扫码装车"),
    E.LOAD_WEIGHED: say("登记装车量"),
    E.SIGNED: say("移出人已签署"),
    E.DEPARTED: say("承运人签署，起运"),
    E.REFUSED_BY_CARRIER: say("承运人拒绝承运"),
    E.REOPENED: say("退回草稿"),
    E.TAKEN_OVER: say("接续承运人签署，接收货物"),
    E.STORED_ON_THE_WAY: say("途中暂存"),
    E.RESUMED: say("继续运输"),
    E.INCIDENT_REPORTED: say("上报异常"),
    E.INCIDENT_SETTLED: say("移出人登记损失"),
    E.INCIDENT_CLOSED: say("园区事故结案"),
    E.DIVERTED: say("改道至新的接受人"),
    E.ARRIVED: say("到达接受人厂区"),
    E.CONTAINER_WEIGHED: say("容器过磅"),
    E.CONTAINER_JUDGED: say("逐件处理"),
    E.TARE_RECORDED: say("空车回磅"),
    E.DISCREPANCY_FOUND: say("已登记重大差异"),
    E.AUTHORITY_INFORMED: say("已报告主管部门"),
    E.ACCEPTED: say("接受人签收"),
    E.REJECTED: say("接受人拒收"),
    E.CONTAINER_RETURNED: say("退回入库"),
    E.LOAD_RETURNED: say("退回移出人"),
    E.CONFIRMED: say("国家系统已确认"),
    E.RESULT_REPORTED: say("上报利用处置结果"),
    E.REVISION_REQUESTED: say("申请更正"),
    E.REVISION_AGREED: say("同意更正"),
    E.REVISION_APPLIED: say("更正生效"),
    E.REVISION_REFUSED: say("不同意更正"),
    E.REVISION_WITHDRAWN: say("撤回更正申请"),
    E.CORRECTION_REQUESTED: say("园区要求更正"),
    E.CORRECTION_REQUEST_WITHDRAWN: say("园区撤回更正要求"),
    E.COMPLETED: say("移出人核实并完结"),
    E.CANCELLED: say("作废"),
    **ROUND_WORDS,
    **NATIONAL_WORDS,
}
"""Each event as timelines call it."""
