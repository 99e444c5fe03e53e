"""The profile of a site."""

from collections.abc import Iterable
from uuid import UUID

from app.foundation import trace
from app.foundation.catalogue.queries import industry
from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.waste.registry.planning.answers import answers
from app.waste.registry.planning.commands import ReviseProfile
from app.waste.registry.planning.models import SiteProfile
from app.waste.registry.planning.policy import ensure_may_manage, ensure_unchanged
from app.waste.registry.planning.queries import site_view

FIRST_YEAR = 1990
INDUSTRY_DIGITS = 4


def revise_profile(work: Work, site_id: UUID, command: ReviseProfile) -> SiteProfile:
    """Say what table A.1, the class decision and the rules ask of a site.

    Raises:
        NotFound: no such site of the actor's.
        NotPermitted: the actor may not manage plans.
        InvalidInput: names every wrong field.
        VersionConflict: it changed since the actor saw it.
    """
    ensure_may_manage(work.actor)
    view = site_view(work, site_id)
    profile = view.profile
    if profile is not None:
        ensure_unchanged(command.seen_version, profile.version)
    if problems := list(_problems(work, command)):
        raise InvalidInput(problems)
    values = {name: value for name, value in vars(command).items() if name != "seen_version"}
    values["equipment"] = dict(command.equipment)
    values["past_masses"] = dict(command.past_masses)
    if profile is None:
        profile = SiteProfile(site_id=site_id, organisation_id=view.site.organisation_id, **values)
        work.session.add(profile)
    else:
        for name, value in values.items():
            setattr(profile, name, value)
    trace.record(work, "site_profile.revised", profile, about=[("site", site_id)], park_id=view.site.park_id)
    return profile


def _problems(work: Work, command: ReviseProfile) -> Iterable[FieldProblem]:
    if command.industry_code and (
        len(command.industry_code) != INDUSTRY_DIGITS or industry(work, command.industry_code) is None
    ):
        yield FieldProblem(
            "#/industry_code", say("GB/T 4754 中没有行业小类 {code}", code=command.industry_code)
        )
    if command.started_on and command.started_on > work.today:
        yield FieldProblem("#/started_on", say("投产日期不能晚于今天；尚未投产请留空"))
    if command.override_class and not command.override_document.strip():
        yield FieldProblem("#/override_document", say("请填写生态环境部门调整管理类别的文号"))
    known = answers()
    for key, value in command.equipment.items():
        if key not in known:
            yield FieldProblem(f"#/equipment/{key}", say("没有这个问题"))
        elif known[key].problem(value):
            yield FieldProblem(f"#/equipment/{key}", say("“{name}”的回答不对", name=known[key].name))
    for year in command.past_masses:
        if not (year.isascii() and year.isdigit() and FIRST_YEAR <= int(year) <= work.today.year):
            yield FieldProblem(f"#/past_masses/{year}", say("{year} 不是已过的年份", year=year))
