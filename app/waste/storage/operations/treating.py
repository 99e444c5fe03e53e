"""Own use and own disposal: out of store (table B.3) and treated (table B.4) in one act."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.foundation import trace
from app.foundation.core.clock import local_day
from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.units import Grams, kg_text
from app.foundation.core.work import Work
from app.waste.registry.methods import METHODS
from app.waste.registry.models import LedgerTable, PlaceKind, WasteStream
from app.waste.registry.operations.handling import (
    Handled,
    Handling,
    LastRecord,
    is_utilisation,
    record_stock_out,
    record_treatment,
)
from app.waste.registry.posting import Move, Place, post
from app.waste.storage.commands import TreatContainer
from app.waste.storage.lineage import handed_down_records
from app.waste.storage.models import Container, ContainerState
from app.waste.storage.operations.filling import held_container
from app.waste.storage.operations.placing import place_of
from app.waste.storage.operations.repacking import take_out
from app.waste.storage.policy import ensure_may_open

NO_TREATMENT = frozenset({"S", "G21", "G22", "G29"})
"""Storing and collecting leave the waste as it is."""
TREATMENTS: Mapping[str, object] = {code: word for code, word in METHODS.items() if code not in NO_TREATMENT}
FACILITY_LENGTH = 60


def treat_container(work: Work, key: UUID | str, command: TreatContainer) -> Container:
    """Use or dispose of a container at its holder's own facility, or of a part; the rest keeps its code and age.

    Raises:
        NotFound, NotPermitted: not the actor's, or in other hands.
        Conflict: not weighed, locked for a consignment, on its way, or gone.
        VersionConflict: it changed since the actor saw it.
        InvalidInput: names every wrong field.
    """
    container = held_container(work, key, command.seen_version)
    ensure_may_open(work.actor, container)
    assert container.net is not None
    mass = container.net if command.mass is None else command.mass
    if wrong := _problems(work, command, mass, container):
        raise InvalidInput(wrong)
    stream = work.session.get_one(WasteStream, container.stream_id)
    was_stored = container.zone_id is not None
    source = place_of(container)
    taken = Place(PlaceKind.OUTBOUND, container.site_id)
    is_use = is_utilisation(command.method_code)
    end = Place(PlaceKind.UTILISED if is_use else PlaceKind.DISPOSED, container.site_id)
    take_out(container, mass, ContainerState.CONSUMED)
    event_id = trace.record(
        work,
        "container.treated",
        container,
        about=[("site", container.site_id)],
        park_id=container.park_id,
        method=command.method_code,
        mass=mass,
    )
    moves = [
        Move(container.stream_id, mass, source, taken, work.today, container.id),
        Move(container.stream_id, mass, taken, end, work.today, container.id),
    ]
    out_id, end_id = post(work, moves, event_id=event_id)
    last = handed_down_records(work, LedgerTable.STOCK_IN, container.site_id, [container]).get(container.id)
    batch = container.batch_number
    if was_stored:
        leaving = _handled(out_id, container, stream, mass, last)
        handling = _handling(container, command, work.now, destination="自行利用" if is_use else "自行处置")
        batch = record_stock_out(work, handling, [leaving])
    ended = _handled(end_id, container, stream, mass, None, batch, command.facility_code.strip())
    record_treatment(work, _handling(container, command, work.now), [ended])
    return container


def _problems(work: Work, command: TreatContainer, mass: int, container: Container) -> list[FieldProblem]:
    wrong = []
    net = container.net or 0
    if command.method_code not in TREATMENTS:
        wrong.append(FieldProblem("#/method_code", say("请从列表中选择利用或处置方式代码")))
    if not command.facility_code.strip():
        wrong.append(FieldProblem("#/facility_code", say("请填写利用或处置设施编码，例如 TS005")))
    if not 0 < mass <= net:
        text = say("利用处置的质量要大于 0，且不多于容器内的 {net} kg", net=kg_text(Grams(net)))
        wrong.append(FieldProblem("#/mass_kg", text))
    if command.finished_at is not None and command.finished_at > work.now:
        wrong.append(FieldProblem("#/finished_at", say("完毕时间不能晚于现在")))
    elif (
        command.finished_at is not None
        and local_day(command.finished_at, work.actor.zone) < container.generated_on
    ):
        text = say("完毕时间不能早于产生日期 {day}", day=container.generated_on.isoformat())
        wrong.append(FieldProblem("#/finished_at", text))
    return wrong


def _handling(
    container: Container, command: TreatContainer, now: datetime, destination: str = ""
) -> Handling:
    """What both tables say alike; the treatment itself has no destination."""
    out = bool(destination)
    return Handling(
        container.holder_id,
        container.site_id,
        happened_at=now,
        finished_at=None if out else command.finished_at or now,
        operator="" if out else command.operator.strip(),
        destination=destination,
        method_code="" if out else command.method_code,
    )


def _handled(
    posting_id: UUID,
    container: Container,
    stream: WasteStream,
    mass: Grams,
    last: LastRecord | None,
    source_batch: str = "",
    facility_code: str = "",
) -> Handled:
    return Handled(
        posting_id=posting_id,
        stream_id=stream.id,
        mass=mass,
        local_name=stream.local_name,
        waste_name=stream.waste_name,
        container_id=container.id,
        container_code=container.code,
        container_kind=container.package,
        source_batch=source_batch or (last.batch_number if last else container.batch_number),
        facility_code=facility_code or (last.facility_code if last else ""),
        facility_type=last.facility_type if last else "",
    )
