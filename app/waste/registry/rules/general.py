"""Rules on whoever generates industrial solid waste (domain-rules.md 9.1) and on its ledger (9.5)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams, kg_text, tonnes_text
from app.foundation.rulebook.assessment import Facts, Predicate
from app.foundation.rulebook.limits import Limits
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Outcome, finding, known, listed, passed
from app.waste.registry.rules.checks import Rules, at_most, closes, flag, in_time, kept_long_enough


@dataclass(frozen=True, kw_only=True)
class DutyFacts(Facts):
    """What the Code asks of a unit with industrial solid waste, as its profile tells."""

    subject_kind: str = "site"
    today: Maybe[date] = UNKNOWN
    has_responsibility_system: Maybe[bool] = UNKNOWN
    uses_household_bins: Maybe[bool] = UNKNOWN
    trustee_identity_checked: Maybe[bool] = UNKNOWN
    trustee_contract: Maybe[bool] = UNKNOWN
    trustee_clause: Maybe[bool] = UNKNOWN
    last_entrusted_on: Maybe[date] = UNKNOWN
    trustee_feedback_on: Maybe[date] = UNKNOWN
    has_damage: Maybe[bool] = UNKNOWN
    has_permit: Maybe[bool] = UNKNOWN
    permit_lists_waste: Maybe[bool] = UNKNOWN
    permit_facilities_match: Maybe[bool] = UNKNOWN
    permit_kept_years: Maybe[int] = UNKNOWN
    years_operating: Maybe[int] = UNKNOWN
    execution_report_due_on: Maybe[date] = UNKNOWN
    execution_report_on: Maybe[date | None] = UNKNOWN
    has_monitoring_plan: Maybe[bool] = UNKNOWN
    is_sorted_safely: Maybe[bool] = UNKNOWN
    is_closing: Maybe[bool] = UNKNOWN
    stock: Maybe[Grams] = UNKNOWN
    disclosed_year: Maybe[int] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class GeneralLedgerFacts(Facts):
    """A site's ledger of general industrial waste."""

    subject_kind: str = "site"
    today: Maybe[date] = UNKNOWN
    has_general_waste: Maybe[bool] = UNKNOWN
    has_general_ledger: Maybe[bool] = UNKNOWN
    listed_year: Maybe[int] = UNKNOWN
    """The year of the newest yearly list (table 1); 0: none."""
    months_missing: Maybe[int] = UNKNOWN
    """Past months of this year without table 2."""
    dispatches_unrecorded: Maybe[int] = UNKNOWN
    """Batches that left without a line in table 3."""
    optional_tables_asked: Maybe[bool] = UNKNOWN
    has_optional_tables: Maybe[bool] = UNKNOWN
    codes_unlisted: Maybe[int] = UNKNOWN
    general_kept_years: Maybe[int] = UNKNOWN
    years_operating: Maybe[int] = UNKNOWN
    general_responsible: Maybe[bool] = UNKNOWN
    ledger_medium: Maybe[str] = UNKNOWN
    general_annual: Maybe[Grams] = UNKNOWN
    """General waste generated last year."""
    general_declared_on: Maybe[date | None] = UNKNOWN
    """Yearly declaration of last year's waste."""
    general_quarter_on: Maybe[date | None] = UNKNOWN
    """Declaration of the last whole quarter."""


@dataclass(frozen=True, kw_only=True)
class GeneralMonthFacts(Facts):
    """Where the general waste of a month went."""

    subject_kind: str = "waste_stream"
    opening: Maybe[Grams] = UNKNOWN
    generated: Maybe[Grams] = UNKNOWN
    own_use: Maybe[Grams] = UNKNOWN
    own_disposal: Maybe[Grams] = UNKNOWN
    out_use: Maybe[Grams] = UNKNOWN
    out_disposal: Maybe[Grams] = UNKNOWN
    closing: Maybe[Grams] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class GeneralTransferFacts(Facts):
    """General waste that leaves a province."""

    subject_kind: str = "consignment"
    from_province: Maybe[str] = UNKNOWN
    to_province: Maybe[str] = UNKNOWN
    is_for_use: Maybe[bool] = UNKNOWN
    """For utilisation; else for storage or disposal."""
    departs_on: Maybe[date] = UNKNOWN
    approved_on: Maybe[date | None] = UNKNOWN
    submitted_on: Maybe[date | None] = UNKNOWN
    submitted_to: Maybe[frozenset[str]] = UNKNOWN
    """Provinces that have given their receipt."""
    emanifest_asked: Maybe[bool] = UNKNOWN
    """Whether either province runs one: whether an overlay of the rule binds there."""
    has_emanifest: Maybe[bool] = UNKNOWN
    """Whether the provincial electronic manifest was made out."""


