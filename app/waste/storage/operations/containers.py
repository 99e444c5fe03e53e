"""Containers: registering, weighing, voiding."""

from uuid import UUID

from app.foundation import trace
from app.foundation.catalogue.codes import FIRST_YEAR
from app.foundation.core.clock import local_day
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, VersionConflict
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.files.operations import FileStore, store_photo
from app.foundation.rulebook.retention import file_kept_until
from app.parties.accounts.models import Organisation, Site
from app.parties.accounts.permissions import Permission
from app.waste.registry.models import WasteStream
from app.waste.registry.operations.generation import (
    Generation,
    draw_batch_number,
    record_generations,
)
from app.waste.registry.operations.streams import stream_for
from app.waste.registry.policy import ensure_may
from app.waste.storage.commands import RegisterContainer, VoidContainer, WeighContainer
from app.waste.storage.models import STATE_WORDS, Container, ContainerState
from app.waste.storage.numbering import draw_container_code, draw_short_code
from app.waste.storage.package_types import package_type_for
from app.waste.storage.policy import VOIDABLE
from app.waste.storage.queries import container_for
from app.waste.storage.weights import net_of

PACKAGES = ("桶", "袋", "槽罐", "其他")
MAX_VOLUME_ML = 100_000_000


def register_container(work: Work, command: RegisterContainer, store: FileStore | None = None) -> Container:
    """Give a filled package its 37-character code, its short code and, when weighed, its ledger line.

    One transaction: container, generation posting with table B.1 line, photo, one event.

    Raises:
        NotFound: no such stream or kind of package of the actor's.
        NotPermitted: the actor may not manage containers.
        InvalidInput: names every wrong field.
        Conflict: the day's serials are used up, or the stream has ended.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    stream = stream_for(work, command.stream_id)
    if stream.ended_at is not None:
        raise Conflict(say("这种废物已停用，请选择其他废物"))
    net = _ensure_right(work, command)
    kind = package_type_for(work, command.package_type_id) if command.package_type_id else None
    organisation = work.session.get_one(Organisation, stream.organisation_id)
    site = work.session.get_one(Site, stream.site_id)
    container = _new_container(work, command, stream, site, organisation, net)
    if kind is not None:
        container.package_type_id = kind.id
        container.material, container.is_closed = kind.material, kind.is_closed
    if command.photo is not None and store is not None:
        until = file_kept_until("hw_ledger", work.today)
        container.photo_id = store_photo(work, store, command.photo, command.photo_name, "#/photo", until).id
    work.session.add(container)
    event_id = trace.record(
        work,
        "container.registered",
        container,
        about=[("waste_stream", stream.id), ("site", site.id)],
        occurred_at=min(command.generated_at, work.now),
        park_id=site.park_id,
    )
    if net is not None:
        enter_ledger(work, container, stream, net, event_id)
    return container


def weigh_container(work: Work, key: UUID | str, command: WeighContainer) -> Container:
    """Weigh a container that was labelled before weighing: it enters the ledger with that mass.

    Raises:
        NotFound, NotPermitted: not the actor's.
        Conflict: it has a weight already.
        VersionConflict: it changed since the actor saw it.
        InvalidInput: names every wrong weight.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    container = container_for(work, key, lock=True)
    ensure_seen(container, command.seen_version)
    if container.net is not None:
        raise Conflict(say("容器 {code} 已称重", code=container.code))
    net, problems = net_of(command.gross, command.tare, command.net)
    if net is None and not problems:
        problems = [FieldProblem("#/gross_kg", say("请填写毛重与皮重，或净重"))]
    if problems:
        raise InvalidInput(problems)
    take_weights(work, container, command, net)
    event_id = trace.record(work, "container.weighed", container, park_id=container.park_id)
    assert net is not None
    stream = work.session.get_one(WasteStream, container.stream_id)
    enter_ledger(work, container, stream, net, event_id)
    return container


def take_weights(work: Work, container: Container, command: WeighContainer, net: Grams | None) -> None:
    """Note what it weighs. Sealed at the latest now.

    Raises:
        Conflict: its state doesn't allow it.
    """
    container.move_to(ContainerState.WEIGHED)
    container.gross, container.tare, container.net = command.gross, command.tare, net
    container.sealed_at = container.sealed_at or work.now
    container.weighed_at = work.now


