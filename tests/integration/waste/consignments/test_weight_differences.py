"""Three weights of a consignment: beyond what a scale may err, the difference is asked about at both ends."""

from app.waste.registry.declaring.models import DifferenceKind
from app.waste.storage.differences import differences
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
