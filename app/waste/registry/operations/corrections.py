"""Correcting the ledger: the opposite posting that names the old one, and a posting of the right mass beside it.

Nothing is changed in place (HJ1259-6.4-append): the old posting and its line in the official table stay as they are.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.foundation import trace
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Site
from app.parties.accounts.permissions import Permission
from app.waste.registry.commands import CorrectPosting
from app.waste.registry.locks import ensure_not_declared
from app.waste.registry.models import LedgerCorrection, Posting, WasteStream
from app.waste.registry.policy import ensure_may, ensure_may_be_corrected, sites_seen
from app.waste.registry.posting import Move, Place, post

MAX_REASON: Final = 300
MAX_MASS: Final = Grams(60_000_000)
"""Of one package (platform setting), as for imports."""


def posting_to_correct(work: Work, posting_id: UUID, command: CorrectPosting) -> tuple[Posting, WasteStream]:
    """A posting the actor may correct, and its stream. The stream's row is locked: two corrections wait for each
    other.

    Raises:
        NotPermitted: the actor may not correct ledgers.
        NotFound: no such posting of the actor's.
        InvalidInput: no reason, or a mass that can't be.
        Conflict: it is a correction, was corrected already, or belongs to a manifest.
    """
    ensure_may(work.actor, Permission.LEDGER_CORRECT)
    _ensure_right(command)
    stream = work.session.scalar(
        select(WasteStream)
        .join(Posting, Posting.stream_id == WasteStream.id)
        .join(Site, Site.id == WasteStream.site_id)
        .where(Posting.id == posting_id, sites_seen(work.actor))
        .with_for_update(of=WasteStream)
    )
    if stream is None:
        raise NotFound(say("没有这条台账记录"))
    posting = work.session.get_one(Posting, posting_id)
    ensure_may_be_corrected(posting)
    if posting.mass == command.new_mass:
        raise InvalidInput([FieldProblem("#/new_mass_kg", say("与原记录相同，没有要更正的"))])
    return posting, stream


def correct_postings(
    work: Work,
    stream: WasteStream,
    postings: Sequence[Posting],
    command: CorrectPosting,
    *,
    changed: Sequence[Traced] = (),
) -> LedgerCorrection:
    """Undo postings and post the right mass in place of each, under one event; gives the first one's correction.

    Each new posting has the day of the old one. Where one of those days is declared, all of them have today's.

    Raises:
        Conflict: somebody corrected one of them already, or a place would hold less than nothing.
    """
    event_id = new_id()
    corrections = correction_rows(work, stream, postings, command, event_id=event_id)
    site = work.session.get_one(Site, stream.site_id)
    trace.record(
        work,
        "ledger.corrected",
        corrections[0],
        about=[("waste_stream", stream.id), ("site", site.id)],
        changed=[*corrections[1:], *changed],
        park_id=site.park_id,
        event_id=event_id,
    )
    return corrections[0]


def correction_rows(
    work: Work,
    stream: WasteStream,
    postings: Sequence[Posting],
    command: CorrectPosting,
    *,
    event_id: UUID,
) -> list[LedgerCorrection]:
    """The same for an act that records its own event: the postings under it, and a correction for each.

    Raises:
        Conflict: somebody corrected one of them already, or a place would hold less than nothing.
    """
    _ensure_not_corrected(work, postings)
    days = _days(work, stream, postings)
    moves = [move for posting in postings for move in _moves(posting, command.new_mass, days[posting.id])]
    post(work, moves, event_id=event_id)
    roots = _roots(work, postings)
    corrections = [
        _correction(work, stream, posting, roots[posting.id], days[posting.id], moves, command)
        for posting in postings
    ]
    work.session.add_all(corrections)
    return corrections


def _ensure_right(command: CorrectPosting) -> None:
    problems = []
    if not command.reason.strip():
        problems.append(FieldProblem("#/reason", say("请填写更正原因")))
    if len(command.reason) > MAX_REASON:
        problems.append(FieldProblem("#/reason", say("最多 {longest} 个字", longest=MAX_REASON)))
    if command.new_mass is not None and not 0 < command.new_mass <= MAX_MASS:
        problems.append(
            FieldProblem("#/new_mass_kg", say("请填写大于 0、不超过 60 t 的质量；要作废请选择作废"))
        )
    if problems:
        raise InvalidInput(problems)


def _ensure_not_corrected(work: Work, postings: Sequence[Posting]) -> None:
    ids = [posting.id for posting in postings]
    if work.session.scalar(select(Posting.id).where(Posting.corrects_id.in_(ids)).limit(1)):
        raise Conflict(say("这条记录已更正过，请更正最新的一条"))


def _days(work: Work, stream: WasteStream, postings: Sequence[Posting]) -> dict[UUID, date]:
    """The day on which each posting is corrected."""
    try:
        ensure_not_declared(work, [(stream.id, posting.effective_on) for posting in postings])
    except Conflict:
        return {posting.id: work.today for posting in postings}
    return {posting.id: posting.effective_on for posting in postings}


def _moves(posting: Posting, new_mass: Grams | None, day: date) -> list[Move]:
    source, target = Place(posting.from_kind, posting.from_id), Place(posting.to_kind, posting.to_id)

    def move(mass: Grams, start: Place, end: Place, corrects_id: UUID | None) -> Move:
        return Move(posting.stream_id, mass, start, end, day, posting.container_id, corrects_id, id=new_id())

    counter = move(posting.mass, target, source, posting.id)
    return [counter] if new_mass is None else [counter, move(new_mass, source, target, None)]


def _roots(work: Work, postings: Sequence[Posting]) -> dict[UUID, UUID]:
    """The posting that a line of an official table names, by the posting that stands for it now."""
    ids = [posting.id for posting in postings]
    replaced = work.session.execute(
        select(LedgerCorrection.replacement_id, LedgerCorrection.root_id).where(
            LedgerCorrection.replacement_id.in_(ids)
        )
    )
    roots = {posting_id: posting_id for posting_id in ids}
    return roots | {new: root for new, root in replaced if new is not None}


def _correction(
    work: Work,
    stream: WasteStream,
    posting: Posting,
    root_id: UUID,
    day: date,
    moves: Sequence[Move],
    command: CorrectPosting,
) -> LedgerCorrection:
    at = next(index for index, move in enumerate(moves) if move.corrects_id == posting.id)
    return LedgerCorrection(
        id=new_id(),
        organisation_id=stream.organisation_id,
        site_id=stream.site_id,
        stream_id=stream.id,
        posting_id=posting.id,
        root_id=root_id,
        counter_id=moves[at].id,
        replacement_id=None if command.new_mass is None else moves[at + 1].id,
        old_mass=posting.mass,
        new_mass=command.new_mass,
        original_on=posting.effective_on,
        effective_on=day,
        reason=command.reason.strip(),
        user_id=work.actor.user_id,
        corrected_at=work.now,
    )
