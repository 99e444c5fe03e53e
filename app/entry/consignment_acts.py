"""What people do with a consignment, for both borders: one row an act, from which the API takes its routes and the
pages their forms."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from marshmallow import Schema

from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.waste.consignments import operations, schemas
from app.waste.consignments.models import Consignment
from app.waste.consignments.operations import closing, diversion, incidents, paper, refusal, stops, takeover
from app.waste.consignments.schemas import general, road, waybill
from app.waste.consignments.schemas import paper as paper_schemas
from app.waste.consignments.workflow import ConsignmentAct

A = ConsignmentAct
Operation = Callable[[Work, UUID | str, Any], Consignment]


@dataclass(frozen=True)
class ActForm:
    """The thing that is posted to a consignment, its shape, what it does, and what is said when it is done."""

    act: ConsignmentAct
    name: str
    """Last part of the address: a noun."""
    schema: type[Schema]
    operation: Operation
    summary: str
    """For the API's own description."""
    done: Text
    anchor: str | None = None
    """Where on the page the viewer goes on."""
    method: str = "POST"
    """Of the API; pages post everything."""


ACT_FORMS: Final = (
    ActForm(
        A.SUBMIT,
        "submission",
        schemas.SubmitConsignmentSchema,
        operations.submit_consignment,
        "Hand a draft to the consignee; its containers are reserved.",
        say("已提交给接受人"),
    ),
    ActForm(
        A.RECORD_NATIONAL_NUMBER,
        "national-number",
        schemas.RecordNationalNumberSchema,
        operations.record_national_number,
        "Enter the number that the national system gave, until the consignor signs.",
        say("国家联单编号已填写"),
        method="PUT",
    ),
    ActForm(
        A.RECORD_WAYBILL,
        "waybill",
        waybill.RecordWaybillSchema,
        operations.record_waybill,
        "Enter the dangerous-goods waybill: its number, and how every hazardous line goes; until the carrier signs.",
        say("危险货物运单信息已填写"),
        "waybill",
        method="PUT",
    ),
    ActForm(
        A.RECORD_PAPER,
        "paper-manifest",
        paper_schemas.RecordPaperSchema,
        paper.record_paper,
        "The national system is out of order: the load goes with a paper manifest, to be entered afterwards.",
        say("已改用纸质联单，转移完成后 10 个工作日内补录"),
        method="PUT",
    ),
    ActForm(
        A.BACKFILL,
        "backfilled-number",
        paper_schemas.BackfillSchema,
        paper.backfill,
        "Enter the number under which a paper manifest stands in the national system now.",
        say("国家联单编号已补录"),
        method="PUT",
    ),
    ActForm(
        A.START_LOADING,
        "loading",
        schemas.StartLoadingSchema,
        operations.start_loading,
        "Begin to scan the containers onto the vehicle.",
        say("已开始装载，请逐个扫码"),
        "load",
    ),
    ActForm(
        A.LOAD_CONTAINER,
        "loaded-containers",
        schemas.LoadContainerSchema,
        operations.load_container,
        "Scan one container onto the vehicle.",
        say("已扫码装车"),
        "load",
    ),
    ActForm(
        A.WEIGH_LOAD,
        "load",
        general.WeighLoadSchema,
        operations.weigh_load,
        "General waste: note what the vehicle was loaded with, until the consignor signs.",
        say("装车量已登记，请签署"),
        method="PUT",
    ),
    ActForm(
        A.SIGN_AS_CONSIGNOR,
        "consignor-signature",
        schemas.SignConsignmentSchema,
        operations.sign_as_consignor,
        "Sign for the consignor, once everything is loaded.",
        say("已签署，等待承运人签署"),
    ),
    ActForm(
        A.SIGN_AS_CARRIER,
        "carrier-signature",
        schemas.SignConsignmentSchema,
        operations.sign_as_carrier,
        "Sign for the carrier and depart.",
        say("已签署，起运"),
    ),
    ActForm(
        A.REFUSE_TO_CARRY,
        "carriage-refusal",
        road.RefuseToCarrySchema,
        refusal.refuse_to_carry,
        "The carrier takes nothing along; the containers are free again.",
        say("已拒绝承运，容器已解锁，移出人会看到理由"),
    ),
    ActForm(
        A.REOPEN,
        "reopening",
        road.ReopenConsignmentSchema,
        refusal.reopen_consignment,
        "Make a draft again of what the carrier refused.",
        say("已退回草稿，修改后可以重新提交"),
    ),
    ActForm(
        A.TAKE_OVER,
        "takeover",
        road.TakeOverSchema,
        takeover.take_over,
        "The next carrier verifies, signs and has the load.",
        say("已接续承运，起运"),
    ),
    ActForm(
        A.STORE_ON_THE_WAY,
        "stop",
        road.StoreOnTheWaySchema,
        stops.store_on_the_way,
        "Let the load wait at a licensed store on the way.",
        say("已登记途中暂存"),
    ),
    ActForm(
        A.RESUME,
        "departure",
        road.ResumeTransportSchema,
        stops.resume_transport,
        "Go on: out of a store, after an incident, or to the new consignee.",
        say("已继续运输"),
    ),
    ActForm(
        A.REPORT_INCIDENT,
        "incident",
        road.ReportIncidentSchema,
        incidents.report_incident,
        "Report that something went wrong on the way.",
        say("已上报异常，各方和园区都能看到"),
    ),
    ActForm(
        A.SETTLE_INCIDENT,
        "losses",
        road.SettleIncidentSchema,
        incidents.settle_incident,
        "State what is lost of each container; the rest is recovered.",
        say("已登记损失，等待园区结案"),
    ),
    ActForm(
        A.CLOSE_INCIDENT,
        "incident-closure",
        road.CloseIncidentSchema,
        incidents.close_incident,
        "Close an incident: lost mass leaves the ledger, the rest is back at the consignor's.",
        say("事故已结案，台账已入账"),
    ),
    ActForm(
        A.DIVERT,
        "diversion",
        road.DivertConsignmentSchema,
        diversion.divert_consignment,
        "Send the load to another consignee, under guards of its own.",
        say("已改道，新的接受人可以看到"),
    ),
    ActForm(
        A.ARRIVE,
        "arrival",
        schemas.ArriveConsignmentSchema,
        operations.arrive,
        "Note that the vehicle came through the consignee's gate.",
        say("已登记到达，请过磅"),
        "weigh",
    ),
    ActForm(
        A.WEIGH_CONTAINER,
        "weighings",
        schemas.WeighReceivedContainerSchema,
        operations.weigh_container,
        "Weigh one container at the consignee's; weighing again replaces the value.",
        say("已记录重量"),
        "weigh",
    ),
    ActForm(
        A.JUDGE_CONTAINER,
        "verdicts",
        schemas.JudgeContainerSchema,
        operations.judge_container,
        "Refuse one container, note that it is missing, or take that back.",
        say("已记录这一件的处理"),
        "weigh",
    ),
    ActForm(
        A.REPORT_DISCREPANCY,
        "discrepancy",
        schemas.ReportDiscrepancySchema,
        operations.report_discrepancy,
        "Report a major difference, of the whole, of one line or of the line of one container.",
        say("已登记差异，移出人可以看到"),
    ),
    ActForm(
        A.INFORM_AUTHORITY,
        "authority-notice",
        schemas.InformAuthoritySchema,
        operations.inform_authority,
        "Note that the authority of the place of receipt was told of the difference.",
        say("已登记报告主管部门"),
        method="PUT",
    ),
    ActForm(
        A.RECORD_TARE,
        "tare",
        schemas.RecordTareSchema,
        operations.record_tare,
        "Weigh the empty vehicle on its way out.",
        say("已记录空车重量"),
        "gate",
        method="PUT",
    ),
    ActForm(
        A.ACCEPT,
        "receipt",
        schemas.AcceptConsignmentSchema,
        operations.accept_consignment,
        "Sign for the consignee: what was weighed and not refused is accepted.",
        say("已签收，台账已入账"),
    ),
    ActForm(
        A.ACCEPT_LOAD,
        "load-receipt",
        general.AcceptLoadSchema,
        operations.accept_load,
        "General waste: sign for the consignee for what arrived, line by line.",
        say("已签收，台账已入账"),
    ),
    ActForm(
        A.REJECT,
        "refusal",
        schemas.RejectConsignmentSchema,
        operations.reject_consignment,
        "Refuse the whole load.",
        say("已拒收"),
    ),
    ActForm(
        A.RETURN_CONTAINERS,
        "returned-containers",
        schemas.ReturnContainerSchema,
        operations.return_container,
        "Scan one refused container back into a zone of the consignor's own store.",
        say("已退回入库"),
        "returns",
    ),
    ActForm(
        A.TAKE_BACK,
        "load-return",
        general.TakeBackSchema,
        operations.take_back,
        "General waste: the refused load is back in the batches it came from.",
        say("已登记退回，批次存量已恢复"),
    ),
    ActForm(
        A.CONFIRM,
        "confirmation",
        schemas.ConfirmConsignmentSchema,
        operations.confirm_consignment,
        "Note the day of the confirmation in the national system.",
        say("已登记国家系统的确认"),
    ),
    ActForm(
        A.REPORT_RESULT,
        "results",
        schemas.ReportResultSchema,
        operations.report_result,
        "Report use or disposal of one line, or of a part of it.",
        say("已上报，移出人可以看到"),
        "results",
    ),
    ActForm(
        A.CLOSE,
        "completion",
        road.CloseConsignmentSchema,
        closing.close_consignment,
        "Close a consignment of which everything is used, back or settled.",
        say("联单已完结"),
    ),
    ActForm(
        A.CANCEL,
        "cancellation",
        schemas.CancelConsignmentSchema,
        operations.cancel_consignment,
        "Withdraw a consignment before it departs.",
        say("联单已作废"),
    ),
)
"""In the order of the journey."""
