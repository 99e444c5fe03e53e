"""Papers for crossing a province's border, and what consignments have drawn from them."""

import enum
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.files.models import StoredFile
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Organisation, Site


class CrossingKind(enum.StrEnum):
    """Which paper a crossing needs."""

    HAZARDOUS_DECISION = "hazardous_decision"
    """HWTM 21-28: the sending province decides with the receiving one's consent."""
    GENERAL_APPROVAL = "general_approval"
    """ECC 476(1): general waste for storage or disposal elsewhere."""
    GENERAL_SUBMISSION = "general_submission"
    """ECC 476(2): general waste for use elsewhere is submitted in advance."""


CROSSING_KIND_WORDS = {
    CrossingKind.HAZARDOUS_DECISION: say("危险废物跨省转移审批"),
    CrossingKind.GENERAL_APPROVAL: say("一般工业固废跨省贮存处置审批"),
    CrossingKind.GENERAL_SUBMISSION: say("一般工业固废跨省利用报送"),
}


class CrossingState(enum.StrEnum):
    """States of domain-rules 7.11. Effective, exhausted and expired are never stored: days and quantities tell."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SUPPLEMENT = "supplement"
    ACCEPTED = "accepted"
    PRELIMINARY_OK = "preliminary_ok"
    PRELIMINARY_REFUSED = "preliminary_refused"
    INQUIRY_SENT = "inquiry_sent"
    REPLIED_AGREE = "replied_agree"
    REPLIED_REFUSE = "replied_refuse"
    APPROVED = "approved"
    REFUSED = "refused"
    REAPPLY = "reapply"
    REPORTED = "reported"
    EFFECTIVE = "effective"
    EXHAUSTED = "exhausted"
    EXPIRED = "expired"
    CLOSED = "closed"


CROSSING_STATE_WORDS = {
    CrossingState.DRAFT: say("草稿"),
    CrossingState.SUBMITTED: say("已提交"),
    CrossingState.SUPPLEMENT: say("待补正"),
    CrossingState.ACCEPTED: say("已受理"),
    CrossingState.PRELIMINARY_OK: say("初审同意"),
    CrossingState.PRELIMINARY_REFUSED: say("初审不同意"),
    CrossingState.INQUIRY_SENT: say("已发函商请"),
    CrossingState.REPLIED_AGREE: say("接受地同意"),
    CrossingState.REPLIED_REFUSE: say("接受地不同意"),
    CrossingState.APPROVED: say("已批准"),
    CrossingState.REFUSED: say("不予批准"),
    CrossingState.REAPPLY: say("须重新申请"),
    CrossingState.REPORTED: say("已报送，待回执"),
    CrossingState.EFFECTIVE: say("已生效"),
    CrossingState.EXHAUSTED: say("数量已用完"),
    CrossingState.EXPIRED: say("已到期"),
    CrossingState.CLOSED: say("已关闭"),
}
"""One word a state, everywhere."""


class Nearness(enum.StrEnum):
    """Why waste may go for disposal beyond the neighbouring provinces (HWTM 3)."""

    NONE = "none"
    COOPERATION = "cooperation"
    NATIONAL_FACILITY = "national_facility"


NEARNESS_WORDS = {
    Nearness.NONE: say("无"),
    Nearness.COOPERATION: say("与接受地省份有区域合作"),
    Nearness.NATIONAL_FACILITY: say("国家统筹布局的处置设施"),
}


class Crossing(Base, Traced):
    """One paper for moving wastes of one site to one place in another province, over a time."""

    __tablename__ = "crossings"
    __table_args__ = (
        CheckConstraint("from_province <> to_province", name="crosses_a_border"),
        CheckConstraint("applied_to >= applied_from", name="period_in_order"),
        CheckConstraint("valid_to >= valid_from", name="validity_in_order"),
        CheckConstraint("state NOT IN ('effective', 'exhausted', 'expired')", name="stored_state"),
        CheckConstraint("state <> 'approved' OR valid_to IS NOT NULL", name="approved_for_a_time"),
        CheckConstraint("planned_trips > 0", name="some_trips"),
        Index(None, "consignor_site_id", "to_province"),
        Index(None, "consignor_id", "id"),
        Index(None, "consignee_id", "id"),
        Index(None, "park_id", "id"),
    )
    trace_kind = "crossing"
    trace_state = (
        "number",
        "kind",
        "consignor_id",
        "consignor_site_id",
        "consignee_id",
        "consignee_site_id",
        "park_id",
        "from_province",
        "to_province",
        "planned_method",
        "applied_from",
        "applied_to",
        "planned_trips",
        "nearness",
        "white_list_number",
        "white_list_cap",
        "state",
        "state_on",
        "submitted_on",
        "accepted_on",
        "decided_on",
        "decision_number",
        "valid_from",
        "valid_to",
        "sending_reported_on",
        "sending_receipt_on",
        "sending_receipt_number",
        "receiving_reported_on",
        "receiving_receipt_on",
        "receiving_receipt_number",
        "version",
    )

    number: Mapped[str] = mapped_column(String(20), unique=True)
    """Our own; the authorities' numbers stand beside it."""
    kind: Mapped[CrossingKind]
    consignor_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id))
    consignor_site_id: Mapped[UUID] = mapped_column(ForeignKey(Site.id))
    consignee_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id))
    consignee_site_id: Mapped[UUID] = mapped_column(ForeignKey(Site.id), index=True)
    park_id: Mapped[UUID | None]
    """The consignor site's park, whose staff see it once it is submitted."""
    from_province: Mapped[str] = mapped_column(String(2))
    to_province: Mapped[str] = mapped_column(String(2))
    planned_method: Mapped[str] = mapped_column(String(4))
    """Use or disposal method code, domain-rules 14.7."""
    applied_from: Mapped[date]
    applied_to: Mapped[date]
    """The period applied for, or planned; last day included."""
    planned_trips: Mapped[int | None]
    nearness: Mapped[Nearness] = mapped_column(default=Nearness.NONE)
    white_list_number: Mapped[str] = mapped_column(String(60), default="")
    """The entry of a white list this transfer stands on; empty: none."""
    white_list_cap: Mapped[Grams | None]
    """What that entry allows in a calendar year."""
    state: Mapped[CrossingState] = mapped_column(default=CrossingState.DRAFT)
    state_on: Mapped[date]
    """The day the state was reached: the present clock runs from it."""
    submitted_on: Mapped[date | None]
    """When the sending province received it; after a supplement, when that came."""
    accepted_on: Mapped[date | None]
    decided_on: Mapped[date | None]
    decision_number: Mapped[str] = mapped_column(String(60), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    sending_reported_on: Mapped[date | None]
    sending_receipt_on: Mapped[date | None]
    sending_receipt_number: Mapped[str] = mapped_column(String(60), default="")
    receiving_reported_on: Mapped[date | None]
    receiving_receipt_on: Mapped[date | None]
    receiving_receipt_number: Mapped[str] = mapped_column(String(60), default="")
    lacking: Mapped[list[Any]]
    """What the sending province said is missing, all at once: texts."""
    remarks: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class CrossingWaste(Base, Traced):
    """One waste of a crossing: applied for, and approved."""

    __tablename__ = "crossing_wastes"
    __table_args__ = (
        UniqueConstraint("crossing_id", "waste_code"),
        CheckConstraint("applied > 0", name="applied_positive"),
        CheckConstraint("approved >= 0", name="approved_not_negative"),
    )
    trace_kind = "crossing_waste"
    trace_state = ("crossing_id", "waste_code", "package", "applied", "approved")

    crossing_id: Mapped[UUID] = mapped_column(ForeignKey(Crossing.id))
    waste_code: Mapped[str] = mapped_column(String(11))
    waste_name: Mapped[str] = mapped_column(String(200))
    package: Mapped[str] = mapped_column(String(10), default="")
    applied: Mapped[Grams]
    approved: Mapped[Grams | None]
    """What the decision grants; of a submission, what was submitted."""


class CrossingAct(enum.StrEnum):
    """What happens to a crossing; each is one step in its history."""

    SUBMIT = "submit"
    ASK_SUPPLEMENT = "ask_supplement"
    SUPPLEMENT = "supplement"
    ACCEPT = "accept"
    AGREE_PRELIMINARILY = "agree_preliminarily"
    REFUSE_PRELIMINARILY = "refuse_preliminarily"
    SEND_INQUIRY = "send_inquiry"
    REPLY_AGREEING = "reply_agreeing"
    REPLY_REFUSING = "reply_refusing"
    APPROVE = "approve"
    REFUSE = "refuse"
    CALL_FOR_NEW = "call_for_new"
    REPORT_SENDING = "report_sending"
    REPORT_RECEIVING = "report_receiving"
    RECEIPT_SENDING = "receipt_sending"
    RECEIPT_RECEIVING = "receipt_receiving"
    CLOSE = "close"


class CrossingStep(Base, Traced):
    """One step of a crossing, on the day it happened. Only ever added."""

    __tablename__ = "crossing_steps"
    __table_args__ = (Index(None, "crossing_id", "recorded_at"),)
    trace_kind = "crossing_step"
    trace_state = ("crossing_id", "act", "done_on", "is_late", "user_id", "recorded_at")

    crossing_id: Mapped[UUID] = mapped_column(ForeignKey(Crossing.id))
    act: Mapped[CrossingAct]
    done_on: Mapped[date]
    is_late: Mapped[bool]
    """The authority's clock had run out."""
    note: Mapped[str] = mapped_column(String(1000), default="")
    user_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]


