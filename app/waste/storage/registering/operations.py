"""One act for the five steps: container, ledger line, photo, zone and label, all of it or nothing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app.foundation import trace
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.documents.label import LabelContent
from app.foundation.files.operations import FileStore
from app.foundation.keys.operations import Keyring
from app.foundation.rulebook.assessment import RuleFinding
from app.foundation.rulebook.decision import RuleViolated
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.permissions import Permission
from app.waste.registry.models import Posting, WasteStream
from app.waste.registry.operations.streams import stream_for
from app.waste.registry.policy import ensure_may
from app.waste.registry.posting import Move, Place, post
from app.waste.storage.commands import PrintLabel, PutAway, RegisterContainer
from app.waste.storage.models import Container, ContainerState, PackageType
from app.waste.storage.operations.containers import register_container
from app.waste.storage.operations.labels import print_label
from app.waste.storage.operations.placing import put_away
from app.waste.storage.package_types import package_type_for
from app.waste.storage.queries import container_for
from app.waste.storage.registering.commands import RegisterAndStore
from app.waste.storage.weighing.limits import limits
from app.waste.storage.weighing.models import ScaleReading
from app.waste.storage.weighing.queries import ShownReading, reading_at
from app.waste.storage.weights import net_of


@dataclass(frozen=True)
class Registration:
    """A package registered, with the label that was noted as printed."""

    container: Container
    label: LabelContent
    reading: ShownReading | None


def register_and_store(
    work: Work, command: RegisterAndStore, *, store: FileStore, keyring: Keyring, public_url: str
) -> Registration:
    """Register a filled package, enter it into the ledger, put it into a zone and print its label.

    One transaction; each part leaves its event as it does alone. What is weighed by a scale has the reading's
    mass; what is typed by hand has a photo of the display.

    Raises:
        NotFound: no such stream or zone of the actor's.
        NotPermitted: the actor may not manage containers.
        InvalidInput: names every wrong field.
        RuleViolated: carries every rule finding of the zone and of the label together.
        Conflict: the stream has ended, or the day's serials are used up.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    stream = stream_for(work, command.stream_id)
    reading = reading_at(work, command.reading_id, stream.site_id) if command.reading_id else None
    container = register_container(work, _checked(work, command, stream, reading), store)
    if reading is not None:
        reading.reading.container_id = container.id
    label = _place_and_print(work, container, command, keyring, public_url)
    return Registration(container, label, reading)


