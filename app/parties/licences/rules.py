"""Rules on the operating licence of whoever takes hazardous waste (domain-rules.md 8.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from app.foundation.catalogue.codes import category_of
from app.foundation.core.months import months_after
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams, tonnes_text
from app.foundation.core.working_days import add_working_days, working_days_before
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limit, Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, listed, passed
from app.parties.licences.methods import is_covered
from app.parties.licences.models import LicenceKind, LicenceState


@dataclass(frozen=True)
class LicenceTerms:
    """State and days of one operating licence; both days are included."""

    number: str
    state: LicenceState
    valid_from: date
    valid_to: date
    suspended_from: date | None = None
    """First day of a suspension; empty: it is suspended on every day."""
    suspended_to: date | None = None
    """Last day of it; empty: until it is lifted."""

    def is_suspended(self, on: date) -> bool:
        if self.state is not LicenceState.SUSPENDED:
            return False
        return (self.suspended_from or on) <= on <= (self.suspended_to or on)


@dataclass(frozen=True, kw_only=True)
class LicenceFacts(Facts):
    """The consignee's licence for one consignment (or lot), and the days it is needed on."""

    subject_kind: str = "consignment"
    licence: Maybe[LicenceTerms | None] = UNKNOWN
    """None: the consignee has no licence."""
    dispatch_on: Maybe[date] = UNKNOWN
    acceptance_on: Maybe[date] = UNKNOWN
    """Planned day, or the real one at the receipt."""


@dataclass(frozen=True, kw_only=True)
class LicenceScopeFacts(Facts):
    """One line of a consignment against the categories and codes of the licence."""

    subject_kind: str = "consignment_line"
    waste_code: Maybe[str] = UNKNOWN
    licensed_codes: Maybe[frozenset[str]] = UNKNOWN
    """`HW08` is the whole category, `900-249-08` that code alone; empty when there is no licence."""


@dataclass(frozen=True, kw_only=True)
class LicenceModeFacts(Facts):
    """How one line is to be used or disposed of, beside the consignee's ways to operate."""

    subject_kind: str = "consignment_line"
    planned_method: Maybe[str] = UNKNOWN
    """A code of 14.7, such as R2."""
    licence_kind: Maybe[LicenceKind] = UNKNOWN
    modes: Maybe[frozenset[str]] = UNKNOWN
    """Of the licence; empty when there is none."""


@dataclass(frozen=True, kw_only=True)
class LicenceScaleFacts(Facts):
    """What a year has taken of a yearly scale: of the licence as a whole, or of one line of it (g)."""

    subject_kind: str = "licence"
    scope: str = ""
    """`HW08` or a code; empty for the whole licence."""
    used: Maybe[Grams] = UNKNOWN
    """Accepted this year, the receipt in question included."""
    booked: Maybe[Grams] = UNKNOWN
    """In transit and booked, what is about to be booked included."""
    yearly_scale: Maybe[Grams] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class LicenceTermFacts(Facts):
    """The days of a licence."""

    subject_kind: str = "licence"
    licence_kind: Maybe[LicenceKind] = UNKNOWN
    valid_from: Maybe[date] = UNKNOWN
    valid_to: Maybe[date] = UNKNOWN
    renewal_filed_on: Maybe[date | None] = UNKNOWN
    today: Maybe[date] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class LicenceHolderFacts(Facts):
    """What changed at a licence holder, and what it asked the authority for since."""

    subject_kind: str = "licence"
    registry_changed_on: Maybe[date | None] = UNKNOWN
    """When the register of firms last changed name, legal representative or seat; None: never since it was issued."""
    change_filed_on: Maybe[date | None] = UNKNOWN
    measures_done_on: Maybe[date | None] = UNKNOWN
    """The day the holder that stops had cleaned up what its business left; None: it goes on."""
    cancel_filed_on: Maybe[date | None] = UNKNOWN
    has_ended: Maybe[bool] = UNKNOWN
    """It has ended the business."""
    record_handed_over: Maybe[bool] = UNKNOWN
    """Its record books are with the authority of county level or above."""
    today: Maybe[date] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class LicenceAlterationFacts(Facts):
    """What became different in a holder's business since its licence was issued."""

    subject_kind: str = "licence"
    mode_changed: Maybe[bool] = UNKNOWN
    category_added: Maybe[bool] = UNKNOWN
    facility_rebuilt: Maybe[bool] = UNKNOWN
    """Built, altered or extended."""
    has_new_licence: Maybe[bool] = UNKNOWN
    """Applied for anew after such a change."""


