"""Editions of one licence: each shows what was drawn on itself, and only the one in force what is left of the year."""

from csv import DictReader
from datetime import date
from io import StringIO

import pytest

from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.parties.licences import operations, queries
from app.parties.licences.models import CapacitySource
from tests.integration.parties.licences.people import FULL
from tests.integration.waste.consignments.world import TODAY, WASTE_CODE, World, a_licence, build

TONNE = 1_000_000


@pytest.fixture
def world(database) -> World:
    """An edition that ended in the spring, of which 300 t were used this year."""
    return build(database, has_plan=False, valid_to=date(TODAY.year, 5, 31), number="演危许 2021-006", **FULL)


@pytest.fixture
def renewed(world):
    """The edition after it with 200 t used and 50 t reserved."""
    with world.doing(Actor.system()) as work:
        edition = operations.register_licence(
            work,
            a_licence(
                world.consignee.organisation_id, number="演危许 2026-006", valid_from=date(TODAY.year, 6, 1),
                valid_to=date(TODAY.year + 5, 5, 31), replaces_id=world.licence_id, **FULL,
            ),
        )  # fmt: skip
        for licence_id, mass in ((world.licence_id, 300), (edition.id, 200)):
            operations.use_licence(
                work,
                licence_id,
                {WASTE_CODE: Grams(mass * TONNE)},
                consignment_id=new_id(),
                event_id=new_id(),
            )
        operations.reserve_capacity(
            work, edition.id, {WASTE_CODE: Grams(50 * TONNE)},
            source_kind=CapacitySource.TRADE, source_id=new_id(), event_id=new_id(),
        )  # fmt: skip
        return edition.id


def test_what_was_drawn_on_an_edition_and_what_all_share(world, renewed):
    with world.seeing(world.operator) as work:
        old, new = queries.licence_for(work, world.licence_id), queries.licence_for(work, renewed)

    assert (old.edition_used, old.edition_reserved) == (300 * TONNE, 0)
    assert (new.edition_used, new.edition_reserved) == (200 * TONNE, 50 * TONNE)
    assert old.used == new.used == 500 * TONNE
    assert new.left == new.licence.yearly_scale - 550 * TONNE
    (line,) = new.lines
    assert (line.used, line.edition_used, line.edition_reserved) == (500 * TONNE, 200 * TONNE, 50 * TONNE)


def test_the_list_and_its_file_show_each_editions_own_and_room_only_where_it_is_in_force(
    world, renewed, client_of
):
    park = client_of(world.operator.user_id)

    rows = list(DictReader(StringIO(park.get("/licences/export.csv").data.decode("utf-8-sig"))))
    shown = {row["许可证编号"]: [row[name] for name in ("已用 t", "预留 t", "还能接 t")] for row in rows}
    page = park.get("/licences").text.split('id="licences"')[1]

    assert shown == {
        "演危许 2021-006": ["300.0000", "0.0000", ""],
        "演危许 2026-006": ["200.0000", "50.0000", "1450.0000"],
    }
    new, old = (part.split("</tr>")[0] for part in page.split("<tr>")[2:4])
    assert ("200.0" in new, "1,450.0" in new, "另有其他版" in new) == (True, True, True)
    assert ("300.0" in old, "不能再接" in old, "500.0" in old) == (True, True, False)


def test_the_page_of_an_edition_that_ended_shows_its_own_use_and_no_room(world, renewed, client_of):
    park = client_of(world.operator.user_id)

    old, new = park.get(f"/licences/{world.licence_id}").text, park.get(f"/licences/{renewed}").text

    assert ("仅这一版" in old, "不在有效期，不能再接" in old, "500.0" in old) == (True, True, False)
    assert ("其中其他版 300.0" in new, "1,450.0" in new, "不在有效期" in new) == (True, True, False)
