"""Everything the rules say of a site: its class, ledger and duties, its declarations, and its stores as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select, union_all

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import RuleFinding, assess
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, OutcomeKind
from app.parties.accounts.models import Site
from app.waste.registry.declaring.duties import class_of_view, site_duties
from app.waste.registry.facts import site_findings
from app.waste.registry.models import Balance, WasteKind, WasteStream
from app.waste.registry.planning.queries import SiteView
from app.waste.registry.queries.books import STOCK_KINDS
from app.waste.storage.models import Facility, Zone
from app.waste.storage.rules import RULES
from app.waste.storage.rules.process import SiteStoreFacts
from app.waste.storage.upkeep.models import StorageDocument

STORE_RULES: Final = {id_: rule for id_, rule in RULES.items() if rule.facts_type is SiteStoreFacts}
INSURANCE: Final = "liability_insurance"


@dataclass
class _Stores:
    """What a site has for hazardous waste, and how much of it."""

    stock: int = 0
    """Grams."""
    kinds: list[str] = field(default_factory=list)
    insured: Maybe[bool] = UNKNOWN
    """UNKNOWN while the site keeps no documents here."""


def site_check(work: Work, views: Sequence[SiteView]) -> list[RuleFinding]:
    """Every rule on the sites themselves: fifteen statements, however many there are.

    Passes are among them; a rule that many declarations keep is told once.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    if not views:
        return []
    duties = [finding for found in site_duties(work, views).values() for finding in _each_once(found)]
    return site_findings(work, views) + duties + store_findings(work, views)


def store_findings(work: Work, views: Sequence[SiteView]) -> list[RuleFinding]:
    """The rules on all stores of a site together, for those with hazardous waste or a store for it; three statements."""
    stores = _stores(work, [view.site.id for view in views])
    found: list[RuleFinding] = []
    for view in views:
        own = stores[view.site.id]
        if own.stock or own.kinds:
            found += assess(STORE_RULES, [_facts(view, own)], on=work.today, jurisdiction=view.jurisdiction)
    return found


def _facts(view: SiteView, own: _Stores) -> SiteStoreFacts:
    equipment = view.profile.equipment if view.profile else {}
    unit_class = class_of_view(view)
    return SiteStoreFacts(
        subject_id=view.site.id,
        stock=Grams(own.stock),
        store_kinds=tuple(own.kinds),
        unit_class=UNKNOWN if unit_class is UNKNOWN else unit_class.value,
        e_scale=equipment.get("e_scale", UNKNOWN),
        e_label=equipment.get("e_label", UNKNOWN),
        e_ledger=equipment.get("e_ledger", UNKNOWN),
        liability_insurance=own.insured,
    )


def _stores(work: Work, site_ids: Sequence[UUID]) -> dict[UUID, _Stores]:
    """Stores in use, hazardous stock in and outside them, and the insurance on file."""
    found = {site_id: _Stores() for site_id in site_ids}
    in_use = select(Facility.site_id, Facility.type).where(
        Facility.site_id.in_(site_ids), Facility.ended_at.is_(None)
    )
    for site_id, facility_type in work.session.execute(in_use.order_by(Facility.code)):
        if not facility_type.is_general:
            found[site_id].kinds.append(facility_type.value)
    for site_id, mass in work.session.execute(_stock_by_site(site_ids)):
        found[site_id].stock = int(mass)
    papers = select(StorageDocument.site_id, StorageDocument.kind, StorageDocument.valid_to).where(
        StorageDocument.site_id.in_(site_ids), StorageDocument.ended_at.is_(None)
    )
    for site_id, kind, valid_to in work.session.execute(papers):
        is_cover = kind == INSURANCE and (valid_to is None or work.today <= valid_to)
        found[site_id].insured = found[site_id].insured is True or is_cover
    return found


def _stock_by_site(site_ids: Sequence[UUID]) -> Select[Any]:
    """Hazardous waste by the site it lies at, in a zone or not yet placed."""
    unplaced = select(Site.id.label("place_id"), Site.id.label("site_id")).where(Site.id.in_(site_ids))
    zones = (
        select(Zone.id, Facility.site_id)
        .join(Facility, Facility.id == Zone.facility_id)
        .where(Facility.site_id.in_(site_ids))
    )
    places = union_all(unplaced, zones).subquery()
    return (
        select(places.c.site_id, func.sum(Balance.mass))
        .join(Balance, Balance.place_id == places.c.place_id)
        .join(WasteStream, WasteStream.id == Balance.stream_id)
        .where(WasteStream.kind == WasteKind.HAZARDOUS, Balance.place_kind.in_(STOCK_KINDS), Balance.mass > 0)
        .group_by(places.c.site_id)
    )


def _each_once(findings: Sequence[RuleFinding]) -> list[RuleFinding]:
    """All findings; of a rule without any, its first open question, or its first pass."""
    wrong = [finding for finding in findings if finding.outcome is OutcomeKind.FINDING]
    told = {finding.rule_id for finding in wrong}
    by_rule: dict[str, RuleFinding] = {}
    for finding in sorted(findings, key=lambda one: one.outcome is not OutcomeKind.NOT_EVALUABLE):
        if finding.rule_id not in told:
            by_rule.setdefault(finding.rule_id, finding)
    return wrong + list(by_rule.values())