@dataclass(frozen=True, kw_only=True)
class RecordBookFacts(Facts):
    """A record book of a licence holder, and until when it is kept."""

    subject_kind: str = "licence"
    is_landfill: Maybe[bool] = UNKNOWN
    closed_on: Maybe[date] = UNKNOWN
    """Its last entry."""
    kept_until: Maybe[date | None] = UNKNOWN
    """None: for ever."""


@dataclass(frozen=True, kw_only=True)
class OperatingRecordFacts(Facts):
    """One entry of a licence holder's operating record (HWLM 18). A text of blanks is blank."""

    subject_kind: str = "ledger_record"
    recorded_waste: Maybe[str] = UNKNOWN
    """Which waste."""
    source: Maybe[str] = UNKNOWN
    destination: Maybe[str] = UNKNOWN
    accidents: Maybe[str] = UNKNOWN
    """What happened; said also when nothing did."""


@dataclass(frozen=True, kw_only=True)
class CollectorFacts(Facts):
    """One waste taken by the holder of a collection licence, and from whom."""

    subject_kind: str = "consignment_line"
    licence_kind: Maybe[LicenceKind] = UNKNOWN
    waste_code: Maybe[str] = UNKNOWN
    further_codes: Maybe[frozenset[str]] = UNKNOWN
    """What a pilot or another text lets this holder collect besides: codes, or `HW08` for a category."""
    is_pilot: Maybe[bool] = UNKNOWN
    """A collector of the pilot for small firms (环办固体函〔2022〕66号)."""
    producer_annual: Maybe[Grams] = UNKNOWN
    has_extension: Maybe[bool] = UNKNOWN
    """A local text lets the pilot take from larger firms."""


COLLECTION_CODES: Final = frozenset({"900-214-08", "900-044-49"})
"""HWLM 3: waste mineral oil of vehicle maintenance, nickel-cadmium batteries of households."""
MONTHS_A_YEAR: Final = 12


def has_valid_licence(facts: LicenceFacts, _limits: Limits) -> Outcome:
    """HWLM-15: a licence, not suspended, revoked or cancelled, in force on dispatch and on planned acceptance."""
    licence = known(facts.licence, "licence")
    if licence is None:
        return finding(reason=say("没有经营许可证"))
    if licence.state is LicenceState.REVOKED:
        return finding(observed=licence.number, reason=say("许可证 {number} 已吊销", number=licence.number))
    if licence.state is LicenceState.CANCELLED:
        return finding(observed=licence.number, reason=say("许可证 {number} 已注销", number=licence.number))
    if licence.state is LicenceState.SUSPENDED and licence.suspended_from is None:
        return _suspended(licence)
    days = (known(facts.dispatch_on, "dispatch_on"), known(facts.acceptance_on, "acceptance_on"))
    for day in days:
        if licence.is_suspended(day):
            return _suspended(licence)
        if problem := _term_problem(licence, day):
            return finding(observed=day.isoformat(), threshold=licence.valid_to.isoformat(), reason=problem)
    return passed(observed=max(days).isoformat(), threshold=licence.valid_to.isoformat())


def _suspended(licence: LicenceTerms) -> Outcome:
    return finding(observed=licence.number, reason=say("许可证 {number} 已暂停", number=licence.number))


def _term_problem(licence: LicenceTerms, day: date) -> Text | None:
    if day < licence.valid_from:
        return say(
            "许可证 {number} 自 {day} 起有效", number=licence.number, day=licence.valid_from.isoformat()
        )
    if day > licence.valid_to:
        return say("许可证 {number} 有效期至 {day}", number=licence.number, day=licence.valid_to.isoformat())
    return None


def is_within_licence(facts: LicenceScopeFacts, _limits: Limits) -> Outcome:
    """HWLM-10-cat: the code itself or its whole category is licensed. `900-000-XX` is covered by its category only."""
    code = known(facts.waste_code, "waste_code")
    licensed = known(facts.licensed_codes, "licensed_codes")
    if code in licensed or category_of(code) in licensed:
        return passed(observed=code)
    return finding(observed=code, waste_code=code)


def is_mode_licensed(facts: LicenceModeFacts, _limits: Limits) -> Outcome:
    """HWLM-10-mode, MAN-X12: the licence lets its holder operate in the way the planned method needs."""
    method = known(facts.planned_method, "planned_method")
    if is_covered(method, known(facts.modes, "modes"), known(facts.licence_kind, "licence_kind")):
        return passed(observed=method)
    return finding(observed=method)


def is_within_scale(facts: LicenceScaleFacts, limits: Limits) -> Outcome:
    """HWLM-10-scale: accepted, in transit and booked are at most the yearly scale."""
    return _share(facts, limits["share"], _used(facts) + known(facts.booked, "booked"))


