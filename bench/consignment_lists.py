"""How fast a page of fifty consignments comes out of a long past over HTTP, beside `json_agg` passed through.

PostgreSQL, gunicorn with two workers, eight connections. 100 000 consignments by default, `PARKLOOP_CONSIGNMENTS` sets
another number (a million takes some ten minutes to make). The second figure of each list is its slowest twentieth,
one call after the other, as calls a second: 200 ms are 5.
"""

import json
import os
from collections.abc import Iterator
from http.client import HTTPConnection
from time import perf_counter

from app.foundation.core.database import Database
from bench import trips
from bench.consignments import environment_of
from bench.figures import Figure
from bench.many_consignments import fill
from bench.serving import Load, by_turns, ours_and_bare
from tests.databases import POSTGRESQL, NoServer, run_folder, stock

COUNT = int(os.environ.get("PARKLOOP_CONSIGNMENTS", "100000"))
CALLS = int(os.environ.get("PARKLOOP_BENCH_CALLS", "400"))
PROMISED_S = 0.2
VIEWERS = ("consignor", "carrier", "consignee", "operator")
BUCKETS = ("mine", "open", "done", "troubled")
"""Drafts are the consignor's alone."""


def figures() -> Iterator[Figure]:
    """Pages a second."""
    with run_folder() as folder, stock(folder, "bench") as databases:
        try:
            url = databases.fresh(POSTGRESQL)
        except NoServer:
            return
        database = Database(url)
        world = trips.prepared(database)
        fill(database, world, COUNT)
        tokens = {viewer: trips.token_of(world, getattr(world, viewer)) for viewer in VIEWERS}
        firm = world.consignor.organisation_id
        database.engine.dispose()
        with ours_and_bare(environment_of(url, folder)) as (server, bare):
            headers = {"Authorization": f"Bearer {tokens['consignor']}"}
            ours = Load(server, [("/api/v1/consignments?limit=50", None)] * CALLS, headers)
            pages, passed = by_turns(ours, Load(bare, [(f"/listed/{firm}", None)] * (2 * CALLS)))
            slowest = {viewer: _slowest_twentieth(server.port, tokens[viewer]) for viewer in VIEWERS}
    name = f"pages of 50 out of {COUNT} consignments"
    bare_name = "json_agg of the same rows passed through"
    yield Figure.over_http(name, pages, bare_name, passed, "pages/s")
    for viewer, seconds in slowest.items():
        what = f"p95 of pages and counts for the {viewer}, every bucket, out of {COUNT}"
        yield Figure(what, 1 / seconds, "pages/s", "200 ms a page", 1 / PROMISED_S)


def _slowest_twentieth(port: int, token: str) -> float:
    """Seconds that 95 of a hundred pages are made within: first and second pages of all buckets, and their counts."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {token}"}
    taken: list[float] = []

    def read(path: str) -> object:
        started = perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        taken.append(perf_counter() - started)
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {body[:500]!r}")
        return json.loads(body)

    for _ in range(max(2, CALLS // 40)):
        for bucket in ("", *BUCKETS):
            path = f"/api/v1/consignments?limit=50{f'&bucket={bucket}' if bucket else ''}"
            page = read(path)
            if cursor := isinstance(page, dict) and page["next_cursor"]:
                read(f"{path}&cursor={cursor}")
        read("/api/v1/consignments/counts")
    connection.close()
    return sorted(taken)[len(taken) * 95 // 100]
