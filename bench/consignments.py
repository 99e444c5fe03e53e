"""How fast consignments are made, signed, read whole and grouped, each beside its bare form in the same run (design.md 11).

PostgreSQL with synchronous commit, gunicorn with two workers, eight connections, real tokens and permission checks.
"""

import os
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from sqlalchemy import text, update

from app.foundation.core.clock import utc_now
from app.foundation.core.database import Database
from app.foundation.core.units import Grams
from app.waste.consignments import operations
from app.waste.consignments.commands import CreateConsignment
from app.waste.consignments.models import Consignment
from app.waste.consignments.workflow import ConsignmentState
from app.waste.storage.models import Container, ContainerState
from bench import trips
from bench.figures import Figure
from bench.serving import CLIENTS, Load, by_turns, ours_and_bare
from tests.databases import POSTGRESQL, NoServer, run_folder, stock
from tests.integration.waste.consignments.world import World

CALLS = int(os.environ.get("PARKLOOP_BENCH_CALLS", "400"))
READS = 8 * CALLS
GROUPED, PARENTS = 2_000, 4
BIG_ENOUGH = 4_000
PATH = "/api/v1/consignments"


def figures() -> Iterator[Figure]:
    """Calls a second over HTTP; groupings a second in one transaction."""
    with run_folder() as folder, stock(folder, "bench") as databases:
        try:
            url = databases.fresh(POSTGRESQL)
        except NoServer:
            return
        durable = Database(url)
        with durable.engine.begin() as connection:
            name = durable.engine.url.database
            connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = on'))
        durable.engine.dispose()
        database = Database(url)
        with database.engine.begin() as connection:
            connection.execute(text("CREATE TABLE bare_rows (id uuid PRIMARY KEY, body text)"))
        world = trips.prepared(database)
        yield from _over_http(world, environment_of(url, folder))
        yield _grouping(world)
        database.engine.dispose()


def environment_of(url: str, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "ENVIRONMENT": "test",
        "DATABASE_URL": url,
        "FILES_DIR": str(folder / "files"),
        "KEY_ENCRYPTION_KEY": urlsafe_b64encode(
            bytes(range(32))
        ).decode(),  # what the world's keys are kept under
    }


def _over_http(world: World, environment: dict[str, str]) -> Iterator[Figure]:
    drums = trips.drums(world, 2 * CALLS)
    drafts = [(PATH, trips.draft(world, drums[place : place + 2])) for place in range(0, len(drums), 2)]
    ready = trips.brought(world, CALLS, 1, world.loaded)
    signings = [(f"{PATH}/{trip.id}/consignor-signature", {"seen_version": trip.version}) for trip in ready]
    shown = world.departed(trips.drums(world, 6))
    reads: list[tuple[str, object]] = [(f"{PATH}/{shown.id}", None)] * READS
    headers = {"Authorization": f"Bearer {trips.token_of(world, world.consignor)}"}
    body = {"body": "x" * 200}
    with ours_and_bare(environment) as (ours, bare):
        mapped = Load(bare, [("/two-rows-mapped", body)] * (2 * len(drafts)))
        raw = Load(bare, [("/two-rows", body)] * (2 * len(signings)))
        reply = Load(bare, [(f"/reply-of/{BIG_ENOUGH}", None)] * (2 * READS))
        made = by_turns(Load(ours, drafts, headers), mapped)
        signed = by_turns(Load(ours, signings, headers), raw)
        read = by_turns(Load(ours, reads, headers), reply)
        crowded = by_turns(Load(ours, reads, headers, clients=4 * CLIENTS), Load(ours, reads, headers))
    kilobytes = "a bare Flask reply of 4 kB"
    yield Figure.over_http("consignments made", made[0], "two mapped rows inserted over HTTP", made[1])
    yield Figure.over_http("signatures", signed[0], "two raw rows inserted over HTTP", signed[1])
    yield Figure.over_http("whole consignments read", read[0], kilobytes, read[1])
    yield Figure.over_http(
        f"the same over {4 * CLIENTS} connections", crowded[0], f"over {CLIENTS}", crowded[1]
    )


def _grouping(world: World) -> Figure:
    """What four loads brought to the recycler, in one consignment of its own."""
    drums = trips.drums(world, GROUPED, net=Grams(1_000), label_mass=Grams(1_000))
    share = GROUPED // PARENTS
    for place in range(0, GROUPED, share):
        _take_in(world, drums[place : place + share])
    order = CreateConsignment(containers=tuple(drum.code for drum in drums))
    started = perf_counter()
    with world.doing(world.consignee) as work:
        onward = operations.create_consignment(work, order)
    seconds = perf_counter() - started
    if onward.container_count != GROUPED:
        raise RuntimeError(f"{onward.container_count} containers grouped")
    started = perf_counter()
    with world.database.engine.begin() as connection:
        insert = text("INSERT INTO bare_rows (id, body) VALUES (gen_random_uuid(), :body)")
        connection.execute(insert, [{"body": drum.code} for drum in drums])
    bare = perf_counter() - started
    name = f"{GROUPED} raw rows inserted in one transaction"
    return Figure(f"{GROUPED} containers of {PARENTS} loads grouped", 1 / seconds, "times/s", name, 1 / bare)


def _take_in(world: World, drums: list[Container]) -> None:
    """As if their load had come: told to the rows, for two thousand weighings take longer than the bench."""
    load = world.draft(drums)
    with world.doing(world.operator) as work:
        work.session.execute(
            update(Consignment)
            .where(Consignment.id == load.id)
            .values(state=ConsignmentState.ACCEPTED, closed_at=utc_now())
        )
        work.session.execute(
            update(Container)
            .where(Container.id.in_([drum.id for drum in drums]))
            .values(state=ContainerState.STORED_AT_CONSIGNEE, holder_id=world.consignee.organisation_id)
        )
