"""What the rules say before anybody acts: of each zone a container might go to, and of what stands in a facility now."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import RuleFinding, assess
from app.foundation.rulebook.decision import Effect, created_since, effect_of, everything_created
from app.foundation.rulebook.outcome import OutcomeKind
from app.foundation.rulebook.overlays import Jurisdiction
from app.foundation.rulebook.rules import Act, Severity
from app.parties.accounts.models import Park, Site
from app.waste.registry.models import WasteStream
from app.waste.storage.facility_facts import state_facts
from app.waste.storage.facility_state import FacilityState, facility_states
from app.waste.storage.facts import (
    Standing,
    StandingSubject,
    ZoneView,
    put_away_facts,
    standing_by_facility,
    standing_facts,
    standing_in,
)
from app.waste.storage.models import Container, Facility, Zone
from app.waste.storage.queries import FacilityStock
from app.waste.storage.rules import FACILITY_RULES, RULES, containers


@dataclass(frozen=True)
class ZoneProposal:
    """A zone a container might go to, and what the rules say of that."""

    zone: Zone
    facility: Facility
    mass: Grams
    """What stands in the zone now."""
    mass_after: Grams
    findings: tuple[RuleFinding, ...]
    """All but passes, worst first."""
    stops: tuple[RuleFinding, ...]
    """What forbids it; only an authorised person may override these."""
    to_confirm: tuple[RuleFinding, ...]
    """What waits for a reason of whoever acts."""
    has_same_stream: bool

    @property
    def is_open(self) -> bool:
        return not self.stops

    @property
    def is_recommended(self) -> bool:
        """Nothing speaks against it."""
        return not self.stops and not self.to_confirm


@dataclass(frozen=True)
class Placement:
    """What the rules say of a container where it stands, and of the zones it might go to, best first."""

    here: tuple[RuleFinding, ...]
    """Passes too; nothing when it stands in no zone."""
    proposals: tuple[ZoneProposal, ...]
    to_fill: tuple[RuleFinding, ...] = ()
    """What can't be told of it because nobody entered material, fill or properties."""


def zone_proposals(work: Work, container: Container, stream: WasteStream) -> tuple[ZoneProposal, ...]:
    """The zones of the holder at the container's site, best first; the one it stands in is left out.

    Two statements, however many zones there are.
    """
    return placement_of(work, container, stream).proposals


def placement_of(work: Work, container: Container, stream: WasteStream) -> Placement:
    """The container where it stands and where it might go; two statements."""
    return placement_among(work, container, stream, zone_views(work, container.site_id, container.holder_id))


def placement_among(
    work: Work, container: Container, stream: WasteStream, views: Sequence[ZoneView]
) -> Placement:
    """The container where it stands and where among some zones it might go; no statement."""
    act = Act.PUT_AWAY if container.zone_id is None else Act.MOVE
    standing = next((view for view in views if view.zone.id == container.zone_id), None)
    here = _assessed(work, container, stream, standing) if standing else []
    created = created_since(here) if here else everything_created
    found = []
    for view in views:
        if view.zone.id == container.zone_id:
            continue
        findings = _assessed(work, container, stream, view)
        effects = [(finding, effect_of(finding, act, created=created(finding))) for finding in findings]
        found.append(_proposal(container, stream, view, effects))
    told = [finding for finding in here if _is_about_place(finding, Effect.SHOW)]
    asked = [finding for finding in here if not _is_about_place(finding, Effect.SHOW)]
    return Placement(tuple(told), tuple(sorted(found, key=_rank)), tuple(asked))


def proposals_for_stream(work: Work, stream: WasteStream, net: Grams | None) -> tuple[ZoneProposal, ...]:
    """The zones for a package of a stream that isn't registered yet; without a mass, room is not judged."""
    package = Container(
        id=new_id(),
        stream_id=stream.id,
        waste_code=stream.waste_code,
        holder_id=stream.organisation_id,
        site_id=stream.site_id,
        zone_id=None,
        net=net if net is not None else Grams(0),
    )
    return zone_proposals(work, package, stream)


