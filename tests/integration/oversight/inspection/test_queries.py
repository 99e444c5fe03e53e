"""Verdicts over the record, on both engines, in at most three statements each."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.foundation.core.database import Database
from app.foundation.core.errors import NotPermitted
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.foundation.keys.operations import retire_key
from app.oversight.inspection.commands import JudgeScan
from app.oversight.inspection.queries import ScanVerdict, verdict_on
from app.oversight.inspection.verdict import PlaceKind, PlaceScanned, SubjectKind, VerdictKind
from app.parties.licences.models import CrewMember, LicenceLine, OperatingLicence
from app.waste.consignments.models import Consignment
from app.waste.consignments.workflow import ConsignmentState
from app.waste.storage.models import Container, ContainerState
from tests.integration.oversight.inspection.world import INSPECTOR, NOW, STRANGER, World, build
from tests.unit.foundation.documents.qr_vectors import SIGNER as FOREIGN_SIGNER

MOST_STATEMENTS = 3
"""Design.md 11."""


@pytest.fixture
def world(database: Database) -> World:
    return build(database)


@pytest.fixture
def judge(database: Database, count_statements: Callable[[], Any]) -> Callable[..., ScanVerdict]:
    """`judge(text, **command)` as an inspector, with the statements counted."""

    def judged(scanned: str, **command: Any) -> ScanVerdict:
        with database.reading(INSPECTOR, now=NOW) as work, count_statements() as sent:
            verdict = verdict_on(work, JudgeScan(scanned, **command))
        assert len(sent) <= MOST_STATEMENTS, sent
        return verdict

    return judged


def change(database: Database, model: Any, **values: Any) -> None:
    with database.writing(Actor.system(), now=NOW) as work:
        work.session.execute(update(model).values(**values))


def outcomes(verdict: ScanVerdict) -> dict[str, str]:
    return {reason.code: reason.outcome.value for reason in verdict.reasons}


def shown(verdict: ScanVerdict) -> dict[str, str]:
    return {str(row.name): str(row.value) for row in verdict.facts}


def test_a_consignment_on_the_road_is_green(world: World, judge: Callable[..., ScanVerdict]) -> None:
    verdict = judge(world.consignment_qr())

    assert verdict.verdict is VerdictKind.GREEN
    assert (verdict.subject.kind, verdict.subject.id) == (SubjectKind.CONSIGNMENT, world.consignment_id)
    assert set(outcomes(verdict)) == {"R0", "R1", "R3", "R4", "R5", "R7", "R8", "R9", "R11"}
    assert shown(verdict) == {
        "联单": "20269901000409",
        "车辆": "演A·D0712",
        "废物": "900-402-06",
        "数量": "2 个容器 · 372.800 kg",
        "从 / 到": "青梧涂料 → 云栈溶剂再生",
        "状态": "运输中",
    }


def test_a_drum_on_the_road_is_judged_with_its_consignment(
    world: World, judge: Callable[..., ScanVerdict]
) -> None:
    verdict = judge(world.container_qr(world.travelling), place=PlaceScanned(PlaceKind.GATE))

    assert verdict.verdict is VerdictKind.GREEN
    assert set(outcomes(verdict)) == {"R0", "R1", "R2", "R3", "R4", "R5", "R7", "R8", "R9"}
    assert shown(verdict)["联单"] == "M-2611-0409"


def test_a_drum_in_its_zone_is_green_and_at_the_gate_red(
    world: World, judge: Callable[..., ScanVerdict]
) -> None:
    text = world.container_qr(world.stored)

    in_zone = judge(text, place=PlaceScanned(PlaceKind.ZONE, world.zone_id))
    in_facility = judge(text, place=PlaceScanned(PlaceKind.FACILITY, world.facility_id))
    at_gate = judge(text, place=PlaceScanned(PlaceKind.GATE))

    assert (in_zone.verdict, in_facility.verdict) == (VerdictKind.GREEN, VerdictKind.GREEN)
    assert at_gate.verdict is VerdictKind.RED
    assert outcomes(at_gate)["R2"] == "finding"
    assert shown(at_gate)["位置"] == "青梧涂料 1# 危废贮存库 A1 废溶剂区"


@pytest.mark.parametrize(
    "typed", [lambda w: w.stored, lambda w: w.stored_short_code.lower(), lambda w: w.stored_short_code]
)
def test_a_typed_container_is_found_and_to_be_checked(
    world: World, judge: Callable[..., ScanVerdict], typed: Callable[[World], str]
) -> None:
    verdict = judge(typed(world))

    assert verdict.verdict is VerdictKind.AMBER
    assert verdict.subject.code == world.stored
    assert outcomes(verdict)["R0"] == "not_evaluable"


@pytest.mark.parametrize(
    "typed", [lambda w: "m-2611-0409", lambda w: "2026-9901-000409", lambda w: w.consignment_short_code]
)
def test_a_typed_consignment_is_found_and_to_be_checked(
    world: World, judge: Callable[..., ScanVerdict], typed: Callable[[World], str]
) -> None:
    verdict = judge(typed(world))

    assert verdict.verdict is VerdictKind.AMBER
    assert verdict.subject.id == world.consignment_id


@pytest.mark.parametrize("typed", ["7H3K-9PX2-8", "M-2611-9999", "20269901999999"])
def test_a_code_that_nobody_issued_is_unknown(
    world: World, judge: Callable[..., ScanVerdict], typed: str
) -> None:
    verdict = judge(typed)

    assert verdict.verdict is VerdictKind.UNKNOWN
    assert (verdict.subject.id, verdict.facts) == (None, ())


def test_a_forged_label_is_red_though_the_drum_exists(
    world: World, judge: Callable[..., ScanVerdict]
) -> None:
    other = world.container_qr(world.travelling).rsplit("/", 1)[1]

    verdict = judge(f"https://parkloop.example/W/{world.stored}/{other}")

    assert verdict.verdict is VerdictKind.RED
    assert outcomes(verdict)["R0"] == "finding"


def test_a_label_signed_with_a_strange_key_can_not_be_told(
    world: World, judge: Callable[..., ScanVerdict]
) -> None:
    verdict = judge(world.consignment_qr(signer=FOREIGN_SIGNER))

    assert verdict.verdict is VerdictKind.AMBER
    assert outcomes(verdict)["R0"] == "not_evaluable"


def test_what_a_retired_key_signed_is_still_valid(
    world: World, database: Database, judge: Callable[..., ScanVerdict]
) -> None:
    with database.writing(Actor.system(), now=NOW) as work:
        retire_key(work, world.signer.key_id.hex())

    assert judge(world.consignment_qr()).verdict is VerdictKind.GREEN


@pytest.mark.parametrize(
    ("model", "values", "code"),
    [
        (Consignment, {"state": ConsignmentState.LOADING}, "R3"),
        (Consignment, {"state": ConsignmentState.ACCEPTED, "closed_at": NOW}, "R3"),
        (Consignment, {"state": ConsignmentState.CANCELLED, "closed_at": NOW}, "R1"),
        (OperatingLicence, {"valid_to": NOW.date() - timedelta(days=1)}, "R5"),
        (OperatingLicence, {"state": "suspended", "suspended_from": NOW.date()}, "R5"),
        (CrewMember, {"valid_to": NOW.date() - timedelta(days=1)}, "R7"),
        (CrewMember, {"ended_on": NOW.date()}, "R7"),
        (LicenceLine, {"waste_code": "900-404-06"}, "R5"),
        (LicenceLine, {"category": "HW08", "waste_code": ""}, "R5"),
        (Consignment, {"sent_mass": Grams(900_000)}, "R8"),
    ],
)
def test_what_the_record_forbids_is_red(
    world: World,
    database: Database,
    judge: Callable[..., ScanVerdict],
    model: Any,
    values: dict[str, Any],
    code: str,
) -> None:
    change(database, model, **values)

    verdict = judge(world.consignment_qr())

    assert verdict.verdict is VerdictKind.RED
    assert outcomes(verdict)[code] == "finding"


def test_a_whole_category_on_the_licence_covers_its_codes(
    world: World, database: Database, judge: Callable[..., ScanVerdict]
) -> None:
    change(database, LicenceLine, category="HW06", waste_code="")

    assert judge(world.consignment_qr()).verdict is VerdictKind.GREEN


def test_a_voided_drum_is_red(world: World, database: Database, judge: Callable[..., ScanVerdict]) -> None:
    change(database, Container, state=ContainerState.VOIDED)

    assert judge(world.container_qr(world.stored)).verdict is VerdictKind.RED


def test_a_label_from_before_weighing_is_to_be_printed_anew(
    world: World, judge: Callable[..., ScanVerdict]
) -> None:
    verdict = judge(
        world.container_qr(world.stored, grams=None), place=PlaceScanned(PlaceKind.ZONE, world.zone_id)
    )

    assert verdict.verdict is VerdictKind.AMBER
    assert (outcomes(verdict)["R8"], outcomes(verdict)["R9"]) == ("finding", "finding")


def test_who_may_not_scan_gets_no_verdict(world: World, database: Database) -> None:
    with database.reading(Actor(via="web"), now=NOW) as work, pytest.raises(NotPermitted):
        verdict_on(work, JudgeScan(world.stored))


@pytest.fixture
def judge_as_stranger(database: Database) -> Callable[..., ScanVerdict]:
    """`judge(text)` as somebody of a firm that is no party."""

    def judged(scanned: str, **command: Any) -> ScanVerdict:
        with database.reading(STRANGER, now=NOW) as work:
            return verdict_on(work, JudgeScan(scanned, **command))

    return judged


def test_where_a_drum_stands_is_not_told_to_strangers(
    world: World, judge_as_stranger: Callable[..., ScanVerdict]
) -> None:
    texts = (world.container_qr(world.stored), world.stored_short_code)
    for verdict in (judge_as_stranger(text, place=place) for text in texts for place in (None, _GATE)):
        assert verdict.subject.code == world.stored
        assert "位置" not in shown(verdict)
        assert "贮存库" not in " ".join(str(reason.note) for reason in verdict.reasons)


_GATE = PlaceScanned(PlaceKind.GATE)


@pytest.mark.parametrize("state", [ConsignmentState.DRAFT, ConsignmentState.SUBMITTED])
def test_a_consignment_without_a_paper_is_not_there_for_strangers(
    world: World, judge_as_stranger: Callable[..., ScanVerdict], database: Database, state: ConsignmentState
) -> None:
    change(database, Consignment, state=state, loading_at=None)

    for typed in ("M-2611-0409", "20269901000409", world.consignment_short_code, world.consignment_qr()):
        verdict = judge_as_stranger(typed)
        assert (verdict.subject.id, verdict.facts) == (None, ())


def test_a_consignment_that_was_loaded_may_be_judged_by_all_who_scan(
    world: World, judge_as_stranger: Callable[..., ScanVerdict], database: Database
) -> None:
    change(database, Consignment, loading_at=NOW - timedelta(hours=3))

    assert judge_as_stranger(world.consignment_qr()).verdict is VerdictKind.GREEN
