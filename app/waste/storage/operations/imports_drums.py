"""Containers by the many, as the rows of a ledger table move them: read, locked, and written back in bulk."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import bindparam, exists, or_, select, update

from app.foundation.core.errors import Conflict
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.trace.models import TraceAbout, TraceEvent
from app.parties.accounts.models import Site
from app.waste.registry.models import Balance, PlaceKind
from app.waste.storage.models import STATE_WORDS, Container, ContainerState

AT_ONCE: Final = 500
T = TypeVar("T")
COLUMNS: Final = (
    "id",
    "code",
    "state",
    "stream_id",
    "zone_id",
    "net",
    "gross",
    "tare",
    "stored_at",
    "version",
)


@dataclass
class Drum:
    """A container while rows of a table move it."""

    id: UUID
    code: str
    state: ContainerState
    stream_id: UUID
    zone_id: UUID | None
    net: int
    gross: int | None
    tare: int | None
    stored_at: datetime | None
    version: int
    outbound: int = 0
    """Grams taken out of store and not yet used."""

    def weigh(self, net: int) -> None:
        """It weighs this much now; its empty weight stays."""
        self.net = net
        if self.gross is not None and self.tare is not None:
            self.gross = self.tare + net

    def expect(self, *states: ContainerState) -> None:
        """Pass if it is in one of these states.

        Raises:
            Conflict: something else was done with it since the file was read.
        """
        if self.state not in states:
            raise Conflict(
                say(
                    "容器 {code} 刚变为“{state}”，请重新读取文件",
                    code=self.code,
                    state=STATE_WORDS[self.state],
                )
            )


def drums_of(work: Work, site: Site, codes: Collection[str]) -> dict[str, Drum]:
    """The containers a site holds of these codes, locked, by code."""
    return {drum.code: drum for chunk in _chunks(codes) for drum in _some_drums(work, site, chunk)}


def _some_drums(work: Work, site: Site, codes: Sequence[str]) -> list[Drum]:
    """With what is outbound of each. Two statements."""
    c = Container.__table__.c
    rows = work.session.execute(
        select(*(c[name] for name in COLUMNS))
        .where(c.code.in_(codes), c.site_id == site.id, c.holder_id == site.organisation_id)
        .order_by(c.id)
        .with_for_update()
    ).all()
    drums = {row.id: Drum(*row) for row in rows if row.net is not None}
    outbound = work.session.execute(
        select(Balance.container_id, Balance.mass).where(
            Balance.container_id.in_(drums), Balance.place_kind == PlaceKind.OUTBOUND
        )
    )
    for row in outbound:
        drums[row.container_id].outbound += int(row.mass)
    return list(drums.values())


def keep_drums(work: Work, drums: Sequence[Drum]) -> None:
    """Keep the containers, which are locked, as they are now."""
    table = Container.__table__
    names = ("state", "zone_id", "net", "gross", "stored_at")
    statement = (
        update(Container)
        .where(table.c.id == bindparam("b_id"), table.c.version == bindparam("b_version"))
        .values({name: bindparam(f"b_{name}") for name in names} | {"version": table.c.version + 1})
    )
    for chunk in _chunks(drums):
        work.session.connection().execute(
            statement,
            [
                {"b_id": drum.id, "b_version": drum.version, **{f"b_{n}": getattr(drum, n) for n in names}}
                for drum in chunk
            ],
        )


def with_events(work: Work, ids: Sequence[UUID]) -> Iterator[Container]:
    """Those of the containers that events of their own tell of: this event must tell their new state. The others came
    in by bulk, and the hash of the rows vouches for them."""
    own = exists().where(TraceEvent.subject_id == Container.id)
    other = exists().where(TraceAbout.thing_id == Container.id)
    for chunk in _chunks(ids):
        yield from work.session.scalars(
            select(Container)
            .where(Container.id.in_(chunk), or_(own, other))
            .execution_options(populate_existing=True)
        )


def _chunks(items: Collection[T]) -> Iterator[Sequence[T]]:
    listed = list(items)
    return (listed[start : start + AT_ONCE] for start in range(0, len(listed), AT_ONCE))
