"""Deciding the class of a site for a year; done for all sites each January."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.foundation import trace
from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.loader import limits_of
from app.foundation.rulebook.outcome import UNKNOWN, Maybe, Unknown
from app.parties.licences.models import LicenceState, OperatingLicence
from app.waste.registry.models import WasteKind, WasteStream
from app.waste.registry.planning.answers import answer_of
from app.waste.registry.planning.classes import BY_THREE_YEARS, ClassInputs, class_of
from app.waste.registry.planning.commands import DecideClass
from app.waste.registry.planning.models import ClassDecision, SiteProfile
from app.waste.registry.planning.policy import ensure_may_manage
from app.waste.registry.planning.queries import SiteView, site_view, site_views, yearly_generation

FIRST_YEAR, LAST_YEAR = 1990, 2999


def decide_class(work: Work, site_id: UUID, command: DecideClass) -> ClassDecision:
    """Compute the class of a site for a year from its ledger and profile, and keep what was declared.

    Raises:
        NotFound: no such site of the actor's.
        NotPermitted: the actor may not manage plans.
        InvalidInput: no such year.
    """
    ensure_may_manage(work.actor)
    _ensure_year(work, command.year)
    view = site_view(work, site_id, command.year)
    inputs = class_inputs(work, [view], command.year)[site_id]
    return _decide(work, view, inputs, command)


def decide_classes(work: Work, year: int) -> Sequence[ClassDecision]:
    """Decide the class of every site that generates hazardous waste; a class declared earlier stays.

    Raises:
        NotPermitted: the actor may not manage plans.
        InvalidInput: no such year.
    """
    ensure_may_manage(work.actor)
    _ensure_year(work, year)
    generating = set(
        work.session.scalars(
            select(WasteStream.site_id).where(WasteStream.kind == WasteKind.HAZARDOUS).distinct()
        )
    )
    views = [view for view in site_views(work, year) if view.site.id in generating]
    inputs = class_inputs(work, views, year)
    return [_decide(work, view, inputs[view.site.id], DecideClass(year)) for view in views]


def _ensure_year(work: Work, year: int) -> None:
    if not FIRST_YEAR <= year <= min(LAST_YEAR, work.today.year + 1):
        raise InvalidInput([FieldProblem("#/year", say("不能判定 {year} 年的管理类别", year=year))])


def _decide(work: Work, view: SiteView, inputs: ClassInputs, command: DecideClass) -> ClassDecision:
    result = class_of(inputs, command.year)
    decision = view.decision
    if decision is None:
        decision = ClassDecision(
            organisation_id=view.site.organisation_id, site_id=view.site.id, year=command.year, declared=None
        )
        work.session.add(decision)
    decision.computed = result.unit_class
    decision.declared = command.declared or decision.declared
    decision.annual_mass = result.annual
    decision.basis = result.as_json()
    decision.decided_at = work.now
    trace.record(work, "class.decided", decision, about=[("site", view.site.id)], park_id=view.site.park_id)
    return decision


def class_inputs(work: Work, views: Sequence[SiteView], year: int) -> Mapping[UUID, ClassInputs]:
    """What the decision of a year asks of sites: ledger totals, told totals, profile, licence. Two statements."""
    back = limits_of(BY_THREE_YEARS)["years"].count
    site_ids = [view.site.id for view in views]
    posted = yearly_generation(work, site_ids, year - back, year - 1)
    licensed = set(
        work.session.scalars(
            select(OperatingLicence.organisation_id).where(
                OperatingLicence.organisation_id.in_({view.organisation.id for view in views}),
                OperatingLicence.state == LicenceState.VALID,
                OperatingLicence.valid_from <= work.today,
                OperatingLicence.valid_to >= work.today,
            )
        )
    )
    return {
        view.site.id: _inputs(view.profile, posted.get(view.site.id, {}), view.organisation.id in licensed)
        for view in views
    }


def _inputs(profile: SiteProfile | None, posted: Mapping[int, Grams], has_licence: bool) -> ClassInputs:
    if profile is None:
        return ClassInputs(yearly=dict(posted), has_licence=has_licence)
    told = {int(year): Grams(mass) for year, mass in profile.past_masses.items()}
    intermittent = answer_of(profile.equipment, "is_intermittent")
    return ClassInputs(
        started_on=_started(profile),
        yearly={**posted, **told},
        eia=UNKNOWN if profile.eia_mass is None else profile.eia_mass,
        permit=UNKNOWN if profile.permit_mass is None else profile.permit_mass,
        has_own_treatment=UNKNOWN if profile.has_own_treatment is None else profile.has_own_treatment,
        has_licence=has_licence,
        is_intermittent=not isinstance(intermittent, Unknown) and bool(intermittent),
        override=profile.override_class,
    )


def _started(profile: SiteProfile) -> Maybe[date | None]:
    """The first day of operation. Left open beside a figure of the assessment or permit: not started yet."""
    if profile.started_on is not None:
        return profile.started_on
    return UNKNOWN if profile.eia_mass is None and profile.permit_mass is None else None
