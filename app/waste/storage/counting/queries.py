"""Counts of a facility, their lines, and what is different from the ledger."""

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import aliased

from app.foundation.catalogue.codes import tidy
from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor, Work
from app.foundation.documents.short_code import read_short_code
from app.waste.registry.models import WasteStream
from app.waste.storage.counting.models import CountState, Found, StockCount, StockCountLine
from app.waste.storage.models import Container, Facility, Zone
from app.waste.storage.queries import containers_seen

IN_ADDRESS: Final = re.compile(r"/w/([0-9A-Za-z]{37})")
"""The container code in the address that a label's QR holds."""


def counts_seen(actor: Actor) -> ColumnElement[bool]:
    """What counts an actor may see: its firm's, or all of a park for its staff."""
    if actor.is_deployment:
        return true()
    if actor.is_park_staff:
        return StockCount.park_id == actor.park_id
    return StockCount.organisation_id == actor.organisation_id


def count_for(work: Work, count_id: UUID, *, lock: bool = False) -> StockCount:
    """A count the actor may see.

    Raises:
        NotFound: none such, or not theirs.
    """
    chosen = select(StockCount).where(StockCount.id == count_id, counts_seen(work.actor))
    count = work.session.scalar(chosen.with_for_update() if lock else chosen)
    if count is None:
        raise NotFound(say("没有这次盘点"))
    return count


def open_count(work: Work, facility_id: UUID) -> StockCount | None:
    """The count of a facility that is going on, if one is."""
    return work.session.scalar(
        select(StockCount).where(
            StockCount.facility_id == facility_id,
            StockCount.state == CountState.OPEN,
            counts_seen(work.actor),
        )
    )


@dataclass(frozen=True)
class CountSummary:
    """A count with its number of lines and of lines already counted."""

    count: StockCount
    lines: int
    counted: int


def counts_of(work: Work, facility_id: UUID, *, limit: int = 20) -> Sequence[CountSummary]:
    """The counts of a facility, newest first; one statement."""
    rows = work.session.execute(
        select(
            StockCount,
            func.count(StockCountLine.id),
            func.coalesce(func.sum(case((StockCountLine.found.is_not(None), 1), else_=0)), 0),
        )
        .outerjoin(StockCountLine, StockCountLine.count_id == StockCount.id)
        .where(StockCount.facility_id == facility_id, counts_seen(work.actor))
        .group_by(*StockCount.__table__.c)
        .order_by(StockCount.started_at.desc(), StockCount.id.desc())
        .limit(limit)
    )
    return [CountSummary(row[0], int(row[1]), int(row[2])) for row in rows]


class DifferenceIn(enum.StrEnum):
    """What about a container differs from the ledger."""

    MISSING = "missing"
    PLACE = "place"
    MASS = "mass"


@dataclass(frozen=True)
class CountRow:
    """A line with its container, waste and zones."""

    line: StockCountLine
    container: Container
    stream: WasteStream
    expected_zone: Zone | None
    found_zone: Zone | None

    @property
    def differences(self) -> tuple[DifferenceIn, ...]:
        """What is to be explained if the count ends now: not counted is not there."""
        if self.line.found in (None, Found.MISSING):
            return (DifferenceIn.MISSING,)
        found = []
        if self.line.found in (Found.ELSEWHERE, Found.UNEXPECTED):
            found.append(DifferenceIn.PLACE)
        if self.mass_difference:
            found.append(DifferenceIn.MASS)
        return tuple(found)

    @property
    def mass_difference(self) -> int:
        """Grams more, or less, than the ledger says."""
        if self.line.found in (None, Found.MISSING):
            return -self.line.expected_mass
        return 0 if self.line.counted_mass is None else self.line.counted_mass - self.line.expected_mass


def count_rows(work: Work, count_id: UUID) -> Sequence[CountRow]:
    """The lines of a count by zone and code; one statement."""
    expected, found = aliased(Zone), aliased(Zone)
    rows = work.session.execute(
        select(StockCountLine, Container, WasteStream, expected, found)
        .join(Container, Container.id == StockCountLine.container_id)
        .join(WasteStream, WasteStream.id == Container.stream_id)
        .outerjoin(expected, expected.id == StockCountLine.expected_zone_id)
        .outerjoin(found, found.id == StockCountLine.found_zone_id)
        .where(StockCountLine.count_id == count_id)
        .order_by(expected.code, Container.code)
    )
    return [CountRow(*row) for row in rows]


def counted_container(work: Work, facility: Facility, code: str) -> Container | None:
    """The container of the facility's firm that a scanned or typed code names, locked; one statement.

    A firm's own label counts only where one container in its hands at this site bears it.
    """
    typed = code.strip()
    if match := IN_ADDRESS.search(typed):
        typed = match[1]
    if not typed.isprintable() or not typed:
        return None
    by_code = or_(Container.code == tidy(typed), Container.short_code == (read_short_code(typed) or ""))
    by_label = and_(Container.local_label == typed, Container.site_id == facility.site_id)
    found = work.session.scalars(
        select(Container)
        .where(
            or_(by_code, by_label),
            Container.holder_id == facility.organisation_id,
            containers_seen(work.actor),
        )
        .order_by(Container.id)
        .limit(3)
        .with_for_update()
    ).all()
    exact = [one for one in found if one.code == tidy(typed) or one.short_code == read_short_code(typed)]
    chosen = exact or found
    return chosen[0] if len(chosen) == 1 else None


def total_of(rows: Sequence[CountRow]) -> Grams:
    """Grams the ledger says, over all lines."""
    return Grams(sum(row.line.expected_mass for row in rows))