def is_below_renewed_application(facts: LicenceScaleFacts, limits: Limits) -> Outcome:
    """HWLM-12-4: what was accepted stays below 20 % above the yearly scale."""
    return _reached(facts, limits["share"], _used(facts))


def has_scale_left(facts: LicenceScaleFacts, limits: Limits) -> Outcome:
    """HWLM-10-scale-w: a platform hint from 90 % of the yearly scale."""
    return _reached(facts, limits["share"], _used(facts) + known(facts.booked, "booked"))


def _used(facts: LicenceScaleFacts) -> Grams:
    return known(facts.used, "used")


def _share(facts: LicenceScaleFacts, limit: Limit, mass: int) -> Outcome:
    scale = known(facts.yearly_scale, "yearly_scale")
    if mass <= limit.share_of(scale):
        return passed(observed=_percent(mass, scale), threshold=limit.text, unit=limit.unit)
    return _over(facts, limit, mass, scale)


def _reached(facts: LicenceScaleFacts, limit: Limit, mass: int) -> Outcome:
    scale = known(facts.yearly_scale, "yearly_scale")
    if Fraction(mass * 100, scale) < Fraction(limit.value):
        return passed(observed=_percent(mass, scale), threshold=limit.text, unit=limit.unit)
    return _over(facts, limit, mass, scale)


def _over(facts: LicenceScaleFacts, limit: Limit, mass: int, scale: int) -> Outcome:
    scope = facts.scope
    return finding(
        observed=_percent(mass, scale),
        threshold=limit.text,
        unit=limit.unit,
        scope=Text(scope) if scope else say("许可证合计"),
        mass=tonnes_text(mass),
        scale=tonnes_text(scale),
    )


def _percent(mass: int, scale: int) -> str:
    """To a tenth, rounded down."""
    tenths = mass * 1000 // scale
    return f"{tenths // 10}.{tenths % 10}"


def has_plausible_term(facts: LicenceTermFacts, limits: Limits) -> Outcome:
    """HWLM-13-a: valid for five years at most, for three if it is for collection only."""
    limit = limits[
        "collection"
        if known(facts.licence_kind, "licence_kind") is LicenceKind.COLLECTION
        else "comprehensive"
    ]
    valid_from, valid_to = known(facts.valid_from, "valid_from"), known(facts.valid_to, "valid_to")
    latest = months_after(valid_from, limit.count * MONTHS_A_YEAR)
    if valid_to <= latest:
        return passed(observed=valid_to.isoformat(), threshold=latest.isoformat())
    return finding(observed=valid_to.isoformat(), threshold=latest.isoformat(), years=limit.count)


def is_renewed_in_time(facts: LicenceTermFacts, limits: Limits) -> Outcome:
    """HWLM-13-b: renewal is asked for 30 working days before the last day of validity."""
    due = working_days_before(known(facts.valid_to, "valid_to"), limits["before"].count)
    filed, today = known(facts.renewal_filed_on, "renewal_filed_on"), known(facts.today, "today")
    return _in_time(due, filed, today)


def is_change_filed(facts: LicenceHolderFacts, limits: Limits) -> Outcome:
    """HWLM-11: a change of name, legal representative or seat is filed within 15 working days of its registration."""
    changed = known(facts.registry_changed_on, "registry_changed_on")
    filed, today = known(facts.change_filed_on, "change_filed_on"), known(facts.today, "today")
    if changed is None:
        return passed()
    return _in_time(add_working_days(changed, limits["within"].count), filed, today)


def is_applied_anew(facts: LicenceAlterationFacts, _limits: Limits) -> Outcome:
    """HWLM-12-1-3: another way to operate, another category, or a facility built or altered needs a new licence.

    One change is enough, whatever is known of the others; none of them only when all are known.
    """
    changes = {
        "mode_changed": (facts.mode_changed, say("改变经营方式")),
        "category_added": (facts.category_added, say("增加废物类别")),
        "facility_rebuilt": (facts.facility_rebuilt, say("新建、改建或扩建设施")),
    }
    if known(facts.has_new_licence, "has_new_licence"):
        return passed()
    what = [text for happened, text in changes.values() if happened is True]
    if what:
        return finding(what=listed(what))
    for name, (happened, _text) in changes.items():
        known(happened, name)
    return passed()


def is_cancellation_filed(facts: LicenceHolderFacts, limits: Limits) -> Outcome:
    """HWLM-14: who stops asks for the cancellation within 20 working days of having cleaned up."""
    done = known(facts.measures_done_on, "measures_done_on")
    filed, today = known(facts.cancel_filed_on, "cancel_filed_on"), known(facts.today, "today")
    if done is None:
        return passed()
    return _in_time(add_working_days(done, limits["within"].count), filed, today)