@dataclass(frozen=True, kw_only=True)
class GeneralStoreFacts(Facts):
    """What lies in a place for general waste."""

    subject_kind: str = "facility"
    hazardous_kinds: Maybe[int] = UNKNOWN
    """Hazardous wastes found there."""


def keeps_a_general_ledger(facts: GeneralLedgerFacts, _limits: Limits) -> Outcome:
    """ECC-489-a: kind, quantity and whereabouts of industrial waste are in a ledger."""
    has_waste = known(facts.has_general_waste, "has_general_waste")
    has_ledger = known(facts.has_general_ledger, "has_general_ledger")
    return finding() if has_waste and not has_ledger else passed()


def _trustee_gaps(facts: DutyFacts) -> list[Text]:
    words = {
        "trustee_identity_checked": say("主体资格和技术能力核实"),
        "trustee_contract": say("书面合同"),
        "trustee_clause": say("污染防治要求条款"),
    }
    return [text for name, text in words.items() if not known(getattr(facts, name), name)]


def trustee_is_verified(facts: DutyFacts, limits: Limits) -> Outcome:
    """ECC-490-a: identity and ability checked, a contract, a clause on pollution."""
    gaps, wanted = _trustee_gaps(facts), limits["items"].count
    there = 3 - len(gaps)
    if there >= wanted:
        return passed(observed=there, threshold=wanted, unit="count")
    return finding(observed=there, threshold=wanted, unit="count", items=listed(gaps))


def trustee_reports(facts: DutyFacts, limits: Limits) -> Outcome:
    """ECC-490-b: what became of the waste is told within so many days."""
    entrusted, told = (
        known(facts.last_entrusted_on, "last_entrusted_on"),
        known(facts.trustee_feedback_on, "trustee_feedback_on"),
    )
    due = entrusted + timedelta(days=limits["feedback"].count)
    return in_time(due, told if told >= entrusted else None, known(facts.today, "today"))


def no_joint_liability(facts: DutyFacts, _limits: Limits) -> Outcome:
    """ECC-1068: an unverified trustee that did damage makes the generator liable too."""
    gaps, damage = _trustee_gaps(facts), known(facts.has_damage, "has_damage")
    return finding() if gaps and damage else passed()


def permit_names_waste(facts: DutyFacts, _limits: Limits) -> Outcome:
    """ECC-491: a permit holder's permit states each waste."""
    has_permit = known(facts.has_permit, "has_permit")
    return finding() if not known(facts.permit_lists_waste, "permit_lists_waste") and has_permit else passed()


def permit_records_are_kept(facts: DutyFacts, limits: Limits) -> Outcome:
    """ECC-183: five years."""
    has_permit = known(facts.has_permit, "has_permit")
    kept, operating = (
        known(facts.permit_kept_years, "permit_kept_years"),
        known(facts.years_operating, "years_operating"),
    )
    return kept_long_enough(kept, limits["kept"].count, operating) if has_permit else passed()


def permit_agrees(facts: DutyFacts, _limits: Limits) -> Outcome:
    """HJ1200-permit: the solid-waste part is there, its facility codes are the register's."""
    has_permit = known(facts.has_permit, "has_permit")
    listed_there = known(facts.permit_lists_waste, "permit_lists_waste")
    same = known(facts.permit_facilities_match, "permit_facilities_match")
    return passed() if not has_permit or (listed_there and same) else finding()


def execution_is_reported(facts: DutyFacts, _limits: Limits) -> Outcome:
    """PERMIT-report: by the day the permit states."""
    has_permit, today = known(facts.has_permit, "has_permit"), known(facts.today, "today")
    due = known(facts.execution_report_due_on, "execution_report_due_on")
    done = known(facts.execution_report_on, "execution_report_on")
    return in_time(due, done, today) if has_permit else passed()


def has_no_permit(facts: DutyFacts, _limits: Limits) -> Outcome:
    """ECC-532-3: tells that the permit's rules govern, so that nothing is entered twice."""
    return finding() if known(facts.has_permit, "has_permit") else passed()


