"""Three weights of a consignment: beyond what a scale may err, the difference is asked about at both ends."""

import pytest

from app.foundation.core.units import Grams
from app.waste.consignments import operations
from app.waste.consignments.commands import RecordTare
from app.waste.consignments.queries.gate import gate_differences
from app.waste.registry.declaring.commands import ExplainDifference
from app.waste.registry.declaring.models import DifferenceKind
from app.waste.storage.differences import differences
from app.waste.storage.explaining import explain_difference
from app.waste.storage.places import stock_places
from tests.integration.waste.consignments.world import build
from tests.integration.waste.registry.test_ledger import _accept


def test_both_ends_are_asked_about_a_difference_beyond_the_scales_own(database):
    world = build(database)
    drums = world.drums(2)
    _accept(world, world.weighed(drums, [186_400, 177_400]))  # as sent, and 9 kg (4.8 %) less

    for actor in (world.consignor, world.consignee):
        with world.seeing(actor) as work:
            found = differences(work, stock_places(work).books)
            assert [(one.kind, one.mass) for one in found] == [(DifferenceKind.WEIGHING, -9_000)]


@pytest.mark.parametrize(("tare", "found"), [(8_627_200, []), (8_577_100, [50_100])])
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_weighbridge_is_a_third_weight_that_the_consignee_explains(database, tare, found):
    world = build(database)
    drums = world.drums(2)
    trip = world.accept(world.weighed(drums, [186_400, 186_400]))  # 9 000 kg came through the gate
    world.do(world.consignee, operations.record_tare, trip, RecordTare, gate_tare=Grams(tare))

    for actor, wanted in ((world.consignor, []), (world.consignee, found)):
        with world.seeing(actor) as work:
            told = differences(work, stock_places(work).books, more=[gate_differences])
            assert [one.mass for one in told] == wanted
    for one in told:
        with world.doing(world.consignee) as work:
            books = stock_places(work).books
            explain_difference(work, books, ExplainDifference(one.key, "托盘未卸"), [gate_differences])
            assert not differences(work, books, more=[gate_differences])[0].is_open
