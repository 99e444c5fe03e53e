"""Writing an agreed correction: the columns, what follows from them, and the ledger where a mass changes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.errors import Conflict
from app.foundation.core.text import say
from app.foundation.core.units import Grams, kg_text
from app.foundation.core.work import Work
from app.waste.consignments.documents import valid_until
from app.waste.consignments.fields import Value, rule_of
from app.waste.consignments.models import ConsignedContainer, Revision, RevisionState
from app.waste.consignments.queries import Item, Papers
from app.waste.consignments.revisions.values import Change, change_of, row_of, text_hash
from app.waste.consignments.signing import document_text, hash_of
from app.waste.consignments.workflow import TRANSFER_ENDED
from app.waste.registry.commands import CorrectPosting
from app.waste.registry.models import LedgerCorrection, Posting, WasteStream
from app.waste.registry.operations.corrections import correction_rows
from app.waste.storage.revoked_codes import revoke_print

Printed = Callable[[Papers], str | None]
"""Names the print whose code says what the papers say now; None while there is no code."""


def applied(work: Work, papers: Papers, revision: Revision, printed: Printed, *, event_id: UUID) -> list[Any]:
    """Bring an agreed correction into force; gives every row it changed besides consignment and revision.

    The code that travels with the load is revoked where the correction changes what it says. Sums are made anew: masses of line and whole, and every posting of a container whose mass was wrong.

    Raises:
        Conflict: what it starts from has changed meanwhile, or a mass was accepted already.
    """
    print_before = printed(papers)
    changes = [_still(papers, revision, told["path"]) for told in revision.changes]
    touched: dict[UUID, Any] = {}
    for change in changes:
        setattr(change.row, change.rule.column, change.after)
        touched[change.row.id] = change.row
        if change.rule.value is Value.MASS:
            touched |= {row.id: row for row in _corrected_mass(work, papers, change, revision, event_id)}
    _sum_up(papers, touched)
    consignment = papers.consignment
    consignment.revision += 1
    document = document_text(papers)
    revision.after_document, revision.after_hash = document, hash_of(document)
    revision.state, revision.settled_at = RevisionState.APPLIED, work.now
    touched.pop(consignment.id, None)
    if print_before is not None and print_before != printed(papers):
        revoke_print(
            work,
            "consignment",
            consignment.id,
            print_before,
            event_id=event_id,
            expires_at=valid_until(papers),
        )
    return list(touched.values())


def _still(papers: Papers, revision: Revision, path: str) -> Change:
    """The change as asked for, if the field still holds what it held then."""
    told = next(one for one in revision.changes if one["path"] == path)
    row, rule = row_of(papers, path), rule_of(path)
    texts = revision.private.get(path)
    after = texts["after"] if texts else _typed(told["after"], rule.value if rule else None)
    if row is None or rule is None:
        raise Conflict(say("联单上已没有要更正的这一项，请撤回后重新申请"))
    change = change_of(papers, path, after)
    before = text_hash(change.before) if rule.is_free_text and change.before else change.shown["before"]
    if before != told["before"]:
        raise Conflict(say("“{field}”在申请之后已改变，请撤回后重新申请", field=rule.words))
    return change


def _typed(value: Any, kind: Value | None) -> str:
    """A stored value as somebody would type it."""
    if kind is Value.MASS:
        return kg_text(int(value))
    return ",".join(value) if isinstance(value, list) else str(value)


def _corrected_mass(
    work: Work, papers: Papers, change: Change, revision: Revision, event_id: UUID
) -> list[Any]:
    """All that was posted of the container so far, undone and posted with the right mass; the container follows."""
    if papers.consignment.state in TRANSFER_ENDED:
        raise Conflict(say("接受人已处理完毕，移出量不能再更正；请在台账里说明差异"))
    item = next(item for item in papers.items if item.consigned is change.row)
    stream = work.session.get_one(WasteStream, item.line.stream_id)
    reason = CorrectPosting(revision.reason[:300], Grams(change.after))
    rows: list[LedgerCorrection] = correction_rows(
        work, stream, _live_postings(work, item), reason, event_id=event_id
    )
    container = item.container
    if container.gross is not None and container.tare is not None:
        container.gross = Grams(container.tare + change.after)
    container.net = Grams(change.after)
    return [container, *rows]


def _live_postings(work: Work, item: Item) -> list[Posting]:
    """What was posted of the container under the mass it was sent with, and neither corrects nor was corrected."""
    container_id = item.container.id
    undone = select(Posting.corrects_id).where(
        Posting.container_id == container_id, Posting.corrects_id.is_not(None)
    )
    postings = work.session.scalars(
        select(Posting)
        .where(Posting.container_id == container_id, Posting.corrects_id.is_(None), Posting.id.not_in(undone))
        .order_by(Posting.effective_on, Posting.recorded_at, Posting.id)
    ).all()
    if any(posting.mass != item.container.net for posting in postings):
        raise Conflict(say("容器 {code} 的记录重量不一，请用分装或合并处理", code=item.container.code))
    return list(postings)


def _sum_up(papers: Papers, touched: dict[UUID, Any]) -> None:
    """Masses of lines and of the whole, where a container's changed."""
    if not any(isinstance(row, ConsignedContainer) for row in touched.values()):
        return
    for line in papers.lines:
        mass = Grams(sum(item.consigned.sent_mass for item in papers.items if item.line is line))
        if mass != line.sent_mass:
            line.sent_mass = mass
            touched[line.id] = line
    papers.consignment.sent_mass = Grams(sum(line.sent_mass for line in papers.lines))
