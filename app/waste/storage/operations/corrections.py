"""Correcting a line of the ledger; the container it was about follows."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.errors import Conflict
from app.foundation.core.ids import NO_ID
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.waste.registry.commands import CorrectPosting
from app.waste.registry.models import LedgerCorrection, Posting
from app.waste.registry.operations.corrections import correct_postings, posting_to_correct
from app.waste.registry.policy import ensure_may_be_corrected
from app.waste.storage.models import STATE_WORDS, Container, ContainerState

CORRECTABLE = frozenset({ContainerState.WEIGHED, ContainerState.STORED})
"""States of a container whose weight may still be corrected: it is in nobody's hands but its producer's."""


def correct_posting(work: Work, posting_id: UUID, command: CorrectPosting) -> LedgerCorrection:
    """Correct the mass of a posting, or cancel it.

    A container weighs the same wherever it was posted, so all of its postings are corrected together; its own
    weight follows, and its label no longer shows it until it is printed anew. Cancelled, its code is void.

    Raises:
        NotPermitted: the actor may not correct ledgers.
        NotFound: no such posting of the actor's.
        InvalidInput: no reason, or a mass that can't be.
        Conflict: corrected already, part of a manifest, or a place would hold less than nothing.
    """
    posting, stream = posting_to_correct(work, posting_id, command)
    container = _container(work, posting)
    if container is None:
        return correct_postings(work, stream, [posting], command)
    _ensure_correctable(container)
    postings = _live_postings(work, container)
    if posting not in postings:
        raise Conflict(say("这条记录已更正过，请更正最新的一条"))
    for one in postings:
        ensure_may_be_corrected(one)
        if one.mass != container.net:
            raise Conflict(say("容器 {code} 的记录重量不一，请用分装或合并处理", code=container.code))
    _follow(container, command.new_mass)
    return correct_postings(work, stream, postings, command, changed=[container])


def _container(work: Work, posting: Posting) -> Container | None:
    """The container a posting moved, locked; None for loose mass and for batches of general waste."""
    if posting.container_id == NO_ID:
        return None
    return work.session.scalar(
        select(Container).where(Container.id == posting.container_id).with_for_update()
    )


def _ensure_correctable(container: Container) -> None:
    if container.state not in CORRECTABLE or container.holder_id != container.organisation_id:
        raise Conflict(
            say(
                "容器 {code} 当前为“{state}”，重量不能再更正",
                code=container.code,
                state=STATE_WORDS[container.state],
            )
        )


def _live_postings(work: Work, container: Container) -> Sequence[Posting]:
    """What was posted of a container and neither corrects nor was corrected, oldest first."""
    undone = select(Posting.corrects_id).where(
        Posting.container_id == container.id, Posting.corrects_id.is_not(None)
    )
    return work.session.scalars(
        select(Posting)
        .where(Posting.container_id == container.id, Posting.corrects_id.is_(None), Posting.id.not_in(undone))
        .order_by(Posting.effective_on, Posting.recorded_at, Posting.id)
    ).all()


def _follow(container: Container, new_mass: Grams | None) -> None:
    """The container weighs what the ledger says now. Without mass its code is void and never used again; the table
    of moves doesn't lead there, because voiding is for codes that never had any."""
    if new_mass is None:
        container.state = ContainerState.VOIDED
        container.zone_id = None
        return
    if container.gross is not None and container.tare is not None:
        container.gross = Grams(container.tare + new_mass)
    container.net = new_mass
