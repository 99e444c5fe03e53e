"""What is on the revocation list, and what drops out of it, on both engines."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.foundation.core.database import Database
from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.foundation.documents import qr
from app.foundation.documents.qr_revocation import (
    consignment_name,
    container_name,
    container_print,
    entry_of,
    print_name,
)
from app.foundation.keys.models import KeyPurpose
from app.foundation.trace.models import TraceEvent
from app.foundation.trace.rebuilding import differences
from app.oversight.inspection.commands import JudgeScan
from app.oversight.inspection.operations import revoke_key, rotate_key
from app.oversight.inspection.queries import verdict_on
from app.oversight.inspection.revocations import LABEL_LIFE, issued_list, revoked_entries
from app.oversight.inspection.verdict import ON_THE_WAY, WITH_CARE, VerdictKind
from app.waste.consignments.models import Consignment
from app.waste.consignments.workflow import TRANSFER_ENDED, ConsignmentState
from app.waste.storage.models import Container, ContainerState
from app.waste.storage.revoked_codes import RevokedCode, revoke_print
from tests.integration.oversight.inspection.world import (
    DRUM,
    INSPECTOR,
    KEYRING,
    MADE_ON,
    NOW,
    World,
    build,
)

SYSTEM = Actor.system()


@pytest.fixture
def world(database: Database) -> World:
    return build(database)


@pytest.fixture
def entries(database: Database, count_statements: Callable[[], Any]) -> Callable[..., set[bytes]]:
    """What is on the list at an instant, in one statement."""

    def at(now: datetime = NOW) -> set[bytes]:
        with database.reading(SYSTEM, now=now) as work, count_statements() as sent:
            found = revoked_entries(work)
        assert len(sent) == 1, sent
        return set(found)

    return at


def change(database: Database, model: Any, where: Any, **values: Any) -> None:
    with database.writing(SYSTEM, now=NOW) as work:
        work.session.execute(update(model).where(where).values(**values))


@pytest.mark.parametrize("state", [ContainerState.VOIDED, ContainerState.DAMAGED])
def test_a_withdrawn_container_is_listed_until_its_label_is_past_use(
    world: World, database: Database, entries: Callable[..., set[bytes]], state: ContainerState
) -> None:
    assert entries() == set()
    change(database, Container, Container.code == world.stored, state=state)

    end = NOW + LABEL_LIFE - (NOW.date() - MADE_ON)
    assert entries() == {entry_of(container_name(world.stored))}
    assert entries(end) == {entry_of(container_name(world.stored))}
    assert entries(end + timedelta(days=1)) == set()


def test_a_consignment_that_is_over_is_listed_as_long_as_its_code_could_run(
    world: World, database: Database, entries: Callable[..., set[bytes]]
) -> None:
    listed = set()
    for state in ConsignmentState:
        with database.writing(SYSTEM, now=NOW) as work:
            work.session.execute(
                update(Consignment).values(
                    state=state,
                    closed_at=NOW if state in TRANSFER_ENDED else None,
                    completed_at=NOW if state is ConsignmentState.CLOSED else None,
                )
            )
        assert entries() <= {entry_of(consignment_name("M-2611-0409"))}
        listed |= {state} if entries() else set()
        assert entries(NOW + timedelta(days=4)) == set()

    assert listed == set(ConsignmentState) - {ConsignmentState.LOADING} - ON_THE_WAY - WITH_CARE


def replace_label(database: Database, world: World, before: Grams | None, after: Grams) -> None:
    """As printing a label of another mass leaves the rows."""
    with database.writing(SYSTEM, now=NOW) as work:
        drum = work.session.scalars(select(Container).where(Container.code == world.stored)).one()
        revoke_print(work, "container", drum.id, container_print(drum.code, before), event_id=new_id())
        drum.label_mass = after


def test_a_replaced_label_is_listed_until_the_same_mass_is_printed_again(
    world: World, database: Database, entries: Callable[..., set[bytes]]
) -> None:
    old, new = (entry_of(container_print(world.stored, mass)) for mass in (DRUM, Grams(180_000)))

    replace_label(database, world, DRUM, Grams(180_000))
    assert entries() == {old}
    replace_label(database, world, Grams(180_000), DRUM)
    assert entries() == {new}


def test_a_corrected_consignment_is_red_and_listed_until_its_code_ends(
    world: World, database: Database, entries: Callable[..., set[bytes]]
) -> None:
    text = world.consignment_qr()
    printed = print_name(qr.parse(text))
    assert printed
    until = NOW + timedelta(hours=4)
    with database.writing(SYSTEM, now=NOW) as work:
        revoke_print(work, "consignment", world.consignment_id, printed, event_id=new_id(), expires_at=until)

    with database.reading(INSPECTOR, now=NOW) as work:
        old = verdict_on(work, JudgeScan(text))
        corrected = verdict_on(work, JudgeScan(world.consignment_qr(digest16=bytes(15) + b"\1")))

    assert (old.verdict, corrected.verdict) == (VerdictKind.RED, VerdictKind.GREEN)
    assert entries(until) == {entry_of(printed)}
    assert entries(until + timedelta(seconds=1)) == set()


def test_a_rotated_key_still_proves_and_a_revoked_one_can_not_be_told(
    world: World, database: Database
) -> None:
    with database.writing(SYSTEM, now=NOW) as work:
        rotate_key(work, KEYRING, KeyPurpose.QR)
    with database.reading(INSPECTOR, now=NOW) as work:
        assert verdict_on(work, JudgeScan(world.consignment_qr())).verdict is VerdictKind.GREEN
    with database.writing(SYSTEM, now=NOW) as work:
        revoke_key(work, world.signer.key_id.hex(), "backup lost")

    forged = world.consignment_qr()[:-8] + "AAAAAAAA"
    with database.reading(INSPECTOR, now=NOW) as work:
        for text in (world.consignment_qr(), forged):
            verdict = verdict_on(work, JudgeScan(text))
            assert verdict.verdict is VerdictKind.AMBER
            assert str(verdict.reasons[0].note) == "签名密钥已撤销，须重新打印"
        assert issued_list(work, KEYRING).keys == (world.signer.key_id.hex(),)
        names = work.session.scalars(select(TraceEvent.name).order_by(TraceEvent.id))
        assert list(names) == ["signing_key.rotated", "signing_key.revoked"]
        assert [one for one in differences(work) if one.kind == "signing_key"] == []


def test_a_replaced_print_is_never_taken_back(world: World, database: Database) -> None:
    replace_label(database, world, DRUM, Grams(180_000))

    for statement in (update(RevokedCode).values(entry="0" * 16), RevokedCode.__table__.delete()):
        with pytest.raises(Exception, match="only ever added"), database.writing(SYSTEM, now=NOW) as work:
            work.session.execute(statement)
