"""The ledger's further pages: corrections, differences, official tables, stock and declarations, as people click them."""

import re
from datetime import timedelta
from typing import Any

import pytest

from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.waste.registry.declaring.models import Declaration, DeclarationState
from app.waste.registry.models import PlaceKind, Posting
from app.waste.registry.posting import Move, Place, post
from app.waste.storage.models import Container
from tests.integration.waste.storage.world import World, build


@pytest.fixture
def world(app, database) -> World:
    return build(database, app.extensions["house"].keyring)


@pytest.fixture
def client(client_of, world):
    return client_of(world.people["producer"])


def in_a_month_past(world: World, database: Any) -> None:
    """Forty kilograms of loose waste of a month ago, of which twenty were taken out of store."""
    with database.writing(world.actor) as work:
        day = work.today.replace(day=1) - timedelta(days=1)
        made, here, out = (
            Place(kind, world.site.id)
            for kind in (PlaceKind.GENERATION, PlaceKind.UNPLACED, PlaceKind.OUTBOUND)
        )
        stream = world.streams["solvent"].id
        post(
            work,
            [
                Move(stream, Grams(40_000), made, here, day),
                Move(stream, Grams(20_000), here, out, day - timedelta(days=0)),
            ],
            event_id=new_id(),
        )


def test_a_line_is_corrected_on_its_page(client, world, database, session):
    with database.writing(world.actor) as work:
        drum = world.stored(work)
    posting = session.query(Posting).filter_by(container_id=drum.id, from_kind=PlaceKind.GENERATION).one()
    address = f"/ledger/postings/{posting.id}/correction"
    shown = client.get("/ledger/")

    assert address in shown.text
    assert "186.000" in client.get(address).text
    refused = client.post(address, data={"what": "correct", "new_mass_kg": "abc", "reason": ""})
    assert refused.status_code == 422
    done = client.post(address, data={"what": "correct", "new_mass_kg": "180", "reason": "读错"})
    assert done.status_code == 303
    again = client.post(address, data={"what": "correct", "new_mass_kg": "170", "reason": "再改"})
    assert again.status_code == 409
    session.expire_all()
    assert session.get_one(Container, drum.id).net == 180_000
    tables = client.get("/ledger/tables?table=B.1").text
    assert re.search(r"<s>0\.1860</s>", tables)
    assert "读错" in tables


def test_a_difference_is_explained_on_its_page(client, world, database):
    with database.writing(world.actor) as work:
        stream, day = world.streams["solvent"].id, work.today - timedelta(days=45)
        made, here, out = (
            Place(kind, world.site.id)
            for kind in (PlaceKind.GENERATION, PlaceKind.UNPLACED, PlaceKind.OUTBOUND)
        )
        moves = [Move(stream, Grams(5_000), made, here, day), Move(stream, Grams(5_000), here, out, day)]
        post(work, moves, event_id=new_id())
    page = client.get("/ledger/differences").text
    [key] = re.findall(r'name="key" value="([^"]+)"', page)

    assert client.post("/ledger/differences", data={"key": key, "reason": ""}).status_code == 422
    assert client.post("/ledger/differences", data={"key": key, "reason": "在周转罐"}).status_code == 303
    told = client.get("/ledger/differences").text
    assert "在周转罐" in told
    assert 'name="key"' not in told


def test_a_month_is_declared_from_its_pages(client, world, database, session):
    in_a_month_past(world, database)
    with database.reading(world.actor) as work:
        first = (work.today.replace(day=1) - timedelta(days=1)).replace(day=1)
    started = client.post(
        "/declarations/",
        data={"site_id": str(world.site.id), "kind": "monthly", "first_on": first.isoformat()},
    )
    address = started.headers["Location"]

    assert started.status_code == 303
    page = client.get(address).text
    assert "0.0400" in page
    figure = re.search(r'<option value="([^"]+/closing)"', page)
    assert figure
    adjusted = {"figure": figure[1], "declared_t": "0.039", "reason": "盘点"}
    assert client.post(f"{address}/adjustments", data=adjusted).status_code == 303
    assert client.post(f"{address}/check", data={}).status_code == 303
    unbalanced = client.post(f"{address}/submission", data={})
    assert (unbalanced.status_code, "收支不平衡" in unbalanced.text) == (422, True)
    undone = client.post(f"{address}/adjustments", data={"figure": figure[1], "undo": "yes"})
    assert undone.status_code == 303
    client.post(f"{address}/check", data={})
    assert client.post(f"{address}/submission", data={"agent": ""}).status_code == 303
    assert client.post(f"{address}/receipt", data={"receipt_number": "R-1"}).status_code == 303
    assert client.post(f"{address}/return", data={"reason": "缺页"}).status_code == 303
    assert "缺页" in client.get(address).text
    assert client.post(f"{address}/regeneration", data={}).status_code == 303
    assert client.post(f"{address}/submission", data={}).status_code == 303
    assert client.post(f"{address}/receipt", data={"receipt_number": "R-2"}).status_code == 303
    assert client.post(f"{address}/lock", data={}).status_code == 303
    session.expire_all()
    assert session.query(Declaration).one().state is DeclarationState.LOCKED
    for suffix in ("xlsx", "csv", "pdf"):
        assert client.get(f"{address}/file.{suffix}").status_code == 200
    assert client.get(f"{address}/file.exe").status_code == 404
    assert "已申报" in client.get("/ledger/").text


@pytest.mark.parametrize(
    "path",
    [
        "/ledger/?view=waste",
        "/ledger/?view=container",
        "/ledger/?kind=general",
        "/ledger/?kind=general&view=container",
        "/ledger/tables?table=GISW.3",
        "/ledger/stock?on=2020-01-01",
        "/declarations/",
        "/declarations/?year=2025",
        "/ledger/balance.pdf",
        "/ledger/tables.csv?table=B.5",
        "/ledger/tables.pdf?table=GISW.2",
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_answers(client, world, database, path, language):
    with database.writing(world.actor) as work:
        world.stored(work)

    answer = client.get(path, headers={"Accept-Language": language})

    assert answer.status_code == 200


def test_pages_cost_the_same_for_few_and_many(client, world, database, count_statements):
    costs: dict[str, list[int]] = {}
    for _ in range(2):
        with database.writing(world.actor) as work:
            for _drum in range(4):
                world.stored(work)
        for path in (
            "/ledger/",
            "/ledger/?kind=general",
            "/ledger/tables",
            "/ledger/stock",
            "/ledger/differences",
            "/declarations/",
        ):
            with count_statements() as sent:
                assert client.get(path).status_code == 200
            costs.setdefault(path, []).append(len(sent))

    assert {path: counts for path, counts in costs.items() if counts[0] != counts[1]} == {}


def test_the_park_reads_and_changes_nothing(client_of, world, database):
    inspector = client_of(world.people["inspector"])
    with database.writing(world.actor) as work:
        world.stored(work)

    assert inspector.get("/ledger/differences").status_code == 200
    assert inspector.get("/declarations/").status_code == 200
    assert "correction" not in inspector.get("/ledger/").text
    answer = inspector.post(
        "/declarations/", data={"site_id": str(world.site.id), "kind": "annual", "first_on": "2026-01-01"}
    )
    assert answer.status_code == 403
