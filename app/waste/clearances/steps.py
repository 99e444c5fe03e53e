"""What may happen to a crossing, from where to where, and by when: one table (domain-rules.md 7.8, 7.11, 9.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.foundation.core.text import Text, say
from app.foundation.core.working_days import add_working_days
from app.waste.clearances.covers import COMPLETENESS_DAYS, is_deemed_accepted
from app.waste.clearances.models import Crossing, CrossingAct, CrossingKind, CrossingState, PaperKind

A, K, S = CrossingAct, CrossingKind, CrossingState
DECIDED: Final = frozenset({K.HAZARDOUS_DECISION, K.GENERAL_APPROVAL})
SUBMITTED: Final = frozenset({K.GENERAL_SUBMISSION})

PRELIMINARY_DAYS: Final = 5
"""Working days after the acceptance for the preliminary opinion and the letter to the other province (HWTM 25)."""
REPLY_DAYS: Final = 10
"""Working days for the receiving province to answer (HWTM 25)."""
DECISION_DAYS: Final = 5
"""Working days after the answer for the decision (HWTM 26)."""


@dataclass(frozen=True)
class Step:
    """One thing that may happen: to which kinds of paper, in which states, and where it leads."""

    word: Text
    event: str
    """Of the trace log."""
    kinds: frozenset[CrossingKind]
    sources: frozenset[CrossingState]
    target: CrossingState
    by_authority: bool = True
    """Else the firm itself does it."""


def _decided(word: Text, event: str, source: CrossingState, target: CrossingState) -> Step:
    return Step(word, f"crossing.{event}", DECIDED, frozenset({source}), target)


STEPS: Final[Mapping[CrossingAct, Step]] = {
    A.SUBMIT: Step(
        say("提交申请"), "crossing.submitted", DECIDED, frozenset({S.DRAFT}), S.SUBMITTED, by_authority=False
    ),
    A.ASK_SUPPLEMENT: _decided(
        say("一次告知需补正的全部内容"), "supplement_asked", S.SUBMITTED, S.SUPPLEMENT
    ),
    A.SUPPLEMENT: Step(
        say("补正材料"),
        "crossing.supplemented",
        DECIDED,
        frozenset({S.SUPPLEMENT}),
        S.SUBMITTED,
        by_authority=False,
    ),
    A.ACCEPT: _decided(say("受理"), "accepted", S.SUBMITTED, S.ACCEPTED),
    A.AGREE_PRELIMINARILY: _decided(say("初审同意"), "preliminarily_agreed", S.ACCEPTED, S.PRELIMINARY_OK),
    A.REFUSE_PRELIMINARILY: _decided(
        say("初审不同意"), "preliminarily_refused", S.ACCEPTED, S.PRELIMINARY_REFUSED
    ),
    A.SEND_INQUIRY: _decided(say("发函商请接受地"), "inquiry_sent", S.PRELIMINARY_OK, S.INQUIRY_SENT),
    A.REPLY_AGREEING: _decided(say("接受地复函同意"), "reply_agreed", S.INQUIRY_SENT, S.REPLIED_AGREE),
    A.REPLY_REFUSING: _decided(say("接受地复函不同意"), "reply_refused", S.INQUIRY_SENT, S.REPLIED_REFUSE),
    A.APPROVE: _decided(say("批准"), "approved", S.REPLIED_AGREE, S.APPROVED),
    A.REFUSE: Step(
        say("不予批准"),
        "crossing.refused",
        DECIDED,
        frozenset({S.REPLIED_AGREE, S.REPLIED_REFUSE}),
        S.REFUSED,
    ),
    A.CALL_FOR_NEW: Step(
        say("内容变化，须重新申请"),
        "crossing.called_for_new",
        DECIDED,
        frozenset({S.APPROVED}),
        S.REAPPLY,
        by_authority=False,
    ),
    A.REPORT_SENDING: Step(
        say("报送移出地"),
        "crossing.reported_to_sender",
        SUBMITTED,
        frozenset({S.DRAFT, S.REPORTED}),
        S.REPORTED,
        by_authority=False,
    ),
    A.REPORT_RECEIVING: Step(
        say("报送接受地"),
        "crossing.reported_to_receiver",
        SUBMITTED,
        frozenset({S.DRAFT, S.REPORTED}),
        S.REPORTED,
        by_authority=False,
    ),
    A.RECEIPT_SENDING: Step(
        say("移出地回执"), "crossing.sender_receipted", SUBMITTED, frozenset({S.REPORTED}), S.REPORTED
    ),
    A.RECEIPT_RECEIVING: Step(
        say("接受地回执"), "crossing.receiver_receipted", SUBMITTED, frozenset({S.REPORTED}), S.REPORTED
    ),
    A.CLOSE: Step(
        say("关闭"),
        "crossing.closed",
        SUBMITTED,
        frozenset({S.REPORTED}),
        S.CLOSED,
        by_authority=False,
    ),
}
"""Everything that may happen; what is not here may not."""

PAPERS_NEEDED: Final[Mapping[CrossingKind, tuple[PaperKind, ...]]] = {
    K.HAZARDOUS_DECISION: (
        PaperKind.APPLICATION_FORM,
        PaperKind.LICENCE_COPY,
        PaperKind.METHOD_STATEMENT,
        PaperKind.CONTRACT,
    ),
    K.GENERAL_APPROVAL: (PaperKind.APPLICATION_FORM, PaperKind.CONTRACT),
    K.GENERAL_SUBMISSION: (PaperKind.RECEIVER_PROOF, PaperKind.CARRIER_PROOF),
}
"""What has to be on file before it is handed in (HWTM 22-23; 9.6)."""


def state_for_steps(crossing: Crossing, day: date) -> CrossingState:
    """The state from which a step on that day starts: an application nobody answered is accepted by then."""
    return S.ACCEPTED if is_deemed_accepted(crossing, day) else crossing.state


def open_steps(crossing: Crossing, day: date) -> tuple[CrossingAct, ...]:
    """What may happen next on a day, in the order of the table; a side reports and answers once."""
    done = {
        A.REPORT_SENDING: crossing.sending_reported_on is not None,
        A.REPORT_RECEIVING: crossing.receiving_reported_on is not None,
        A.RECEIPT_SENDING: crossing.sending_reported_on is None or crossing.sending_receipt_on is not None,
        A.RECEIPT_RECEIVING: crossing.receiving_reported_on is None
        or crossing.receiving_receipt_on is not None,
    }
    state = state_for_steps(crossing, day)
    return tuple(
        act
        for act, step in STEPS.items()
        if crossing.kind in step.kinds and state in step.sources and not done.get(act, False)
    )


@dataclass(frozen=True)
class Clock:
    """How long an authority has for its present step."""

    started_on: date
    working_days: int
    due_on: date
    waits_for: Text


def clock_of(crossing: Crossing, day: date) -> Clock | None:
    """The clock that runs on a day; None where the law sets none: general waste, or the firm's own turn."""
    if crossing.kind is not K.HAZARDOUS_DECISION:
        return None
    state = state_for_steps(crossing, day)
    accepted = crossing.accepted_on or crossing.submitted_on or crossing.state_on
    clocks = {
        S.SUBMITTED: (crossing.state_on, COMPLETENESS_DAYS, say("移出地受理，或一次告知全部需补正内容")),
        S.ACCEPTED: (accepted, PRELIMINARY_DAYS, say("移出地提出初审意见并发函")),
        S.PRELIMINARY_OK: (accepted, PRELIMINARY_DAYS, say("移出地向接受地发函")),
        S.INQUIRY_SENT: (crossing.state_on, REPLY_DAYS, say("接受地复函")),
        S.REPLIED_AGREE: (crossing.state_on, DECISION_DAYS, say("移出地作出决定")),
        S.REPLIED_REFUSE: (crossing.state_on, DECISION_DAYS, say("移出地作出决定")),
    }
    if state not in clocks:
        return None
    started, days, words = clocks[state]
    return Clock(started, days, add_working_days(started, days), words)
