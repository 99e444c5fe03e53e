"""Rules on carriage by road (domain-rules.md 7.2, 7.9, 7.12): who may drive what, with which papers, and the way taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from app.foundation.core.months import months_after
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams, tonnes_text
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, listed, passed
from app.waste.consignments.commands.road import Verified
from app.waste.consignments.goods import covers_class
from app.waste.consignments.rules.checks import complete, is_blank
from app.waste.registry.rules.checks import at_most

HAZARDOUS_WASTE: Final = "危险废物"
"""The item of a carrier's scope that covers waste of every class."""


@dataclass(frozen=True, kw_only=True)
class FleetFacts(Facts):
    """Carrier, vehicle and crew; the last days of their papers, None where there is none that counts."""

    subject_kind: str = "consignment"
    needed_on: Maybe[date] = UNKNOWN
    """The day of departure; before it the last day of the planned journey."""
    permit_to: Maybe[date | None] = UNKNOWN
    vehicle_permit_to: Maybe[date | None] = UNKNOWN
    driver_certificate_to: Maybe[date | None] = UNKNOWN
    escort_certificate_to: Maybe[date | None] = UNKNOWN
    carrier_scope: Maybe[frozenset[str]] = UNKNOWN
    """Classes of the carrier's permit, such as 3, 8 or 危险废物."""
    goods_classes: Maybe[frozenset[str]] = UNKNOWN
    """Classes of the goods; asked only where the permit doesn't cover hazardous waste as such."""
    net_load: Maybe[Grams] = UNKNOWN
    """On the vehicle, other manifests of its round included."""
    approved_load: Maybe[Grams] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class CarriagePapersFacts(Facts):
    """What the vehicle carries of papers, and the carrier's part of the manifest."""

    subject_kind: str = "consignment"
    manifest_number: Maybe[str] = UNKNOWN
    waybill_number: Maybe[str] = UNKNOWN
    waybill_trips: Maybe[int] = UNKNOWN
    """Trips the waybill is used for, this one included."""
    carrier_name: Maybe[str] = UNKNOWN
    operating_permit: Maybe[str] = UNKNOWN
    transport_means: Maybe[str] = UNKNOWN
    start_place: Maybe[str] = UNKNOWN
    end_place: Maybe[str] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class KeptPapersFacts(Facts):
    """How long the papers of the carriage are kept."""

    subject_kind: str = "consignment"
    departs_on: Maybe[date] = UNKNOWN
    waybill_kept_until: Maybe[date] = UNKNOWN
    list_kept_until: Maybe[date | None] = UNKNOWN
    """Of the consignor's list; None: there is none."""


@dataclass(frozen=True, kw_only=True)
class GoodsFacts(Facts):
    """One waste as dangerous goods (JT/T 617.5)."""

    subject_kind: str = "consignment_line"
    un_number: Maybe[str] = UNKNOWN
    shipping_name: Maybe[str] = UNKNOWN
    goods_class: Maybe[str] = UNKNOWN
    packing_group: Maybe[str] = UNKNOWN
    package_kind: Maybe[str] = UNKNOWN
    package_count: Maybe[int | None] = UNKNOWN
    goods_mass: Maybe[Grams | None] = UNKNOWN
    consignor_name: Maybe[str] = UNKNOWN
    consignee_name: Maybe[str] = UNKNOWN
    emergency_phone: Maybe[str] = UNKNOWN
    transport_contract: Maybe[bool] = UNKNOWN
    """Whether the carriage rests on a contract."""


@dataclass(frozen=True, kw_only=True)
class ExemptFacts(Facts):
    """Whether a waste may go without the rules on dangerous goods."""

    subject_kind: str = "consignment_line"
    listed_exempt: Maybe[bool] = UNKNOWN
    """Whether the annex exempts its transport."""
    exemption_met: Maybe[bool] = UNKNOWN
    """Whether the conditions of the exemption are met."""


@dataclass(frozen=True, kw_only=True)
class LoadingFacts(Facts):
    """The containers as they were put onto the vehicle."""

    subject_kind: str = "consignment"
    mismatched_labels: Maybe[int] = UNKNOWN
    """Containers whose label says another code, hazard or weight than the manifest."""
    damaged_packages: Maybe[int] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class LegFacts(Facts):
    """A hand-over from one carrier to the next."""

    subject_kind: str = "consignment_leg"
    position: int
    handed_over_at: Maybe[datetime | None] = UNKNOWN
    handover_place: Maybe[str] = UNKNOWN
    verified: Maybe[frozenset[str]] = UNKNOWN
    """What the later carrier verified."""


