"""What two sources disagree about, as reads: nothing is rounded away, people explain it, and it stays listed.

Three weights of a consignment, the ledger and the scale, the ledger and the count, mass taken out of store and never
reported used, declarations that don't follow on each other, and imported monthly tables that don't add up.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from app.foundation.core.ids import NO_ID
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams, kg_text, tonnes_text
from app.foundation.core.work import Work
from app.foundation.rulebook.loader import limits_of
from app.foundation.rulebook.outcome import OutcomeKind
from app.waste.registry.declaring.figures import figure_lines
from app.waste.registry.declaring.models import Declaration, DifferenceExplanation, DifferenceKind
from app.waste.registry.models import (
    Balance,
    LedgerRecord,
    LedgerTable,
    PlaceKind,
    Posting,
    WasteKind,
    WasteStream,
)
from app.waste.registry.queries import Books, ensure_may_read
from app.waste.registry.queries.books import enters
from app.waste.registry.rules import RULES
from app.waste.registry.rules.ledgers import ScaleFacts
from app.waste.storage.counting.models import CountState, Found, StockCount, StockCountLine
from app.waste.storage.models import Container
from app.waste.storage.weighing.models import ScaleReading

DATA: Final = Path(__file__).parent / "data" / "differences.toml"
SCALE_RULE: Final = "ECC-532-truth"
KINDS: Final[Mapping[DifferenceKind, Text]] = {
    DifferenceKind.WEIGHING: say("称重不一致"),
    DifferenceKind.COUNT: say("盘点差异"),
    DifferenceKind.OUTBOUND: say("出库后未利用处置"),
    DifferenceKind.CHAIN: say("申报不衔接"),
    DifferenceKind.BALANCE: say("收支不平衡"),
}
"""What each kind is called on screens."""


@dataclass(frozen=True)
class Explained:
    """Why two figures differ, as somebody said."""

    reason: str
    on: date


@dataclass(frozen=True)
class Difference:
    """Two figures that disagree: by how much, on which day, and why, once somebody has said so."""

    kind: DifferenceKind
    site_id: UUID
    stream_id: UUID | None
    waste_code: str
    local_name: str
    waste_kind: WasteKind
    on: date
    mass: int
    """Grams with their sign: second figure less the first."""
    about_id: UUID | None
    title: Text
    container_code: str = ""
    explained: Explained | None = None

    @property
    def key(self) -> str:
        """The same difference has the same key; another mass is another difference."""
        parts = (self.kind, self.site_id, self.stream_id or "-", self.about_id or "-", self.on, self.mass)
        return "~".join(str(part) for part in parts)

    @property
    def is_open(self) -> bool:
        return self.explained is None


Source = Callable[[Work, Books, date], Iterator[Difference]]
"""Finds the differences of one kind in the books since a day."""


@lru_cache(maxsize=1)
def settings() -> Mapping[str, Any]:
    """Days and months from the data file."""
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def differences(
    work: Work,
    books: Books,
    kind: WasteKind | None = None,
    *,
    since: date | None = None,
    more: Sequence[Source] = (),
) -> Sequence[Difference]:
    """Every difference in the books, open ones first, then the newest; eight statements.

    Args:
        more: further sources, of rooms above this one.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    ensure_may_read(work.actor)
    since = since or work.today - timedelta(days=31 * settings()["look_back"]["months"])
    found = [
        one
        for source in (*SOURCES, *more)
        for one in source(work, books, since)
        if kind is None or one.waste_kind is kind
    ]
    known = _explanations(work, books)
    told = [replace(one, explained=one.explained or known.get(_identity(one))) for one in found]
    told.sort(key=lambda one: (not one.is_open, -one.on.toordinal(), one.key))
    return told


def open_count(found: Sequence[Difference], first: date, last: date) -> int:
    """How many open differences lie in a period."""
    return sum(one.is_open and first <= one.on <= last for one in found)


Identity = tuple[DifferenceKind, UUID, UUID | None, UUID | None, int]


def _identity(one: Difference) -> Identity:
    return one.kind, one.site_id, one.stream_id, one.about_id, one.mass


def _explanations(work: Work, books: Books) -> dict[Identity, Explained]:
    rows = work.session.scalars(
        select(DifferenceExplanation)
        .where(DifferenceExplanation.site_id.in_(books.sites))
        .order_by(DifferenceExplanation.id)
    )
    return {
        (row.kind, row.site_id, row.stream_id, row.about_id, row.mass): Explained(
            row.reason, row.explained_at.date()
        )
        for row in rows
    }


