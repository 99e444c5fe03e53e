"""Batches of general waste: opened, closed, drawn first in first out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from app.foundation import trace
from app.foundation.core.bulk import insert_many
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, VersionConflict
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.units import Grams, kg_text
from app.foundation.core.work import Work
from app.parties.accounts.models import Site
from app.parties.accounts.permissions import Permission
from app.waste.registry.batches import (
    PURPOSE_WORDS,
    DrawBatches,
    OpenBatch,
    Purpose,
    batch_for,
    batches_with_mass,
    first_in_first_out,
)
from app.waste.registry.methods import METHODS
from app.waste.registry.models import (
    BatchState,
    LedgerRecord,
    LedgerTable,
    PlaceKind,
    WasteBatch,
    WasteKind,
    WasteStream,
)
from app.waste.registry.numbering import next_serial
from app.waste.registry.operations.streams import stream_for
from app.waste.registry.policy import ensure_may
from app.waste.registry.posting import Move, Place, post

LAST_SERIAL = 999


def open_batch(work: Work, command: OpenBatch) -> WasteBatch:
    """Begin a batch of general waste, kept since today.

    Raises:
        NotFound: no such waste of the actor's.
        NotPermitted: the actor doesn't handle waste.
        InvalidInput: it is hazardous waste, which has containers, or is no longer used.
        Conflict: all 999 numbers of the day are used.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    stream = stream_for(work, command.stream_id)
    if stream.kind is not WasteKind.GENERAL:
        text = say("批次只用于一般工业固体废物；危险废物请逐个登记容器")
        raise InvalidInput([FieldProblem("#/stream_id", text)])
    if stream.ended_at is not None:
        raise InvalidInput([FieldProblem("#/stream_id", say("这种废物已停用，请选择其他废物"))])
    site = work.session.get_one(Site, stream.site_id)
    serial = next_serial(work, f"GW/{site.id}/{work.today:%Y%m%d}")
    if serial > LAST_SERIAL:
        raise Conflict(say("{day} 的 999 个批次编号已用完", day=work.today.isoformat()))
    batch = WasteBatch(
        id=new_id(),
        organisation_id=stream.organisation_id,
        site_id=site.id,
        stream_id=stream.id,
        code=f"GW{work.today:%Y%m%d}{serial:03d}",
        state=BatchState.OPEN,
        zone_id=None,
        opened_on=work.today,
        closed_on=None,
    )
    work.session.add(batch)
    trace.record(work, "waste_batch.opened", batch, about=[stream], park_id=site.park_id)
    return batch


def close_batch(work: Work, batch_id: UUID, seen_version: int | None = None) -> WasteBatch:
    """Add nothing more to a batch; it is drawn from until it is empty.

    Raises:
        NotFound, NotPermitted: not the actor's.
        Conflict: closed already.
        VersionConflict: it changed since the actor saw it.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    batch, _ = batch_for(work, batch_id, lock=True)
    ensure_seen(batch, seen_version)
    if batch.state is not BatchState.OPEN:
        raise Conflict(say("批次 {code} 已封批", code=batch.code))
    batch.state, batch.closed_on = BatchState.CLOSED, work.today
    site = work.session.get_one(Site, batch.site_id)
    trace.record(work, "waste_batch.closed", batch, park_id=site.park_id)
    return batch


def draw_batches(work: Work, command: DrawBatches) -> list[tuple[WasteBatch, Grams]]:
    """Use, dispose of or send off general waste, from its oldest batches first. Gives what was drawn of each.

    Table 3 of the ledger guide gets a line for what leaves the plant, tables 6 and 7 for own use and disposal.

    Raises:
        NotFound: no such waste or batch of the actor's.
        NotPermitted: the actor doesn't handle waste.
        InvalidInput: names every wrong field; also when there is less than is drawn.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    stream = stream_for(work, command.stream_id)
    held = batches_with_mass(work, stream.id, command.batch_id)
    if wrong := _problems(command, stream, sum(mass for _, mass in held)):
        raise InvalidInput(wrong)
    drawn = take_from(work, held, command.mass)
    first, *others = [one.batch for one in drawn]
    site = work.session.get_one(Site, stream.site_id)
    event_id = trace.record(
        work,
        "waste_batch.drawn",
        first,
        about=[stream],
        changed=others,
        park_id=site.park_id,
        purpose=command.purpose,
        mass=command.mass,
    )
    end = Place(PlaceKind.UTILISED if command.purpose.is_use else PlaceKind.DISPOSED, site.id)
    post_drawn(
        work,
        stream,
        drawn,
        end,
        event_id,
        destination=PURPOSE_WORDS[command.purpose].msgid,
        keeper=command.operator.strip(),
        line=partial(_end_line, work, command, stream),
    )
    return [(one.batch, one.mass) for one in drawn]


@dataclass(frozen=True)
class Drawn:
    """Mass taken from one batch, and where it lay."""

    batch: WasteBatch
    mass: Grams
    source: Place


def take_from(work: Work, held: Sequence[tuple[WasteBatch, Grams]], wanted: Grams) -> list[Drawn]:
    """Take a mass from batches, in their order; what is empty then is out, and lies nowhere any more.

    The caller has locked the batches, made sure that they hold so much, and posts what was taken.
    """
    shares = first_in_first_out([mass for _, mass in held], wanted)
    drawn = []
    for (batch, mass), share in zip(held, shares, strict=True):
        if share <= 0:
            continue
        drawn.append(Drawn(batch, share, place_of(batch)))
        if share == mass:
            batch.state, batch.zone_id = BatchState.OUT, None
            batch.closed_on = batch.closed_on or work.today
    return drawn


