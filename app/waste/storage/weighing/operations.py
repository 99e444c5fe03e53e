"""Scales: adding, changing and ending them, and taking in what they show."""

import hashlib
import re
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select

from app.foundation import trace
from app.foundation.core.bulk import insert_many
from app.foundation.core.clock import instant_text
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, VersionConflict
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.accounts.models import Site
from app.parties.accounts.permissions import Permission
from app.waste.registry.policy import ensure_may, site_for
from app.waste.storage.weighing.commands import AddScale, EndScale, ReviseScale, SentReading
from app.waste.storage.weighing.limits import limits
from app.waste.storage.weighing.models import Scale, ScaleReading
from app.waste.storage.weighing.queries import ShownReading, scale_for

SERIAL_NUMBER = re.compile(r"[A-Za-z0-9./_-]{0,60}")
READING_NUMBER = re.compile(r"[A-Za-z0-9.:_-]{1,60}")
MAX_CAPACITY = Grams(200_000_000)
"""200 t: platform limit; a weighbridge for trucks has 60 to 150 t."""
MOST_AT_ONCE = 500
"""Readings of one call."""


def add_scale(work: Work, command: AddScale) -> Scale:
    """Add a scale of a site, whose readings may then be sent.

    Raises:
        NotFound: no such site of the actor's.
        NotPermitted: the actor may not manage storage.
        InvalidInput: names every wrong field.
        Conflict: the site has a scale of that name.
    """
    ensure_may(work.actor, Permission.STORAGE_MANAGE)
    site = site_for(work, command.site_id)
    if problems := _problems(command.name, command.serial_number, command.capacity):
        raise InvalidInput(problems)
    _ensure_name_is_free(work, site.id, command.name)
    scale = Scale(
        organisation_id=site.organisation_id,
        site_id=site.id,
        name=command.name.strip(),
        serial_number=command.serial_number.strip(),
        capacity=command.capacity,
        calibrated_to=command.calibrated_to,
        ended_at=None,
    )
    work.session.add(scale)
    trace.record(work, "scale.added", scale, about=[("site", site.id)], park_id=site.park_id)
    return scale


def revise_scale(work: Work, scale_id: UUID, command: ReviseScale) -> Scale:
    """Change a scale's name, number, capacity or calibration. Readings keep the calibration they were taken under.

    Raises:
        NotFound: no such scale of the actor's.
        NotPermitted: the actor may not manage storage.
        InvalidInput: names every wrong field.
        Conflict: it has ended, or the site has another of that name.
        VersionConflict: it changed since the actor saw it.
    """
    ensure_may(work.actor, Permission.STORAGE_MANAGE)
    scale = _seen(work, scale_id, command.seen_version)
    if problems := _problems(command.name, command.serial_number, command.capacity):
        raise InvalidInput(problems)
    if command.name.strip() != scale.name:
        _ensure_name_is_free(work, scale.site_id, command.name)
    scale.name, scale.serial_number = command.name.strip(), command.serial_number.strip()
    scale.capacity, scale.calibrated_to = command.capacity, command.calibrated_to
    trace.record(work, "scale.revised", scale, about=[("site", scale.site_id)])
    return scale


def end_scale(work: Work, scale_id: UUID, command: EndScale) -> Scale:
    """Take a scale out of use: it is offered no more and sends no more.

    Raises:
        NotFound: no such scale of the actor's.
        NotPermitted: the actor may not manage storage.
        Conflict: it has ended already.
        VersionConflict: it changed since the actor saw it.
    """
    ensure_may(work.actor, Permission.STORAGE_MANAGE)
    scale = _seen(work, scale_id, command.seen_version)
    scale.ended_at = work.now
    trace.record(work, "scale.ended", scale, about=[("site", scale.site_id)])
    return scale


def record_readings(work: Work, scale_id: UUID, sent: Sequence[SentReading]) -> list[ShownReading]:
    """Store what a scale showed, in the order it was sent; a reading sent again is given as it was stored.

    All readings of one call or none. One event for those that are new, with their hash.

    Raises:
        NotFound: no such scale of the actor's.
        NotPermitted: the actor doesn't send readings.
        Conflict: the scale has ended, or a number was used for another mass.
        InvalidInput: names every wrong reading.
    """
    ensure_may(work.actor, Permission.SCALES_SEND)
    scale = scale_for(work, scale_id, lock=True)
    if scale.ended_at is not None:
        raise Conflict(say("秤 {name} 已停用，不再接收读数", name=scale.name))
    if problems := _reading_problems(work, scale, sent):
        raise InvalidInput(problems)
    stored = _stored(work, scale, sent)
    _ensure_same(sent, stored)
    rows = {
        reading.reading_number: _row(work, scale, reading)
        for reading in sent
        if reading.reading_number not in stored
    }
    if rows:
        insert_many(work.session, ScaleReading, list(rows.values()))
        park_id = work.session.get_one(Site, scale.site_id).park_id
        trace.record(
            work,
            "scale.readings_taken",
            scale,
            park_id=park_id,
            count=len(rows),
            readings_sha256=_hash(list(rows.values())),
        )
        stored = _stored(work, scale, sent)
    return [ShownReading(scale, stored[reading.reading_number], work.now) for reading in sent]