def _weighings(work: Work, books: Books, since: date) -> Iterator[Difference]:
    """What the consignee's scale said otherwise than the consignor's, beyond what DISC-C allows a container."""
    limits = limits_of("DISC-C")
    sent = aliased(Posting)
    received = select(Posting.from_id).where(Posting.from_kind == PlaceKind.CONSIGNMENT, enters(books))
    is_ours = or_(
        WasteStream.site_id.in_(books.sites), Posting.to_id.in_(received), Posting.from_id.in_(received)
    )
    rows = work.session.execute(
        select(Posting, WasteStream, sent.mass, Container.code)
        .join(WasteStream, WasteStream.id == Posting.stream_id)
        .join(
            sent,
            (sent.container_id == Posting.container_id)
            & (sent.to_kind == PlaceKind.CONSIGNMENT)
            & sent.to_id.in_([Posting.from_id, Posting.to_id])
            & sent.corrects_id.is_(None),
        )
        .outerjoin(Container, Container.id == Posting.container_id)
        .where(
            or_(
                Posting.to_kind == PlaceKind.WEIGHING_DIFFERENCE,
                Posting.from_kind == PlaceKind.WEIGHING_DIFFERENCE,
            ),
            Posting.effective_on >= since,
            is_ours,
        )
    )
    for posting, stream, mass, code in rows:
        allowed = max(limits["share"].share_of(mass), limits["mass"].grams)
        if posting.mass <= allowed:
            continue
        sign = -1 if posting.to_kind is PlaceKind.WEIGHING_DIFFERENCE else 1
        is_missing = posting.mass == mass and sign < 0
        site_id = stream.site_id if stream.site_id in books.sites else min(books.sites)
        text = say(
            "发出 {sent} kg，接收方过磅 {received} kg",
            sent=kg_text(mass),
            received=kg_text(mass + sign * posting.mass),
        )
        if is_missing:
            text = say("发出 {sent} kg，接收方未收到这一件", sent=kg_text(mass))
        yield _of(
            DifferenceKind.WEIGHING, stream, posting.effective_on, sign * posting.mass, posting.id, text,
            site_id=site_id, container_code=code or "",
        )  # fmt: skip


def _scales(work: Work, books: Books, since: date) -> Iterator[Difference]:
    """The weight in the ledger against the scale's own last reading of the package (ECC-532-truth)."""
    agrees, limits = RULES[SCALE_RULE], limits_of(SCALE_RULE)
    last = (
        select(ScaleReading.container_id, func.max(ScaleReading.taken_at).label("at"))
        .where(ScaleReading.container_id.is_not(None))
        .group_by(ScaleReading.container_id)
        .subquery()
    )
    rows = work.session.execute(
        select(Container, WasteStream, ScaleReading)
        .join(WasteStream, WasteStream.id == Container.stream_id)
        .join(last, last.c.container_id == Container.id)
        .join(
            ScaleReading,
            (ScaleReading.container_id == Container.id) & (ScaleReading.taken_at == last.c.at),
        )
        .where(
            WasteStream.site_id.in_(books.sites),
            Container.net.is_not(None),
            Container.generated_on >= since,
        )
    )
    for container, stream, reading in rows:
        in_ledger = container.gross or container.net or Grams(0)
        difference = reading.mass - in_ledger
        facts = ScaleFacts(subject_id=container.id, in_ledger=in_ledger, on_scale=reading.mass)
        if agrees(facts, limits).kind is OutcomeKind.FINDING:
            text = say(
                "台账 {ledger} kg，秤上 {scale} kg", ledger=kg_text(in_ledger), scale=kg_text(reading.mass)
            )
            yield _of(
                DifferenceKind.WEIGHING, stream, container.generated_on, difference, reading.id, text,
                container_code=container.code,
            )  # fmt: skip


def _counts(work: Work, books: Books, since: date) -> Iterator[Difference]:
    """What a stock count found otherwise than the ledger said; its own explanation counts."""
    rows = work.session.execute(
        select(StockCountLine, StockCount, Container, WasteStream)
        .join(StockCount, StockCount.id == StockCountLine.count_id)
        .join(Container, Container.id == StockCountLine.container_id)
        .join(WasteStream, WasteStream.id == Container.stream_id)
        .where(
            WasteStream.site_id.in_(books.sites),
            StockCount.state != CountState.CANCELLED,
            StockCountLine.found.is_not(None),
            or_(
                StockCountLine.found.in_((Found.MISSING, Found.UNEXPECTED)),
                StockCountLine.counted_mass != StockCountLine.expected_mass,
            ),
        )
    )
    for line, count, container, stream in rows:
        on = (line.counted_at or count.started_at).date()
        if on < since:
            continue
        expected = line.expected_mass if line.found is not Found.UNEXPECTED else 0
        counted = 0 if line.found is Found.MISSING else line.counted_mass or container.net or 0
        text = say("账面 {ledger} kg，盘点 {counted} kg", ledger=kg_text(expected), counted=kg_text(counted))
        found = _of(
            DifferenceKind.COUNT, stream, on, counted - expected, line.id, text, container_code=container.code
        )
        yield replace(found, explained=Explained(line.explanation, on)) if line.explanation else found