@dataclass(frozen=True, kw_only=True)
class WayFacts(Facts):
    """The way of the vehicle, as positions tell it."""

    subject_kind: str = "consignment"
    track_points: Maybe[int] = UNKNOWN
    top_speed_kmh: Maybe[int] = UNKNOWN
    """Between two positions, whole kilometres an hour."""
    longest_stop_minutes: Maybe[int] = UNKNOWN
    """Away from the ends of the way and places to wait."""


@dataclass(frozen=True, kw_only=True)
class RideFacts(Facts):
    """What the vehicle itself would tell of a trip."""

    subject_kind: str = "consignment"
    offline_minutes: Maybe[int] = UNKNOWN
    """The vehicle's satellite terminal during the trip."""
    passengers: Maybe[int] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class PlaceFacts(Facts):
    """How far the ends of the way are from where they should be (m)."""

    subject_kind: str = "consignment"
    start_distance_m: Maybe[Decimal] = UNKNOWN
    """From the consignor's site to the first position."""
    end_distance_m: Maybe[Decimal] = UNKNOWN
    """From the consignee's facility to the last."""


@dataclass(frozen=True, kw_only=True)
class OverlapFacts(Facts):
    """Other manifests of the same vehicle at the same time on other ways."""

    subject_kind: str = "consignment"
    overlapping: Maybe[tuple[str, ...]] = UNKNOWN


def is_licensed_to_carry(facts: FleetFacts, _limits: Limits) -> Outcome:
    """HWTM-13-2: the carrier's permit, the vehicle's, driver and escort are there and valid, and the scope has the class."""
    gaps = _expired(
        facts,
        {
            "permit_to": say("承运人的道路危险货物运输许可"),
            "vehicle_permit_to": say("车辆的道路运输证"),
            "driver_certificate_to": say("驾驶员的从业资格证"),
            "escort_certificate_to": say("押运员的从业资格证"),
        },
    )
    if gaps:
        return finding(observed=len(gaps), items=listed(gaps))
    if not _covers(facts):
        return finding(observed=1, items=say("经营范围中的相应类项"))
    return passed()


def has_certified_crew(facts: FleetFacts, _limits: Limits) -> Outcome:
    """DGROAD-crew: driver and escort with valid certificates."""
    gaps = _expired(facts, {"driver_certificate_to": say("驾驶员"), "escort_certificate_to": say("押运员")})
    return finding(observed=len(gaps), items=listed(gaps)) if gaps else passed()


def _expired(facts: FleetFacts, words: Mapping[str, Text]) -> list[Text]:
    needed = known(facts.needed_on, "needed_on")
    last_days = {name: known(getattr(facts, name), name) for name in words}
    gaps = []
    for name, last_day in last_days.items():
        if last_day is None:
            gaps.append(words[name])
        elif last_day < needed:
            gaps.append(say("{paper}（{day} 到期）", paper=words[name], day=last_day.isoformat()))
    return gaps


def _covers(facts: FleetFacts) -> bool:
    scope = known(facts.carrier_scope, "carrier_scope")
    if HAZARDOUS_WASTE in scope:
        return True
    return all(covers_class(scope, one) for one in known(facts.goods_classes, "goods_classes"))


def has_class_in_scope(facts: FleetFacts, _limits: Limits) -> Outcome:
    """DGROAD-scope: the permit covers hazardous waste, or each class of the goods."""
    scope = "、".join(sorted(known(facts.carrier_scope, "carrier_scope")))
    return passed(observed=scope) if _covers(facts) else finding(observed=scope)


def is_within_approved_load(facts: FleetFacts, limits: Limits) -> Outcome:
    """DGROAD-load, MAN-X8: what is on the vehicle is at most what it is approved for."""
    load, approved = known(facts.net_load, "net_load"), known(facts.approved_load, "approved_load")
    allowed = limits["share"].share_of(approved)
    observed, threshold = tonnes_text(load), tonnes_text(Grams(allowed))
    if load <= allowed:
        return passed(observed=observed, threshold=threshold, unit="t")
    return finding(
        observed=observed, threshold=threshold, unit="t", excess=tonnes_text(Grams(load - allowed))
    )


