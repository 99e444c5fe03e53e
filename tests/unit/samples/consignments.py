"""The rules on consignments: facts that keep each, and cases on both sides."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from app.foundation.core.units import Grams, grams_from_tonnes
from app.foundation.rulebook.assessment import Facts
from app.foundation.rulebook.outcome import UNKNOWN
from app.parties.licences.models import LicenceKind, Mode
from app.parties.licences.rules import LicenceModeFacts
from app.waste.consignments.models import AcceptanceCheck, DiscrepancyKind, Opinion
from app.waste.consignments.rules.duties import (
    KeptFacts,
    MendedFacts,
    PipeFacts,
    PlannedFacts,
    ResultFacts,
    TradeFacts,
)
from app.waste.consignments.rules.manifest import (
    EndsFacts,
    LineFacts,
    Loaded,
    ManifestFacts,
    PackageFacts,
    TimesFacts,
    VehicleLoadFacts,
)
from app.waste.consignments.rules.numbers import ManifestNumberFacts, NationalNumberFacts, TripFacts
from app.waste.consignments.rules.receipt import (
    AcceptanceFacts,
    DifferenceFacts,
    NoDifferenceFacts,
    OpinionFacts,
)
from app.waste.consignments.rules.road import (
    CarriagePapersFacts,
    ExemptFacts,
    FleetFacts,
    GoodsFacts,
    KeptPapersFacts,
    LegFacts,
    LoadingFacts,
    OverlapFacts,
    PlaceFacts,
    RideFacts,
    WayFacts,
)
from app.waste.consignments.rules.scales import CarrierRecordFacts, ScaleFacts, TicketFacts
from app.waste.consignments.rules.timers import BackfillFacts, ConfirmationFacts
from app.waste.consignments.workflow import Party
from app.waste.storage.compatibility import WasteNature, groups_of
from tests.unit.samples.stores import DAY, MISSING, SUBJECT, Case, ago, broken_by, each, kept_by

LATER = date(2026, 12, 22)


def at(hour: int) -> datetime:
    return datetime(2026, 11, 22, hour, tzinfo=UTC)


def loaded(code: str, form: str = "L", **properties: str) -> Loaded:
    nature = WasteNature(code, form, frozenset({"C"}), properties)
    return Loaded(f"{code} {form}", code, groups_of(nature))


NUMBERED = NationalNumberFacts(subject_id=SUBJECT, national_number="20263301000123")
TRIP = TripFacts(subject_id=SUBJECT, trip_count=1, waste_count=1, consignor_count=1)
CITY = ManifestNumberFacts(subject_id=SUBJECT, number="20263301000123", demo=False, departure_city="3301")
LINE = LineFacts(
    subject_id=SUBJECT,
    label="900-402-06",
    waste_code="900-402-06",
    category="HW06",
    hazards=frozenset({"T", "I"}),
    listed_hazards=frozenset({"T", "I", "R"}),
    certain_hazards=frozenset({"T"}),
    label_mass=Grams(10_100_000),
    sent_mass=Grams(10_000_000),
)
PACKAGES = PackageFacts(subject_id=SUBJECT, pack_count=6, scanned_count=6, unweighed_count=0)
TIMES = TimesFacts(
    subject_id=SUBJECT,
    delivered_at=at(1),
    departed_at=at(1),
    arrived_at=at(3),
    accepted_at=at(4),
    confirmed_at=at(5),
)
ENDS = EndsFacts(subject_id=SUBJECT, consignor_site="a", consignee_site="b", shipper=Party.CONSIGNOR)
MANIFEST = ManifestFacts(
    subject_id=SUBJECT,
    carrier_name="驰安",
    consignee_name="云栈",
    waste_names=frozenset({"废有机溶剂"}),
    manifest_mass=Grams(1),
    hazards=frozenset({"T"}),
    emergency_measures="吸附棉",
)
MIXED = VehicleLoadFacts(subject_id=SUBJECT, load=(loaded("900-249-08"), loaded("900-249-08", "S")))
FLEET = FleetFacts(
    subject_id=SUBJECT,
    needed_on=DAY,
    permit_to=DAY,
    vehicle_permit_to=DAY,
    driver_certificate_to=DAY,
    escort_certificate_to=DAY,
    carrier_scope=frozenset({"3", "8"}),
    goods_classes=frozenset({"3"}),
    net_load=grams_from_tonnes("4.5"),
    approved_load=grams_from_tonnes("4.5"),
)
PAPERS = CarriagePapersFacts(
    subject_id=SUBJECT,
    manifest_number="20263301000123",
    waybill_number="YD-1",
    waybill_trips=1,
    carrier_name="驰安",
    operating_permit="浙交危运 1",
    transport_means="浙A12345",
    start_place="澄湖路 1 号",
    end_place="澄湖路 9 号",
)
GOODS = GoodsFacts(
    subject_id=SUBJECT,
    un_number="1993",
    shipping_name="废弃物 易燃液体，未另作规定的",
    goods_class="3",
    packing_group="II",
    package_kind="桶",
    package_count=6,
    goods_mass=Grams(1),
    consignor_name="青梧",
    consignee_name="云栈",
    emergency_phone="000-0000-0119",
    transport_contract=True,
)
EXEMPT = ExemptFacts(subject_id=SUBJECT, listed_exempt=True, exemption_met=False)
PAPERS_KEPT = KeptPapersFacts(
    subject_id=SUBJECT,
    departs_on=DAY,
    waybill_kept_until=date(2027, 11, 22),
    list_kept_until=date(2027, 11, 22),
)
LOADING = LoadingFacts(subject_id=SUBJECT, mismatched_labels=0, damaged_packages=0)
LEG = LegFacts(
    subject_id=SUBJECT,
    position=2,
    handed_over_at=at(2),
    handover_place="服务区",
    verified=frozenset({"consignor", "carrier", "waste"}),
)
WAY = WayFacts(
    subject_id=SUBJECT,
    track_points=1,
    top_speed_kmh=110,
    longest_stop_minutes=120,
)
RIDE = RideFacts(subject_id=SUBJECT, offline_minutes=0, passengers=0)
PLACES = PlaceFacts(subject_id=SUBJECT, start_distance_m=Decimal(1000), end_distance_m=Decimal(1000))
ACCEPTED = AcceptanceFacts(
    subject_id=SUBJECT,
    acceptance_checks=frozenset(AcceptanceCheck),
    delivered_to="a",
    named_consignee="a",
    arrival_told=True,
)
TOLD = DifferenceFacts(subject_id=SUBJECT, has_difference=True, consignor_told=True, authority_told=True)
OPINION = OpinionFacts(
    subject_id=SUBJECT,
    label="900-402-06",
    opinion=Opinion.ACCEPT,
    planned_method="R2",
    accepted_mass=Grams(1),
)
REFUSED = replace(OPINION, opinion=Opinion.REJECT, accepted_mass=Grams(0))
SAME = NoDifferenceFacts(
    subject_id=SUBJECT,
    discrepancy=DiscrepancyKind.NONE,
    sent=Grams(10_000_000),
    received=Grams(9_000_000),
    sent_count=6,
    received_count=6,
)
RESULT = ResultFacts(subject_id=SUBJECT, accepted_on=DAY, result_on=None, today=LATER)
TRADE = TradeFacts(subject_id=SUBJECT, is_hazardous=True, sold_as_product=True, buyer_licensed=True)
KEPT = KeptFacts(subject_id=SUBJECT, transfer_ended_on=DAY, data_kept_until=date(2036, 11, 22))
MENDED = MendedFacts(subject_id=SUBJECT, mended_in_time=True, did_harm=True)
CONFIRMED = ConfirmationFacts(
    subject_id=SUBJECT, accepted_on=date(2026, 9, 29), confirmed_on=date(2026, 10, 12), today=LATER
)
BACKFILLED = BackfillFacts(
    subject_id=SUBJECT,
    was_on_paper=True,
    transfer_ended_on=date(2026, 11, 2),
    backfilled_on=date(2026, 11, 16),
    today=LATER,
)
SCALE = ScaleFacts(subject_id=SUBJECT, scale_name="地磅", weighed_on=DAY, calibrated_to=DAY)
TICKETS = TicketFacts(subject_id=SUBJECT, is_key_unit=True, sent_ticket=True, received_ticket=True)
SHORT, MORE = (-1,), (1,)
CARRIER = CarrierRecordFacts(subject_id=SUBJECT, differences=SHORT * 8 + MORE * 2)
"""The chance of eight short ones in ten is 56 in 1024, above 5 %; of nine 11."""
METHOD = LicenceModeFacts(
    subject_id=SUBJECT,
    planned_method="R2",
    licence_kind=LicenceKind.COMPREHENSIVE,
    modes=frozenset({Mode.UTILISATION}),
)

NAMES: Final = "carrier_name consignee_name emergency_measures"
LATE: Final[list[Case]] = [
    broken_by(today=date(2026, 12, 23)),
    broken_by(result_on=date(2026, 12, 23)),
    kept_by(result_on=LATER, today=date(2027, 1, 1)),
]
OVERLOADED: Final[list[Case]] = [
    broken_by(net_load=grams_from_tonnes("4.500001")),
    kept_by(net_load=grams_from_tonnes("4.499999")),
]
NO_NUMBER: Final[list[Case]] = [
    broken_by(national_number=None),
    kept_by(national_number=None, paper_number="演纸 0001"),
]
NO_PAPER: Final[list[Case]] = each("manifest_number waybill_number", " ")

SAMPLES: Final[Mapping[str, tuple[Facts, list[Case]]]] = {
    "HWTM-6": (NUMBERED, NO_NUMBER),
    "HWTM-11-1": (NUMBERED, NO_NUMBER),
    "HWTM-16-a": (TRIP, [broken_by(trip_count=2), kept_by(trip_count=0)]),
    "HWTM-16-b": (TRIP, [broken_by(waste_count=2), kept_by(waste_count=0)]),
    "HWTM-16-c": (TRIP, [broken_by(consignor_count=2), kept_by(consignor_count=0)]),
    "MAN-X13": (
        CITY,
        [
            broken_by(departure_city="3302"),
            kept_by(number="20269901000123"),
            broken_by(number="20263201000123"),
        ],
    ),
    "HWTM-10-3": (PACKAGES, [broken_by(unweighed_count=1)]),
    "HWTM-10-4": (
        MANIFEST,
        [
            *each(NAMES, ""),
            *each(NAMES, "  "),
            *each("waste_names hazards", frozenset()),
            broken_by(manifest_mass=None),
            kept_by(manifest_mass=Grams(0)),
        ],
    ),
    "HWTM-31": (
        ENDS,
        [kept_by(shipper=Party.CONSIGNEE), broken_by(shipper=Party.CARRIER), broken_by(shipper=Party.PARK)],
    ),
    "MAN-X1": (LINE, [broken_by(category="HW08")]),
    "MAN-X2": (
        LINE,
        [
            broken_by(hazards=frozenset({"T", "C"})),
            broken_by(hazards=frozenset({"I"})),
            broken_by(hazards=frozenset()),
            kept_by(hazards=frozenset({"T"})),
            kept_by(hazards=frozenset({"T", "I", "R"})),
        ],
    ),
    "MAN-X3": (
        LINE,
        [
            broken_by(label_mass=Grams(10_100_001)),
            kept_by(label_mass=Grams(9_900_000)),
            broken_by(label_mass=Grams(9_899_999)),
        ],
    ),
    "MAN-X4": (PACKAGES, [broken_by(scanned_count=5), broken_by(scanned_count=7)]),
    "MAN-X5": (
        TIMES,
        [
            broken_by(departed_at=datetime(2026, 11, 22, 0, 59, tzinfo=UTC)),
            broken_by(arrived_at=at(0)),
            broken_by(accepted_at=at(2)),
            broken_by(confirmed_at=at(3)),
            kept_by(arrived_at=None, accepted_at=None, confirmed_at=None),
            broken_by(departed_at=None, arrived_at=at(0)),
        ],
    ),
    "MAN-X12": (
        METHOD,
        [
            broken_by(planned_method="D10"),
            kept_by(planned_method="D10", modes=frozenset({Mode.DISPOSAL})),
            kept_by(planned_method="G21"),
            broken_by(modes=frozenset()),
        ],
    ),
    "MAN-X14": (
        MIXED,
        [
            broken_by(load=(loaded("900-352-35"), loaded("900-300-34"))),
            broken_by(load=(loaded("900-249-08"), loaded("900-352-35"), loaded("900-300-34"))),
            kept_by(load=()),
            kept_by(load=(loaded("900-352-35"),)),
            kept_by(load=(loaded("900-352-35"), loaded("900-352-35", "S"))),
            kept_by(load=(loaded("900-029-33"), loaded("900-026-32", acid="none"))),
            kept_by(load=(loaded("900-249-08"), loaded("900-041-49"))),
            ({"load": (loaded("900-029-33"), loaded("900-026-32"))}, MISSING),
        ],
    ),
    "MAN-X17": (ENDS, [broken_by(consignee_site="a"), kept_by(consignee_site="")]),
    "HWTM-11-2": (
        PAPERS,
        each("carrier_name operating_permit transport_means start_place end_place", ""),
    ),
    "HWTM-11-2-doc": (PAPERS, NO_PAPER),
    "HWTM-11-3": (WAY, [broken_by(track_points=0), kept_by(track_points=2)]),
    "HWTM-13-1": (
        GOODS,
        [*each("un_number shipping_name goods_class", " "), broken_by(transport_contract=False)],
    ),
    "HWTM-13-2": (
        FLEET,
        [
            *each("permit_to vehicle_permit_to driver_certificate_to escort_certificate_to", None),
            *each("permit_to vehicle_permit_to driver_certificate_to escort_certificate_to", ago(1)),
            broken_by(goods_classes=frozenset({"3", "6.1"})),
            broken_by(goods_classes=frozenset({"6.1"})),
            kept_by(carrier_scope=frozenset({"危险废物"}), goods_classes=UNKNOWN),
            kept_by(goods_classes=frozenset({"3", "8"})),
        ],
    ),
    "HWTM-13-3": (LOADING, each("mismatched_labels damaged_packages", 1)),
    "HWTM-17": (
        LEG,
        [
            broken_by(handed_over_at=None),
            broken_by(handover_place=" "),
            broken_by(verified=frozenset({"consignor", "carrier"})),
            broken_by(verified=frozenset()),
        ],
    ),
    "DGROAD-24": (PAPERS, NO_PAPER),
    "DGROAD-wb12": (
        PAPERS_KEPT,
        [
            broken_by(waybill_kept_until=date(2027, 11, 21)),
            broken_by(waybill_kept_until=date(2027, 10, 22)),
            kept_by(waybill_kept_until=date(2027, 12, 22)),
        ],
    ),
    "DGROAD-list": (
        PAPERS_KEPT,
        [
            broken_by(list_kept_until=None),
            broken_by(list_kept_until=date(2027, 11, 21)),
            kept_by(list_kept_until=date(2027, 12, 22)),
        ],
    ),
    "DGROAD-waybill-trip": (PAPERS, [broken_by(waybill_trips=2)]),
    "DGROAD-crew": (
        FLEET,
        [
            *each("driver_certificate_to escort_certificate_to", None),
            *each("driver_certificate_to escort_certificate_to", ago(1)),
            kept_by(permit_to=None),
        ],
    ),
    "DGROAD-scope": (
        FLEET,
        [
            broken_by(carrier_scope=frozenset()),
            broken_by(goods_classes=frozenset({"9"})),
            kept_by(carrier_scope=frozenset({"危险废物"}), goods_classes=frozenset({"9"})),
            kept_by(carrier_scope=frozenset({"6"}), goods_classes=frozenset({"6.1"})),
            broken_by(carrier_scope=frozenset({"6.2"}), goods_classes=frozenset({"6.1"})),
        ],
    ),
    "DGROAD-load": (FLEET, OVERLOADED),
    "DGROAD-sat": (RIDE, [broken_by(offline_minutes=1)]),
    "ECC-537": (RIDE, [broken_by(passengers=1)]),
    "JTT617-5": (
        GOODS,
        [
            *each(
                "un_number shipping_name goods_class packing_group package_kind consignor_name consignee_name "
                "emergency_phone",
                "",
            ),
            *each("package_count goods_mass", None),
        ],
    ),
    "JTT617-exempt": (
        EXEMPT,
        [broken_by(exemption_met=True), kept_by(exemption_met=True, listed_exempt=False)],
    ),
    "MAN-X6": (
        PLACES,
        [broken_by(end_distance_m=Decimal("1000.005")), kept_by(end_distance_m=Decimal("999.995"))],
    ),
    "MAN-X7": (
        PLACES,
        [broken_by(start_distance_m=Decimal("1000.005")), kept_by(start_distance_m=Decimal("999.995"))],
    ),
    "MAN-X8": (FLEET, OVERLOADED),
    "MAN-X15": (
        OverlapFacts(subject_id=SUBJECT, overlapping=()),
        [broken_by(overlapping=("PL-2611-0007",))],
    ),
    "MAN-X16": (
        WAY,
        [
            broken_by(top_speed_kmh=111),
            kept_by(top_speed_kmh=109),
            broken_by(longest_stop_minutes=121),
            kept_by(longest_stop_minutes=119),
        ],
    ),
    "HWTM-11-4": (
        ACCEPTED,
        [
            broken_by(delivered_to="b"),
            broken_by(arrival_told=False),
            broken_by(delivered_to="b", arrival_told=False),
        ],
    ),
    "HWTM-12-1": (
        ACCEPTED,
        [broken_by(acceptance_checks=frozenset(AcceptanceCheck) - {check}) for check in AcceptanceCheck],
    ),
    "HWTM-12-2": (
        OPINION,
        [
            broken_by(opinion=None),
            broken_by(planned_method=""),
            broken_by(accepted_mass=None),
            kept_by(accepted_mass=Grams(0)),
        ],
    ),
    "HWTM-18-b": (
        TOLD,
        [
            *each("consignor_told authority_told", False),
            kept_by(has_difference=False, consignor_told=False, authority_told=False),
        ],
    ),
    "MAN-X9": (
        REFUSED,
        [
            broken_by(accepted_mass=Grams(1)),
            kept_by(accepted_mass=None),
            kept_by(accepted_mass=Grams(1), opinion=Opinion.PARTIAL),
        ],
    ),
    "MAN-X10": (
        OPINION,
        [
            broken_by(accepted_mass=None),
            broken_by(accepted_mass=Grams(0)),
            kept_by(accepted_mass=None, opinion=Opinion.REJECT),
        ],
    ),
    "MAN-X11": (
        SAME,
        [
            broken_by(received=Grams(8_999_999)),
            kept_by(received=Grams(11_000_000)),
            broken_by(received=Grams(11_000_001)),
            kept_by(sent=Grams(1_000_000), received=Grams(800_000)),
            broken_by(sent=Grams(1_000_000), received=Grams(799_999)),
            broken_by(received_count=5),
            broken_by(received_count=7),
            kept_by(received_count=5, discrepancy=DiscrepancyKind.QUANTITY),
        ],
    ),
    "DISC-4": (SCALE, [broken_by(weighed_on=date(2026, 11, 23)), kept_by(weighed_on=ago(1))]),
    "DISC-5": (
        TICKETS,
        [
            *each("sent_ticket received_ticket", False),
            kept_by(sent_ticket=False, received_ticket=False, is_key_unit=False),
        ],
    ),
    # the sign test: 9 or 10 of 10 below 5 %, 8 of 10 above; equal ones don't count; 10 of 13 are 4.6 %
    "DISC-6": (
        CARRIER,
        [
            broken_by(differences=SHORT * 9 + MORE),
            broken_by(differences=SHORT * 10 + MORE * 3),
            kept_by(differences=SHORT * 9),
            broken_by(differences=(*SHORT * 9, 0)),
            kept_by(differences=(0,) * 10),
            kept_by(differences=(*SHORT * 4, *(0,) * 6)),
            broken_by(differences=(*SHORT * 5, *(0,) * 5)),
            kept_by(differences=MORE * 10),
        ],
    ),
    "HWTM-10-2": (PlannedFacts(subject_id=SUBJECT, has_plan=True), [broken_by(has_plan=False)]),
    "HWTM-10-5": (RESULT, LATE),
    "HWTM-12-4": (RESULT, LATE),
    "HWTM-10-para2": (
        TRADE,
        [
            broken_by(buyer_licensed=False),
            kept_by(buyer_licensed=False, sold_as_product=False),
            kept_by(buyer_licensed=False, is_hazardous=False),
        ],
    ),
    "HWTM-19": (PipeFacts(subject_id=SUBJECT, unmetered_days=0), [broken_by(unmetered_days=1)]),
    "HWTM-20-a": (
        KEPT,
        [
            broken_by(data_kept_until=date(2036, 11, 21)),
            kept_by(data_kept_until=date(2036, 11, 23)),
            kept_by(data_kept_until=None),
        ],
    ),
    "HWTM-29-3": (MENDED, [broken_by(did_harm=False), kept_by(did_harm=False, mended_in_time=False)]),
    # TV-7: accepted on 29 September, five working days later is 12 October
    "HWTM-18-a": (
        CONFIRMED,
        [
            broken_by(confirmed_on=date(2026, 10, 13)),
            kept_by(confirmed_on=date(2026, 10, 10)),
            broken_by(confirmed_on=None, today=date(2026, 10, 13)),
            kept_by(confirmed_on=None, today=date(2026, 10, 12)),
        ],
    ),
    "HWTM-20-b": (
        BACKFILLED,
        [
            broken_by(backfilled_on=date(2026, 11, 17)),
            broken_by(backfilled_on=None),
            kept_by(backfilled_on=None, today=date(2026, 11, 16)),
            kept_by(backfilled_on=None, was_on_paper=False),
        ],
    ),
}