class PaperKind(enum.StrEnum):
    """What an uploaded document of a crossing is (domain-rules 7.8 A, 9.6)."""

    APPLICATION_FORM = "application_form"
    LICENCE_COPY = "licence_copy"
    METHOD_STATEMENT = "method_statement"
    CONTRACT = "contract"
    RECEIVER_PROOF = "receiver_proof"
    CARRIER_PROOF = "carrier_proof"
    NOTICE = "notice"
    OTHER = "other"


PAPER_KIND_WORDS = {
    PaperKind.APPLICATION_FORM: say("跨省转移申请表"),
    PaperKind.LICENCE_COPY: say("接受人经营许可证复印件"),
    PaperKind.METHOD_STATEMENT: say("接受人利用处置方式说明"),
    PaperKind.CONTRACT: say("委托合同"),
    PaperKind.RECEIVER_PROOF: say("接收单位资质证明"),
    PaperKind.CARRIER_PROOF: say("运输单位资质证明"),
    PaperKind.NOTICE: say("主管部门文书"),
    PaperKind.OTHER: say("其他材料"),
}


class CrossingPaper(Base, Traced):
    """A document on file for a crossing. Only ever added."""

    __tablename__ = "crossing_papers"
    trace_kind = "crossing_paper"
    trace_state = ("crossing_id", "kind", "file_id", "file_sha256", "added_at")

    crossing_id: Mapped[UUID] = mapped_column(ForeignKey(Crossing.id), index=True)
    kind: Mapped[PaperKind]
    file_id: Mapped[UUID] = mapped_column(ForeignKey(StoredFile.id), index=True)
    file_sha256: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime]


class CrossingDraw(Base):
    """What one departed consignment moved under a crossing. Only ever added; a trigger refuses the rest.

    Diverted elsewhere it gives back what it drew: the same mass below zero, on the day it was drawn.
    """

    __tablename__ = "crossing_draws"
    __table_args__ = (
        UniqueConstraint(
            "crossing_id",
            "consignment_id",
            "waste_code",
            "event_id",
            "mass",
            name="uq_crossing_draws_once",
        ),
        CheckConstraint("mass <> 0", name="mass_not_zero"),
    )

    crossing_id: Mapped[UUID] = mapped_column(ForeignKey(Crossing.id))
    waste_code: Mapped[str] = mapped_column(String(11))
    mass: Mapped[Grams]
    drawn_on: Mapped[date]
    """The day of departure; of a diversion to here that of the diversion."""
    consignment_id: Mapped[UUID] = mapped_column(index=True)
    """Of the room above."""
    event_id: Mapped[UUID]
    recorded_at: Mapped[datetime]
