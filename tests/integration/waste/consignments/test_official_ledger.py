"""What a consignment writes into the consignor's official ledger, tables B.3 and B.5 of HJ 1259."""

from sqlalchemy import select

from app.waste.consignments import operations
from app.waste.consignments.commands import SignConsignment
from app.waste.registry.models import LedgerRecord, LedgerTable, Posting


def _records(world, table):
    with world.doing(world.consignor) as work:
        return list(
            work.session.scalars(
                select(LedgerRecord).where(LedgerRecord.table == table).order_by(LedgerRecord.container_code)
            )
        )


def test_departure_writes_a_line_of_table_b3_for_every_drum(world):
    drums = world.drums(3)
    trip = world.do(world.consignor, operations.sign_as_consignor, world.loaded(drums), SignConsignment)

    world.do(world.carrier, operations.sign_as_carrier, trip, SignConsignment)

    lines = _records(world, LedgerTable.STOCK_OUT)
    assert [line.container_code for line in lines] == sorted(drum.code for drum in drums)
    assert {line.batch_number[:4] for line in lines} == {"HWCK"}
    assert len({line.batch_number for line in lines}) == 1
    assert [line.mass for line in lines] == [drum.net for drum in sorted(drums, key=lambda drum: drum.code)]


def test_acceptance_writes_table_b5_from_the_stock_out_batch_with_what_was_received(world):
    drums = world.drums(2)
    received = [drums[0].net - 300, drums[1].net]
    trip = world.weighed(drums, received)
    out = _records(world, LedgerTable.STOCK_OUT)[0].batch_number

    world.accept(trip)

    lines = _records(world, LedgerTable.ENTRUSTED)
    by_code = {line.container_code: line for line in lines}
    assert {code: line.mass for code, line in by_code.items()} == {
        drum.code: mass for drum, mass in zip(drums, received, strict=True)
    }
    assert {line.source_batch for line in lines} == {out}
    assert all(line.batch_number.startswith("HWWWLY") and line.receiver_name for line in lines)
    assert all(line.licence_number and line.receiver_kind == "许可证持有单位" for line in lines)


def test_every_line_names_the_posting_of_its_mass(world):
    drums = world.drums(2)
    trip = world.weighed(drums, [drum.net for drum in drums])
    world.accept(trip)

    with world.doing(world.consignor) as work:
        pairs = work.session.execute(
            select(LedgerRecord.mass, Posting.mass, LedgerRecord.container_id, Posting.container_id).join(
                Posting, Posting.id == LedgerRecord.posting_id
            )
        ).all()

    assert pairs
    assert all(line == posted and drum == moved for line, posted, drum, moved in pairs)