def is_one_waybill_a_trip(facts: CarriagePapersFacts, limits: Limits) -> Outcome:
    """DGROAD-waybill-trip: one waybill for one trip of one vehicle."""
    return at_most(known(facts.waybill_trips, "waybill_trips"), limits["trips"])


def is_waybill_kept(facts: KeptPapersFacts, limits: Limits) -> Outcome:
    """DGROAD-wb12: the waybill is kept a year at least."""
    return _kept(facts, known(facts.waybill_kept_until, "waybill_kept_until"), limits)


def is_list_kept(facts: KeptPapersFacts, limits: Limits) -> Outcome:
    """DGROAD-list: there is a consignor's list, and it is kept a year at least."""
    departs, kept = known(facts.departs_on, "departs_on"), known(facts.list_kept_until, "list_kept_until")
    return (
        finding(observed="—", threshold=departs.isoformat()) if kept is None else _kept(facts, kept, limits)
    )


def _kept(facts: KeptPapersFacts, kept: date, limits: Limits) -> Outcome:
    asked = months_after(known(facts.departs_on, "departs_on"), limits["kept"].count)
    if kept >= asked:
        return passed(observed=kept.isoformat(), threshold=asked.isoformat())
    return finding(observed=kept.isoformat(), threshold=asked.isoformat())


def is_classified(facts: GoodsFacts, _limits: Limits) -> Outcome:
    """HWTM-13-1: class and number are settled, and the carriage rests on a contract."""
    parts = {
        "un_number": say("联合国编号"),
        "shipping_name": say("品名"),
        "goods_class": say("类项"),
    }
    gaps = [] if known(facts.transport_contract, "transport_contract") else [say("运输合同")]
    gaps += [word for name, word in parts.items() if is_blank(known(getattr(facts, name), name))]
    return finding(observed=len(gaps), items=listed(gaps)) if gaps else passed()


def is_carried_as_dangerous(facts: ExemptFacts, _limits: Limits) -> Outcome:
    """JTT617-exempt: a hint where the annex lets a waste go without the rules on dangerous goods."""
    exempt, met = known(facts.listed_exempt, "listed_exempt"), known(facts.exemption_met, "exemption_met")
    return finding() if exempt and met else passed()


def is_loaded_as_labelled(facts: LoadingFacts, limits: Limits) -> Outcome:
    """HWTM-13-3: packages intact, labels as the manifest says; else it must not be loaded."""
    wrong = known(facts.mismatched_labels, "mismatched_labels")
    damaged = known(facts.damaged_packages, "damaged_packages")
    return at_most(wrong + damaged, limits["wrong"], labels=wrong, damaged=damaged)


def is_handed_over(facts: LegFacts, _limits: Limits) -> Outcome:
    """HWTM-17: time and place are written down, and the later carrier verified consignor, carrier and waste."""
    at, place = known(facts.handed_over_at, "handed_over_at"), known(facts.handover_place, "handover_place")
    verified = known(facts.verified, "verified")
    gaps = [say("交接时间")] if at is None else []
    gaps += [say("交接地点")] if is_blank(place) else []
    gaps += [say("后一承运人的核对")] if set(Verified) - verified else []
    return finding(observed=facts.position, items=listed(gaps)) if gaps else passed()


def has_a_track(facts: WayFacts, limits: Limits) -> Outcome:
    """HWTM-11-3: the carrier records the way."""
    count = known(facts.track_points, "track_points")
    return passed(observed=count) if limits["points"].allows(count) else finding(observed=count)


def is_driven_steadily(facts: WayFacts, limits: Limits) -> Outcome:
    """MAN-X16: not faster than a lorry may be, and no long stop on the way."""
    speed, stop = (
        known(facts.top_speed_kmh, "top_speed_kmh"),
        known(facts.longest_stop_minutes, "longest_stop_minutes"),
    )
    fastest, longest = limits["speed"], limits["stop"]
    if not fastest.allows(speed):
        what = say("车速 {speed} km/h", speed=speed)
    elif stop > longest.count * 60:
        what = say("停车 {minutes} 分钟", minutes=stop)
    else:
        return passed(observed=speed, threshold=fastest.count)
    return finding(observed=speed, threshold=fastest.count, what=what)


