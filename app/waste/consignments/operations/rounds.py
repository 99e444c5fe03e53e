"""Collection rounds: one vehicle calls at several consignors, each with a manifest of its own (HWTM 16)."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from app.foundation import trace
from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotPermitted, VersionConflict
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.units import Grams, tonnes_text
from app.foundation.core.work import Work
from app.parties.accounts.permissions import Permission
from app.parties.licences.models import CrewMember, Vehicle
from app.waste.consignments.commands.road import ChangeStop, CreateRound, EndRound
from app.waste.consignments.events import RoundEvent
from app.waste.consignments.models import CollectionRound, Consignment
from app.waste.consignments.operations.content import typed_code
from app.waste.consignments.queries import consignment_for
from app.waste.consignments.queries.rounds import COUNTED, TO_PICK_UP, mass_of_round, round_for
from app.waste.consignments.workflow import STATE_WORDS
from app.waste.registry.numbering import next_serial


def create_round(work: Work, command: CreateRound) -> CollectionRound:
    """Plan a round with a vehicle and crew of the actor's firm on a day.

    Raises:
        NotPermitted: the actor carries for no firm.
        InvalidInput: a day that is past, or a vehicle or person that is not the firm's or may not drive on that day.
    """
    _ensure_carries(work)
    if problems := list(_problems(work, command)):
        raise InvalidInput(problems)
    made = CollectionRound(
        id=new_id(),
        number=_own_number(work),
        carrier_id=work.actor.organisation_id,
        vehicle_id=command.vehicle_id,
        driver_id=command.driver_id,
        escort_id=command.escort_id,
        park_id=work.actor.park_id,
        planned_on=command.planned_on,
        created_at=work.now,
        ended_at=None,
    )
    work.session.add(made)
    trace.record(work, RoundEvent.CREATED, made, park_id=made.park_id)
    return made


def _ensure_carries(work: Work) -> None:
    if work.actor.organisation_id is None or not work.actor.may(Permission.CONSIGNMENTS_CARRY):
        raise NotPermitted(say("只有承运单位可以安排收集趟次"))


def _own_number(work: Work) -> str:
    """`R-<year month>-<serial of that month>`."""
    month = f"{work.today:%y%m}"
    return f"R-{month}-{next_serial(work, f'round/{month}'):04d}"


def _problems(work: Work, command: CreateRound) -> Iterable[FieldProblem]:
    """Three statements at most."""
    firm, on = work.actor.organisation_id, command.planned_on
    if on < work.today:
        yield FieldProblem("#/planned_on", say("日期 {day} 已过，请改为今天或以后", day=on.isoformat()))
    vehicle = work.session.get(Vehicle, command.vehicle_id)
    if vehicle is None or vehicle.organisation_id != firm:
        yield FieldProblem("#/vehicle_id", say("没有这辆车，或它不属于你的单位"))
    elif vehicle.valid_to < on or vehicle.ended_on is not None:
        yield FieldProblem("#/vehicle_id", say("这辆车的道路运输证到不了那一天，请换一辆车"))
    posts = (("driver_id", command.driver_id, False), ("escort_id", command.escort_id, True))
    for name, key, is_escort in posts:
        member = work.session.get(CrewMember, key) if key else None
        if key and (member is None or (member.organisation_id, member.is_escort) != (firm, is_escort)):
            yield FieldProblem(f"#/{name}", say("没有此人，或此人没有这个岗位的从业资格"))
        elif member and (member.valid_to < on or member.ended_on is not None):
            yield FieldProblem(f"#/{name}", say("此人的从业资格证到不了那一天，请换人"))


def add_stop(work: Work, key: UUID | str, command: ChangeStop) -> CollectionRound:
    """A consignment that goes with the round's vehicle becomes its last stop; the load counts over the whole round.

    Raises:
        NotFound: no such round or consignment, or not theirs.
        NotPermitted: the actor doesn't carry.
        VersionConflict: somebody else changed the round since.
        Conflict: the round has ended, or the consignment has departed, is in a round, goes with another vehicle, or
            is too heavy beside the others.
    """
    found = _open(work, key, command.seen_version)
    consignment = _named(work, command)
    _ensure_fits(work, found, consignment)
    last = select(func.coalesce(func.max(Consignment.round_stop), 0)).where(Consignment.round_id == found.id)
    consignment.round_stop = int(work.session.scalar(last) or 0) + 1
    consignment.round_id = found.id
    return _recorded(work, RoundEvent.STOP_ADDED, found, consignment)


def remove_stop(work: Work, key: UUID | str, command: ChangeStop) -> CollectionRound:
    """A consignment that is still to be picked up is no stop of the round any more.

    Raises:
        NotFound, NotPermitted, VersionConflict: see `add_stop`.
        Conflict: the round has ended, or the consignment is none of its stops or has departed.
    """
    found = _open(work, key, command.seen_version)
    consignment = _named(work, command)
    if consignment.round_id != found.id:
        raise Conflict(say("联单 {number} 不在这个趟次里", number=consignment.number))
    if consignment.state not in TO_PICK_UP:
        raise Conflict(say("联单 {number} 已起运，不能移出趟次", number=consignment.number))
    consignment.round_id = consignment.round_stop = None
    return _recorded(work, RoundEvent.STOP_REMOVED, found, consignment)


def end_round(work: Work, key: UUID | str, command: EndRound) -> CollectionRound:
    """The vehicle is empty: every stop is delivered or left out.

    Raises:
        NotFound, NotPermitted, VersionConflict: see `add_stop`.
        Conflict: it has ended, or a load is still to be picked up or delivered.
    """
    found = _open(work, key, command.seen_version)
    left = select(func.count()).where(Consignment.round_id == found.id, Consignment.state.in_(COUNTED))
    if count := work.session.scalar(left):
        raise Conflict(say("还有 {count} 份联单没有送达，送达或移出后才能结束", count=count))
    found.ended_at = work.now
    trace.record(work, RoundEvent.ENDED, found, park_id=found.park_id)
    return found


def _open(work: Work, key: UUID | str, seen_version: int) -> CollectionRound:
    found = round_for(work, key, lock=True)
    _ensure_carries(work)
    if found.version != seen_version:
        raise VersionConflict(say("趟次 {number} 在你打开之后已被更新，请核对后重试", number=found.number))
    if found.ended_at is not None:
        raise Conflict(say("趟次 {number} 已结束", number=found.number))
    return found


def _named(work: Work, command: ChangeStop) -> Consignment:
    return consignment_for(work, typed_code(command.consignment), lock=True)


def _ensure_fits(work: Work, found: CollectionRound, consignment: Consignment) -> None:
    number = consignment.number
    if consignment.state not in TO_PICK_UP:
        raise Conflict(
            say(
                "联单 {number} 当前为“{state}”，不能加入趟次",
                number=number,
                state=STATE_WORDS[consignment.state],
            )
        )
    if consignment.round_id is not None:
        raise Conflict(say("联单 {number} 已在一个趟次里", number=number))
    if (consignment.carrier_id, consignment.vehicle_id) != (found.carrier_id, found.vehicle_id):
        raise Conflict(say("联单 {number} 用的是另一辆车；一个趟次只有一辆车", number=number))
    ensure_round_carries(work, consignment, found.id)


def ensure_round_carries(work: Work, consignment: Consignment, round_id: UUID | None = None) -> None:
    """A consignment beside all others of its round is not above what the vehicle is approved for; two statements, none
    where it is in no round.

    Raises:
        Conflict: it is (MAN-X8).
    """
    in_round = round_id or consignment.round_id
    if in_round is None or consignment.vehicle_id is None:
        return
    vehicle = work.session.get_one(Vehicle, consignment.vehicle_id)
    others = mass_of_round(work, in_round, besides=consignment.id)
    excess = Grams(others + consignment.sent_mass - vehicle.approved_load)
    if excess > 0:
        raise Conflict(
            say(
                "整个趟次将超过 {plate} 的核载，差 {excess} t；请减少一份联单或换车",
                plate=printed_plate(vehicle.plate),
                excess=tonnes_text(excess),
            )
        )


def _recorded(
    work: Work, event: RoundEvent, found: CollectionRound, consignment: Consignment
) -> CollectionRound:
    """The round has a new version whenever its stops change."""
    flag_modified(found, "planned_on")
    trace.record(work, event, found, changed=[consignment], park_id=found.park_id)
    return found