def is_settled_before_closing(facts: DutyFacts, limits: Limits) -> Outcome:
    """ECC-495: nothing is left where a unit closes or changes."""
    closing, stock, limit = (
        known(facts.is_closing, "is_closing"),
        known(facts.stock, "stock"),
        limits["stock"],
    )
    if closing and not limit.is_kept_by(stock):
        return finding(observed=limit.shown(stock), threshold=limit.text, unit="t")
    return passed(observed=limit.shown(stock), threshold=limit.text, unit="t")


def discloses_yearly(facts: DutyFacts, limits: Limits) -> Outcome:
    """ECC-485: information on waste is published once a year; this year's may still come."""
    age = known(facts.today, "today").year - known(facts.disclosed_year, "disclosed_year")
    return at_most(age, limits["years"])


def crossing_is_approved(facts: GeneralTransferFacts, _limits: Limits) -> Outcome:
    """ECC-476-1: to another province for storage or disposal only with its approval, before departure."""
    crosses = known(facts.from_province, "from_province") != known(facts.to_province, "to_province")
    for_use, approved = known(facts.is_for_use, "is_for_use"), known(facts.approved_on, "approved_on")
    departs = known(facts.departs_on, "departs_on")
    if crosses and not for_use and (approved is None or approved > departs):
        return finding(observed=departs.isoformat())
    return passed(observed=departs.isoformat())


def crossing_is_submitted(facts: GeneralTransferFacts, limits: Limits) -> Outcome:
    """ECC-476-2: for utilisation, submitted to both provinces before departure, and not so long ago that it lapsed."""
    ends = {known(facts.from_province, "from_province"), known(facts.to_province, "to_province")}
    for_use, departs = known(facts.is_for_use, "is_for_use"), known(facts.departs_on, "departs_on")
    submitted = known(facts.submitted_on, "submitted_on")
    told = known(facts.submitted_to, "submitted_to")
    if len(ends) == 1 or not for_use:
        return passed()
    if submitted is None or submitted > departs:
        return finding(observed=departs.isoformat(), reason=say("起运前没有报送"))
    if missing := ends - told:
        return finding(observed=len(told & ends), threshold=2, reason=_not_told(missing))
    if (departs.year - submitted.year) > limits["calendar_years"].count:
        return finding(observed=departs.isoformat(), reason=say("报送已跨年度"))
    months = (departs.year - submitted.year) * 12 + departs.month - submitted.month
    months += departs.day > submitted.day
    return at_most(months, limits["validity"], reason=say("报送已超过有效期"))


def _not_told(provinces: set[str]) -> Text:
    return say("没有报送{provinces}", provinces="、".join(sorted(provinces)))


def has_emanifest(facts: GeneralTransferFacts, _limits: Limits) -> Outcome:
    """GISW-emanifest: where a province runs one, general waste travels with its electronic manifest."""
    asked, there = (
        known(facts.emanifest_asked, "emanifest_asked"),
        known(facts.has_emanifest, "has_emanifest"),
    )
    return finding() if asked and not there else passed()


def holds_no_hazardous_waste(facts: GeneralStoreFacts, limits: Limits) -> Outcome:
    """GISW-HWmix: hazardous waste has no place among general waste."""
    return at_most(known(facts.hazardous_kinds, "hazardous_kinds"), limits["kinds"])


def declares_yearly(facts: GeneralLedgerFacts, limits: Limits) -> Outcome:
    """GISW-2026-plan: from 1 t a year, by 31 March."""
    mass, today = known(facts.general_annual, "general_annual"), known(facts.today, "today")
    done = known(facts.general_declared_on, "general_declared_on")
    if not limits["annual"].is_kept_by(mass):
        return passed(observed=tonnes_text(mass), unit="t")
    return in_time(limits["by"].day_in(today.year), done, today)


def declares_quarterly(facts: GeneralLedgerFacts, limits: Limits) -> Outcome:
    """GISW-2026-q: from 100 000 t a year, by the 15th after each quarter."""
    mass, today = known(facts.general_annual, "general_annual"), known(facts.today, "today")
    done = known(facts.general_quarter_on, "general_quarter_on")
    if not limits["annual"].is_kept_by(mass):
        return passed(observed=tonnes_text(mass), unit="t")
    first_month = (today.month - 1) // 3 * 3 + 1
    return in_time(date(today.year, first_month, limits["day"].count), done, today)


def lists_its_waste(facts: GeneralLedgerFacts, limits: Limits) -> Outcome:
    """GISWL-T1: the yearly list is of this year, or at most one year old in its first month."""
    has_waste, today = known(facts.has_general_waste, "has_general_waste"), known(facts.today, "today")
    age = today.year - known(facts.listed_year, "listed_year")
    return at_most(age, limits["years"]) if has_waste else passed()


