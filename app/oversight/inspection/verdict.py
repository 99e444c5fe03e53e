"""The verdict on a scanned code: one decision table over named facts (domain-rules.md 7.10). Pure.

Each check gives a pass, a finding or "not evaluable" — or nothing, where it doesn't apply to what was scanned.
A missing input is never a pass: green needs every check that applies to have passed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.foundation.catalogue.codes import normal_plate
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams, kg_text
from app.foundation.documents.qr import ConsignmentFields, ContainerFields, Verification
from app.foundation.rulebook.limits import Limit
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, OutcomeKind, Unknown, listed
from app.foundation.rulebook.rules import Severity
from app.oversight.inspection.spans import span
from app.waste.consignments.workflow import STATE_WORDS, ConsignmentState
from app.waste.storage.models import ContainerState


class VerdictKind(StrEnum):
    """The fixed words of ux.md 3.4: 可以放行, 先核对再放行, 不得放行, 无法识别."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    UNKNOWN = "unknown"


class SubjectKind(StrEnum):
    CONTAINER = "container"
    CONSIGNMENT = "consignment"
    FACILITY = "facility"
    NONE = "none"


class PlaceKind(StrEnum):
    """Where the scan was made."""

    GATE = "gate"
    ROAD = "road"
    ZONE = "zone"
    FACILITY = "facility"


@dataclass(frozen=True)
class PlaceScanned:
    """A gate or a road, or a zone or facility by its id."""

    kind: PlaceKind
    id: UUID | None = None


@dataclass(frozen=True)
class ContainerFacts:
    """The container as recorded."""

    state: ContainerState
    zone_id: UUID | None
    facility_id: UUID | None
    location: str
    """Where it stands by the record, in words; the holder's name where it stands in no zone."""
    net: Grams | None
    label_mass: Grams | None
    """The weight on the label as last printed."""
    generated_on: date
    coded_on: date
    """The day inside the 37-character code."""


@dataclass(frozen=True)
class LicenceFacts:
    """The consignee's licence named on the manifest, as of the day of the scan."""

    number: str
    is_valid: bool
    uncovered: tuple[str, ...]
    """Waste codes of the trip that it does not cover."""


@dataclass(frozen=True)
class TripFacts:
    """The consignment as recorded: the one scanned, or the running one of a scanned container."""

    number: str
    state: ConsignmentState
    plate: str | None
    national_number: str | None
    licence: LicenceFacts | None
    sent_mass: Grams
    is_hazardous: bool = True
    """General waste goes without national number, operating licence and waybill."""
    paper_number: str = ""
    """Of the paper manifest it goes with while the national system is out of order (HWTM 20)."""
    waybill_number: str = ""
    unfit_crew: tuple[Text, ...] = ()
    """Which of driver and escort has no certificate that is valid today."""


@dataclass(frozen=True)
class WeightLimits:
    """Largest difference that passes, and that is still only to be looked at: whichever is larger of both."""

    minor_share: Limit
    minor_mass: Limit
    major_share: Limit
    major_mass: Limit

    def minor(self, mass: Grams) -> int:
        """Grams for something of `mass`."""
        return max(self.minor_share.share_of(mass), self.minor_mass.grams)

    def major(self, mass: Grams) -> int:
        """Grams for something of `mass`."""
        return max(self.major_share.share_of(mass), self.major_mass.grams)


@dataclass(frozen=True)
class ScanFacts:
    """Everything a verdict rests on. `container` and `trip` are None where the record has none."""

    kind: SubjectKind
    signature: Verification
    now: datetime
    limits: WeightLimits
    container: ContainerFacts | None = None
    trip: TripFacts | None = None
    claim: ContainerFields | ConsignmentFields | None = None
    """What the QR itself says; None for a typed or damaged code."""
    place: Maybe[PlaceScanned] = UNKNOWN
    plate_seen: Maybe[str] = UNKNOWN
    is_replaced: bool = False
    """Another print took the place of the one scanned."""

    @property
    def exists(self) -> bool:
        return (self.trip if self.kind is SubjectKind.CONSIGNMENT else self.container) is not None


@dataclass(frozen=True)
class Reason:
    """One line of a verdict. `severity` says how bad a finding is."""

    code: str
    outcome: OutcomeKind
    text: Text
    note: Text | None = None
    severity: Severity = Severity.VIOLATION


