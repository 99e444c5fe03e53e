"""The decision table of a scan: green only when every check that applies has passed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.documents.qr import ConsignmentFields, ContainerFields, Verification
from app.foundation.rulebook.outcome import OutcomeKind
from app.foundation.rulebook.rules import Severity
from app.oversight.inspection.queries import weight_limits
from app.oversight.inspection.verdict import (
    BEFORE_DEPARTURE,
    ON_THE_WAY,
    WITH_CARE,
    ContainerFacts,
    LicenceFacts,
    PlaceKind,
    PlaceScanned,
    Reason,
    ScanFacts,
    SubjectKind,
    TripFacts,
    Verdict,
    VerdictKind,
    decide,
)
from app.waste.consignments.workflow import ConsignmentState
from app.waste.storage.models import ContainerState

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
ZONE, OTHER_ZONE, FACILITY = UUID(int=1), UUID(int=2), UUID(int=3)
PASS, FINDING, OPEN = OutcomeKind.PASS, OutcomeKind.FINDING, OutcomeKind.NOT_EVALUABLE


def a_licence(**changes: Any) -> LicenceFacts:
    return replace(LicenceFacts("9901-0003", is_valid=True, uncovered=()), **changes)


def a_trip(**changes: Any) -> TripFacts:
    trip = TripFacts(
        "M-2611-0409",
        ConsignmentState.IN_TRANSIT,
        "演AD0712",
        "20269901000409",
        a_licence(),
        Grams(1_118_200),
        waybill_number="YD-2611-0409",
    )
    return replace(trip, **changes)


def a_container(**changes: Any) -> ContainerFacts:
    day = date(2026, 11, 18)
    container = ContainerFacts(
        ContainerState.STORED, ZONE, FACILITY, "青梧涂料 1# 库 A1", Grams(186_400), Grams(186_400), day, day
    )
    return replace(container, **changes)


def a_consignment_scan(**changes: Any) -> ScanFacts:
    """A consignment on the road, with everything in order."""
    claim = ConsignmentFields(
        NOW - timedelta(hours=2), NOW + timedelta(hours=4), "91130200699229617X", "演A·D0712", ("900-402-06",),
        Grams(1_118_200), bytes(16),
    )  # fmt: skip
    scan = ScanFacts(
        SubjectKind.CONSIGNMENT,
        Verification.VALID,
        NOW,
        weight_limits(SubjectKind.CONSIGNMENT),
        trip=a_trip(),
        claim=claim,
    )
    return replace(scan, **changes)


def a_container_scan(**changes: Any) -> ScanFacts:
    """A drum scanned in the zone where the record has it."""
    scan = ScanFacts(
        SubjectKind.CONTAINER, Verification.VALID, NOW, weight_limits(SubjectKind.CONTAINER), container=a_container(),
        claim=ContainerFields(Grams(186_400), frozenset("T")), place=PlaceScanned(PlaceKind.ZONE, ZONE),
    )  # fmt: skip
    return replace(scan, **changes)


def reason(verdict: Verdict, code: str) -> Reason:
    return next(reason for reason in verdict.reasons if reason.code == code)


@pytest.mark.parametrize(
    ("scan", "codes"),
    [
        (a_consignment_scan(), ["R0", "R1", "R3", "R4", "R5", "R7", "R8", "R9", "R11"]),
        (a_container_scan(), ["R0", "R1", "R2", "R8", "R9"]),
        (
            a_container_scan(container=a_container(state=ContainerState.IN_TRANSIT, zone_id=None), trip=a_trip(),
                             place=PlaceScanned(PlaceKind.GATE)),
            ["R0", "R1", "R2", "R3", "R4", "R5", "R7", "R8", "R9"],
        ),
    ],
)  # fmt: skip
def test_what_is_in_order_is_green_with_every_check_passed(scan: ScanFacts, codes: list[str]) -> None:
    verdict = decide(scan)

    assert verdict.kind is VerdictKind.GREEN
    assert [found.code for found in verdict.reasons] == codes
    assert {found.outcome for found in verdict.reasons} == {PASS}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"signature": Verification.UNKNOWN_KEY}, "R0"),
        ({"signature": Verification.UNSIGNED}, "R0"),
        ({"trip": a_trip(plate=None)}, "R3"),
        ({"trip": a_trip(licence=None)}, "R5"),
        ({"claim": None}, "R8"),
        ({"claim": None}, "R11"),
    ],
)
def test_a_missing_input_of_a_consignment_is_named_and_never_green(
    changes: dict[str, Any], code: str
) -> None:
    verdict = decide(a_consignment_scan(**changes))

    assert verdict.kind is VerdictKind.AMBER
    assert reason(verdict, code).outcome is OPEN


@pytest.mark.parametrize(
    ("without", "code"),
    [("place", "R2"), ("claim", "R8"), ("claim", "R9")],
)
def test_a_missing_input_of_a_container_is_named_and_never_green(without: str, code: str) -> None:
    unknown = ScanFacts.__dataclass_fields__[without].default

    verdict = decide(a_container_scan(**{without: unknown}))

    assert verdict.kind is VerdictKind.AMBER
    assert reason(verdict, code).outcome is OPEN


@pytest.mark.parametrize("scan", [a_consignment_scan(), a_container_scan()])
def test_a_forged_signature_is_red(scan: ScanFacts) -> None:
    verdict = decide(replace(scan, signature=Verification.FORGED))

    assert verdict.kind is VerdictKind.RED
    assert reason(verdict, "R0").outcome is FINDING
    assert str(verdict.headline) == "签名无效，内容被改动或系伪造"


@pytest.mark.parametrize(
    ("signature", "kind"),
    [
        (Verification.VALID, VerdictKind.RED),
        (Verification.FORGED, VerdictKind.RED),
        (Verification.UNKNOWN_KEY, VerdictKind.UNKNOWN),
        (Verification.UNSIGNED, VerdictKind.UNKNOWN),
    ],
)
def test_what_the_platform_does_not_know_is_never_let_pass(
    signature: Verification, kind: VerdictKind
) -> None:
    verdict = decide(a_container_scan(signature=signature, container=None))

    assert verdict.kind is kind
    assert [found.code for found in verdict.reasons] == ["R0", "R1"]


def test_what_is_not_ours_is_unknown() -> None:
    verdict = decide(a_container_scan(kind=SubjectKind.NONE, container=None, signature=Verification.UNSIGNED))

    assert verdict.kind is VerdictKind.UNKNOWN


@pytest.mark.parametrize("state", [ContainerState.VOIDED, ContainerState.DAMAGED])
def test_a_voided_or_repacked_container_is_red(state: ContainerState) -> None:
    verdict = decide(a_container_scan(container=a_container(state=state)))

    assert verdict.kind is VerdictKind.RED
    assert reason(verdict, "R1").outcome is FINDING


@pytest.mark.parametrize(
    ("place", "outcome", "kind"),
    [
        (PlaceScanned(PlaceKind.ZONE, ZONE), PASS, VerdictKind.GREEN),
        (PlaceScanned(PlaceKind.FACILITY, FACILITY), PASS, VerdictKind.GREEN),
        (PlaceScanned(PlaceKind.ZONE, OTHER_ZONE), FINDING, VerdictKind.AMBER),
        (PlaceScanned(PlaceKind.FACILITY, OTHER_ZONE), FINDING, VerdictKind.AMBER),
        (PlaceScanned(PlaceKind.GATE), FINDING, VerdictKind.RED),
        (PlaceScanned(PlaceKind.ROAD), FINDING, VerdictKind.RED),
    ],
)
def test_a_stored_container_belongs_where_the_record_has_it(
    place: PlaceScanned, outcome: OutcomeKind, kind: VerdictKind
) -> None:
    verdict = decide(a_container_scan(place=place))

    assert (reason(verdict, "R2").outcome, verdict.kind) == (outcome, kind)


@pytest.mark.parametrize("state", list(ConsignmentState))
def test_only_a_consignment_on_the_way_is_green(state: ConsignmentState) -> None:
    verdict = decide(a_consignment_scan(trip=a_trip(state=state)))

    assert (verdict.kind is VerdictKind.GREEN) == (state in ON_THE_WAY)
    assert (verdict.kind is VerdictKind.AMBER) == (state in WITH_CARE)


@pytest.mark.parametrize("state", sorted(BEFORE_DEPARTURE))
def test_a_container_on_a_consignment_that_has_not_left_may_not_pass(state: ConsignmentState) -> None:
    loaded = a_container(state=ContainerState.LOADED)

    assert decide(a_container_scan(container=loaded, trip=a_trip(state=state))).kind is VerdictKind.RED


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"plate_seen": "演AD0712"}, PASS),
        ({"plate_seen": "演a·d0712"}, PASS),
        ({"plate_seen": "演A·D0721"}, FINDING),
        ({"trip": a_trip(plate="演AD0799")}, FINDING),
    ],
)
def test_the_plate_on_the_paper_on_the_record_and_on_the_road_agree(
    changes: dict[str, Any], outcome: OutcomeKind
) -> None:
    verdict = decide(a_consignment_scan(**changes))

    assert reason(verdict, "R3").outcome is outcome
    assert (verdict.kind is VerdictKind.GREEN) == (outcome is PASS)


@pytest.mark.parametrize(
    ("changes", "outcome", "kind"),
    [
        ({}, PASS, VerdictKind.GREEN),
        ({"waybill_number": ""}, FINDING, VerdictKind.AMBER),
        ({"unfit_crew": (say("押运员"),)}, FINDING, VerdictKind.RED),
    ],
)
def test_waybill_and_crew_are_looked_at(
    changes: dict[str, Any], outcome: OutcomeKind, kind: VerdictKind
) -> None:
    verdict = decide(a_consignment_scan(trip=a_trip(**changes)))

    assert verdict.kind is kind
    assert [one.outcome for one in verdict.reasons if one.code == "R7"] == [outcome]


def test_general_waste_needs_no_waybill() -> None:
    verdict = decide(a_consignment_scan(trip=a_trip(waybill_number="", is_hazardous=False)))

    assert "R7" not in {one.code for one in verdict.reasons}


def test_without_a_national_number_the_papers_are_to_be_checked() -> None:
    verdict = decide(a_consignment_scan(trip=a_trip(national_number=None)))

    assert verdict.kind is VerdictKind.AMBER
    assert reason(verdict, "R4").severity is Severity.WARNING


@pytest.mark.parametrize("changes", [{"is_valid": False}, {"uncovered": ("336-064-17",)}])
def test_a_consignee_that_may_not_take_it_is_red(changes: dict[str, Any]) -> None:
    verdict = decide(a_consignment_scan(trip=a_trip(licence=a_licence(**changes))))

    assert verdict.kind is VerdictKind.RED
    assert reason(verdict, "R5").outcome is FINDING


@pytest.mark.parametrize(
    ("sent", "claimed", "outcome", "kind"),
    [
        # DISC-1: 3 % or 50 kg, the larger; DISC-2: 10 % or 200 kg
        (1_000_000, 1_050_000, PASS, VerdictKind.GREEN),
        (1_000_000, 1_050_001, FINDING, VerdictKind.AMBER),
        (1_000_000, 1_200_000, FINDING, VerdictKind.AMBER),
        (1_000_000, 1_200_001, FINDING, VerdictKind.RED),
        (10_000_000, 9_700_000, PASS, VerdictKind.GREEN),
        (10_000_000, 9_699_999, FINDING, VerdictKind.AMBER),
        (10_000_000, 8_999_999, FINDING, VerdictKind.RED),
    ],
)
def test_the_claimed_weight_of_a_consignment_may_differ_as_disc_1_allows(
    sent: int, claimed: int, outcome: OutcomeKind, kind: VerdictKind
) -> None:
    scan = a_consignment_scan(trip=a_trip(sent_mass=Grams(sent)))

    verdict = decide(replace(scan, claim=replace(scan.claim, grams=Grams(claimed))))

    assert (reason(verdict, "R8").outcome, verdict.kind) == (outcome, kind)


def test_a_label_from_before_weighing_is_to_be_printed_anew() -> None:
    verdict = decide(a_container_scan(claim=ContainerFields(None, frozenset("T"))))

    assert verdict.kind is VerdictKind.AMBER
    assert reason(verdict, "R8").outcome is FINDING
    assert reason(verdict, "R9").outcome is FINDING


@pytest.mark.parametrize(
    "changes", [{"label_mass": Grams(186_399)}, {"label_mass": None}, {"generated_on": date(2026, 11, 19)}]
)
def test_a_label_that_says_otherwise_than_the_record_is_to_be_checked(changes: dict[str, Any]) -> None:
    verdict = decide(a_container_scan(container=a_container(**changes)))

    assert verdict.kind is VerdictKind.AMBER
    assert reason(verdict, "R9").outcome is FINDING


@pytest.mark.parametrize(
    ("seconds_from_expiry", "kind"),
    [
        (0, VerdictKind.GREEN),
        (1, VerdictKind.RED),
        (-6 * 3600, VerdictKind.GREEN),
        (-6 * 3600 - 1, VerdictKind.AMBER),
    ],
)
def test_the_time_window_holds_to_the_second(seconds_from_expiry: int, kind: VerdictKind) -> None:
    scan = a_consignment_scan()
    assert isinstance(scan.claim, ConsignmentFields)

    verdict = decide(replace(scan, now=scan.claim.expires_at + timedelta(seconds=seconds_from_expiry)))

    assert verdict.kind is kind


def test_the_headline_counts_what_is_wrong() -> None:
    trip = a_trip(plate="演AD0799", licence=a_licence(is_valid=False), national_number=None)

    assert str(decide(a_consignment_scan(trip=trip)).headline) == "2 项不符"
    assert str(decide(a_consignment_scan(trip=a_trip(national_number=None))).headline) == "1 项需要核对"


def test_general_waste_needs_no_national_number_and_no_licence() -> None:
    trip = a_trip(national_number=None, licence=None, is_hazardous=False)

    verdict = decide(replace(a_consignment_scan(), trip=trip))

    assert {one.code for one in verdict.reasons}.isdisjoint({"R4", "R5"})
    assert verdict.kind is VerdictKind.GREEN


def test_a_paper_manifest_is_looked_at() -> None:
    verdict = decide(a_consignment_scan(trip=a_trip(national_number=None, paper_number="演纸 0001")))

    assert verdict.kind is VerdictKind.AMBER
    assert "演纸 0001" in str(reason(verdict, "R4").note)
