"""The way every act begins: find and lock, may this actor, has it changed since. And the way it ends: one event."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from app.foundation import trace
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import RuleFinding
from app.foundation.rulebook.decision import Override, ensure_allowed
from app.foundation.rulebook.rules import Act
from app.foundation.trace.models import Traced
from app.foundation.trace.recording import Thing
from app.parties.accounts.permissions import Permission
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.models import Consignment
from app.waste.consignments.policy import ensure_is_theirs, ensure_may, ensure_unchanged
from app.waste.consignments.queries import Papers, consignment_for, papers_for
from app.waste.consignments.workflow import ConsignmentAct


def open_consignment(work: Work, key: UUID | str, act: ConsignmentAct, seen_version: int) -> Consignment:
    """The consignment, locked, if the actor may do this to it as they saw it.

    Raises:
        NotFound: none such, or not theirs.
        NotPermitted: the actor's firm is not the party that does this.
        VersionConflict: somebody else changed it since.
        Conflict: its state doesn't allow it.
    """
    consignment = consignment_for(work, key, lock=True)
    _ensure(work, consignment, act, seen_version)
    return consignment


def open_papers(work: Work, key: UUID | str, act: ConsignmentAct, seen_version: int) -> Papers:
    """As `open_consignment`, with the whole papers, its containers locked too."""
    papers = papers_for(work, key, lock=True, with_signatures=False)
    _ensure(work, papers.consignment, act, seen_version)
    return papers


def _ensure(work: Work, consignment: Consignment, act: ConsignmentAct, seen_version: int) -> None:
    """Whose it is comes first, so that nobody learns of changes they have no part in; then what they saw."""
    ensure_is_theirs(work.actor, consignment, act)
    ensure_unchanged(consignment, seen_version)
    ensure_may(work.actor, consignment, act)


def touch(consignment: Consignment) -> None:
    """Give the consignment its next version though none of its own columns changes: something beside it did."""
    flag_modified(consignment, "revision")


def ensure_rules_allow(
    work: Work, findings: Sequence[RuleFinding], act: Act, overrides: Mapping[str, str]
) -> tuple[Override, ...]:
    """Let the rules stop the act, or take note of what was confirmed and overridden.

    Raises:
        RuleViolated: something stops the act, or a warning waits for its reason.
    """
    return ensure_allowed(
        findings, act=act, overrides=overrides, may_override=work.actor.may(Permission.RULES_OVERRIDE)
    )


def outcomes(findings: Sequence[RuleFinding], overrides: Sequence[Override] = ()) -> dict[str, Any]:
    """How the rules came out, as an event holds it: ids and values, no texts."""
    return {
        "rules": [
            {
                "rule_id": finding.rule_id,
                "subject_id": finding.subject_id,
                "outcome": finding.outcome,
                "observed": finding.observed,
                "threshold": finding.threshold,
            }
            for finding in findings
        ],
        "overridden": sorted({override.rule_id for override in overrides}),
    }


def record(
    work: Work,
    event: ConsignmentEvent,
    consignment: Consignment,
    *,
    changed: Iterable[Traced] = (),
    removed: Iterable[Thing] = (),
    event_id: UUID | None = None,
    **facts: Any,
) -> UUID:
    """Append the act's one event to the consignment's chain, in the log of the park it belongs to."""
    confirmation = work.actor.confirmation
    proof = confirmation.proof if confirmation else None
    used = [proof] if isinstance(proof, Traced) else []
    return trace.record(
        work,
        event,
        consignment,
        changed=[*changed, *used],
        removed=removed,
        park_id=consignment.park_id,
        event_id=event_id,
        **facts,
    )