@dataclass(frozen=True)
class Verdict:
    """What to do with what was scanned, and why."""

    kind: VerdictKind
    headline: Text
    reasons: tuple[Reason, ...] = field(default=())


NOTHING_PROVED: Final = frozenset({Verification.UNSIGNED, Verification.UNKNOWN_KEY, Verification.REVOKED_KEY})
"""The signature neither vouches for the code nor speaks against it."""
Check = Callable[[ScanFacts], Reason | None]


S = ConsignmentState
ON_THE_WAY: Final = frozenset({S.IN_TRANSIT, S.ARRIVED})
BEFORE_DEPARTURE: Final = frozenset({S.DRAFT, S.SUBMITTED, S.LOADING, S.REFUSED_BY_CARRIER})
WITH_CARE: Final = frozenset(
    {S.DISCREPANCY, S.INCIDENT, S.DIVERTED, S.TEMPORARILY_STORED, S.REJECTED, S.PARTLY_ACCEPTED}
)
"""On the road or at the gate, and not as planned: to be looked at, with what the state says."""


def decide(facts: ScanFacts) -> Verdict:
    """The verdict on one scan."""
    if facts.kind is SubjectKind.NONE:
        nothing = _open("R0", say("扫到的内容不是容器码、联单编号或短码"))
        return Verdict(VerdictKind.UNKNOWN, say("不是本平台的二维码或编号"), (nothing,))
    if facts.kind is SubjectKind.FACILITY:
        sign = _open("R0", say("标志牌没有签名可验"), say("打开设施页面查看登记内容"))
        return Verdict(VerdictKind.UNKNOWN, say("这是贮存设施的标志牌，不是放行凭证"), (sign,))
    checks = CHECKS if facts.exists else CHECKS[:2]
    reasons = tuple(reason for check in checks if (reason := check(facts)) is not None)
    kind = _kind(facts, reasons)
    return Verdict(kind, _headline(kind, facts, reasons), reasons)


def _kind(facts: ScanFacts, reasons: Sequence[Reason]) -> VerdictKind:
    findings = {reason.severity for reason in reasons if reason.outcome is OutcomeKind.FINDING}
    if not facts.exists and facts.signature in NOTHING_PROVED:
        return VerdictKind.UNKNOWN
    if Severity.VIOLATION in findings:
        return VerdictKind.RED
    if all(reason.outcome is OutcomeKind.PASS for reason in reasons):
        return VerdictKind.GREEN
    return VerdictKind.AMBER


def _headline(kind: VerdictKind, facts: ScanFacts, reasons: Sequence[Reason]) -> Text:
    if kind is VerdictKind.GREEN:
        return say("签名有效 · 与平台一致")
    if kind is VerdictKind.UNKNOWN:
        return say("平台没有这个编码")
    if facts.signature is Verification.FORGED:
        return say("签名无效，内容被改动或系伪造")
    if kind is VerdictKind.RED:
        count = sum(_is_violation(reason) for reason in reasons)
        return say("{count} 项不符", count=count)
    return say("{count} 项需要核对", count=sum(reason.outcome is not OutcomeKind.PASS for reason in reasons))


def _is_violation(reason: Reason) -> bool:
    return reason.outcome is OutcomeKind.FINDING and reason.severity is Severity.VIOLATION


# ── the checks, in the order of domain-rules.md 7.10 ─────────────────────────────────────────────


def _signature(facts: ScanFacts) -> Reason:
    match facts.signature:
        case Verification.VALID:
            return _pass("R0", say("签名有效，未被篡改"))
        case Verification.FORGED:
            return _bad("R0", say("签名无效"), say("二维码内容被改动或系伪造"))
        case Verification.UNKNOWN_KEY:
            return _open("R0", say("无法判断真伪"), say("签名密钥不在平台的名单中"))
        case Verification.REVOKED_KEY:
            return _open("R0", say("无法判断真伪"), say("签名密钥已撤销，须重新打印"))
        case Verification.UNSIGNED:
            return _open("R0", say("没有签名可验"), say("编号系手工输入，请核对实物标签"))


def _known(facts: ScanFacts) -> Reason:
    if not facts.exists:
        return _bad("R1", say("平台没有这个编码"))
    if facts.container and facts.container.state is ContainerState.VOIDED:
        return _bad("R1", say("容器码已作废"))
    if facts.container and facts.container.state is ContainerState.DAMAGED:
        return _bad("R1", say("容器已破损改包，原标签不得再用"))
    if facts.trip and facts.trip.state is ConsignmentState.CANCELLED:
        return _bad("R1", say("联单已作废"))
    return _pass("R1", say("编码有效，未作废"))