def _in_time(due: date, done: date | None, today: date) -> Outcome:
    day = done or today
    if day <= due:
        return passed(observed=day.isoformat(), threshold=due.isoformat())
    return finding(observed=day.isoformat(), threshold=due.isoformat())


def is_record_kept(facts: RecordBookFacts, limits: Limits) -> Outcome:
    """HWLM-18-a: record books are kept ten years at least, those of a landfill for ever."""
    closed, kept = known(facts.closed_on, "closed_on"), known(facts.kept_until, "kept_until")
    is_landfill, years = known(facts.is_landfill, "is_landfill"), limits["kept"].count
    if kept is None:
        return passed(threshold=years, unit="a")
    if is_landfill:
        return finding(observed=kept.isoformat(), wanted=say("永久"))
    asked = months_after(closed, years * MONTHS_A_YEAR)
    if kept >= asked:
        return passed(observed=kept.isoformat(), threshold=asked.isoformat())
    return finding(
        observed=kept.isoformat(), threshold=asked.isoformat(), wanted=say("{years} 年", years=years)
    )


def is_record_handed_over(facts: LicenceHolderFacts, _limits: Limits) -> Outcome:
    """HWLM-18-b: who has ended the business hands its record books to the authority."""
    has_ended = known(facts.has_ended, "has_ended")
    if known(facts.record_handed_over, "record_handed_over") or not has_ended:
        return passed()
    return finding()


def is_collectable(facts: CollectorFacts, _limits: Limits) -> Outcome:
    """HWLM-6-scope: a collection licence is for two kinds of waste, unless another text adds to them."""
    kind, code = known(facts.licence_kind, "licence_kind"), known(facts.waste_code, "waste_code")
    allowed = COLLECTION_CODES | known(facts.further_codes, "further_codes")
    if kind is not LicenceKind.COLLECTION or code in allowed or category_of(code) in allowed:
        return passed(observed=code)
    return finding(observed=code)


def is_within_pilot(facts: CollectorFacts, limits: Limits) -> Outcome:
    """HW-66-pilot: the pilot collects from firms of 10 t a year at most, unless the place extends it."""
    is_pilot, limit = known(facts.is_pilot, "is_pilot"), limits["annual"]
    annual, extended = (
        known(facts.producer_annual, "producer_annual"),
        known(facts.has_extension, "has_extension"),
    )
    observed = limit.shown(annual)
    if not is_pilot or extended or limit.is_kept_by(annual):
        return passed(observed=observed, threshold=limit.text, unit=limit.unit)
    return finding(observed=observed, threshold=limit.text, unit=limit.unit)


def is_record_complete(facts: OperatingRecordFacts, _limits: Limits) -> Outcome:
    """HWLM-record: the record says which waste, from where, where to, and what accidents there were."""
    parts = (
        (known(facts.recorded_waste, "recorded_waste"), say("种类")),
        (known(facts.source, "source"), say("来源")),
        (known(facts.destination, "destination"), say("去向")),
        (known(facts.accidents, "accidents"), say("有无事故")),
    )
    missing = [word for text, word in parts if not text.strip()]
    return finding(fields=listed(missing)) if missing else passed()


RULES: Final[Mapping[str, Predicate[Any]]] = {
    "HWLM-15": Predicate(LicenceFacts, has_valid_licence),
    "HWLM-10-cat": Predicate(LicenceScopeFacts, is_within_licence),
    "HWLM-10-mode": Predicate(LicenceModeFacts, is_mode_licensed),
    "HWLM-10-scale": Predicate(LicenceScaleFacts, is_within_scale),
    "HWLM-12-4": Predicate(LicenceScaleFacts, is_below_renewed_application),
    "HWLM-10-scale-w": Predicate(LicenceScaleFacts, has_scale_left),
    "HWLM-11": Predicate(LicenceHolderFacts, is_change_filed),
    "HWLM-12-1-3": Predicate(LicenceAlterationFacts, is_applied_anew),
    "HWLM-13-a": Predicate(LicenceTermFacts, has_plausible_term),
    "HWLM-13-b": Predicate(LicenceTermFacts, is_renewed_in_time),
    "HWLM-14": Predicate(LicenceHolderFacts, is_cancellation_filed),
    "HWLM-18-a": Predicate(RecordBookFacts, is_record_kept),
    "HWLM-18-b": Predicate(LicenceHolderFacts, is_record_handed_over),
    "HWLM-6-scope": Predicate(CollectorFacts, is_collectable),
    "HW-66-pilot": Predicate(CollectorFacts, is_within_pilot),
    "HWLM-record": Predicate(OperatingRecordFacts, is_record_complete),
}
