"""Every rule on stores over everything an actor sees: sites, facilities, zones and each single container."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from app.foundation.catalogue.queries import catalogue_of
from app.foundation.catalogue.snapshot import Catalogue
from app.foundation.core.clock import local_day
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import Facts, RuleFinding, assess
from app.foundation.rulebook.outcome import UNKNOWN, OutcomeKind
from app.parties.accounts.models import Organisation
from app.waste.registry.models import WasteKind, WasteStream
from app.waste.registry.planning.queries import SiteView, site_views
from app.waste.storage.checks import facility_checks
from app.waste.storage.facility_facts import age_facts
from app.waste.storage.facility_state import FacilityState, Packages, facility_states
from app.waste.storage.facts import kind_facts, package_facts, package_of
from app.waste.storage.models import IN_PLACE, Container, Facility, Zone
from app.waste.storage.queries import facilities_with_stock
from app.waste.storage.rules import RULES, STEP_RULES, ContainerCodeFacts, LabelFacts
from app.waste.storage.rules.signs import LabelDateFacts
from app.waste.storage.site_checks import store_findings
from app.waste.storage.steps import step_facts

CONTAINER_RULES = {**RULES, **STEP_RULES}
CHUNK = 1_000
"""Containers in memory at a time, and facts judged together."""


def sweep(work: Work) -> Iterator[RuleFinding]:
    """What any rule finds wrong; passes and open questions are left out.

    A fixed number of statements. What containers share with all of their stream in a zone (assignment,
    compatibility, room) is judged once, with the facility.
    """
    stocks = facilities_with_stock(work)
    sites = {view.site.id: view for view in site_views(work)}
    states = facility_states(work, [stock.facility for stock in stocks])
    for check in facility_checks(work, stocks):
        yield from (item.finding for item in check.problems if _is_wrong(item.finding))
    yield from (finding for finding in store_findings(work, list(sites.values())) if _is_wrong(finding))
    facilities = {stock.facility.id: stock.facility for stock in stocks}
    waiting: dict[UUID, list[Facts]] = defaultdict(list)
    for facts, view in _containers(work, facilities, states, sites):
        waiting[view.site.id] += facts
        if len(waiting[view.site.id]) >= CHUNK:
            yield from _wrong(work, waiting.pop(view.site.id), view)
    for site_id, left in waiting.items():
        yield from _wrong(work, left, sites[site_id])


def _is_wrong(finding: RuleFinding) -> bool:
    return finding.outcome is OutcomeKind.FINDING


def _wrong(work: Work, facts: Sequence[Facts], view: SiteView) -> Iterator[RuleFinding]:
    found = assess(CONTAINER_RULES, facts, on=work.today, jurisdiction=view.jurisdiction)
    return (finding for finding in found if _is_wrong(finding))


def _containers(
    work: Work,
    facilities: Mapping[UUID, Facility],
    states: Mapping[UUID, FacilityState],
    sites: Mapping[UUID, SiteView],
) -> Iterator[tuple[list[Facts], SiteView]]:
    """The facts of each container in place, with its site."""
    catalogue = catalogue_of(work)
    rows = work.session.execute(
        select(Container, WasteStream, Zone.facility_id, Organisation)
        .join(WasteStream, WasteStream.id == Container.stream_id)
        .join(Zone, Zone.id == Container.zone_id)
        .join(Organisation, Organisation.id == Container.organisation_id)
        .where(Zone.facility_id.in_(facilities), Container.state.in_(IN_PLACE))
        .order_by(Container.id)
        .execution_options(yield_per=CHUNK)
    )
    for container, stream, facility_id, organisation in rows:
        facility = facilities[facility_id]
        facts = [
            package_facts(container, stream),
            kind_facts("container", container.id, stream, facility),
            *_ages(work, container, stream, facility, states[facility_id]),
        ]
        facts += step_facts(container, stream, sites[facility.site_id], work.actor.zone)
        if stream.kind is WasteKind.HAZARDOUS:
            facts += _label_facts(work, container, stream, organisation, catalogue)
        yield facts, sites[facility.site_id]


def _ages(
    work: Work, container: Container, stream: WasteStream, facility: Facility, state: FacilityState
) -> Iterator[Facts]:
    assert container.zone_id is not None  # it stands in one
    alone = Packages(
        zone_id=container.zone_id,
        stream_id=stream.id,
        package=package_of(container),
        was_accepted=container.accepted_on is not None,
        count=1,
        mass=container.net or Grams(0),
        since=container.accepted_on or container.generated_on,
    )
    return age_facts("container", container.id, stream, alone, facility, state, work.today)


def _label_facts(
    work: Work, container: Container, stream: WasteStream, organisation: Organisation, catalogue: Catalogue
) -> list[Facts]:
    stored_on = local_day(container.stored_at, work.actor.zone) if container.stored_at else None
    return [
        ContainerCodeFacts(
            subject_id=container.id,
            digital_code=container.code,
            is_listed=catalogue.find(container.waste_code, container.generated_on) is not None,
            is_taken=False,  # the table holds each code once
            printed_on=work.today,
        ),
        LabelFacts(
            subject_id=container.id,
            waste_name=stream.waste_name,
            category=stream.category,
            waste_code=stream.waste_code,
            form=stream.form.value if stream.form else None,
            hazards=frozenset(stream.hazards),
            main_components=stream.main_components,
            harmful_components=stream.harmful_components,
            precautions=stream.precautions,
            digital_code=container.code,
            unit_name=organisation.name,
            contact=organisation.phone,
            generated_on=container.generated_on,
            weight=container.net,
            is_weight_due=container.sealed_at is not None,
        ),
        LabelDateFacts(
            subject_id=container.id,
            on=work.today,
            is_sealed=container.sealed_at is not None,
            label_mass=container.label_mass if container.label_prints else UNKNOWN,
            generated_on=container.generated_on,
            first_stored_on=stored_on,
        ),
    ]