def void_container(work: Work, key: UUID | str, command: VoidContainer) -> Container:
    """Void a code before anything was weighed into it; it is never used again.

    Raises:
        NotFound, NotPermitted: not the actor's.
        Conflict: it has mass in the ledger already.
        InvalidInput: no reason given.
        VersionConflict: it changed since the actor saw it.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    if not command.reason.strip():
        raise InvalidInput([FieldProblem("#/reason", say("请填写作废原因"))])
    container = container_for(work, key, lock=True)
    ensure_seen(container, command.seen_version)
    if container.state not in VOIDABLE:
        raise Conflict(
            say(
                "容器 {code} 当前为“{state}”，已有重量记入台账，不能作废",
                code=container.code,
                state=STATE_WORDS[container.state],
            )
        )
    container.move_to(ContainerState.VOIDED)
    container.remarks = command.reason.strip()[:100]
    trace.record(work, "container.voided", container, park_id=container.park_id)
    return container


def ensure_seen(container: Container, seen_version: int | None) -> None:
    """Raises VersionConflict if the container changed since the actor saw it."""
    if seen_version is not None and seen_version != container.version:
        raise VersionConflict(say("容器 {code} 刚被他人修改，请刷新后重试", code=container.code))


def _ensure_right(work: Work, command: RegisterContainer) -> Grams | None:
    net, problems = net_of(command.gross, command.tare, command.net)
    if command.package not in PACKAGES:
        problems.append(FieldProblem("#/package", say("包装类型应为桶、袋、槽罐或其他")))
    if not 0 < command.volume_ml <= MAX_VOLUME_ML:
        problems.append(FieldProblem("#/volume_l", say("请填写容器容积（升），大于 0")))
    if command.generated_at > work.now:
        problems.append(FieldProblem("#/generated_at", say("产生时间不能晚于现在")))
    problems += [
        FieldProblem(f"#/{name}", say("时间不能晚于现在"))
        for name, at in (("packed_at", command.packed_at), ("weighed_at", command.weighed_at))
        if at is not None and at > work.now
    ]
    if local_day(command.generated_at, work.actor.zone).year < FIRST_YEAR:
        problems.append(FieldProblem("#/generated_at", say("产生时间不能早于 {year} 年", year=FIRST_YEAR)))
    if problems:
        raise InvalidInput(problems)
    return net


def _new_container(
    work: Work,
    command: RegisterContainer,
    stream: WasteStream,
    site: Site,
    organisation: Organisation,
    net: Grams | None,
) -> Container:
    container_id = new_id()
    day = local_day(command.generated_at, work.actor.zone)
    code = draw_container_code(work, organisation.credit_code, stream.waste_code, day)
    return Container(
        id=container_id,
        code=str(code),
        short_code=draw_short_code(work, "container", container_id),
        local_label=command.local_label.strip(),
        organisation_id=organisation.id,
        holder_id=organisation.id,
        site_id=site.id,
        park_id=site.park_id,
        stream_id=stream.id,
        waste_code=stream.waste_code,
        form=stream.form,
        hazards=list(stream.hazards),
        state=ContainerState.PRINTED if net is None else ContainerState.WEIGHED,
        package=command.package,
        volume_ml=command.volume_ml,
        gross=command.gross,
        tare=command.tare,
        net=net,
        generated_on=day,
        generated_at=command.generated_at,
        batch_number=draw_batch_number(work, site.id, day),
        source_facility=command.source_facility.strip(),
        producer_operator=command.producer_operator.strip(),
        destination=command.destination.strip(),
        sealed_at=None if net is None else command.packed_at or work.now,
        weighed_at=None if net is None else command.weighed_at or work.now,
        stored_at=None,
        zone_id=None,
        consignment_id=None,
        photo_id=None,
        label_prints=0,
        label_mass=None,
        label_printed_at=None,
        remarks=command.remarks.strip(),
        created_at=work.now,
    )


def enter_ledger(work: Work, container: Container, stream: WasteStream, net: Grams, event_id: UUID) -> None:
    """The generation of a package's mass, with its line of table B.1; once in its life."""
    generation = Generation(
        stream=stream,
        mass=net,
        generated_on=container.generated_on,
        generated_at=container.generated_at,
        container_id=container.id,
        container_code=container.code,
        container_kind=container.package,
        batch_number=container.batch_number,
        source_facility=container.source_facility,
        producer_operator=container.producer_operator,
        destination=container.destination,
    )
    record_generations(work, [generation], event_id=event_id)