def _rank(proposal: ZoneProposal) -> tuple[object, ...]:
    room = proposal.zone.capacity - proposal.mass_after
    return (
        bool(proposal.stops),
        bool(proposal.to_confirm),
        not proposal.has_same_stream,
        -room,
        proposal.zone.code,
    )


def _assessed(work: Work, container: Container, stream: WasteStream, view: ZoneView) -> list[RuleFinding]:
    facts = put_away_facts(container, stream, view, inbound=container.zone_id != view.zone.id)
    return assess(RULES, facts, on=work.today, jurisdiction=view.jurisdiction)


def _proposal(
    container: Container,
    stream: WasteStream,
    view: ZoneView,
    effects: Sequence[tuple[RuleFinding, Effect]],
) -> ZoneProposal:
    inside = [item for item in view.standing if item.zone_id == view.zone.id]
    mass = view.mass_in(view.zone.id)
    return ZoneProposal(
        zone=view.zone,
        facility=view.facility,
        mass=mass,
        mass_after=Grams(mass + (container.net or 0)),
        findings=tuple(
            _worst_first([finding for finding, effect in effects if _is_about_place(finding, effect)])
        ),
        stops=tuple(finding for finding, effect in effects if effect is Effect.STOP),
        to_confirm=tuple(finding for finding, effect in effects if effect is Effect.CONFIRM),
        has_same_stream=any(item.stream.id == stream.id for item in inside),
    )


def _is_about_place(finding: RuleFinding, effect: Effect) -> bool:
    """Whether a finding tells one zone from another: what the package leaves open is the same everywhere."""
    is_open = finding.outcome is OutcomeKind.NOT_EVALUABLE and effect is Effect.SHOW
    return not (is_open and finding.rule_id in containers.RULES)


def zone_views(work: Work, site_id: UUID, holder_id: UUID) -> list[ZoneView]:
    """Every zone of a holder at a site with its surroundings; two statements, however many there are."""
    rows = work.session.execute(
        select(Zone, Facility, Site.province, Site.city, Park.slug)
        .join(Facility, Facility.id == Zone.facility_id)
        .join(Site, Site.id == Facility.site_id)
        .outerjoin(Park, Park.id == Site.park_id)
        .where(
            Facility.site_id == site_id,
            Facility.organisation_id == holder_id,
            Facility.ended_at.is_(None),
            Zone.ended_at.is_(None),
        )
        .order_by(Facility.code, Zone.code)
    ).all()
    standing = standing_by_facility(work, {row[1].id for row in rows}) if rows else {}
    return [
        ZoneView(zone, facility, Jurisdiction(province=province, city=city, park=park), standing[facility.id])
        for zone, facility, province, city, park in rows
    ]


@dataclass(frozen=True)
class StandingProblem:
    """What a rule says of a facility as it stands: of the whole, of one zone, or of one stream in a zone."""

    finding: RuleFinding
    zone: Zone | None
    stream: WasteStream | None

    @property
    def is_violation(self) -> bool:
        return self.finding.outcome is OutcomeKind.FINDING and self.finding.severity is Severity.VIOLATION


@dataclass(frozen=True)
class FacilityCheck:
    """The standing check of a facility: its problems, worst first, and the rules that are kept."""

    problems: tuple[StandingProblem, ...]
    kept: tuple[RuleFinding, ...]
    """One pass for each rule that nothing in the facility breaks."""
    zones_at_fault: frozenset[UUID]
    """Zones with a violation in them; both of a pair that clashes."""
    standing: tuple[Standing, ...] = ()
    """What stands there, by zone and stream."""
    to_fill: tuple[StandingProblem, ...] = ()
    """Rules that can't be told because the register, the documents or the packages say too little; no problems yet."""

    @property
    def violations(self) -> int:
        return sum(problem.is_violation for problem in self.problems)

    @property
    def others(self) -> int:
        return len(self.problems) - self.violations