def undo_registration(work: Work, key: UUID | str) -> Container:
    """Take a registration back within seconds: counter-postings for its mass, and its code is voided for ever.

    Raises:
        NotFound: no such container of the actor's.
        NotPermitted: the actor may not manage containers.
        Conflict: somebody else registered it, it is too late, or something happened to it since.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    container = container_for(work, key, lock=True)
    _ensure_may_be_undone(work, container)
    zone_id = container.zone_id
    container.move_to(ContainerState.VOIDED)
    container.zone_id = None
    event_id = trace.record(
        work,
        "container.registration_undone",
        container,
        about=[("zone", zone_id)] if zone_id else [],
        park_id=container.park_id,
    )
    _post_back(work, container, event_id)
    reading = work.session.scalar(select(ScaleReading).where(ScaleReading.container_id == container.id))
    if reading is not None:
        reading.container_id = None
    return container


def _checked(
    work: Work, command: RegisterAndStore, stream: WasteStream, reading: ShownReading | None
) -> RegisterContainer:
    """The container to register, with everything that is wrong told at once."""
    kind, problems = _kind(work, command)
    problems += _reading_problems(command, reading)
    gross = reading.reading.mass if reading else command.gross
    if command.reading_id is None and gross is None:
        problems.append(FieldProblem("#/gross_kg", say("请取秤的读数，或填写毛重")))
    if command.reading_id is None and command.photo is None:
        problems.append(FieldProblem("#/photo", say("手工填写重量要拍秤的读数作凭证")))
    if gross is not None:
        problems += net_of(gross, command.tare, None)[1]
    if problems:
        raise InvalidInput(problems)
    return RegisterContainer(
        stream_id=stream.id,
        package=kind.package if kind else command.package,
        volume_ml=kind.volume_ml if kind else command.volume_ml or 0,
        generated_at=_not_ahead(work, command.generated_at) or work.now,
        gross=Grams(gross or 0),
        tare=command.tare,
        local_label=command.local_label,
        remarks=command.remarks,
        source_facility=command.source_facility,
        producer_operator=command.producer_operator,
        destination=command.destination,
        photo=command.photo,
        photo_name=command.photo_name,
        package_type_id=kind.id if kind else None,
        packed_at=_not_ahead(work, command.packed_at),
        weighed_at=reading.reading.taken_at if reading else _not_ahead(work, command.weighed_at),
    )


def _kind(work: Work, command: RegisterAndStore) -> tuple[PackageType | None, list[FieldProblem]]:
    if command.package_type_id is None:
        if command.package and command.volume_ml:
            return None, []
        return None, [FieldProblem("#/package_type_id", say("请选择包装，或填写包装类型和容积"))]
    try:
        return package_type_for(work, command.package_type_id), []
    except NotFound as missing:
        return None, [FieldProblem("#/package_type_id", missing.text)]


def _reading_problems(command: RegisterAndStore, reading: ShownReading | None) -> list[FieldProblem]:
    """What speaks against weighing by this reading."""
    if command.reading_id is None:
        return []
    text = None
    if reading is None:
        text = say("没有这个读数，请重新取数")
    elif reading.reading.container_id is not None:
        text = say("这个读数已用于另一个容器，请重新取数")
    elif not reading.reading.is_stable:
        text = say("读数还没有稳定，请重新取数")
    elif not reading.is_usable:
        text = say("读数已过时，请重新取数")
    elif command.gross is not None and command.gross != reading.reading.mass:
        text = say("毛重与秤的读数不一致，请重新取数")
    return [FieldProblem("#/reading_id", text)] if text else []


def _not_ahead(work: Work, instant: datetime | None) -> datetime | None:
    """An instant by a phone's clock; what runs ahead of ours a little means now."""
    if instant is not None and work.now < instant <= work.now + limits().ahead:
        return work.now
    return instant


def _place_and_print(
    work: Work, container: Container, command: RegisterAndStore, keyring: Keyring, public_url: str
) -> LabelContent:
    """Zone and label are both tried, so that all that is wrong with them is told together."""
    stops: list[RuleFinding] = []
    to_confirm: list[RuleFinding] = []
    label = None
    try:
        put_away(work, container.id, PutAway(command.zone_id, command.overrides))
    except RuleViolated as refused:
        stops += refused.stops
        to_confirm += refused.to_confirm
    try:
        label = print_label(work, container.id, PrintLabel(), keyring=keyring, public_url=public_url)
    except RuleViolated as refused:
        stops += refused.stops
        to_confirm += refused.to_confirm
    if label is None or stops or to_confirm:
        raise RuleViolated(stops, to_confirm)
    return label


def _ensure_may_be_undone(work: Work, container: Container) -> None:
    first = select(TraceEvent.user_id).where(TraceEvent.subject_id == container.id, TraceEvent.sequence == 1)
    last = select(func.max(TraceEvent.recorded_at)).where(TraceEvent.subject_id == container.id)
    registrar, changed_at = work.session.execute(
        select(first.scalar_subquery(), last.scalar_subquery())
    ).one()
    if registrar != work.actor.user_id:
        raise Conflict(say("只有登记的人能撤销登记"))
    if work.now - container.created_at > limits().undo + limits().undo_grace:
        raise Conflict(say("登记已超过 {seconds} 秒，不能撤销", seconds=int(limits().undo.total_seconds())))
    is_untouched = changed_at == container.created_at and container.consignment_id is None
    if not is_untouched or container.net is None:
        raise Conflict(say("容器 {code} 此后又有变动，不能撤销登记", code=container.code))


def _post_back(work: Work, container: Container, event_id: UUID) -> None:
    """A counter-posting for each posting of the container, the latest first."""
    postings = work.session.scalars(
        select(Posting).where(Posting.container_id == container.id).order_by(Posting.id.desc())
    ).all()
    moves = [
        Move(
            stream_id=posting.stream_id,
            mass=posting.mass,
            source=Place(posting.to_kind, posting.to_id),
            target=Place(posting.from_kind, posting.from_id),
            effective_on=posting.effective_on,
            container_id=container.id,
            corrects_id=posting.id,
        )
        for posting in postings
    ]
    post(work, moves, event_id=event_id)
