"""Loads what the rules on sites, plans and ledgers need to know, in a fixed number of statements for any number of sites."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select

from app.foundation.catalogue.models import GeneralWasteCode
from app.foundation.core.ids import NO_ID
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import Facts, RuleFinding, assess
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Unknown
from app.parties.accounts.models import Site
from app.waste.registry.models import (
    GenerationRecord,
    LedgerRecord,
    LedgerTable,
    PlaceKind,
    Posting,
    WasteKind,
    WasteStream,
)
from app.waste.registry.planning.answers import answer_of
from app.waste.registry.planning.classes import ClassInputs, class_of, years_in_operation
from app.waste.registry.planning.operations.classes import class_inputs
from app.waste.registry.planning.queries import SiteView
from app.waste.registry.rules import RULES
from app.waste.registry.rules.classes import ClassFacts
from app.waste.registry.rules.declarations import OperatorReportFacts
from app.waste.registry.rules.general import DutyFacts, GeneralLedgerFacts
from app.waste.registry.rules.ledgers import LedgerDutyFacts
from app.waste.registry.rules.timetable import DigitalFacts

SITE_TYPES: Final = (
    ClassFacts,
    LedgerDutyFacts,
    OperatorReportFacts,
    DutyFacts,
    GeneralLedgerFacts,
    DigitalFacts,
)
"""Facts about a site itself, which its profile page shows."""
SITE_RULES: Final = {id_: rule for id_, rule in RULES.items() if rule.facts_type in SITE_TYPES}
LATER: Final = (LedgerTable.STOCK_IN, LedgerTable.STOCK_OUT, LedgerTable.OWN_TREATMENT, LedgerTable.ENTRUSTED)


@dataclass
class _Counts:
    """What the ledger of one site counts."""

    has_hazardous: bool = False
    has_general: bool = False
    has_general_ledger: bool = False
    loose_batches: int = 0
    unrecorded_packages: int = 0
    listed_year: int = 0
    dispatch_lines: int = 0
    has_optional: bool = False
    codes_unlisted: int = 0
    """Codes of general waste that are not on the list of the park."""


def site_findings(work: Work, views: Sequence[SiteView], on: date | None = None) -> list[RuleFinding]:
    """Every rule on a site itself, for all of them; five statements. Passes are among them."""
    day = on or work.today
    facts = site_facts(work, views, day)
    findings: list[RuleFinding] = []
    for view in views:
        findings += assess(SITE_RULES, facts[view.site.id], on=day, jurisdiction=view.jurisdiction)
    return findings


def site_facts(work: Work, views: Sequence[SiteView], on: date) -> Mapping[UUID, list[Facts]]:
    """What is known of sites, by site; five statements."""
    inputs = class_inputs(work, views, on.year)
    counts = _counts(work, [view.site.id for view in views])
    return {
        view.site.id: _facts_of(view, inputs[view.site.id], counts.get(view.site.id, _Counts()), on)
        for view in views
    }


def _facts_of(view: SiteView, inputs: ClassInputs, counts: _Counts, on: date) -> list[Facts]:
    result = class_of(inputs, on.year)
    age = _age(inputs, on)
    annual = UNKNOWN if result.annual is None else result.annual
    site_id = view.site.id
    facts: list[Facts] = [_ledger_facts(view, counts, age)]
    if counts.has_hazardous:
        facts += [
            _class_facts(view, inputs, annual, age, on),
            DigitalFacts(
                subject_id=site_id,
                today=on,
                unit_class=_class_in_force(view, inputs, on),
                annual=annual,
                **_answers(view, "is_online", "e_scale", "e_label", "e_ledger", "has_video"),
                **_answers(view, "has_digital_coverage", "follows_2023_17"),
            ),
        ]
    if inputs.has_licence:
        report = _answers(view, "operator_report_on")["operator_report_on"]
        facts.append(OperatorReportFacts(subject_id=site_id, has_licence=True, report_on=report, today=on))
    if counts.has_general or counts.has_hazardous:
        facts.append(_duty_facts(view, age, on))
    if counts.has_general:
        facts.append(_general_facts(view, counts, age, on))
    return facts


def _class_facts(
    view: SiteView, inputs: ClassInputs, annual: Maybe[Grams], age: Maybe[int], on: date
) -> ClassFacts:
    profile, decision = view.profile, view.decision
    figures = [mass for mass in (inputs.eia, inputs.permit) if not isinstance(mass, Unknown)]
    computed = class_of(inputs, on.year).unit_class
    declared = decision.declared if decision else None
    return ClassFacts(
        subject_id=view.site.id,
        annual=annual,
        has_own_treatment=inputs.has_own_treatment,
        has_licence=inputs.has_licence,
        years_operating=0 if inputs.is_intermittent else age,
        most_of_years=annual,
        permitted=max(figures) if figures else UNKNOWN,
        override=profile.override_class if profile else UNKNOWN,
        override_document=profile.override_document if profile else UNKNOWN,
        computed=computed or UNKNOWN,
        declared=declared or UNKNOWN,
    )


def _class_in_force(view: SiteView, inputs: ClassInputs, on: date) -> Any:
    if view.decision is not None and view.decision.declared is not None:
        return view.decision.declared
    return class_of(inputs, on.year).unit_class or UNKNOWN


def _age(inputs: ClassInputs, on: date) -> Maybe[int]:
    if isinstance(inputs.started_on, Unknown):
        return UNKNOWN
    return 0 if inputs.started_on is None else max(0, years_in_operation(inputs.started_on, on.year))


def _ledger_facts(view: SiteView, counts: _Counts, age: Maybe[int]) -> LedgerDutyFacts:
    profile = view.profile
    told = _answers(view, "ledger_medium", "has_pipe_transport", "ledger_kept_years")
    return LedgerDutyFacts(
        subject_id=view.site.id,
        ledger_keeper=profile.ledger_keeper if profile else UNKNOWN,
        unrecorded_packages=counts.unrecorded_packages,
        pipe_days_missing=0 if told["has_pipe_transport"] is False else UNKNOWN,
        loose_batches=counts.loose_batches,
        years_operating=age,
        overwritten=0,  # postings are only ever added: `flask registry verify` proves the balances by them
        **told,
    )


def _duty_facts(view: SiteView, age: Maybe[int], on: date) -> DutyFacts:
    asked = (
        "has_responsibility_system",
        "uses_household_bins",
        "trustee_identity_checked",
        "trustee_contract",
        "trustee_clause",
        "last_entrusted_on",
        "trustee_feedback_on",
        "has_damage",
        "has_permit",
        "permit_lists_waste",
        "permit_facilities_match",
        "permit_kept_years",
        "execution_report_due_on",
        "execution_report_on",
        "has_monitoring_plan",
        "is_sorted_safely",
        "is_closing",
        "disclosed_year",
    )
    return DutyFacts(subject_id=view.site.id, today=on, years_operating=age, **_answers(view, *asked))


def _general_facts(view: SiteView, counts: _Counts, age: Maybe[int], on: date) -> GeneralLedgerFacts:
    told = _answers(
        view, "optional_tables_asked", "general_kept_years", "general_responsible", "ledger_medium"
    )
    return GeneralLedgerFacts(
        subject_id=view.site.id,
        today=on,
        has_general_waste=True,
        has_general_ledger=counts.has_general_ledger,
        listed_year=counts.listed_year,
        has_optional_tables=counts.has_optional,
        codes_unlisted=counts.codes_unlisted,
        years_operating=age,
        **told,
    )


def _answers(view: SiteView, *keys: str) -> dict[str, Any]:
    given = view.profile.equipment if view.profile else {}
    return {key: answer_of(given, key) for key in keys}


def _counts(work: Work, site_ids: Sequence[UUID]) -> dict[UUID, _Counts]:
    """Streams, lines without a source batch, packages without a line; three statements."""
    counts: dict[UUID, _Counts] = {site_id: _Counts() for site_id in site_ids}
    unlisted = func.count(case((GeneralWasteCode.id.is_(None), WasteStream.waste_code)).distinct())
    of_park = or_(GeneralWasteCode.park_id.is_(None), GeneralWasteCode.park_id == Site.park_id)
    for site_id, kind, missing in work.session.execute(
        select(WasteStream.site_id, WasteStream.kind, unlisted)
        .join(Site, Site.id == WasteStream.site_id)
        .outerjoin(GeneralWasteCode, and_(GeneralWasteCode.code == WasteStream.waste_code, of_park))
        .where(WasteStream.site_id.in_(site_ids))
        .group_by(WasteStream.site_id, WasteStream.kind)
    ):
        counts[site_id].has_hazardous |= kind is WasteKind.HAZARDOUS
        if kind is WasteKind.GENERAL:
            counts[site_id].has_general, counts[site_id].codes_unlisted = True, int(missing)
    loose = func.sum(case((LedgerRecord.source_batch == "", 1), else_=0))
    for site_id, table, lines, unlinked, last_on in work.session.execute(
        select(
            LedgerRecord.site_id, LedgerRecord.table, func.count(), loose, func.max(LedgerRecord.happened_on)
        )
        .where(LedgerRecord.site_id.in_(site_ids))
        .group_by(LedgerRecord.site_id, LedgerRecord.table)
    ):
        _count_table(counts[site_id], table, int(lines), int(unlinked or 0), last_on)
    for site_id, packages in work.session.execute(
        select(WasteStream.site_id, func.count())
        .select_from(Posting)
        .join(WasteStream, WasteStream.id == Posting.stream_id)
        .outerjoin(GenerationRecord, GenerationRecord.posting_id == Posting.id)
        .where(
            WasteStream.site_id.in_(site_ids),
            WasteStream.kind == WasteKind.HAZARDOUS,
            Posting.from_kind == PlaceKind.GENERATION,
            Posting.container_id != NO_ID,
            Posting.corrects_id.is_(None),
            GenerationRecord.id.is_(None),
        )
        .group_by(WasteStream.site_id)
    ):
        counts[site_id].unrecorded_packages = int(packages)
    return counts


def _count_table(counts: _Counts, table: LedgerTable, lines: int, loose: int, last_on: date) -> None:
    if table in LATER:
        counts.loose_batches += loose
        return
    counts.has_general_ledger = True
    if table is LedgerTable.GENERAL_LIST:
        counts.listed_year = last_on.year
    elif table is LedgerTable.GENERAL_DISPATCH:
        counts.dispatch_lines = lines
    elif table is not LedgerTable.GENERAL_SUMMARY:
        counts.has_optional = True