def starts_at_the_consignors(facts: PlaceFacts, limits: Limits) -> Outcome:
    """MAN-X7: the way begins at the consignor's site."""
    return _near(known(facts.start_distance_m, "start_distance_m"), limits)


def ends_at_the_consignees(facts: PlaceFacts, limits: Limits) -> Outcome:
    """MAN-X6: the way ends at the consignee's facility."""
    return _near(known(facts.end_distance_m, "end_distance_m"), limits)


def _near(distance: Decimal, limits: Limits) -> Outcome:
    limit = limits["distance"]
    if limit.allows(distance):
        return passed(observed=str(distance), threshold=limit.text, unit=limit.unit)
    return finding(observed=str(distance), threshold=limit.text, unit=limit.unit)


def is_online(facts: RideFacts, limits: Limits) -> Outcome:
    """DGROAD-sat: the satellite terminal is online during the trip."""
    return at_most(known(facts.offline_minutes, "offline_minutes"), limits["offline"])


def carries_no_passengers(facts: RideFacts, limits: Limits) -> Outcome:
    """ECC-537: hazardous waste and passengers are never on one vehicle."""
    return at_most(known(facts.passengers, "passengers"), limits["passengers"])


def is_alone_on_its_way(facts: OverlapFacts, _limits: Limits) -> Outcome:
    """MAN-X15: no other open manifest of the plate at the same time on another way."""
    others = known(facts.overlapping, "overlapping")
    return finding(observed=len(others), others="、".join(others)) if others else passed()


_BOTH_PAPERS: Final[Mapping[str, Text]] = {
    "manifest_number": say("转移联单"),
    "waybill_number": say("危险货物运单"),
}

RULES: Final[Mapping[str, Predicate[Any]]] = {
    "HWTM-11-2": complete(
        CarriagePapersFacts,
        {
            "carrier_name": say("承运人名称"),
            "operating_permit": say("营运证件号"),
            "transport_means": say("运输工具"),
            "start_place": say("起点"),
            "end_place": say("终点"),
        },
    ),
    "HWTM-11-2-doc": complete(CarriagePapersFacts, _BOTH_PAPERS),
    "HWTM-11-3": Predicate(WayFacts, has_a_track),
    "HWTM-13-1": Predicate(GoodsFacts, is_classified),
    "HWTM-13-2": Predicate(FleetFacts, is_licensed_to_carry),
    "HWTM-13-3": Predicate(LoadingFacts, is_loaded_as_labelled),
    "HWTM-17": Predicate(LegFacts, is_handed_over),
    "DGROAD-24": complete(CarriagePapersFacts, _BOTH_PAPERS),
    "DGROAD-wb12": Predicate(KeptPapersFacts, is_waybill_kept),
    "DGROAD-list": Predicate(KeptPapersFacts, is_list_kept),
    "DGROAD-waybill-trip": Predicate(CarriagePapersFacts, is_one_waybill_a_trip),
    "DGROAD-crew": Predicate(FleetFacts, has_certified_crew),
    "DGROAD-scope": Predicate(FleetFacts, has_class_in_scope),
    "DGROAD-load": Predicate(FleetFacts, is_within_approved_load),
    "DGROAD-sat": Predicate(RideFacts, is_online),
    "ECC-537": Predicate(RideFacts, carries_no_passengers),
    "JTT617-5": complete(
        GoodsFacts,
        {
            "un_number": say("联合国编号"),
            "shipping_name": say("正式运输名称"),
            "goods_class": say("类别项别"),
            "packing_group": say("包装类别"),
            "package_kind": say("包装形式"),
            "package_count": say("包装数量"),
            "goods_mass": say("总量"),
            "consignor_name": say("托运人"),
            "consignee_name": say("收货人"),
            "emergency_phone": say("应急联系电话"),
        },
    ),
    "JTT617-exempt": Predicate(ExemptFacts, is_carried_as_dangerous),
    "MAN-X6": Predicate(PlaceFacts, ends_at_the_consignees),
    "MAN-X7": Predicate(PlaceFacts, starts_at_the_consignors),
    "MAN-X8": Predicate(FleetFacts, is_within_approved_load),
    "MAN-X15": Predicate(OverlapFacts, is_alone_on_its_way),
    "MAN-X16": Predicate(WayFacts, is_driven_steadily),
}
