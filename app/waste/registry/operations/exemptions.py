"""Claims that a waste is exempt at a step (HWLIST annex, domain-rules 10.3), each with what proves its condition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.foundation import trace
from app.foundation.catalogue.models import WasteExemption
from app.foundation.catalogue.queries import exemptions_for
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.files.operations import FileStore, store_file
from app.foundation.rulebook.retention import file_kept_until
from app.parties.accounts.permissions import Permission
from app.waste.registry.models import ExemptionClaim, WasteKind
from app.waste.registry.operations.streams import stream_for
from app.waste.registry.policy import ensure_may

MAX_EVIDENCE = 300
MEDIA_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class ClaimExemption:
    """A producer says that a stream meets the whole condition of one row of the list, and how that is proved."""

    item: str
    """Item and place within it, such as "9.1"."""
    is_met: bool
    evidence: str
    valid_from: date | None = None
    """None: from today on."""
    file: bytes | None = None
    file_name: str = ""


@dataclass(frozen=True)
class Exemption:
    """A row of the list that may apply to a stream, and the producer's open claim to it."""

    row: WasteExemption
    claim: ExemptionClaim | None

    @property
    def number(self) -> str:
        return number_of(self.row)


def number_of(row: WasteExemption) -> str:
    """How a row of the list is named here: its item and its place within the item."""
    return f"{row.item}.{row.position}"


def exemptions_of(work: Work, stream_id: UUID) -> Sequence[Exemption]:
    """The rows of the list that name a stream's code or category, with the open claims; three statements.

    Raises:
        NotFound: no such stream of the actor's.
    """
    stream = stream_for(work, stream_id)
    claims = work.session.scalars(
        select(ExemptionClaim).where(ExemptionClaim.stream_id == stream.id, ExemptionClaim.ended_at.is_(None))
    )
    by_item = {claim.item_number: claim for claim in claims}
    return [Exemption(row, by_item.get(number_of(row))) for row in exemptions_for(work, stream.waste_code)]


def claim_exemption(
    work: Work, stream_id: UUID, command: ClaimExemption, store: FileStore | None = None
) -> ExemptionClaim:
    """Claim one exempted step for a stream; every other step stays hazardous waste.

    Raises:
        NotFound: no such stream of the actor's.
        NotPermitted: the actor may not manage containers.
        InvalidInput: the list has no such row for this waste, its condition isn't confirmed, or nothing proves it.
        Conflict: it is claimed already.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    stream = stream_for(work, stream_id)
    rows = {number_of(row): row for row in exemptions_for(work, stream.waste_code)}
    row = rows.get(command.item)
    problems = []
    if row is None or stream.kind is not WasteKind.HAZARDOUS:
        problems.append(
            FieldProblem("#/item", say("豁免清单里没有适用于这种废物的第 {item} 项", item=command.item))
        )
    if not command.is_met:
        problems.append(FieldProblem("#/is_met", say("须逐条核对并确认豁免条件全部满足")))
    evidence = command.evidence.strip()
    if not evidence and not command.file:
        problems.append(FieldProblem("#/evidence", say("请写明依据，或上传证明材料")))
    if len(evidence) > MAX_EVIDENCE:
        problems.append(FieldProblem("#/evidence", say("依据最多 {limit} 个字", limit=MAX_EVIDENCE)))
    if problems:
        raise InvalidInput(problems)
    assert row is not None
    if any(found.claim for found in exemptions_of(work, stream.id) if found.number == command.item):
        raise Conflict(say("这一项豁免已登记"))
    file = None
    if command.file and store is not None:
        until = file_kept_until("hw_ledger", work.today)
        file = store_file(work, store, command.file, command.file_name, MEDIA_TYPE, until)
    claim = ExemptionClaim(
        id=new_id(),
        organisation_id=stream.organisation_id,
        stream_id=stream.id,
        item_number=command.item,
        steps=[row.stage],
        conditions={"met": True, "edition": row.edition},
        evidence=evidence,
        file_id=file.id if file else None,
        valid_from=command.valid_from or work.today,
        created_at=work.now,
        ended_at=None,
    )
    work.session.add(claim)
    trace.record(work, "exemption.claimed", claim, about=[stream])
    return claim


def end_exemption(work: Work, claim_id: UUID) -> ExemptionClaim:
    """Take a claim back: the condition is no longer met. It stays readable.

    Raises:
        NotFound: no such claim of the actor's.
        NotPermitted: the actor may not manage containers.
        Conflict: it has ended already.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    claim = work.session.scalar(select(ExemptionClaim).where(ExemptionClaim.id == claim_id).with_for_update())
    if claim is None:
        raise NotFound(say("没有这项豁免登记"))
    stream = stream_for(work, claim.stream_id)
    if claim.ended_at is not None:
        raise Conflict(say("这项豁免登记已结束"))
    claim.ended_at = work.now
    trace.record(work, "exemption.ended", claim, about=[stream])
    return claim
