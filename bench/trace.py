"""What the trace log costs: proving it, sealing it, proving one event, appending one.

Made-up events on both engines: 100 000 by default, `PARKLOOP_TRACE_EVENTS` sets another number (a million takes some
minutes to make). `flask trace verify` is run as it is run by hand, with as many processes as there are cores.
"""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.bulk import insert_rows
from app.foundation.core.database import Database
from app.foundation.core.ids import new_id
from app.foundation.core.work import Actor
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import Keyring, new_key
from app.foundation.trace.canonical import leaf_hash
from app.foundation.trace.checkpoints import make_checkpoint
from app.foundation.trace.logs import Log, TraceLeaf
from app.foundation.trace.models import TraceAbout, TraceEvent, about_id
from app.foundation.trace.proofs import consistency_of, proof_of
from app.foundation.trace.proving import prove_in_parallel
from app.foundation.trace.recording import envelope_text
from app.foundation.trace.sealing import seal
from app.parties.accounts.models import Park
from bench.figures import Figure, rate
from tests.databases import ENGINES, NoServer, run_folder, stock

EVENTS = int(os.environ.get("PARKLOOP_TRACE_EVENTS", "100000"))
CHAIN = 8
"""Events a thing."""
AT_ONCE = 50_000
SYSTEM = Actor.system()
KEYRING = Keyring(bytes(32))
NAMES = (
    "id",
    "name",
    "subject_kind",
    "subject_id",
    "sequence",
    "park_id",
    "user_id",
    "organisation_id",
    "via",
)
TIMES = ("occurred_at", "recorded_at", "previous_hash", "envelope", "own_hash")


def figures() -> Iterator[Figure]:
    """Events and proofs a second, on each engine."""
    with run_folder() as folder:
        for engine in ENGINES:
            with _database(folder, engine) as database:
                if database is not None:
                    yield from _figures(engine, database)


def _figures(engine: str, database: Database) -> Iterator[Figure]:
    with database.writing(SYSTEM) as work:
        park = Park(
            slug="bench",
            name="-",
            name_en="-",
            zone="Asia/Shanghai",
            province="99",
            city="9901",
            is_demo=True,
        )
        work.session.add(park)
        new_key(work, KEYRING, KeyPurpose.LOG)
        work.session.flush()
        log = Log(park.id, "bench.example/bench")
    _fill(database, log)
    started = perf_counter()
    sealed = seal(database, log.park_id)
    yield Figure(f"seal, {engine}", sealed / (perf_counter() - started), "events/s", *_bare(database))
    with database.writing(SYSTEM) as work:
        size = make_checkpoint(work, KEYRING, log).size
    logs = [Log(None, "bench.example"), log]
    for processes in (1, os.cpu_count() or 1):
        started = perf_counter()
        proved = prove_in_parallel(database, logs, logs, (), processes)
        seconds = perf_counter() - started
        if proved.misfit is not None or proved.events.events != EVENTS or proved.logs[1].leaves != size:
            raise RuntimeError(f"not the log this bench made: {proved}")
        name = f"verify {EVENTS} events, {processes} processes, {engine}"
        yield Figure(name, EVENTS / seconds, "events/s", *_bare(database))
    yield from _proofs(engine, database, log, size)


def _proofs(engine: str, database: Database, log: Log, size: int) -> Iterator[Figure]:
    chosen = random.Random(1)
    with database.reading(SYSTEM) as work:
        ids = list(work.session.scalars(select(TraceLeaf.event_id).where(TraceLeaf.leaf_index % 997 == 0)))

        def prove() -> None:
            proof_of(work, chosen.choice(ids))

        def join() -> None:
            consistency_of(work, log, chosen.randrange(1, size), size)

        def read() -> None:
            work.session.execute(select(TraceEvent.envelope).where(TraceEvent.id == chosen.choice(ids))).one()

        bare = rate(read)
        yield Figure(f"inclusion proof among {size}, {engine}", rate(prove), "proofs/s", "its row read", bare)
        yield Figure(
            f"consistency proof, {size} leaves, {engine}", rate(join), "proofs/s", "a row read", bare
        )


def _bare(database: Database) -> tuple[str, float]:
    """Reading the envelopes and hashing them, and nothing else."""
    started, count = perf_counter(), 0
    with database.reading(SYSTEM) as work:
        rows = work.session.execute(select(TraceEvent.envelope).execution_options(yield_per=5_000))
        for (envelope,) in rows:
            sha256(b"\x00" + envelope.encode()).digest()
            count += 1
    return "envelopes read and hashed, one process", count / (perf_counter() - started)


def _fill(database: Database, log: Log) -> None:
    at, made = datetime(2026, 1, 1, tzinfo=UTC), 0
    while made < EVENTS:
        wanted = min(AT_ONCE, EVENTS - made)
        events, things = [], []
        while len(events) < wanted:
            for row, about in _chain(log, at + timedelta(seconds=made + len(events))):
                events.append(row)
                things += about
        with database.writing(SYSTEM) as work:
            insert_rows(work.session, TraceEvent, (*NAMES, *TIMES), events[:wanted])
            kept = {row[0] for row in events[:wanted]}
            insert_rows(
                work.session,
                TraceAbout,
                ("id", "event_id", "thing_kind", "thing_id"),
                [row for row in things if row[1] in kept],
            )
        made += wanted


def _chain(log: Log, at: datetime) -> Iterator[tuple[tuple[Any, ...], list[tuple[Any, ...]]]]:
    """The events of one drum, as the application writes them."""
    subject, stream, zone, previous = new_id(), new_id(), new_id(), None
    for sequence in range(1, CHAIN + 1):
        event_id: UUID = new_id()
        columns = {
            "id": event_id,
            "name": "container.stored",
            "subject_kind": "container",
            "subject_id": subject,
            "sequence": sequence,
            "park_id": log.park_id,
            "user_id": stream,
            "organisation_id": zone,
            "via": "api",
            "occurred_at": at,
            "recorded_at": at + timedelta(seconds=sequence),
            "previous_hash": previous,
        }
        things = [("stream", stream), ("zone", zone)]
        state = {
            "code": "91339901MA2XN101739004020620261001001",
            "mass": 171_000 + sequence,
            "state": "stored",
            "zone_id": str(zone),
            "stream_id": str(stream),
            "hazards": ["T", "I"],
            "label_version": sequence,
            "sealed_at": "2026-01-01T00:00:00.000000Z",
            "gross": None,
            "parents": [],
            "version": sequence,
        }
        envelope = envelope_text(columns, things, {"state": state, "posted": [str(event_id)], "reason": None})
        previous = leaf_hash(envelope)
        about = [(about_id(event_id, thing), event_id, kind, thing) for kind, thing in things]
        yield (*columns.values(), envelope, previous), about


@contextmanager
def _database(folder: Path, engine: str) -> Iterator[Database | None]:
    with stock(folder, f"trace_{engine}") as databases:
        try:
            database = Database(databases.fresh(engine, code_lists=False))
        except NoServer:
            yield None
            return
        yield database
        database.engine.dispose()
