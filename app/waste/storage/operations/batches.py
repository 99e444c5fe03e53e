"""Batches of general waste in yards and warehouses: mass added, and put into a zone under the rules of GB 18599."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from app.foundation import trace
from app.foundation.core.bulk import insert_many
from app.foundation.core.clock import local_day
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import assess
from app.foundation.rulebook.decision import Override, ensure_allowed
from app.foundation.rulebook.models import store_overrides
from app.foundation.rulebook.rules import Act
from app.parties.accounts.models import Site
from app.parties.accounts.permissions import Permission
from app.waste.registry.batches import AddToBatch, batch_for, batch_row
from app.waste.registry.models import (
    BatchState,
    LedgerRecord,
    LedgerTable,
    PlaceKind,
    WasteBatch,
    WasteStream,
)
from app.waste.registry.operations.batches import ensure_seen, ledger_line, place_of
from app.waste.registry.operations.generation import Generation, record_generations
from app.waste.registry.policy import ensure_may
from app.waste.registry.posting import Move, Place, post
from app.waste.storage.facts import ZoneView, zone_view
from app.waste.storage.general import inbound_facts
from app.waste.storage.models import FACILITY_TYPE_WORDS
from app.waste.storage.rules import RULES

HEAP = "其他"
"""Kind of package in the ledger for what has none."""


@dataclass(frozen=True)
class PlaceBatch:
    """Put a batch into a zone, or move it to another. `overrides`: reason by rule id."""

    zone_id: UUID
    overrides: Mapping[str, str] = field(default_factory=dict)
    seen_version: int | None = None


def add_to_batch(work: Work, batch_id: UUID, command: AddToBatch) -> WasteBatch:
    """Enter mass as generated into an open batch; where the batch lies in a zone, the mass goes there.

    Raises:
        NotFound, NotPermitted: not the actor's.
        Conflict: the batch is closed.
        VersionConflict: it changed since the actor saw it.
        InvalidInput: no mass, or a day before the batch began or after today.
        RuleViolated: the zone may not take it.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    batch, stream = batch_for(work, batch_id, lock=True)
    ensure_seen(batch, command.seen_version)
    if batch.state is not BatchState.OPEN:
        raise Conflict(say("批次 {code} 已封批，请另开批次", code=batch.code))
    day = local_day(command.generated_at, work.actor.zone)
    wrong = []
    if command.mass <= 0:
        wrong.append(FieldProblem("#/mass_kg", say("质量要大于 0")))
    if command.generated_at > work.now:
        wrong.append(FieldProblem("#/generated_at", say("产生时间不能晚于现在")))
    if day < batch.opened_on:
        text = say("产生日期不能早于批次开始的 {day}", day=batch.opened_on.isoformat())
        wrong.append(FieldProblem("#/generated_at", text))
    if wrong:
        raise InvalidInput(wrong)
    view = zone_view(work, batch.zone_id, lock=True) if batch.zone_id else None
    if view is not None:
        _ensure_may_lie(work, batch, stream, view, command.mass, {}, is_new=True)
    site = work.session.get_one(Site, batch.site_id)
    event_id = trace.record(
        work,
        "waste_batch.added_to",
        batch,
        park_id=site.park_id,
        occurred_at=command.generated_at,
        mass=command.mass,
    )
    generation = Generation(
        stream=stream,
        mass=command.mass,
        generated_on=day,
        generated_at=command.generated_at,
        container_id=batch.id,
        container_code=None,
        container_kind=HEAP,
        batch_number=batch.code,
        source_facility=command.source_facility.strip(),
        producer_operator=command.producer_operator.strip(),
        destination="",
    )
    record_generations(work, [generation], event_id=event_id)
    if view is not None:
        unplaced = Place(PlaceKind.UNPLACED, batch.site_id)
        _store(work, batch, stream, view, command.mass, unplaced, event_id)
    return batch


def place_batch(work: Work, batch_id: UUID, command: PlaceBatch) -> WasteBatch:
    """Put a batch with all that is in it into a zone of general waste, or move it to another.

    Raises:
        NotFound: no such batch or zone of the actor's.
        NotPermitted: the actor doesn't handle waste.
        Conflict: empty, there already, or at another site.
        VersionConflict: it changed since the actor saw it.
        RuleViolated: carries every rule finding that stops it or waits for a reason.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    batch, stream = batch_for(work, batch_id, lock=True)
    ensure_seen(batch, command.seen_version)
    mass = batch_row(work, batch.id).mass
    view = zone_view(work, command.zone_id, lock=True)
    _ensure_fits_here(batch, stream, view, mass)
    overrides = _ensure_may_lie(work, batch, stream, view, mass, command.overrides, is_new=False)
    source, previous = place_of(batch), batch.zone_id
    batch.zone_id = view.zone.id
    event_id = trace.record(
        work,
        "waste_batch.stored" if previous is None else "waste_batch.moved",
        batch,
        about=[view.zone, view.facility],
        park_id=view.facility.park_id,
        overridden=sorted(override.rule_id for override in overrides),
    )
    store_overrides(work, overrides, event_id)
    _store(work, batch, stream, view, mass, source, event_id)
    return batch


def _ensure_fits_here(batch: WasteBatch, stream: WasteStream, view: ZoneView, mass: Grams) -> None:
    if batch.state is BatchState.OUT or mass <= 0:
        raise Conflict(say("批次 {code} 没有存量，先记入产生量", code=batch.code))
    if view.facility.site_id != batch.site_id:
        raise Conflict(say("批次在另一个场所；场所之间的移动须办理转移"))
    if view.zone.allowed and not {stream.waste_code, stream.category} & set(view.zone.allowed):
        raise Conflict(
            say(
                "分区 {zone} 只存放 {allowed}，请选择其他分区",
                zone=view.zone.code,
                allowed=list(view.zone.allowed),
            )
        )
    if view.zone.id == batch.zone_id:
        raise Conflict(say("批次已在分区 {zone}", zone=view.zone.code))


def _ensure_may_lie(
    work: Work,
    batch: WasteBatch,
    stream: WasteStream,
    view: ZoneView,
    mass: Grams,
    overrides: Mapping[str, str],
    *,
    is_new: bool,
) -> tuple[Override, ...]:
    """`is_new`: mass that comes from generation, so it is counted nowhere yet."""
    in_facility = any(item.zone_id == batch.zone_id for item in view.standing)
    facts = inbound_facts(
        batch.id,
        stream,
        view,
        mass,
        was_in_zone=False,
        was_in_facility=in_facility and not is_new,
    )
    return ensure_allowed(
        assess(RULES, facts, on=work.today, jurisdiction=view.jurisdiction),
        act=Act.PUT_AWAY if batch.zone_id is None else Act.MOVE,
        overrides=overrides,
        may_override=work.actor.may(Permission.RULES_OVERRIDE),
    )


def _store(
    work: Work,
    batch: WasteBatch,
    stream: WasteStream,
    view: ZoneView,
    mass: Grams,
    source: Place,
    event_id: UUID,
) -> None:
    """Into the zone, with the line of the stock-in table unless it was in a store before."""
    target = Place(PlaceKind.ZONE, view.zone.id)
    [posting_id] = post(
        work, [Move(stream.id, mass, source, target, work.today, batch.id)], event_id=event_id
    )
    if source.kind is PlaceKind.ZONE:
        return
    line = ledger_line(work, LedgerTable.STOCK_IN, batch, stream, mass, posting_id)
    line |= {
        "facility_code": view.facility.code,
        "facility_type": FACILITY_TYPE_WORDS[view.facility.type].msgid,
    }
    insert_many(work.session, LedgerRecord, [line])
