"""The pages of a stock count."""

import pytest
from sqlalchemy import select

from app.entry.work import House
from app.waste.storage.counting.models import CountState, StockCount
from app.waste.storage.models import Container, ContainerState
from tests.integration.waste.storage.world import World, build


@pytest.fixture
def world(app, database) -> World:
    house: House = app.extensions["house"]
    return build(database, house.keyring)


@pytest.fixture
def producer(client_of, world):
    return client_of(world.people["producer"])


@pytest.fixture
def drums(world, database):
    with database.writing(world.actor) as work:
        return [world.stored(work, net_kg=100 + number) for number in range(3)]


@pytest.fixture
def begun(producer, world, drums):
    answer = producer.post(f"/facilities/{world.facility.id}/counts")
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_a_count_is_begun_once_and_found_again(producer, world, begun):
    listed = producer.get(f"/facilities/{world.facility.id}/counts")
    again = producer.post(f"/facilities/{world.facility.id}/counts")

    assert begun in listed.text and "继续盘点" in listed.text
    assert again.headers["Location"] == begun


def test_drums_are_ticked_weighed_and_missed_and_the_rest_explained(producer, begun, drums, session):
    one, two, three = drums
    producer.post(f"{begun}/lines", data={"code": one.code})
    producer.post(f"{begun}/lines", data={"code": two.short_code, "mass_kg": "99"})
    producer.post(f"{begun}/lines", data={"code": three.code, "is_missing": "yes"})
    page = producer.get(begun)
    refused = producer.post(f"{begun}/closing", data={f"explanations-{two.code}": "挥发"})
    done = producer.post(
        f"{begun}/closing", data={f"explanations-{two.code}": "挥发", f"explanations-{three.code}": "误运"}
    )

    assert "相符 1 个，差异 2 个" in page.text
    assert refused.status_code == 422
    assert f'id="f-explanations-{three.code}-e"' in refused.text
    assert 'value="挥发"' in refused.text
    assert done.status_code == 303, done.text
    assert session.scalars(select(StockCount.state)).all() == [CountState.CLOSED]
    assert session.get_one(Container, two.id).net == 99_000
    assert session.get_one(Container, three.id).state is ContainerState.VOIDED
    after = producer.get(begun)
    assert "挥发" in after.text and "完成盘点" not in after.text


def test_an_unknown_code_is_named_and_kept(producer, begun):
    refused = producer.post(f"{begun}/lines", data={"code": "7H3K-9PX2-0"})

    assert refused.status_code == 422
    assert 'id="f-code-e"' in refused.text
    assert 'value="7H3K-9PX2-0"' in refused.text


def test_a_cancelled_count_shows_as_such(producer, world, begun):
    producer.post(f"{begun}/cancelling")

    assert "已取消" in producer.get(f"/facilities/{world.facility.id}/counts").text


def test_the_park_looks_and_a_neighbour_finds_nothing(client_of, world, begun):
    park = client_of(world.people["park_operator"]).get(begun)

    assert park.status_code == 200
    assert "完成盘点" not in park.text
    assert client_of(world.people["recycler"]).get(begun).status_code == 404


def test_a_page_takes_as_many_statements_for_many_lines(producer, world, database, begun, count_statements):
    with count_statements() as few:
        producer.get(begun)
    producer.post(f"{begun}/cancelling")
    with database.writing(world.actor) as work:
        for _ in range(5):
            world.stored(work, net_kg=10)
    more = producer.post(f"/facilities/{world.facility.id}/counts").headers["Location"]
    with count_statements() as many:
        producer.get(more)

    assert len(many) == len(few), many
