"""Makes a demo park many times larger than operations could: rows straight into the tables.

`DATABASE_URL=… python -m bench.load --scale N` adds to a demo (`flask demo build`) so many packages that there are N
times as many as before. Each is a copy of one that the operations made, all of it: container, postings, balances, ledger
lines, events with their hashes and chains; with ids, codes, numbers and days of its own. `flask registry verify`,
`flask trace verify` and `flask trace rebuild --check` hold afterwards. No rule is asked: zones overflow.
"""

import argparse
import json
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, exists, func, select

import app.all_models  # noqa: F401 - every table must be known
from app.demo.finding import open_since
from app.foundation.catalogue.codes import parse_container_code
from app.foundation.core.bulk import insert_rows
from app.foundation.core.clock import local_day
from app.foundation.core.database import Database
from app.foundation.core.ids import new_id
from app.foundation.core.work import Actor, Work
from app.foundation.trace.canonical import canonical_text, leaf_hash
from app.foundation.trace.models import TraceAbout, TraceEvent, about_id
from app.parties.accounts.queries import demo_park
from app.waste.consignments.models import ConsignedContainer
from app.waste.registry.models import Balance, BatchSerial, GenerationRecord, LedgerRecord, Posting
from app.waste.registry.numbering import lift_serials
from app.waste.storage.counting.models import StockCountLine
from app.waste.storage.models import Container, ContainerLink
from app.waste.storage.numbering import LAST_SERIAL, draw_short_codes, series_of
from app.waste.storage.upkeep.models import UpkeepRecord
from app.waste.storage.weighing.models import ScaleReading

COPIED: Final = (Container, TraceEvent, TraceAbout, Posting, Balance, GenerationRecord, LedgerRecord)
"""Tables that get rows, in the order of their keys; short codes and serials besides."""
CHUNK: Final = 2_000
BATCH_NUMBER: Final = re.compile(r"(HW[A-Z]+)(\d{8})(\d{3})")
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
STAMP: Final = "%Y-%m-%dT%H:%M:%S.%fZ"

Rows = dict[type, list[dict[str, Any]]]


class Full(Exception):
    """Every number of the days that may still be posted into is used."""


@dataclass
class Original:
    """A package that operations made, and all rows that are its own."""

    rows: Rows
    first_on: date
    last_on: date

    @property
    def container(self) -> Mapping[str, Any]:
        return self.rows[Container][0]


def originals(work: Work, since: date) -> list[Original]:
    """Packages that have only a story of their own: never consigned, counted or linked, and nothing before a day."""
    of_others = [
        exists().where(model.container_id == Container.id)
        for model in (ConsignedContainer, StockCountLine, ScaleReading, UpkeepRecord)
    ]
    told_elsewhere = exists().where(TraceAbout.thing_id == Container.id)
    linked = exists().where(
        (ContainerLink.parent_id == Container.id) | (ContainerLink.child_id == Container.id)
    )
    posted = exists().where(Posting.container_id == Container.id)
    before = exists().where(and_(Posting.container_id == Container.id, Posting.effective_on < since))
    chosen = select(Container.id).where(
        Container.holder_id == Container.organisation_id,
        Container.consignment_id.is_(None),
        posted,
        ~before,
        ~linked,
        ~told_elsewhere,
        *(~other for other in of_others),
    )
    return [_original(work, key) for key in work.session.scalars(chosen.order_by(Container.code))]


def _original(work: Work, key: UUID) -> Original:
    rows: Rows = {
        Container: _rows(work, Container, Container.id == key),
        TraceEvent: _rows(work, TraceEvent, TraceEvent.subject_id == key),
        Posting: _rows(work, Posting, Posting.container_id == key),
        Balance: _rows(work, Balance, Balance.container_id == key),
    }
    rows[TraceEvent].sort(key=lambda row: row["sequence"])
    rows[TraceAbout] = _rows(
        work, TraceAbout, TraceAbout.event_id.in_([row["id"] for row in rows[TraceEvent]])
    )
    posting_ids = [row["id"] for row in rows[Posting]]
    rows[GenerationRecord] = _rows(work, GenerationRecord, GenerationRecord.posting_id.in_(posting_ids))
    rows[LedgerRecord] = _rows(work, LedgerRecord, LedgerRecord.posting_id.in_(posting_ids))
    days = [row["effective_on"] for row in rows[Posting]]
    return Original(rows, min(days), max(days))


