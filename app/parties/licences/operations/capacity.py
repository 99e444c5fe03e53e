"""Entries of a licence's capacity: reserved before a receipt, given back, used at it. Callers record the event."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, insert, literal, select, union_all
from sqlalchemy.orm import aliased

from app.foundation import trace
from app.foundation.catalogue.codes import is_waste_code
from app.foundation.core.errors import FieldProblem, InvalidInput, NotFound
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import RuleFinding, assess
from app.foundation.rulebook.decision import RuleViolated
from app.foundation.rulebook.outcome import OutcomeKind
from app.foundation.rulebook.overlays import Jurisdiction
from app.parties.licences.capacity import LicenceScope, capacity_of
from app.parties.licences.charge import ensure_in_charge
from app.parties.licences.commands import RecordEarlierUse
from app.parties.licences.events import LicenceEvent
from app.parties.licences.facts import scale_facts
from app.parties.licences.models import (
    CapacityEntry,
    CapacityKind,
    CapacitySource,
    LicenceLine,
    OperatingLicence,
)
from app.parties.licences.operations.licences import locked_licence
from app.parties.licences.policy import ensure_may_manage
from app.parties.licences.rules import RULES

SCALE_RULE = "HWLM-10-scale"
COLUMNS = (
    "id", "licence_id", "year", "kind", "waste_code", "mass", "source_kind", "source_id", "note", "event_id",
    "reversal_id", "recorded_at",
)  # fmt: skip


def reserve_capacity(
    work: Work,
    licence_id: UUID,
    masses_by_code: Mapping[str, Grams],
    *,
    source_kind: CapacitySource,
    source_id: UUID,
    event_id: UUID,
    note: str = "",
    year: int | None = None,
    may_exceed: bool = False,
    jurisdiction: Sequence[Jurisdiction] = (),
) -> LicenceScope:
    """Reserve masses (g) of a licence's yearly scale; gives the capacity as it is afterwards (HWLM 10). Three statements.

    The licence and its lines are locked, lines in id order, until the transaction ends: of reservations at once,
    no two take the same rest. A source that books several licences does so in the order of their ids.

    Args:
        note: what people call the source, such as its number.
        year: of the planned receipt; that of today if not given.
        may_exceed: reserve beyond 100 % too, where another check decides about it.

    Raises:
        NotFound: no such licence.
        RuleViolated: the whole or a line would go above its yearly scale (HWLM-10-scale).
        ValueError: a mass is not above zero.
    """
    if any(mass <= 0 for mass in masses_by_code.values()):
        raise ValueError("only masses above zero can be reserved")
    year = year or work.today.year
    _lock(work, licence_id)
    scope = capacity_of(work, [licence_id], year)[licence_id]
    stops = scale_findings(work, scope, masses_by_code, jurisdiction)
    if stops and not may_exceed:
        raise RuleViolated(stops)
    source = {"source_kind": source_kind, "source_id": source_id, "note": note, "event_id": event_id}
    if rows := _rows(work, licence_id, year, CapacityKind.RESERVED, masses_by_code, source):
        work.session.execute(insert(CapacityEntry), rows)
    return scope.with_reserved(masses_by_code)


def scale_findings(
    work: Work,
    scope: LicenceScope,
    masses_by_code: Mapping[str, Grams],
    jurisdiction: Sequence[Jurisdiction] = (),
) -> list[RuleFinding]:
    """Where a reservation of these masses would go above the yearly scale; no statement."""
    facts = scale_facts(scope, booking=masses_by_code)
    found = assess(
        {SCALE_RULE: RULES[SCALE_RULE]}, facts, on=work.today, jurisdiction=jurisdiction or (Jurisdiction(),)
    )
    return [one for one in found if one.outcome is OutcomeKind.FINDING]


def release_capacity(work: Work, source_id: UUID, *, event_id: UUID) -> None:
    """Give back everything that a source has reserved and not given back yet; one statement.

    Nothing happens if there is nothing: acts that end a source need not know whether it reserved.
    """
    work.session.execute(insert(CapacityEntry).from_select(COLUMNS, _given_back(work, source_id, event_id)))


def _given_back(work: Work, source_id: UUID, event_id: UUID) -> Select[*tuple[Any, ...]]:
    """The opposite of each reservation of a source that has none yet. An entry and its opposite name each other."""
    entry, back = CapacityEntry, aliased(CapacityEntry)
    return select(
        entry.reversal_id,
        entry.licence_id,
        entry.year,
        entry.kind,
        entry.waste_code,
        -entry.mass,
        entry.source_kind,
        entry.source_id,
        entry.note,
        literal(event_id, entry.event_id.type),
        entry.id,
        literal(work.now, entry.recorded_at.type),
    ).where(
        entry.source_id == source_id,
        entry.kind == CapacityKind.RESERVED,
        ~exists().where(back.id == entry.reversal_id),
    )


def use_licence(
    work: Work, licence_id: UUID, masses: Mapping[str, Grams], *, consignment_id: UUID, event_id: UUID
) -> None:
    """Turn what a consignment reserved into what its receipt used, by waste code, in the calendar year of today.

    Called by the receipt's own operation, whose event names the masses. One statement. A mass below zero corrects an
    earlier one.
    """
    source = {
        "source_kind": CapacitySource.CONSIGNMENT,
        "source_id": consignment_id,
        "note": "",
        "event_id": event_id,
    }
    rows = _rows(work, licence_id, work.today.year, CapacityKind.USED, masses, source)
    types = {name: CapacityEntry.__table__.c[name].type for name in COLUMNS}
    used = [
        select(*(literal(value, types[name]) for name, value in row.items()))
        for row in ({name: row[name] for name in COLUMNS} for row in rows)
    ]
    changes = union_all(*used, _given_back(work, consignment_id, event_id))
    work.session.execute(insert(CapacityEntry).from_select(COLUMNS, changes))


def record_earlier_use(work: Work, licence_id: UUID, command: RecordEarlierUse) -> OperatingLicence:
    """Enter what a licence took in this year before its firm used the platform, so that what is left is right.

    Raises:
        NotPermitted: the actor doesn't enter licences, or the firm belongs to another park.
        NotFound, VersionConflict: see `locked_licence`.
        InvalidInput: no mass, one that is not above zero, or a code the licence doesn't cover.
    """
    ensure_may_manage(work.actor)
    licence = locked_licence(work, licence_id, command.seen_version)
    ensure_in_charge(work, licence.organisation_id)
    scope = capacity_of(work, [licence_id], command.year)[licence_id]
    problems = [
        FieldProblem(f"#/masses/{code}", say("{code} 应在许可范围内，质量大于 0", code=code))
        for code, mass in command.masses.items()
        if mass <= 0 or not is_waste_code(code) or not scope.covers(code)
    ]
    if not command.masses:
        problems.append(FieldProblem("#/masses", say("请填写至少一个代码的质量")))
    if problems:
        raise InvalidInput(problems)
    event_id = new_id()
    source = {
        "source_kind": CapacitySource.EARLIER,
        "source_id": licence_id,
        "note": command.note,
        "event_id": event_id,
    }
    rows = _rows(work, licence_id, command.year, CapacityKind.USED, command.masses, source)
    work.session.execute(insert(CapacityEntry), rows)
    trace.record(
        work,
        LicenceEvent.EARLIER_USE_RECORDED,
        licence,
        about=[("organisation", licence.organisation_id)],
        event_id=event_id,
        year=command.year,
        masses=dict(command.masses),
    )
    return licence


def _lock(work: Work, licence_id: UUID) -> None:
    """Lock all editions of a licence with their lines, lines in id order."""
    root = select(OperatingLicence.root_id).where(OperatingLicence.id == licence_id).scalar_subquery()
    lines = work.session.scalars(
        select(LicenceLine.id)
        .join(OperatingLicence, OperatingLicence.id == LicenceLine.licence_id)
        .where(OperatingLicence.root_id == root)
        .order_by(LicenceLine.id)
        .with_for_update(key_share=True)
    ).all()
    if not lines:
        raise NotFound(say("没有这张经营许可证"))


def _rows(
    work: Work,
    licence_id: UUID,
    year: int,
    kind: CapacityKind,
    masses: Mapping[str, Grams],
    source: Mapping[str, Any],
) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "reversal_id": new_id(),
            "licence_id": licence_id,
            "year": year,
            "kind": kind,
            "waste_code": waste_code,
            "mass": mass,
            "recorded_at": work.now,
            **source,
        }
        for waste_code, mass in sorted(masses.items())
        if mass
    ]
