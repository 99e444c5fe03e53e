"""Corrections after signing: what is asked, who agrees, what follows, and that nothing is written over."""

from datetime import date

import pytest
from sqlalchemy import func, select

from app.foundation.core.errors import Conflict, InvalidInput, NotPermitted
from app.foundation.documents.qr_revocation import entry_of
from app.foundation.trace import rebuilding
from app.foundation.trace.models import TraceEvent
from app.foundation.trace.verifying import verify
from app.waste.consignments.models import Consignment, Revision, RevisionState
from app.waste.consignments.queries import papers_for
from app.waste.consignments.revisions import operations as revising
from app.waste.consignments.revisions.commands import (
    AnswerRevision,
    RequestCorrection,
    RequestRevision,
    WithdrawRevision,
)
from app.waste.consignments.revisions.queries import open_requests, revisions_of, versions_of
from app.waste.consignments.workflow import Party
from app.waste.registry.models import Balance
from app.waste.storage.models import Container
from app.waste.storage.revoked_codes import RevokedCode
from tests.integration.waste.consignments.world import DRUM


def printed(papers):
    """What a code would say, without signing it."""
    return f"{papers.consignment.number}/{papers.consignment.sent_mass}/{papers.consignment.due_on}"


def ask(world, actor, trip, **changes):
    with world.doing(actor) as work:
        version = work.session.get_one(Consignment, trip.id).version
        paths = {path.replace("__", "."): value for path, value in changes.items()}
        return revising.request_revision(work, trip.id, RequestRevision(paths, "写错了", version), printed)


def answer(world, actor, trip, revision, agreed=True, reason=""):
    with world.doing(actor) as work:
        version = work.session.get_one(Consignment, trip.id).version
        return revising.answer_revision(
            work, trip.id, revision.number, AnswerRevision(agreed, version, reason), printed
        )


def seen(world, trip):
    with world.seeing(world.consignor) as work:
        return papers_for(work, trip.id)


def test_with_the_last_consent_it_is_in_force_and_the_old_version_stays(world):
    trip = world.departed()

    revision = ask(world, world.consignor, trip, planned_method="R15", emergency_measures="先围堵")
    assert revision.state is RevisionState.OPEN
    assert seen(world, trip).consignment.planned_method == "R2"
    answer(world, world.carrier, trip, revision)
    assert seen(world, trip).consignment.planned_method == "R2"
    answer(world, world.consignee, trip, revision)

    consignment = seen(world, trip).consignment
    assert (consignment.planned_method, consignment.emergency_measures) == ("R15", "先围堵")
    assert consignment.revision == 1
    with world.seeing(world.carrier) as work:
        first, second = versions_of(work, consignment)
        assert '"planned_method":"R2"' in first.document
        assert '"planned_method":"R15"' in second.document
        events = work.session.scalars(
            select(TraceEvent.name).where(TraceEvent.subject_id == trip.id).order_by(TraceEvent.sequence)
        ).all()
        assert events[-3:] == [
            "consignment.revision_requested",
            "consignment.revision_agreed",
            "consignment.revision_applied",
        ]
        told = work.session.scalar(select(TraceEvent.envelope).where(TraceEvent.name == events[-1]))
        assert "先围堵" not in told
        assert verify(work).misfit is None
        # Containers of this world were put there without events of their own.
        mine = [
            one for one in rebuilding.differences(work)
            if "consignment" in one.kind or "revision" in one.kind
        ]  # fmt: skip
        assert mine == []


def test_a_wrong_mass_is_corrected_everywhere_it_was_posted(world):
    drums = world.drums(2)
    trip = world.departed(drums)

    revision = ask(world, world.consignor, trip, **{f"containers__{drums[0].code}__sent_mass": "190.000"})
    answer(world, world.carrier, trip, revision)
    answer(world, world.consignee, trip, revision)

    papers = seen(world, trip)
    assert papers.consignment.sent_mass == 190_000 + DRUM == papers.lines[0].sent_mass
    with world.seeing(world.operator) as work:
        in_transit = work.session.scalar(select(func.sum(Balance.mass)).where(Balance.place_id == trip.id))
        assert in_transit == 190_000 + DRUM
        assert work.session.get_one(Container, drums[0].id).net == 190_000
        [revoked] = work.session.scalars(select(RevokedCode).where(RevokedCode.thing_id == trip.id))
        assert revoked.entry == entry_of(f"{trip.number}/{2 * DRUM}/{trip.due_on}").hex()