def forget_old_readings(work: Work) -> int:
    """Drop what scales showed long ago and nothing was weighed by; gives their number."""
    old = ScaleReading.received_at < work.now - limits().kept
    gone = work.session.scalars(
        delete(ScaleReading).where(old, ScaleReading.container_id.is_(None)).returning(ScaleReading.id)
    )
    return len(gone.all())


def _seen(work: Work, scale_id: UUID, seen_version: int | None) -> Scale:
    scale = scale_for(work, scale_id, lock=True)
    if seen_version is not None and seen_version != scale.version:
        raise VersionConflict(say("秤 {name} 刚被他人修改，请刷新后重试", name=scale.name))
    if scale.ended_at is not None:
        raise Conflict(say("秤 {name} 已停用", name=scale.name))
    return scale


def _ensure_name_is_free(work: Work, site_id: UUID, name: str) -> None:
    if work.session.scalar(select(Scale.id).where(Scale.site_id == site_id, Scale.name == name.strip())):
        raise Conflict(say("该场所已有名为“{name}”的秤", name=name.strip()))


def _problems(name: str, serial_number: str, capacity: Grams) -> list[FieldProblem]:
    problems = []
    if not name.strip():
        problems.append(FieldProblem("#/name", say("请填写秤的名称，如 蓝牙秤 02")))
    if not SERIAL_NUMBER.fullmatch(serial_number.strip()):
        problems.append(FieldProblem("#/serial_number", say("出厂编号只用字母、数字和 . / _ -")))
    if not 0 < capacity <= MAX_CAPACITY:
        problems.append(FieldProblem("#/capacity_kg", say("最大秤量应大于 0，不超过 200 t")))
    return problems


def _reading_problems(work: Work, scale: Scale, sent: Sequence[SentReading]) -> list[FieldProblem]:
    if not 0 < len(sent) <= MOST_AT_ONCE:
        return [FieldProblem("#/readings", say("一次发送 1 至 {most} 个读数", most=MOST_AT_ONCE))]
    problems = []
    numbers: set[str] = set()
    for place, reading in enumerate(sent):
        at = f"#/readings/{place}"
        if not READING_NUMBER.fullmatch(reading.reading_number):
            problems.append(
                FieldProblem(f"{at}/reading_number", say("读数编号只用字母、数字和 . : _ -，1 至 60 位"))
            )
        elif reading.reading_number in numbers:
            problems.append(FieldProblem(f"{at}/reading_number", say("同一次发送中编号重复")))
        numbers.add(reading.reading_number)
        if reading.mass > scale.capacity:
            problems.append(FieldProblem(f"{at}/mass_kg", say("读数超过这台秤的最大秤量")))
        if reading.taken_at > work.now + limits().ahead:
            problems.append(FieldProblem(f"{at}/taken_at", say("读数时间不能晚于现在，请校准秤的时钟")))
    return problems


def _stored(work: Work, scale: Scale, sent: Sequence[SentReading]) -> dict[str, ScaleReading]:
    numbers = [reading.reading_number for reading in sent]
    rows = work.session.scalars(
        select(ScaleReading).where(
            ScaleReading.scale_id == scale.id, ScaleReading.reading_number.in_(numbers)
        )
    )
    return {row.reading_number: row for row in rows}


def _ensure_same(sent: Sequence[SentReading], stored: dict[str, ScaleReading]) -> None:
    for reading in sent:
        known = stored.get(reading.reading_number)
        if known is not None and (known.mass, known.is_stable) != (reading.mass, reading.is_stable):
            raise Conflict(say("读数编号 {number} 已用于另一个读数", number=reading.reading_number))


def _row(work: Work, scale: Scale, reading: SentReading) -> dict[str, object]:
    return {
        "id": new_id(),
        "scale_id": scale.id,
        "reading_number": reading.reading_number,
        "mass": reading.mass,
        "is_stable": reading.is_stable,
        "taken_at": min(reading.taken_at, work.now),
        "received_at": work.now,
        "calibrated_to": scale.calibrated_to,
        "container_id": None,
    }


def _hash(rows: Sequence[dict[str, object]]) -> str:
    """SHA-256 over number, grams, stability and instant of each reading, one a line."""
    lines = [
        f"{row['reading_number']} {row['mass']} {row['is_stable']} {instant_text(row['taken_at'])}"  # type: ignore[arg-type]
        for row in rows
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