def _location(facts: ScanFacts) -> Reason | None:
    container = facts.container
    if container is None:
        return None
    if container.state is ContainerState.IN_TRANSIT:
        return _in_transit_at(facts.place)
    if container.state is ContainerState.CONSUMED:
        return _bad("R2", say("容器内的废物已利用或处置"))
    recorded = _recorded_place(container)
    if isinstance(facts.place, Unknown):
        return _open("R2", say("请核对所在位置"), recorded)
    match facts.place.kind:
        case PlaceKind.ZONE if facts.place.id == container.zone_id:
            return _pass("R2", say("位置与登记一致"), recorded)
        case PlaceKind.FACILITY if facts.place.id == container.facility_id:
            return _pass("R2", say("位置与登记一致"), recorded)
        case PlaceKind.ZONE | PlaceKind.FACILITY:
            return _warn("R2", say("位置与登记不一致"), recorded)
    return _bad("R2", say("未随已起运的联单出库"), recorded)


def _recorded_place(container: ContainerFacts) -> Text | None:
    if not container.location:
        return None
    if container.zone_id is None:
        return say("登记在 {holder}，尚未入库", holder=container.location)
    return say("登记位置：{location}", location=container.location)


def _in_transit_at(place: Maybe[PlaceScanned]) -> Reason:
    inside = not isinstance(place, Unknown) and place.kind in (PlaceKind.ZONE, PlaceKind.FACILITY)
    if inside:
        return _warn("R2", say("位置与登记不一致"), say("登记为在途，尚未接收"))
    return _pass("R2", say("登记为在途"))


def _trip(facts: ScanFacts) -> Reason | None:
    trip = facts.trip
    if trip is None or trip.state is ConsignmentState.CANCELLED:
        return None
    state = say("联单 {number}：{state}", number=trip.number, state=STATE_WORDS[trip.state])
    if trip.state in BEFORE_DEPARTURE:
        return _bad("R3", say("联单尚未起运"), state)
    if trip.state in WITH_CARE:
        return _warn("R3", say("联单有异常，按其状态处理"), state)
    if trip.state not in ON_THE_WAY:
        return _bad("R3", say("联单已结束，不能再次使用"), state)
    return _plate(facts, trip)


def _plate(facts: ScanFacts, trip: TripFacts) -> Reason:
    if trip.plate is None:
        return _open("R3", say("联单没有登记车辆"))
    claimed = facts.claim.plate if isinstance(facts.claim, ConsignmentFields) else None
    if claimed is not None and normal_plate(claimed) != normal_plate(trip.plate):
        note = say("二维码 {claimed}，联单现为 {plate}", claimed=claimed, plate=trip.plate)
        return _bad("R3", say("车牌不一致"), note)
    if isinstance(facts.plate_seen, Unknown):
        return _pass("R3", say("联单运输中"), say("请目视核对车牌 {plate}", plate=trip.plate))
    if normal_plate(facts.plate_seen) != normal_plate(trip.plate):
        note = say("联单 {plate}，现场 {seen}", plate=trip.plate, seen=facts.plate_seen)
        return _bad("R3", say("车牌不一致"), note)
    return _pass("R3", say("联单运输中，车牌一致"), say("车牌 {plate}", plate=trip.plate))


def _national_number(facts: ScanFacts) -> Reason | None:
    trip = facts.trip
    if trip is None or not trip.is_hazardous:
        return None
    if trip.national_number:
        return _pass("R4", say("已填国家联单编号"), say("{number}", number=trip.national_number))
    if trip.paper_number:
        note = say("编号 {number}，请查验随车的纸质联单", number=trip.paper_number)
        return _warn("R4", say("使用纸质联单"), note)
    note = say("平台联单不能替代国家联单，请查验国家系统的电子联单")
    return _warn("R4", say("没有国家联单编号"), note)


def _licence(facts: ScanFacts) -> Reason | None:
    if facts.trip is None or not facts.trip.is_hazardous:
        return None
    licence = facts.trip.licence
    if licence is None:
        return _open("R5", say("联单没有登记接受人的经营许可证"))
    note = say("许可证 {number}", number=licence.number)
    if not licence.is_valid:
        return _bad("R5", say("接受人许可证今天无效"), note)
    if licence.uncovered:
        return _bad("R5", say("接受人许可不含该废物"), say("许可未列 {codes}", codes=licence.uncovered))
    return _pass("R5", say("接受人许可有效并含该废物"), note)


