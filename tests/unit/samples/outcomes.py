"""How a case says what its outcome must be."""

from app.foundation.rulebook.outcome import Outcome


def told_of(outcome: Outcome, wanted: str) -> str:
    """The outcome as a case says it: pass, finding, milder or not_evaluable; `finding 30` names the threshold too."""
    told = "milder" if outcome.milder else str(outcome.kind)
    return f"{told} {outcome.threshold}" if " " in wanted else told
