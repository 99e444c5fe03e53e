"""Filing documents of stores, ending them, and recording what was done to keep a store in order."""

from collections.abc import Mapping
from uuid import UUID

from app.foundation import trace
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.files.operations import file_for
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Site
from app.parties.accounts.permissions import Permission
from app.waste.registry.policy import ensure_may, site_for
from app.waste.storage.models import Container, Facility
from app.waste.storage.queries import container_for, facility_for
from app.waste.storage.upkeep.commands import FileDocument, RecordUpkeep
from app.waste.storage.upkeep.kinds import Item, RecordKind, document_kinds, record_kinds
from app.waste.storage.upkeep.models import CheckResult, StorageDocument, UpkeepRecord
from app.waste.storage.upkeep.queries import document_for


def file_document(work: Work, command: FileDocument) -> StorageDocument:
    """Put a document on file.

    Raises:
        NotFound: no such site, facility or upload of the actor's.
        NotPermitted: the actor may not manage storage.
        InvalidInput: names every wrong field.
    """
    ensure_may(work.actor, Permission.STORAGE_MANAGE)
    site = site_for(work, command.site_id)
    facility = _facility(work, command.facility_id, site)
    if problems := _document_problems(command, facility):
        raise InvalidInput(problems)
    if command.file_id is not None:
        file_for(work, command.file_id)
    document = StorageDocument(
        organisation_id=site.organisation_id,
        site_id=site.id,
        facility_id=command.facility_id,
        kind=command.kind,
        number=command.number.strip(),
        issued_on=command.issued_on,
        valid_to=command.valid_to,
        file_id=command.file_id,
        remarks=command.remarks.strip(),
        created_at=work.now,
        ended_at=None,
    )
    work.session.add(document)
    trace.record(
        work,
        "storage_document.filed",
        document,
        about=[("site", site.id), *([facility] if facility else [])],
        park_id=site.park_id,
    )
    return document


def _document_problems(command: FileDocument, facility: Facility | None) -> list[FieldProblem]:
    kind = document_kinds().get(command.kind)
    if kind is None:
        return [FieldProblem("#/kind", say("没有这种文件"))]
    problems = []
    if facility is None and not kind.whole_site:
        problems.append(FieldProblem("#/facility_id", say("请选择设施：这种文件属于单个设施")))
    if facility is not None and facility.type not in kind.types:
        problems.append(FieldProblem("#/kind", say("此类设施没有这种文件")))
    if kind.expires and command.valid_to is None:
        problems.append(FieldProblem("#/valid_to", say("请填写有效期截止日期")))
    if command.issued_on and command.valid_to and command.valid_to < command.issued_on:
        problems.append(FieldProblem("#/valid_to", say("截止日期早于签发日期")))
    return problems


def end_document(work: Work, document_id: UUID) -> StorageDocument:
    """Take a document off the file: it was withdrawn, replaced, or filed by mistake. It stays readable.

    Raises:
        NotFound: no such document of the actor's.
        NotPermitted: the actor may not manage storage.
        Conflict: it was ended before.
    """
    ensure_may(work.actor, Permission.STORAGE_MANAGE)
    document = document_for(work, document_id)
    if document.ended_at is not None:
        raise Conflict(say("这份文件已停用"))
    document.ended_at = work.now
    site = work.session.get_one(Site, document.site_id)
    trace.record(work, "storage_document.ended", document, about=[("site", site.id)], park_id=site.park_id)
    return document


def record_upkeep(work: Work, command: RecordUpkeep) -> UpkeepRecord:
    """Record a check, sample, drill, training or event. Records are only ever added; a wrong one is followed by a right one.

    Raises:
        NotFound: no such site, facility, container or upload of the actor's.
        NotPermitted: the actor may not manage storage.
        InvalidInput: names every wrong field, and every item that is missing or measured wrongly.
    """
    ensure_may(work.actor, Permission.STORAGE_MANAGE)
    site = site_for(work, command.site_id)
    facility = _facility(work, command.facility_id, site)
    container = container_for(work, command.container_id) if command.container_id else None
    if problems := _record_problems(work, command, facility, container):
        raise InvalidInput(problems)
    if command.file_id is not None:
        file_for(work, command.file_id)
    record = UpkeepRecord(
        organisation_id=site.organisation_id,
        site_id=site.id,
        facility_id=command.facility_id,
        container_id=command.container_id,
        kind=command.kind,
        done_on=command.done_on,
        result=command.result,
        readings=dict(command.readings),
        remarks=command.remarks.strip(),
        file_id=command.file_id,
        user_id=work.actor.user_id,
        created_at=work.now,
    )
    work.session.add(record)
    about: list[tuple[str, UUID] | Traced] = [("site", site.id)]
    about += [thing for thing in (facility, container) if thing is not None]
    trace.record(work, "upkeep.recorded", record, about=about, park_id=site.park_id)
    return record


def _facility(work: Work, facility_id: UUID | None, site: Site) -> Facility | None:
    if facility_id is None:
        return None
    facility = facility_for(work, facility_id)
    if facility.site_id != site.id:
        raise NotFound(say("没有这个贮存设施"))
    return facility


def _record_problems(
    work: Work, command: RecordUpkeep, facility: Facility | None, container: Container | None
) -> list[FieldProblem]:
    kind = record_kinds().get(command.kind)
    if kind is None:
        return [FieldProblem("#/kind", say("没有这种记录"))]
    problems = []
    if command.done_on > work.today:
        problems.append(FieldProblem("#/done_on", say("日期不能晚于今天")))
    if kind.of_container and container is None:
        problems.append(FieldProblem("#/container_id", say("请选择容器")))
    if container is not None and container.site_id != command.site_id:
        problems.append(FieldProblem("#/container_id", say("容器不在这个场所")))
    if facility is None and not (kind.whole_site or kind.of_container):
        problems.append(FieldProblem("#/facility_id", say("请选择设施")))
    if facility is not None and facility.type not in kind.types:
        problems.append(FieldProblem("#/kind", say("此类设施没有这种记录")))
    items = kind.items_for(facility.type) if facility is not None else kind.items
    return problems + _reading_problems(command.readings, list(items), kind, command.result)


def _reading_problems(
    readings: Mapping[str, object], items: list[Item], kind: RecordKind, result: CheckResult
) -> list[FieldProblem]:
    known = {item.key: item for item in items}
    problems = [
        FieldProblem(f"#/readings/{key}", say("“{kind}”没有这一项", kind=kind.name))
        for key in readings
        if key not in known
    ]
    for item in items:
        if item.key not in readings:
            if item.is_needed:
                problems.append(FieldProblem(f"#/readings/{item.key}", say("{item}：必填", item=item.name)))
        elif not item.is_answer(readings[item.key]):
            mend = say("请选择是或否") if item.is_flag else say("请填写数值，如 7.2")
            problems.append(
                FieldProblem(f"#/readings/{item.key}", say("{item}：{mend}", item=item.name, mend=mend))
            )
    if result is CheckResult.IN_ORDER and any(value is False for value in readings.values()):
        problems.append(FieldProblem("#/result", say("有不符合的项目，结论应为“不符合”")))
    return problems