def post_drawn(
    work: Work,
    stream: WasteStream,
    drawn: Sequence[Drawn],
    end: Place,
    event_id: UUID,
    *,
    destination: str,
    keeper: str,
    line: Callable[[Drawn, UUID], dict[str, object]],
) -> None:
    """Post what was taken: out of store, with a line of table 5 for what lay in one, and on to its end.

    Args:
        line: makes the ledger's line of the end, from what was drawn and the id of its posting.
    """
    moves = []
    for one in drawn:
        outbound = Place(PlaceKind.OUTBOUND, one.batch.site_id)
        moves += [
            Move(stream.id, one.mass, one.source, outbound, work.today, one.batch.id),
            Move(stream.id, one.mass, outbound, end, work.today, one.batch.id),
        ]
    posting_ids = post(work, moves, event_id=event_id)
    rows = []
    for number, one in enumerate(drawn):
        out_id, end_id = posting_ids[2 * number : 2 * number + 2]
        if one.source.kind is PlaceKind.ZONE:
            left = ledger_line(work, LedgerTable.STOCK_OUT, one.batch, stream, one.mass, out_id)
            rows.append(left | {"destination": destination, "keeper": keeper})
        rows.append(line(one, end_id))
    insert_many(work.session, LedgerRecord, rows)


def ensure_seen(batch: WasteBatch, seen_version: int | None) -> None:
    """Raises VersionConflict if the batch changed since the actor saw it."""
    if seen_version is not None and seen_version != batch.version:
        raise VersionConflict(say("批次 {code} 刚被他人修改，请刷新后重试", code=batch.code))


def place_of(batch: WasteBatch) -> Place:
    """Where the ledger has a batch: its zone, or the site's unplaced stock."""
    if batch.zone_id is not None:
        return Place(PlaceKind.ZONE, batch.zone_id)
    return Place(PlaceKind.UNPLACED, batch.site_id)


def _problems(command: DrawBatches, stream: WasteStream, held: int) -> list[FieldProblem]:
    wrong = []
    if stream.kind is not WasteKind.GENERAL:
        wrong.append(FieldProblem("#/stream_id", say("批次只用于一般工业固体废物；危险废物请逐个登记容器")))
    if not 0 < command.mass <= held:
        text = say("质量要大于 0，且不多于现有的 {held} kg", held=kg_text(Grams(held)))
        wrong.append(FieldProblem("#/mass_kg", text))
    if command.method_code and command.method_code not in METHODS:
        wrong.append(FieldProblem("#/method_code", say("请从列表中选择利用或处置方式代码")))
    if command.purpose.is_own:
        return wrong
    if not command.receiver_name.strip():
        wrong.append(FieldProblem("#/receiver_name", say("请填写接收单位")))
    if not command.carrier.strip():
        wrong.append(FieldProblem("#/carrier", say("请填写运输单位")))
    if not command.plate.strip():
        wrong.append(FieldProblem("#/plate", say("请填写车牌号或其他运输信息")))
    return wrong


def _end_line(
    work: Work, command: DrawBatches, stream: WasteStream, drawn: Drawn, posting_id: UUID
) -> dict[str, object]:
    operator = command.operator.strip()
    method = command.method_code or ("R15" if command.purpose.is_use else "D16")
    if not command.purpose.is_own:
        return dispatch_line(
            work, stream, drawn, posting_id, command.purpose, method, command.receiver_name.strip(),
            operator=operator,
            carrier=command.carrier.strip(),
            plate=command.plate.strip(),
            transport_mode=command.transport_mode.strip(),
        )  # fmt: skip
    line = ledger_line(work, LedgerTable.OWN_TREATMENT, drawn.batch, stream, drawn.mass, posting_id)
    return line | {
        "operator": operator,
        "method_code": method,
        "finished_at": work.now,
        "facility_code": command.facility_code.strip(),
    }


def dispatch_line(
    work: Work,
    stream: WasteStream,
    drawn: Drawn,
    posting_id: UUID,
    purpose: Purpose,
    method: str,
    receiver: str,
    *,
    operator: str = "",
    **transport: str,
) -> dict[str, object]:
    """A line of table 3 of the ledger guide: what left the plant, with whom, for whom, and to what end.

    Args:
        transport: carrier, plate, transport_mode, and whatever else the caller keeps of the way.
    """
    line = ledger_line(work, LedgerTable.GENERAL_DISPATCH, drawn.batch, stream, drawn.mass, posting_id)
    return line | {
        "operator": operator,
        "method_code": method,
        "receiver_name": receiver,
        "details": {**transport, "flow_type": PURPOSE_WORDS[purpose].msgid, "posted": drawn.mass},
    }


def ledger_line(
    work: Work, table: LedgerTable, batch: WasteBatch, stream: WasteStream, mass: Grams, posting_id: UUID
) -> dict[str, object]:
    """A line of the ledger about a batch; the caller fills in what its table asks beyond."""
    return {
        "id": new_id(),
        "posting_id": posting_id,
        "table": table,
        "organisation_id": batch.organisation_id,
        "site_id": batch.site_id,
        "stream_id": stream.id,
        "batch_number": batch.code,
        "source_batch": batch.code,
        "happened_on": work.today,
        "happened_at": work.now,
        "finished_at": None,
        "mass": mass,
        "local_name": stream.local_name,
        "waste_name": stream.waste_name,
        "container_id": batch.id,
        "container_code": "",
        "container_kind": "",
        "container_count": 1,
        "facility_code": "",
        "facility_type": "",
        "mover": "",
        "keeper": "",
        "operator": "",
        "destination": "",
        "method_code": "",
        "receiver_kind": "",
        "receiver_name": "",
        "licence_number": "",
        "details": {},
        "import_id": None,
    }
