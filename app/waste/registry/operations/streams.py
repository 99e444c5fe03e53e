"""Adding and revising waste streams."""

from uuid import UUID

from sqlalchemy import select

from app.foundation import trace
from app.foundation.catalogue.queries import catalogue_of
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
    """Add a kind of hazardous waste to a site, named and with hazards as the catalogue in force says.

    Raises:
        NotFound: no such site of the actor's.
        NotPermitted: the actor may not manage containers.
        InvalidInput: the code is not in the list in force today (CODE-ver), or a name is missing.
        Conflict: the site has this stream already.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    site = site_for(work, command.site_id)
    listed = catalogue_of(work).find(command.waste_code, work.today)
    problems = []
    if listed is None:
        problems.append(FieldProblem("#/waste_code", say("危险废物代码不在现行名录，请从名录中选择")))
    if not command.local_name.strip():
        problems.append(FieldProblem("#/local_name", say("请填写废物的俗称或单位内部名称")))
    problems += _hazard_problems(command.hazards)
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
        kind=WasteKind.HAZARDOUS,
        waste_code=listed.code,
        category=listed.category.code,
        local_name=name,
        waste_name=listed.category.name,
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
