"""A package from its first drop to its seal, and what happens to it when it leaks."""

from uuid import UUID

from app.foundation import trace
from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.files.operations import FileStore, store_photo
from app.foundation.rulebook.retention import file_kept_until
from app.parties.accounts.permissions import Permission
from app.waste.registry.models import WasteStream
from app.waste.registry.policy import ensure_may
from app.waste.storage.commands import ReportDamage, SealContainer, StartFilling
from app.waste.storage.models import Container, ContainerState
from app.waste.storage.operations.containers import ensure_seen, enter_ledger, take_weights
from app.waste.storage.policy import ensure_held
from app.waste.storage.queries import container_for
from app.waste.storage.weights import net_of


def start_filling(work: Work, key: UUID | str, command: StartFilling) -> Container:
    """Note that a labelled package is being filled.

    Raises:
        NotFound, NotPermitted: not the actor's.
        Conflict: it is not just labelled.
        VersionConflict: it changed since the actor saw it.
    """
    container = held_container(work, key, command.seen_version)
    container.move_to(ContainerState.FILLING)
    trace.record(work, "container.filling_started", container, park_id=container.park_id)
    return container


def seal_container(work: Work, key: UUID | str, command: SealContainer) -> Container:
    """Seal a package; with weights it enters the ledger at once, without them weighing is the next step.

    Raises:
        NotFound, NotPermitted: not the actor's.
        Conflict: sealed already, or past that.
        VersionConflict: it changed since the actor saw it.
        InvalidInput: names every wrong field.
    """
    container = held_container(work, key, command.seen_version)
    net, problems = net_of(command.gross, command.tare, command.net)
    if command.fill_percent is not None and not 0 < command.fill_percent <= 100:
        problems.append(FieldProblem("#/fill_percent", say("装填比例在 1 到 100 之间")))
    if problems:
        raise InvalidInput(problems)
    container.move_to(ContainerState.SEALED)
    container.sealed_at = work.now
    container.fill_percent = command.fill_percent
    if command.is_closed is not None:
        container.is_closed = command.is_closed
    if net is not None:
        take_weights(work, container, command, net)
    event_id = trace.record(work, "container.sealed", container, park_id=container.park_id)
    if net is not None:
        stream = work.session.get_one(WasteStream, container.stream_id)
        enter_ledger(work, container, stream, net, event_id)
    return container


def report_damage(
    work: Work, key: UUID | str, command: ReportDamage, store: FileStore | None = None
) -> Container:
    """Note that a package leaks or won't hold: it moves nowhere until it is repacked (GB 18597-2023, 8.2.2).

    Raises:
        NotFound, NotPermitted: not the actor's.
        Conflict: not weighed, locked for a consignment, on its way, or gone.
        VersionConflict: it changed since the actor saw it.
        InvalidInput: no note, or a photo that is none.
    """
    container = held_container(work, key, command.seen_version)
    if not command.note.strip():
        raise InvalidInput([FieldProblem("#/note", say("请写明破损情况，例如桶底渗漏"))])
    container.move_to(ContainerState.DAMAGED)
    container.remarks = command.note.strip()[:100]
    photo_id = None
    if command.photo is not None and store is not None:
        until = file_kept_until("hw_ledger", work.today)
        photo_id = store_photo(work, store, command.photo, command.photo_name, "#/photo", until).id
    trace.record(work, "container.damaged", container, park_id=container.park_id, photo_id=photo_id)
    return container


def held_container(work: Work, key: UUID | str, seen_version: int | None) -> Container:
    """A container in the hands of the actor's firm, locked, as the actor saw it.

    Raises:
        NotFound, NotPermitted: not the actor's, or in other hands.
        VersionConflict: it changed since the actor saw it.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    container = container_for(work, key, lock=True)
    ensure_held(work.actor, container)
    ensure_seen(container, seen_version)
    return container