def _waybill(facts: ScanFacts) -> Reason | None:
    trip = facts.trip
    if trip is None or not trip.is_hazardous:
        return None
    if not trip.waybill_number:
        return _warn("R7", say("没有危险货物运单编号"), say("请查验随车的危险货物运单"))
    note = say("运单 {number}", number=trip.waybill_number)
    if trip.unfit_crew:
        return _bad("R7", say("从业资格今天无效：{people}", people=listed(trip.unfit_crew)), note)
    return _pass("R7", say("有危险货物运单，驾驶员和押运员有资格"), note)


def _weight(facts: ScanFacts) -> Reason | None:
    recorded = _recorded_mass(facts)
    if facts.claim is None or recorded is None:
        return _open("R8", say("没有可比较的重量"))
    if facts.claim.grams is None:
        return _warn("R8", say("标签在称重前打印"), say("登记 {mass} kg，应重新打印", mass=kg_text(recorded)))
    note = say(
        "二维码 {claimed} kg，登记 {mass} kg", claimed=kg_text(facts.claim.grams), mass=kg_text(recorded)
    )
    difference = abs(facts.claim.grams - recorded)
    if difference > facts.limits.major(recorded):
        return _bad("R8", say("重量与登记相差过大"), note)
    if difference > facts.limits.minor(recorded):
        return _warn("R8", say("重量与登记有差异"), note)
    return _pass("R8", say("重量与登记相符"), note)


def _recorded_mass(facts: ScanFacts) -> Grams | None:
    if facts.kind is SubjectKind.CONTAINER:
        return facts.container.net if facts.container else None
    return facts.trip.sent_mass if facts.trip else None


def _label(facts: ScanFacts) -> Reason | None:
    container = facts.container
    if container is None:
        return _manifest(facts)
    if container.coded_on != container.generated_on:
        note = say("编码 {coded}，登记 {day}", coded=container.coded_on, day=container.generated_on)
        return _warn("R9", say("标签日期与登记不一致"), note)
    if not isinstance(facts.claim, ContainerFields):
        return _open("R9", say("没有标签数据可比较"))
    if facts.claim.grams != container.label_mass:
        return _warn("R9", say("不是最近一次打印的标签"), say("旧标签应撤下，贴上新标签"))
    return _pass("R9", say("标签与登记一致"))


def _manifest(facts: ScanFacts) -> Reason | None:
    if not isinstance(facts.claim, ConsignmentFields):
        return None
    if facts.is_replaced:
        return _bad("R9", say("联单已更正，这一版不得再用"), say("请出示更正后的联单"))
    return _pass("R9", say("未被更正后的联单取代"))


def _window(facts: ScanFacts) -> Reason | None:
    if facts.kind is not SubjectKind.CONSIGNMENT:
        return None
    claim = facts.claim
    if not isinstance(claim, ConsignmentFields):
        return _open("R11", say("没有有效期可核对"))
    if facts.now > claim.expires_at:
        return _bad("R11", say("有效期已过"), say("已过期 {span}", span=span(facts.now - claim.expires_at)))
    if facts.now < claim.issued_at:
        return _warn("R11", say("尚未到签发时间"))
    return _pass("R11", say("在有效期内"), say("还有 {span}", span=span(claim.expires_at - facts.now)))


CHECKS: Final[tuple[Check, ...]] = (
    _signature,
    _known,
    _location,
    _trip,
    _national_number,
    _licence,
    _waybill,
    _weight,
    _label,
    _window,
)
"""R0 to R11 in order; R6 and R10 need facts that are not recorded yet."""


def _pass(code: str, text: Text, note: Text | None = None) -> Reason:
    return Reason(code, OutcomeKind.PASS, text, note)


def _bad(code: str, text: Text, note: Text | None = None) -> Reason:
    return Reason(code, OutcomeKind.FINDING, text, note)


def _warn(code: str, text: Text, note: Text | None = None) -> Reason:
    return Reason(code, OutcomeKind.FINDING, text, note, Severity.WARNING)


def _open(code: str, text: Text, note: Text | None = None) -> Reason:
    return Reason(code, OutcomeKind.NOT_EVALUABLE, text, note)
