"""The five at-once steps of a container of a key unit: generated, packed, weighed, coded, stored (domain-rules.md 12)."""

from datetime import datetime
from typing import Final

from app.foundation.core.clock import instant_at
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import Facts, RuleFinding, assess
from app.foundation.rulebook.outcome import UNKNOWN, Maybe
from app.waste.registry.declaring.duties import class_of_view
from app.waste.registry.models import WasteKind, WasteStream
from app.waste.registry.planning.models import UnitClass
from app.waste.registry.planning.queries import SiteView, site_views
from app.waste.registry.rules.timetable import FiveStepFacts
from app.waste.storage.models import Container
from app.waste.storage.rules import STEP_RULES

NOTHING: Final[tuple[Facts, ...]] = ()


def step_findings(work: Work, container: Container, stream: WasteStream) -> list[RuleFinding]:
    """What the rules say of the steps of one container, passes too; at most one statement.

    Nothing for who doesn't see the site that made it.
    """
    if not _is_asked(container, stream):
        return []
    found: list[RuleFinding] = []
    for view in site_views(work, site_id=container.site_id):
        facts = step_facts(container, stream, view, work.actor.zone)
        found += assess(STEP_RULES, facts, on=work.today, jurisdiction=view.jurisdiction)
    return found


def step_facts(container: Container, stream: WasteStream, view: SiteView, zone: str) -> tuple[Facts, ...]:
    """The steps of a container that was stored where it was made, for a key unit; nothing for others."""
    if not _is_asked(container, stream) or class_of_view(view) is not UnitClass.KEY:
        return NOTHING
    at = container.generated_at or instant_at(container.generated_on, 0, 0, zone)
    facts = FiveStepFacts(
        subject_id=container.id,
        generated_at=at,  # of a day alone its beginning: nothing was packed before that
        packed_at=container.sealed_at,
        weighed_at=container.weighed_at,
        coded_at=_coded_at(container),
        stored_at=container.stored_at,
    )
    return (facts,)


def _is_asked(container: Container, stream: WasteStream) -> bool:
    """A package made of others has the steps behind it, and so has what another firm handed over."""
    return (
        stream.kind is WasteKind.HAZARDOUS
        and container.stored_at is not None
        and container.accepted_on is None
        and container.parent_id is None
    )


def _coded_at(container: Container) -> Maybe[datetime | None]:
    """When its label was printed. Only the last print is known: after a later one the first is not.

    A package without a volume came by import, with a label of another system.
    """
    printed_at, stored_at = container.label_printed_at, container.stored_at
    if printed_at is None:
        return UNKNOWN if container.volume_ml is None else None
    is_reprint = container.label_prints > 1 and stored_at is not None and printed_at > stored_at
    return UNKNOWN if is_reprint else printed_at