def _rows(work: Work, model: Any, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    table: Table = model.__table__
    return [dict(row) for row in work.session.execute(select(table).where(which)).mappings()]


@dataclass
class Serials:
    """The numbers drawn, by series; written back at the end."""

    work: Work
    last: dict[str, int] = field(default_factory=dict)

    def next(self, series: str) -> int:
        """Raises:
        Full: all 999 are used.
        """
        if series not in self.last:
            stored = select(BatchSerial.last).where(BatchSerial.series == series)
            self.last[series] = self.work.session.scalar(stored) or 0
        if self.last[series] >= LAST_SERIAL:
            raise Full(series)
        self.last[series] += 1
        return self.last[series]


class Copying:
    """One copy of an original: what stands for each id, text and day of it."""

    def __init__(
        self, original: Original, days: timedelta, serials: Serials, short_code: str, key: UUID
    ) -> None:
        self.original, self.days = original, days
        container = original.container
        self.ids: dict[UUID, UUID] = {container["id"]: key}
        for model in (TraceEvent, Posting, Balance, GenerationRecord, LedgerRecord):
            self.ids |= {row["id"]: new_id() for row in original.rows[model]}
        self.texts = {container["code"]: self._code(serials), container["short_code"]: short_code}
        for number in sorted(self._batch_numbers()):
            found = BATCH_NUMBER.fullmatch(number)
            assert found is not None
            day = date.fromisoformat(found[2]) + days
            serial = serials.next(f"{found[1]}/{container['site_id']}/{day:%Y%m%d}")
            self.texts[number] = f"{found[1]}{day:%Y%m%d}{serial:03d}"
        self.texts_by_id = {str(old): str(new) for old, new in self.ids.items()}

    def _code(self, serials: Serials) -> str:
        code = parse_container_code(self.original.container["code"])
        day = code.day + self.days
        serial = serials.next(series_of(code.credit_code, code.waste_code, day))
        return str(type(code)(code.credit_code, code.waste_code, day, serial))

    def _batch_numbers(self) -> set[str]:
        values = (value for rows in self.original.rows.values() for row in rows for value in row.values())
        return {value for value in values if isinstance(value, str) and BATCH_NUMBER.fullmatch(value)}

    def rows(self) -> Iterator[tuple[type, dict[str, Any]]]:
        """The rows of the copy with their tables."""
        previous: str | None = None
        for row in self.original.rows[TraceEvent]:
            event = self._event(row, previous)
            previous = event["own_hash"]
            yield TraceEvent, event
        for model, rows in self.original.rows.items():
            if model is TraceEvent:
                continue
            for row in rows:
                made = {name: self._value(value) for name, value in row.items()}
                if model is TraceAbout:
                    made["id"] = about_id(made["event_id"], made["thing_id"])
                yield model, made

    def _event(self, row: Mapping[str, Any], previous: str | None) -> dict[str, Any]:
        told = self._told(json.loads(row["envelope"])) | {"previous_hash": previous}
        envelope = canonical_text(told)
        made = {name: self._value(value) for name, value in row.items()}
        return made | {"previous_hash": previous, "envelope": envelope, "own_hash": leaf_hash(envelope)}

    def _value(self, value: Any) -> Any:
        if isinstance(value, UUID):
            return self.ids.get(value, value)
        if isinstance(value, date):  # instants too
            return value + self.days
        if isinstance(value, str):
            return self.texts.get(value, value)
        return value

    def _told(self, value: Any) -> Any:
        """The same in an event's text, where everything is JSON."""
        if isinstance(value, dict):
            return {name: self._told(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._told(inner) for inner in value]
        if not isinstance(value, str):
            return value
        if value in self.texts_by_id:
            return self.texts_by_id[value]
        if DAY.fullmatch(value):
            return (date.fromisoformat(value) + self.days).isoformat()
        if INSTANT.fullmatch(value):
            return (datetime.strptime(value, STAMP) + self.days).strftime(STAMP)  # noqa: DTZ007 - stays UTC
        return self.texts.get(value, value)


def load(work: Work, wanted: int, tell: Callable[[int], None] = lambda done: None) -> int:
    """Add so many packages to a demo park; gives how many were added.

    Raises:
        Full: there are not enough numbers on the days that are not declared.
        ValueError: no package to copy.
    """
    park = demo_park(work)
    last = work.session.scalar(select(func.max(Container.created_at)))
    today = local_day(last, park.zone) if park and last else work.today
    since = open_since(today)
    models = originals(work, since)
    if not models:
        raise ValueError("there is no package to copy: build the demo first")
    serials, done = Serials(work), 0
    copies = _places(models, since, today)
    while done < wanted:
        count = min(CHUNK, wanted - done)
        _insert(work, serials, [next(copies) for _ in range(count)])
        done += count
        tell(done)
    lift_serials(work, serials.last)
    return done


def _places(models: Sequence[Original], since: date, today: date) -> Iterator[tuple[Original, timedelta]]:
    """Each original in turn, moved to each day in turn on which all of its story is still open."""
    turn = 0
    while True:
        for original in models:
            room = (today - original.last_on).days + (original.first_on - since).days + 1
            yield original, timedelta(days=turn % room - (original.first_on - since).days)
        turn += 1


def _insert(work: Work, serials: Serials, copies: Sequence[tuple[Original, timedelta]]) -> None:
    keys = [new_id() for _ in copies]
    codes = draw_short_codes(work, "container", keys)
    rows: dict[type, list[dict[str, Any]]] = defaultdict(list)
    for (original, days), key, code in zip(copies, keys, codes, strict=True):
        for model, row in Copying(original, days, serials, code, key).rows():
            rows[model].append(row)
    for model in COPIED:
        if rows[model]:
            names = tuple(rows[model][0])
            insert_rows(
                work.session, model, names, (tuple(row[name] for name in names) for row in rows[model])
            )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--scale", type=int, required=True, help="how many times as many packages as now")
    scale: int = parser.parse_args(arguments).scale
    database = Database(os.environ["DATABASE_URL"])
    start = time.perf_counter()
    with database.writing(Actor.system(via="demo")) as work:
        before = work.session.scalar(select(func.count(Container.id))) or 0
        try:
            added = load(work, before * (scale - 1), lambda done: print(f"{done} packages", file=sys.stderr))
        except (Full, ValueError) as problem:
            print(f"nothing was added: {problem}", file=sys.stderr)
            return 1
    print(f"{added} packages more, in {time.perf_counter() - start:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