def facility_check(work: Work, stock: FacilityStock, jurisdiction: Jurisdiction) -> FacilityCheck:
    """Run the storage rules on a facility as it is kept and on what stands in it now; seven statements."""
    state = facility_states(work, [stock.facility])[stock.facility.id]
    return _checked(work, stock, jurisdiction, standing_in(work, stock.facility.id), state)


def facility_checks(work: Work, stocks: Sequence[FacilityStock]) -> list[FacilityCheck]:
    """Run the storage rules on facilities and what stands in them now, in their order; eight statements, however many."""
    if not stocks:
        return []
    standing = standing_by_facility(work, [stock.facility.id for stock in stocks])
    places = {
        site_id: Jurisdiction(province=province, city=city, park=park)
        for site_id, province, city, park in work.session.execute(
            select(Site.id, Site.province, Site.city, Park.slug)
            .outerjoin(Park, Park.id == Site.park_id)
            .where(Site.id.in_({stock.facility.site_id for stock in stocks}))
        )
    }
    states = facility_states(work, [stock.facility for stock in stocks])
    return [
        _checked(
            work,
            stock,
            places[stock.facility.site_id],
            standing[stock.facility.id],
            states[stock.facility.id],
        )
        for stock in stocks
    ]


def _checked(
    work: Work,
    stock: FacilityStock,
    jurisdiction: Jurisdiction,
    standing: Sequence[Standing],
    state: FacilityState,
) -> FacilityCheck:
    facility, zones = stock.facility, [zone.zone for zone in stock.zones]

    def judged(subjects: Sequence[StandingSubject]) -> list[StandingProblem]:
        return [
            StandingProblem(finding, subject.zone, subject.stream)
            for subject in subjects
            for finding in assess(FACILITY_RULES, subject.facts, on=work.today, jurisdiction=jurisdiction)
        ]

    kept_up = judged(state_facts(facility, zones, standing, state, work.today))
    found = judged(standing_facts(facility, zones, standing)) + [
        item for item in kept_up if item.finding.outcome is not OutcomeKind.NOT_EVALUABLE
    ]
    to_fill = [item for item in kept_up if item.finding.outcome is OutcomeKind.NOT_EVALUABLE]
    problems = [item for item in found if item.finding.outcome is not OutcomeKind.PASS]
    broken = {item.finding.rule_id for item in problems}
    kept = {item.finding.rule_id: item.finding for item in found if item.finding.rule_id not in broken}
    at_fault = frozenset(item.zone.id for item in problems if item.zone and item.is_violation)
    return FacilityCheck(
        _each_once(problems), tuple(kept.values()), at_fault, tuple(standing), _each_once(to_fill)
    )


def _each_once(problems: Sequence[StandingProblem]) -> tuple[StandingProblem, ...]:
    """Worst first. A clash is found from both sides; it is told once."""
    order = {id(item.finding): place for place, item in enumerate(problems)}
    ranked = sorted(problems, key=lambda item: (*_badness(item.finding), order[id(item.finding)]))
    seen: set[object] = set()
    kept = []
    for item in ranked:
        other = item.finding.params.get("other")
        own = f"{item.stream.local_name} {item.stream.waste_code}" if item.stream else None
        sides = frozenset({own, other}) if other and own else item.finding.text()
        key = (item.finding.rule_id, str(sides) if other is None else sides)
        if key not in seen:
            seen.add(key)
            kept.append(item)
    return tuple(kept)


def _worst_first(findings: Sequence[RuleFinding]) -> list[RuleFinding]:
    wrong = [finding for finding in findings if finding.outcome is not OutcomeKind.PASS]
    return sorted(wrong, key=_badness)


def _badness(finding: RuleFinding) -> tuple[bool, int]:
    return (finding.outcome is OutcomeKind.NOT_EVALUABLE, -finding.severity.rank)
