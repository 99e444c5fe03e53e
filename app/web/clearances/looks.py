"""How contracts and crossings look: one colour and icon a state."""

from typing import Final

from app.waste.clearances.models import (
    CONTRACT_STATE_WORDS,
    CROSSING_STATE_WORDS,
    ContractState,
    CrossingState,
)
from app.web.states import Look

C, S = ContractState, CrossingState
_CONTRACT: Final = {
    C.DRAFT: ("", "pencil"),
    C.SIGNED: ("info", "signature"),
    C.ACTIVE: ("ok", "circle-check"),
    C.EXPIRED: ("bad", "hourglass"),
    C.ENDED: ("", "ban"),
}
_CROSSING: Final = {
    S.DRAFT: ("", "pencil"),
    S.SUBMITTED: ("info", "send"),
    S.SUPPLEMENT: ("warn", "alert-triangle"),
    S.ACCEPTED: ("info", "file-check"),
    S.PRELIMINARY_OK: ("info", "check"),
    S.PRELIMINARY_REFUSED: ("bad", "circle-x"),
    S.INQUIRY_SENT: ("info", "mail"),
    S.REPLIED_AGREE: ("info", "check"),
    S.REPLIED_REFUSE: ("bad", "circle-x"),
    S.APPROVED: ("ok", "circle-check"),
    S.REFUSED: ("bad", "circle-x"),
    S.REAPPLY: ("warn", "refresh"),
    S.REPORTED: ("info", "send"),
    S.EFFECTIVE: ("ok", "circle-check"),
    S.EXHAUSTED: ("warn", "gauge"),
    S.EXPIRED: ("bad", "hourglass"),
    S.CLOSED: ("", "archive"),
}


def contract_look(state: ContractState) -> Look:
    """Tag class, icon and word of a contract's state."""
    return Look(*_CONTRACT[state], CONTRACT_STATE_WORDS[state])


def crossing_look(state: CrossingState) -> Look:
    """Tag class, icon and word of a crossing's state."""
    return Look(*_CROSSING[state], CROSSING_STATE_WORDS[state])