def sums_up_monthly(facts: GeneralLedgerFacts, limits: Limits) -> Outcome:
    """GISWL-T2: table 2 each month."""
    return at_most(known(facts.months_missing, "months_missing"), limits["months"])


def records_each_dispatch(facts: GeneralLedgerFacts, limits: Limits) -> Outcome:
    """GISWL-T3: a line for every batch that leaves."""
    return at_most(known(facts.dispatches_unrecorded, "dispatches_unrecorded"), limits["batches"])


def keeps_optional_tables(facts: GeneralLedgerFacts, _limits: Limits) -> Outcome:
    """GISWL-T4-T7: tables 4 to 7, where the authority asks for them."""
    asked = known(facts.optional_tables_asked, "optional_tables_asked")
    there = known(facts.has_optional_tables, "has_optional_tables")
    return finding() if asked and not there else passed()


def uses_listed_codes(facts: GeneralLedgerFacts, limits: Limits) -> Outcome:
    """GISWL-T8: codes of the official list."""
    return at_most(known(facts.codes_unlisted, "codes_unlisted"), limits["codes"])


def keeps_the_general_ledger(facts: GeneralLedgerFacts, limits: Limits) -> Outcome:
    """GISWL-5y: five years."""
    kept = known(facts.general_kept_years, "general_kept_years")
    return kept_long_enough(kept, limits["kept"].count, known(facts.years_operating, "years_operating"))


def month_balances(facts: GeneralMonthFacts, limits: Limits) -> Outcome:
    """GISWL-balance: what was there and came = what was used, disposed of, sent, and is left."""
    out = sum(
        known(getattr(facts, name), name)
        for name in ("own_use", "own_disposal", "out_use", "out_disposal", "closing")
    )
    came = known(facts.opening, "opening") + known(facts.generated, "generated")
    return closes(came - out, limits["difference"], came=kg_text(came))


def is_electronic(facts: GeneralLedgerFacts, _limits: Limits) -> Outcome:
    """GISWL-elec: on paper, a hint that an electronic ledger is encouraged and replaces the paper."""
    medium = known(facts.ledger_medium, "ledger_medium")
    return finding(observed=medium) if medium == "paper" else passed(observed=medium)


G, D, T = GeneralLedgerFacts, DutyFacts, GeneralTransferFacts
RULES: Final[Rules] = {
    "ECC-489-a": Predicate(G, keeps_a_general_ledger),
    "ECC-489-b": flag(D, "has_responsibility_system"),
    "ECC-489-c": flag(D, "uses_household_bins", wanted=False),
    "ECC-490-a": Predicate(D, trustee_is_verified),
    "ECC-490-b": Predicate(D, trustee_reports),
    "ECC-1068": Predicate(D, no_joint_liability),
    "ECC-491": Predicate(D, permit_names_waste),
    "ECC-183": Predicate(D, permit_records_are_kept),
    "HJ1200-permit": Predicate(D, permit_agrees),
    "PERMIT-report": Predicate(D, execution_is_reported),
    "ECC-532-3": Predicate(D, has_no_permit),
    "ECC-493": flag(D, "has_monitoring_plan"),
    "ECC-494": flag(D, "is_sorted_safely"),
    "ECC-495": Predicate(D, is_settled_before_closing),
    "ECC-485": Predicate(D, discloses_yearly),
    "ECC-476-1": Predicate(T, crossing_is_approved),
    "ECC-476-2": Predicate(T, crossing_is_submitted),
    "GISW-emanifest": Predicate(T, has_emanifest),
    "GISW-HWmix": Predicate(GeneralStoreFacts, holds_no_hazardous_waste),
    "GISW-2026-plan": Predicate(G, declares_yearly),
    "GISW-2026-q": Predicate(G, declares_quarterly),
    "GISWL-T1": Predicate(G, lists_its_waste),
    "GISWL-T2": Predicate(G, sums_up_monthly),
    "GISWL-T3": Predicate(G, records_each_dispatch),
    "GISWL-T4-T7": Predicate(G, keeps_optional_tables),
    "GISWL-T8": Predicate(G, uses_listed_codes),
    "GISWL-5y": Predicate(G, keeps_the_general_ledger),
    "GISWL-resp": flag(G, "general_responsible"),
    "GISWL-balance": Predicate(GeneralMonthFacts, month_balances),
    "GISWL-elec": Predicate(G, is_electronic),
}