def _outbound(work: Work, books: Books, _since: date) -> Iterator[Difference]:
    """What was taken out of store long ago and neither used nor sent."""
    days = settings()["outbound"]["days"]
    rows = work.session.execute(
        select(Balance, WasteStream, Container.code)
        .join(WasteStream, WasteStream.id == Balance.stream_id)
        .outerjoin(Container, Container.id == Balance.container_id)
        .where(
            Balance.place_kind == PlaceKind.OUTBOUND,
            Balance.place_id.in_(books.sites),
            Balance.mass > 0,
            Balance.last_on < work.today - timedelta(days=days),
        )
    )
    for balance, stream, code in rows:
        about = balance.container_id if balance.container_id != NO_ID else None
        text = say("出库 {days} 天以上，还没有利用处置记录", days=days)
        yield _of(
            DifferenceKind.OUTBOUND, stream, balance.last_on, balance.mass, about, text,
            site_id=balance.place_id, container_code=code or "",
        )  # fmt: skip


def _chains(work: Work, books: Books, since: date) -> Iterator[Difference]:
    """A declaration that opens otherwise than the one before closed."""
    declared = work.session.scalars(
        select(Declaration)
        .where(Declaration.site_id.in_(books.sites), Declaration.last_on >= since)
        .order_by(Declaration.site_id, Declaration.kind, Declaration.first_on)
    ).all()
    streams = _streams(work, {line.stream_id for one in declared for line in figure_lines(one)})
    last: Declaration | None = None
    for one in declared:
        before, last = last, one
        if not before or (before.site_id, before.kind) != (one.site_id, one.kind) or not one.figures["lines"]:
            continue
        if not before.figures["lines"] or before.last_on + timedelta(days=1) != one.first_on:
            continue
        closed = {line.stream_id: line.declared("closing") for line in figure_lines(before)}
        opened = {line.stream_id: line.declared("opening") for line in figure_lines(one)}
        for stream_id in dict.fromkeys([*opened, *closed]):
            difference = opened.get(stream_id, 0) - closed.get(stream_id, 0)
            if difference and stream_id in streams:
                text = say(
                    "期初 {opening} t，上期期末 {closing} t",
                    opening=tonnes_text(opened.get(stream_id, 0)),
                    closing=tonnes_text(closed.get(stream_id, 0)),
                )
                yield _of(
                    DifferenceKind.CHAIN, streams[stream_id], one.first_on, difference, one.id, text,
                    site_id=one.site_id,
                )  # fmt: skip


def _balances(work: Work, books: Books, since: date) -> Iterator[Difference]:
    """Imported months of the general-waste ledger whose own figures don't add up (GISWL-balance)."""
    rows = work.session.execute(
        select(LedgerRecord, WasteStream)
        .join(WasteStream, WasteStream.id == LedgerRecord.stream_id)
        .where(
            LedgerRecord.site_id.in_(books.sites),
            LedgerRecord.table == LedgerTable.GENERAL_SUMMARY,
            LedgerRecord.happened_on >= since,
        )
    )
    allowed = limits_of("GISWL-balance")["difference"].grams
    for record, stream in rows:
        difference = int(record.details.get("difference", 0))
        if abs(difference) > allowed:
            text = say("累计贮存量与产生、利用、处置量相差 {mass} t", mass=tonnes_text(difference))
            yield _of(DifferenceKind.BALANCE, stream, record.happened_on, difference, record.id, text)


SOURCES: Final[tuple[Source, ...]] = (
    _weighings,
    _scales,
    _counts,
    _outbound,
    _chains,
    _balances,
)


def _streams(work: Work, ids: set[UUID]) -> dict[UUID, WasteStream]:
    rows = work.session.scalars(select(WasteStream).where(WasteStream.id.in_(ids)))
    return {stream.id: stream for stream in rows}


def _of(
    kind: DifferenceKind,
    stream: WasteStream,
    on: date,
    mass: int,
    about_id: UUID | None,
    title: Text,
    *,
    site_id: UUID | None = None,
    container_code: str = "",
) -> Difference:
    return Difference(
        kind=kind,
        site_id=site_id or stream.site_id,
        stream_id=stream.id,
        waste_code=stream.waste_code,
        local_name=stream.local_name,
        waste_kind=stream.kind,
        on=on,
        mass=mass,
        about_id=about_id,
        title=title,
        container_code=container_code,
    )
