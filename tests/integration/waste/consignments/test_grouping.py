"""What a firm received goes on with others in a consignment of its own, with its parents kept; and copies of drafts."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from app.foundation.core.errors import InvalidInput, NotFound
from app.foundation.core.ids import new_id
from app.waste.consignments import operations
from app.waste.consignments.commands import CreateConsignment
from app.waste.consignments.models import ConsignmentParent
from app.waste.storage.models import Container, ContainerState
from tests.integration.waste.consignments.world import DRUM, World


def received(world: World, drums):
    """Drums that the recycler accepted and put into its own store."""
    trip = world.accept(world.weighed(drums, [DRUM] * len(drums)))
    with world.doing(world.operator) as work:
        work.session.execute(
            update(Container)
            .where(Container.id.in_([drum.id for drum in drums]))
            .values(state=ContainerState.STORED_AT_CONSIGNEE, zone_id=world.zone_id)
        )
    return trip


def test_received_drums_go_on_together_and_their_parents_are_kept(world):
    first, second = world.drums(2), world.drums(1)
    parents = {received(world, first).id, received(world, second).id}
    order = CreateConsignment(containers=tuple(drum.code for drum in (*first, *second)))

    with world.doing(world.consignee) as work:
        onward = operations.create_consignment(work, order)

    with world.seeing(world.consignee) as work:
        kept = work.session.scalars(
            select(ConsignmentParent.parent_id).where(ConsignmentParent.consignment_id == onward.id)
        )
        assert set(kept) == parents
    assert onward.container_count == 3
    with world.doing(world.consignor) as work, pytest.raises(InvalidInput):
        operations.create_consignment(work, order)  # they are not the producer's any more


def test_a_copy_names_what_it_was_made_of(world):
    earlier = world.draft()

    copy = world.draft(world.drums(1), copied_from_id=earlier.id)

    assert copy.copied_from_id == earlier.id
    unknown = replace(world.order(world.drums(1)), copied_from_id=new_id())
    with world.doing(world.consignor) as work, pytest.raises(NotFound):
        operations.create_consignment(work, unknown)
