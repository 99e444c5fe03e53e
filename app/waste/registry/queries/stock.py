"""What lay where at the end of any day: summed from the postings, so that no day is ever lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import case, func, select, union_all

from app.foundation.core.ids import NO_ID
from app.foundation.core.work import Work
from app.waste.registry.models import PlaceKind, Posting, WasteKind, WasteStream
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
    ends = union_all(
        select(
            Posting.stream_id, Posting.container_id, Posting.to_kind.label("place_kind"),
            Posting.to_id.label("place_id"), Posting.mass.label("mass"),
        ).where(enters(books), Posting.effective_on <= on),
        select(
            Posting.stream_id, Posting.container_id, Posting.from_kind, Posting.from_id, -Posting.mass
        ).where(leaves(books), Posting.effective_on <= on),
    ).subquery()  # fmt: skip
    packages = (
        select(
            ends.c.stream_id, ends.c.container_id, ends.c.place_kind, ends.c.place_id,
            func.sum(ends.c.mass).label("mass"),
        )
        .group_by(ends.c.stream_id, ends.c.container_id, ends.c.place_kind, ends.c.place_id)
        .having(func.sum(ends.c.mass) != 0)
        .subquery()
    )  # fmt: skip
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
