"""Adding and revising waste streams."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.foundation import trace
from app.foundation.catalogue.codes import tidy
from app.foundation.catalogue.queries import catalogue_of, general_waste_codes
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.models import Site
from app.parties.accounts.permissions import Permission
from app.waste.registry.commands import AddStream, ReviseStream
from app.waste.registry.models import WasteKind, WasteStream
from app.waste.registry.policy import ensure_may, site_for, sites_seen

HAZARD_LETTERS = ("T", "C", "I", "R", "In")


def add_stream(work: Work, command: AddStream) -> WasteStream:
    """Add a kind of waste to a site: hazardous, named and with hazards as the catalogue in force says; or general,
    with a code of the park's list.

    Raises:
        NotFound: no such site of the actor's.
        NotPermitted: the actor may not manage containers.
        InvalidInput: the code is not in the list in force today (CODE-ver), or a name is missing.
        Conflict: the site has this stream already.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    site = site_for(work, command.site_id)
    listed = _listed(work, command)
    problems = []
    if listed is None:
        text = say("危险废物代码不在现行名录，请从名录中选择")
        if command.kind is WasteKind.GENERAL:
            text = say("一般固体废物代码不在园区清单，请从清单中选择，或请园区管理员添加")
        problems.append(FieldProblem("#/waste_code", text))
    if not command.local_name.strip():
        problems.append(FieldProblem("#/local_name", say("请填写废物的俗称或单位内部名称")))
    problems += _hazard_problems(command.hazards)
    if command.kind is WasteKind.GENERAL and command.hazards:
        problems.append(
            FieldProblem("#/hazards", say("一般固体废物没有危险特性；有危险特性的须按危险废物登记"))
        )
    if problems or listed is None:
        raise InvalidInput(problems)
    name = command.local_name.strip()
    if work.session.scalar(
        select(WasteStream.id).where(
            WasteStream.site_id == site.id,
            WasteStream.waste_code == listed.code,
            WasteStream.local_name == name,
        )
    ):
        raise Conflict(say("该场所已有废物“{name}”（{code}）", name=name, code=listed.code))
    stream = WasteStream(
        organisation_id=site.organisation_id,
        site_id=site.id,
        kind=command.kind,
        waste_code=listed.code,
        category=listed.category,
        local_name=name,
        waste_name=listed.name,
        form=command.form,
        hazards=list(command.hazards or listed.hazards),
        main_components=command.main_components,
        harmful_components=command.harmful_components,
        precautions=command.precautions,
        properties=dict(command.properties),
        created_at=work.now,
        ended_at=None,
    )
    work.session.add(stream)
    trace.record(work, "waste_stream.added", stream, about=[("site", site.id)], park_id=site.park_id)
    return stream


@dataclass(frozen=True)
class _Listed:
    """What the lists say of a code."""

    code: str
    category: str
    name: str
    hazards: tuple[str, ...] = ()


def _listed(work: Work, command: AddStream) -> _Listed | None:
    if command.kind is WasteKind.GENERAL:
        code = tidy(command.waste_code)
        found = next((one for one in general_waste_codes(work) if one.code == code), None)
        return _Listed(found.code, found.class_code, found.name) if found else None
    listed = catalogue_of(work).find(command.waste_code, work.today)
    if listed is None:
        return None
    return _Listed(listed.code, listed.category.code, listed.category.name, tuple(listed.hazards))


def revise_stream(work: Work, stream_id: UUID, command: ReviseStream) -> WasteStream:
    """Change the texts and properties of a stream; containers made before keep their printed labels.

    Raises:
        NotFound: no such stream of the actor's.
        NotPermitted: the actor may not manage containers.
        InvalidInput: a hazard that doesn't exist.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    stream = stream_for(work, stream_id)
    if problems := _hazard_problems(command.hazards):
        raise InvalidInput(problems)
    for name, value in vars(command).items():
        setattr(stream, name, list(value) if isinstance(value, tuple) else value)
    site = work.session.get_one(Site, stream.site_id)
    trace.record(work, "waste_stream.revised", stream, park_id=site.park_id)
    return stream


def _hazard_problems(hazards: tuple[str, ...]) -> list[FieldProblem]:
    unknown = sorted(set(hazards) - set(HAZARD_LETTERS))
    text = say("危险特性只能是 T、C、I、R、In，没有 {letter}", letter=unknown[0] if unknown else "")
    return [FieldProblem("#/hazards", text)] if unknown else []


def stream_for(work: Work, stream_id: UUID) -> WasteStream:
    """A stream of a site the actor may see.

    Raises:
        NotFound: none such, or not theirs.
    """
    stream = work.session.scalar(
        select(WasteStream)
        .join(Site, Site.id == WasteStream.site_id)
        .where(WasteStream.id == stream_id, sites_seen(work.actor))
    )
    if stream is None:
        raise NotFound(say("没有这种废物"))
    return stream
