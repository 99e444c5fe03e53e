"""Batches of general waste: what may be asked, and reads. Postings name a batch where hazardous waste names a container."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, func, select

from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.accounts.models import Site
from app.waste.registry.models import Balance, BatchState, PlaceKind, WasteBatch, WasteStream
from app.waste.registry.policy import sites_seen

STOCK: Final = (PlaceKind.UNPLACED, PlaceKind.ZONE)
MAX_PAGE: Final = 100

BATCH_STATE_WORDS = {
    BatchState.OPEN: say("累积中"),
    BatchState.CLOSED: say("已封批"),
    BatchState.OUT: say("已出清"),
}
"""One word a state, everywhere."""


class Purpose(enum.StrEnum):
    """The four ways out of a batch, as table 2 of the ledger guide counts them."""

    OWN_USE = "own_use"
    OWN_DISPOSAL = "own_disposal"
    ENTRUSTED_USE = "entrusted_use"
    ENTRUSTED_DISPOSAL = "entrusted_disposal"

    @property
    def is_own(self) -> bool:
        return self in (Purpose.OWN_USE, Purpose.OWN_DISPOSAL)

    @property
    def is_use(self) -> bool:
        return self in (Purpose.OWN_USE, Purpose.ENTRUSTED_USE)


PURPOSE_WORDS = {
    Purpose.OWN_USE: say("自行利用"),
    Purpose.OWN_DISPOSAL: say("自行处置"),
    Purpose.ENTRUSTED_USE: say("委托利用"),
    Purpose.ENTRUSTED_DISPOSAL: say("委托处置"),
}
"""As the ledger guide calls them (流向类型)."""


@dataclass(frozen=True)
class OpenBatch:
    stream_id: UUID


@dataclass(frozen=True)
class AddToBatch:
    """Mass generated into a batch."""

    mass: Grams
    generated_at: datetime
    source_facility: str = ""
    producer_operator: str = ""
    seen_version: int | None = None


@dataclass(frozen=True)
class DrawBatches:
    """Mass of one waste that is used, disposed of or sent off. `batch_id`: from this one; None: oldest first."""

    stream_id: UUID
    mass: Grams
    purpose: Purpose
    batch_id: UUID | None = None
    method_code: str = ""
    facility_code: str = ""
    operator: str = ""
    receiver_name: str = ""
    carrier: str = ""
    plate: str = ""
    transport_mode: str = ""


@dataclass(frozen=True)
class BatchRow:
    """A batch, its waste, where it belongs and what of it is left."""

    batch: WasteBatch
    stream: WasteStream
    site: Site
    mass: Grams


def batch_for(work: Work, batch_id: UUID, *, lock: bool = False) -> tuple[WasteBatch, WasteStream]:
    """A batch of a site the actor may see, with its waste.

    Raises:
        NotFound: none such, or not theirs.
    """
    chosen = (
        select(WasteBatch, WasteStream)
        .join(WasteStream, WasteStream.id == WasteBatch.stream_id)
        .join(Site, Site.id == WasteBatch.site_id)
        .where(WasteBatch.id == batch_id, sites_seen(work.actor))
    )
    row = work.session.execute(chosen.with_for_update(of=WasteBatch) if lock else chosen).first()
    if row is None:
        raise NotFound(say("没有这个批次"))
    return row[0], row[1]


def batch_rows(
    work: Work,
    *,
    states: Sequence[BatchState] = (),
    stream_id: UUID | None = None,
    limit: int = 50,
    before: UUID | None = None,
) -> tuple[Sequence[BatchRow], UUID | None]:
    """A page of the batches the actor may see, newest first, and the cursor of the next; one statement."""
    limit = min(limit, MAX_PAGE)
    chosen = _rows(work)
    if states:
        chosen = chosen.where(WasteBatch.state.in_(states))
    if stream_id is not None:
        chosen = chosen.where(WasteBatch.stream_id == stream_id)
    if before is not None:
        chosen = chosen.where(WasteBatch.id < before)
    rows = [_row(row) for row in work.session.execute(chosen.order_by(WasteBatch.id.desc()).limit(limit + 1))]
    more = len(rows) > limit
    rows = rows[:limit]
    return rows, rows[-1].batch.id if more else None


def batch_row(work: Work, batch_id: UUID) -> BatchRow:
    """One batch with what is left of it; one statement.

    Raises:
        NotFound: none such, or not theirs.
    """
    row = work.session.execute(_rows(work).where(WasteBatch.id == batch_id)).first()
    if row is None:
        raise NotFound(say("没有这个批次"))
    return _row(row)


def _row(row: Any) -> BatchRow:
    return BatchRow(row[0], row[1], row[2], Grams(int(row[3])))


def _rows(work: Work) -> Any:
    left = (
        select(func.coalesce(func.sum(Balance.mass), 0))
        .where(Balance.container_id == WasteBatch.id, Balance.place_kind.in_(STOCK))
        .correlate(WasteBatch)
        .scalar_subquery()
    )
    return (
        select(WasteBatch, WasteStream, Site, left)
        .join(WasteStream, WasteStream.id == WasteBatch.stream_id)
        .join(Site, Site.id == WasteBatch.site_id)
        .where(sites_seen(work.actor))
    )


def batches_with_mass(
    work: Work, stream_id: UUID, batch_id: UUID | None = None
) -> list[tuple[WasteBatch, Grams]]:
    """The batches of a waste that hold something, oldest first, locked; one statement."""
    chosen = (
        select(WasteBatch, Balance.mass)
        .join(
            Balance,
            and_(
                Balance.container_id == WasteBatch.id,
                Balance.place_kind.in_(STOCK),
                Balance.place_id == func.coalesce(WasteBatch.zone_id, WasteBatch.site_id),
            ),
        )
        .where(WasteBatch.stream_id == stream_id, Balance.mass > 0)
        .order_by(WasteBatch.opened_on, WasteBatch.code)
        .with_for_update(of=WasteBatch)
    )
    if batch_id is not None:
        chosen = chosen.where(WasteBatch.id == batch_id)
    return [(batch, Grams(int(mass))) for batch, mass in work.session.execute(chosen)]


def first_in_first_out(held: Sequence[Grams], wanted: Grams) -> list[Grams]:
    """How much to draw from each of several masses, oldest first, to get `wanted`, or all there is."""
    drawn, open_ = [], int(wanted)
    for mass in held:
        part = min(mass, open_)
        open_ -= part
        drawn.append(Grams(part))
    return drawn
