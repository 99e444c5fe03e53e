"""What lay where at the end of any day: summed from the postings, so that no day is ever lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Subquery, case, func, select, union_all

from app.foundation.core.ids import NO_ID
from app.foundation.core.work import Work
from app.waste.registry.models import GenerationRecord, PlaceKind, Posting, WasteKind, WasteStream
from app.waste.registry.queries.books import Books, ensure_may_read, enters, is_waste, leaves


@dataclass(frozen=True)
class StockLine:
    """One waste at one place at the end of a day."""

    stream_id: UUID
    kind: WasteKind
    waste_code: str
    category: str
    local_name: str
    place_kind: PlaceKind
    place_id: UUID
    mass: int
    package_count: int
    """Containers or batches; loose mass has none."""


def stock_on(
    work: Work, books: Books, on: date, *, kind: WasteKind | None = None, text: str = ""
) -> Sequence[StockLine]:
    """All that lay at the places of the books at the end of a day, by code, name and place; one statement.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    ensure_may_read(work.actor)
    packages = _packages(books, on)
    wastes = (
        WasteStream.id, WasteStream.kind, WasteStream.waste_code, WasteStream.category, WasteStream.local_name
    )  # fmt: skip
    places = (packages.c.place_kind, packages.c.place_id)
    chosen = (
        select(
            *wastes,
            *places,
            func.sum(packages.c.mass).label("mass"),
            func.sum(case((packages.c.container_id == NO_ID, 0), else_=1)).label("packages"),
        )
        .join(WasteStream, WasteStream.id == packages.c.stream_id)
        .where(is_waste(work, text))
        .group_by(*wastes, *places)
        .order_by(WasteStream.waste_code, WasteStream.local_name, WasteStream.id, *places)
    )
    if kind is not None:
        chosen = chosen.where(WasteStream.kind == kind)
    return [
        StockLine(
            stream_id=row.id,
            kind=row.kind,
            waste_code=row.waste_code,
            category=row.category,
            local_name=row.local_name,
            place_kind=row.place_kind,
            place_id=row.place_id,
            mass=int(row.mass),
            package_count=int(row.packages),
        )
        for row in work.session.execute(chosen)
    ]


@dataclass(frozen=True)
class StockPackage:
    """One container or batch at the end of a day, or the loose mass of a waste at a place."""

    waste_code: str
    local_name: str
    kind: WasteKind
    place_kind: PlaceKind
    place_id: UUID
    mass: int
    since: date
    """The first day it moved; how long it has been there."""
    batch_number: str
    container_code: str


def packages_on(
    work: Work, books: Books, on: date, *, kind: WasteKind, text: str = "", limit: int = 100
) -> Sequence[StockPackage]:
    """What lay at the places of the books at the end of a day, package by package, oldest first; one statement.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    ensure_may_read(work.actor)
    packages = _packages(books, on)
    origin = (
        select(Posting.container_id, GenerationRecord.batch_number, GenerationRecord.container_code)
        .join(Posting, Posting.id == GenerationRecord.posting_id)
        .where(Posting.container_id != NO_ID)
        .subquery()
    )
    rows = work.session.execute(
        select(
            WasteStream.waste_code,
            WasteStream.local_name,
            WasteStream.kind,
            packages.c.place_kind,
            packages.c.place_id,
            packages.c.mass,
            packages.c.since,
            func.coalesce(origin.c.batch_number, ""),
            func.coalesce(origin.c.container_code, ""),
        )
        .join(WasteStream, WasteStream.id == packages.c.stream_id)
        .outerjoin(origin, origin.c.container_id == packages.c.container_id)
        .where(WasteStream.kind == kind, is_waste(work, text))
        .order_by(packages.c.since, packages.c.container_id)
        .limit(limit)
    )
    return [StockPackage(*row) for row in rows]


def _packages(books: Books, on: date) -> Subquery:
    """What is left of each package, and of the loose mass of each waste, at each place at the end of a day."""
    ends = union_all(
        select(
            Posting.stream_id, Posting.container_id, Posting.to_kind.label("place_kind"),
            Posting.to_id.label("place_id"), Posting.mass.label("mass"), Posting.effective_on,
        ).where(enters(books), Posting.effective_on <= on),
        select(
            Posting.stream_id, Posting.container_id, Posting.from_kind, Posting.from_id, -Posting.mass, Posting.effective_on,
        ).where(leaves(books), Posting.effective_on <= on),
    ).subquery()  # fmt: skip
    return (
        select(
            ends.c.stream_id, ends.c.container_id, ends.c.place_kind, ends.c.place_id,
            func.sum(ends.c.mass).label("mass"), func.min(ends.c.effective_on).label("since"),
        )
        .group_by(ends.c.stream_id, ends.c.container_id, ends.c.place_kind, ends.c.place_id)
        .having(func.sum(ends.c.mass) != 0)
        .subquery()
    )  # fmt: skip
