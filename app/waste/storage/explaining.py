"""Saying why two figures differ. The figures stay as they are."""

from collections.abc import Sequence

from app.foundation import trace
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.models import Site
from app.parties.accounts.permissions import Permission
from app.waste.registry.declaring.commands import ExplainDifference
from app.waste.registry.declaring.models import DifferenceExplanation
from app.waste.registry.policy import ensure_may
from app.waste.registry.queries import Books
from app.waste.storage.differences import Source, differences

MAX_REASON = 300


def explain_difference(
    work: Work, books: Books, command: ExplainDifference, more: Sequence[Source] = ()
) -> DifferenceExplanation:
    """Explain a difference that stands in the books now.

    Args:
        more: further sources of differences, of rooms above this one.

    Raises:
        NotPermitted: the actor may not correct ledgers.
        InvalidInput: no reason, or too long a one.
        NotFound: no such difference; perhaps the figures agree by now.
        Conflict: it is explained already.
    """
    ensure_may(work.actor, Permission.LEDGER_CORRECT)
    reason = command.reason.strip()
    if not reason or len(reason) > MAX_REASON:
        problem = say("请填写差异原因，最多 {longest} 个字", longest=MAX_REASON)
        raise InvalidInput([FieldProblem("#/reason", problem)])
    found = next((one for one in differences(work, books, more=more) if one.key == command.key), None)
    if found is None:
        raise NotFound(say("没有这条差异，数据可能已经一致"))
    if not found.is_open:
        raise Conflict(say("这条差异已说明"))
    site = work.session.get_one(Site, found.site_id)
    explanation = DifferenceExplanation(
        id=new_id(),
        organisation_id=site.organisation_id,
        site_id=site.id,
        stream_id=found.stream_id,
        kind=found.kind,
        about_id=found.about_id,
        on=found.on,
        mass=found.mass,
        reason=reason,
        user_id=work.actor.user_id,
        explained_at=work.now,
    )
    work.session.add(explanation)
    trace.record(work, "difference.explained", explanation, about=[("site", site.id)], park_id=site.park_id)
    return explanation
