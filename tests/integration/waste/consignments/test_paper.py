"""Paper manifests (HWTM 20): the national system is out of order; what was on paper is entered within ten working days."""

from datetime import date, timedelta

import pytest

from app.foundation.core.errors import Conflict, InvalidInput, NotPermitted
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import new_key
from app.foundation.rulebook.decision import RuleViolated
from app.waste.consignments import operations
from app.waste.consignments.commands import (
    ArriveConsignment,
    ConfirmConsignment,
    LoadContainer,
    SignConsignment,
    StartLoading,
)
from app.waste.consignments.commands.paper import Backfill, RecordPaper
from app.waste.consignments.facts import standing_findings
from app.waste.consignments.models import Consignment
from app.waste.consignments.operations.paper import backfill, record_paper
from app.waste.consignments.queries import papers_for
from app.waste.consignments.receipt_due import due
from app.waste.consignments.workflow import ConsignmentState
from tests.integration.waste.consignments.test_pages import act
from tests.integration.waste.consignments.world import DRUM, TODAY

NUMBER = "20269901000777"


@pytest.fixture
def without_number(world):
    """Submitted without a national number."""
    return world.submitted(world.drums(1), national_number=None)


def on_paper(world, trip):
    return world.do(
        world.consignor,
        record_paper,
        trip,
        RecordPaper,
        paper_number="演纸 0001",
        reason="国家系统 9 点起不能登录",
    )


def depart(world, trip):
    trip = world.do(world.consignor, operations.start_loading, trip, StartLoading)
    with world.seeing(world.consignor) as work:
        codes = [drum.short_code for drum in papers_for(work, trip.number).containers]
    for code in codes:
        trip = world.do(world.carrier, operations.load_container, trip, LoadContainer, code=code)
    trip = world.do(world.consignor, operations.sign_as_consignor, trip, SignConsignment)
    trip = world.with_waybill(trip)
    return world.do(world.carrier, operations.sign_as_carrier, trip, SignConsignment)


def accepted(world, trip):
    trip = world.do(world.consignee, operations.arrive, trip, ArriveConsignment)
    with world.seeing(world.consignor) as work:
        drum = papers_for(work, trip.number).containers[0]
    return world.accept(world.weigh(trip, drum, DRUM))


def test_without_number_and_without_paper_nothing_departs(world, without_number):
    with pytest.raises(RuleViolated) as refused:
        depart(world, without_number)
    assert {"HWTM-6", "HWTM-11-1"} & {one.rule_id for one in refused.value.findings}


def test_on_paper_it_departs_and_is_entered_afterwards(world, without_number):
    trip = accepted(world, depart(world, on_paper(world, without_number)))

    def duties():
        with world.seeing(world.consignor) as work:
            return [one for one in due(work, date(2027, 1, 1)) if one.source == "T4"]

    [duty] = duties()
    assert (duty.on, duty.organisation_id) == (date(2026, 12, 4), world.consignor.organisation_id)
    with pytest.raises(Conflict, match="补录"):
        world.do(
            world.consignee, operations.confirm_consignment, trip, ConfirmConsignment, confirmed_on=TODAY
        )

    trip = world.do(world.consignor, backfill, trip, Backfill, national_number=NUMBER)
    assert (trip.national_number, trip.backfilled_at is not None) == (NUMBER, True)
    assert duties() == []
    done = world.do(
        world.consignee, operations.confirm_consignment, trip, ConfirmConsignment, confirmed_on=TODAY
    )
    assert done.state is ConsignmentState.CONFIRMED


def test_after_ten_working_days_it_is_late(world, without_number):
    trip = accepted(world, depart(world, on_paper(world, without_number)))

    def outcome():
        with world.seeing(world.consignor) as work:
            found = standing_findings(work, papers_for(work, trip.number))
        return next(one.outcome for one in found if one.rule_id == "HWTM-20-b")

    assert outcome() == "pass"
    world.now += timedelta(days=21)
    assert outcome() == "finding"
    world.do(world.consignor, backfill, trip, Backfill, national_number=NUMBER)
    assert outcome() == "finding"


@pytest.mark.parametrize(
    ("who", "values", "error"),
    [
        ("consignor", {"paper_number": " ", "reason": " "}, InvalidInput),
        ("consignee", {"paper_number": "1", "reason": "x"}, NotPermitted),
        ("carrier", {"paper_number": "1", "reason": "x"}, NotPermitted),
    ],
)
def test_whoever_may_not_or_says_nothing_is_refused(world, without_number, who, values, error):
    with pytest.raises(error):
        world.do(getattr(world, who), record_paper, without_number, RecordPaper, **values)
    with world.seeing(world.consignor) as work:
        assert work.session.get_one(Consignment, without_number.id).paper_number == ""


def test_with_a_number_there_is_no_paper_and_nothing_to_enter(world):
    trip = world.submitted(world.drums(1))

    with pytest.raises(Conflict, match="已有国家联单编号"):
        on_paper(world, trip)
    gone = world.departed(world.drums(1))
    with pytest.raises(Conflict, match="不是用纸质联单"):
        world.do(world.consignor, backfill, gone, Backfill, national_number=NUMBER)


def test_a_wrong_number_or_one_of_another_is_refused(world, without_number):
    other = world.submitted(world.drums(1))
    trip = depart(world, on_paper(world, without_number))

    with pytest.raises(InvalidInput):
        world.do(world.consignor, backfill, trip, Backfill, national_number="20260000000000")
    with pytest.raises(Conflict, match="另一份"):
        world.do(world.consignor, backfill, trip, Backfill, national_number=other.national_number)


def test_by_the_page(app, world, without_number, client_of):
    with world.doing(world.operator) as work:
        new_key(work, app.extensions["house"].keyring, KeyPurpose.QR)
    producer = client_of(world.consignor.user_id)

    page = producer.get(f"/consignments/{without_number.number}")
    assert "改用纸质联单" in page.text
    page = act(producer, page, "paper-manifest", paper_number="演纸 0001", reason="国家系统停机")
    assert "以纸质联单 演纸 0001 起运" in page.text
    depart(world, without_number)
    page = producer.get(f"/consignments/{without_number.number}")
    page = act(producer, page, "backfilled-number", national_number=NUMBER)
    assert "已补录到国家系统" in page.text
