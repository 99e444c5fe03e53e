"""Buckets: what waits for whom is the same as the next step that a page offers."""

import pytest

from app.api.consignments import row_json
from app.waste.consignments import operations
from app.waste.consignments.commands import (
    CancelConsignment,
    RejectConsignment,
    ReportDiscrepancy,
    SignConsignment,
    StartLoading,
)
from app.waste.consignments.models import DiscrepancyKind
from app.waste.consignments.queries import (
    Bucket,
    bucket_counts,
    consignment_number_of,
    consignments_page,
    lists,
)
from app.waste.consignments.schemas import ConsignmentRowSchema
from app.waste.consignments.workflow import ConsignmentState


@pytest.fixture
def one_of_each(world):
    """A consignment at every step of the way."""
    trips = [world.draft(), world.submitted(), world.loaded(), world.departed(), world.arrived()]
    trips.append(world.do(world.consignor, operations.start_loading, world.submitted(), StartLoading))
    trips.append(world.do(world.consignor, operations.sign_as_consignor, world.loaded(), SignConsignment))
    trips.append(
        world.do(
            world.consignor, operations.cancel_consignment, world.submitted(), CancelConsignment, reason="x"
        )
    )
    trips.append(
        world.do(
            world.consignee, operations.reject_consignment, world.arrived(), RejectConsignment, reason="x"
        )
    )
    trips.append(
        world.do(
            world.consignee,
            operations.report_discrepancy,
            world.arrived(),
            ReportDiscrepancy,
            kind=DiscrepancyKind.PACKAGING,
            note="桶盖破损",
        )
    )
    drums = world.drums(1)
    trips.append(world.accept(world.weighed(drums, [drums[0].net])))
    return trips


@pytest.mark.parametrize("viewer", ["consignor", "consignee", "carrier", "operator"])
def test_what_waits_for_me_is_what_i_can_do_next(world, one_of_each, viewer):
    with world.seeing(getattr(world, viewer)) as work:
        everything = consignments_page(work).rows
        mine = consignments_page(work, bucket=Bucket.MINE).rows
        counts = bucket_counts(work)

    due = {
        row.consignment.number
        for row in everything
        if row.next_act and row.consignment.state is not ConsignmentState.DRAFT
    }
    assert {row.consignment.number for row in mine} == due
    assert counts[Bucket.MINE] == len(due)


def test_every_bucket_counts_what_it_lists(world, one_of_each):
    with world.seeing(world.consignor) as work:
        counts = bucket_counts(work)
        listed = {bucket: len(consignments_page(work, bucket=bucket).rows) for bucket in Bucket}

    assert counts == listed
    assert counts[Bucket.DRAFTS] == 1
    assert counts[Bucket.DONE] == 1
    assert counts[Bucket.TROUBLED] == 2


def test_a_bucket_is_counted_no_further_than_people_read(world, monkeypatch):
    for _ in range(3):
        world.draft()

    monkeypatch.setattr(lists, "COUNTED_TO", 2)

    with world.seeing(world.consignor) as work:
        assert bucket_counts(work)[Bucket.DRAFTS] == 2
    assert [lists.counted(count) for count in (1, 2)] == ["1", "1+"]


def test_a_list_goes_on_where_the_page_before_ended(world):
    trips = [world.submitted(world.drums(1)) for _ in range(3)]

    for viewer in ("consignor", "operator"):
        with world.seeing(getattr(world, viewer)) as work:
            first = consignments_page(work, limit=2)
            rest = consignments_page(work, limit=2, cursor=first.next_cursor)

        listed = [row.consignment.number for row in (*first.rows, *rest.rows)]
        assert listed == [trip.number for trip in reversed(trips)]
        assert rest.next_cursor is None


def test_a_list_is_searched_by_part_of_a_number(world):
    trips = [world.draft(), world.draft()]

    with world.seeing(world.consignor) as work:
        found = consignments_page(work, text=trips[0].number.lower()[2:]).rows
        named = [
            consignment_number_of(work, text)
            for text in (trips[0].short_code, trips[1].number, "M-2611-9999", "hello")
        ]

    assert [row.consignment.number for row in found] == [trips[0].number]
    assert named == [trips[0].number, trips[1].number, None, None]


@pytest.mark.parametrize("viewer", ["consignor", "carrier", "consignee", "operator"])
def test_rows_are_written_as_their_schema_describes_them(world, one_of_each, viewer):
    with world.seeing(getattr(world, viewer)) as work:
        rows = consignments_page(work).rows

    assert rows
    assert [row_json(row) for row in rows] == ConsignmentRowSchema(many=True).dump(rows)


def test_a_filter_changes_which_rows_come_and_nothing_in_them(world, one_of_each):
    with world.seeing(world.consignor) as work:
        every = {row.consignment.id: row for row in consignments_page(work).rows}
        found = consignments_page(work, text="m-").rows

    assert len(found) == len(every)
    assert all(row_json(row) == row_json(every[row.consignment.id]) for row in found)


def test_colleagues_share_a_statement_and_nobody_else_does(world):
    world.submitted()

    seen = {}
    for viewer in ("consignor", "carrier", "consignee", "operator"):
        for bucket in (None, *Bucket):
            with world.seeing(getattr(world, viewer)) as work:
                seen[viewer, bucket] = len(consignments_page(work, bucket=bucket).rows)

    assert [viewer for viewer, bucket in seen if bucket is Bucket.MINE and seen[viewer, bucket]] == [
        "consignor"
    ]
    assert {seen[viewer, None] for viewer in ("consignor", "carrier", "consignee", "operator")} == {1}