def test_refused_it_changes_nothing_and_says_why(world):
    trip = world.departed()
    revision = ask(world, world.consignor, trip, planned_method="R15")

    with pytest.raises(InvalidInput):
        answer(world, world.consignee, trip, revision, agreed=False)
    refused = answer(world, world.consignee, trip, revision, agreed=False, reason="我们按 R2 做")

    assert refused.state is RevisionState.REFUSED
    assert seen(world, trip).consignment.planned_method == "R2"
    with world.seeing(world.consignor) as work:
        story = revisions_of(work, seen(world, trip).consignment)[0]
        assert [(name, consent.reason) for consent, name in story.consents] == [
            ("云栈溶剂再生", "我们按 R2 做")
        ]


def test_whoever_asked_may_withdraw_and_then_ask_anew(world):
    trip = world.departed()
    revision = ask(world, world.consignor, trip, planned_method="R15")
    with pytest.raises(Conflict):
        ask(world, world.consignee, trip, planned_method="R1")

    with world.doing(world.consignor) as work:
        version = work.session.get_one(Consignment, trip.id).version
        revising.withdraw_revision(work, trip.id, revision.number, WithdrawRevision(version))

    assert ask(world, world.consignee, trip, planned_method="R1").number == 2


def test_who_holds_all_parts_agrees_by_asking(world):
    """Route and measures touch consignor and carrier; here one firm is both."""
    trip = world.departed()
    with world.doing(world.consignor) as work:
        work.session.get_one(Consignment, trip.id).carrier_id = world.consignor.organisation_id

    assert ask(world, world.consignor, trip, via="环园路").state is RevisionState.APPLIED


@pytest.mark.parametrize(
    ("paths", "pointer"),
    [
        ({"planned_method": "R99"}, "#/changes/planned_method"),
        ({"planned_method": "R2"}, "#/changes/planned_method"),
        ({"state": "closed"}, "#/changes/state"),
        ({"consignee_id": "x"}, "#/changes/consignee_id"),
        ({"lines.9.package": "桶"}, "#/changes/lines.9.package"),
        ({"national_number": "123"}, "#/changes/national_number"),
        ({"due_on": "明天"}, "#/changes/due_on"),
        ({}, "#/changes"),
    ],
)
def test_what_cant_be_asked(world, paths, pointer):
    trip = world.departed()

    with pytest.raises(InvalidInput) as refused:
        ask(world, world.consignor, trip, **{path.replace(".", "__"): value for path, value in paths.items()})

    assert [problem.pointer for problem in refused.value.problems] == [pointer]
    with world.seeing(world.consignor) as work:
        assert work.session.scalar(select(func.count()).select_from(Revision)) == 0


def test_before_signing_and_for_strangers_there_is_nothing_to_correct(world):
    with pytest.raises(Conflict):
        ask(world, world.consignor, world.loaded(), planned_method="R15")
    with pytest.raises(NotPermitted):
        ask(world, world.operator, world.departed(), planned_method="R15")


def test_the_park_asks_and_the_correction_answers(world):
    trip = world.departed()
    with world.doing(world.operator) as work:
        version = work.session.get_one(Consignment, trip.id).version
        command = RequestCorrection(Party.CONSIGNOR, "方式与合同不符", date(2026, 11, 25), version)
        revising.request_correction(work, trip.id, command)
    with world.seeing(world.consignor) as work:
        assert len(open_requests(work, trip)) == 1

    ask(world, world.consignor, trip, planned_method="R15")

    with world.seeing(world.consignor) as work:
        assert open_requests(work, trip) == []
