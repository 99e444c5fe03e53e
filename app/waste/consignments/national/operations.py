"""Bringing in a file of the national system: what agrees is written, what doesn't is told and left alone."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.foundation import trace
from app.foundation.core.errors import FieldProblem, InvalidInput, NotPermitted
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Actor, Work
from app.foundation.trace.recording import Thing
from app.parties.accounts.permissions import Permission
from app.waste.consignments.commands import ConfirmConsignment, RecordNationalNumber
from app.waste.consignments.commands.paper import Backfill
from app.waste.consignments.events import NationalEvent
from app.waste.consignments.models import Consignment, NationalImport
from app.waste.consignments.national.matching import Effect, Match, match_rows
from app.waste.consignments.national.reading import FileFault, read_national
from app.waste.consignments.operations.drafting import record_national_number
from app.waste.consignments.operations.paper import backfill
from app.waste.consignments.operations.results import confirm_consignment


@dataclass(frozen=True)
class ImportNational:
    """A file as it was uploaded."""

    filename: str
    content: bytes


@dataclass(frozen=True)
class NationalVerdict:
    """What a file would do."""

    fault: FileFault | None
    matches: tuple[Match, ...] = ()
    headers: dict[str, tuple[str, ...]] | None = None

    def doing(self, effect: Effect) -> list[Match]:
        """The lines that do something, or nothing and have nothing against them."""
        return [
            match
            for match in self.matches
            if match.effect is effect and (effect is not Effect.NOTHING or match.is_clean)
        ]

    @property
    def effects(self) -> list[Match]:
        """The lines that change something."""
        return [match for match in self.matches if match.effect is not Effect.NOTHING]

    @property
    def conflicts(self) -> list[Match]:
        """The lines with something that stops them or doesn't agree."""
        return [match for match in self.matches if not match.is_clean]


def ensure_may_import(actor: Actor) -> None:
    """Pass for whoever sends or receives waste for a firm.

    Raises:
        NotPermitted: everybody else.
    """
    works = actor.may(Permission.CONSIGNMENTS_SEND) or actor.may(Permission.CONSIGNMENTS_RECEIVE)
    if actor.organisation_id is None or not works:
        raise NotPermitted(say("国家系统的联单由移出单位或接受单位导入"))


def judge_national(work: Work, command: ImportNational) -> NationalVerdict:
    """Read a file and compare it with what the actor may know of; nothing is stored.

    Raises:
        NotPermitted: see `ensure_may_import`.
    """
    ensure_may_import(work.actor)
    reading = read_national(command.content, command.filename, work.today, work.actor.zone)
    if reading.fault is not None:
        return NationalVerdict(reading.fault)
    return NationalVerdict(None, tuple(match_rows(work, reading.rows)), dict(reading.headers))


def import_national(work: Work, command: ImportNational) -> tuple[NationalImport, NationalVerdict]:
    """Write the numbers and note the confirmations that a file tells: an event for each consignment, one for the file.

    The file is compared anew, so that what changed since somebody looked at the verdict counts.

    Raises:
        NotPermitted: see `ensure_may_import`.
        InvalidInput: the file can't be read, or there is nothing in it to write.
    """
    verdict = judge_national(work, command)
    if verdict.fault is not None:
        raise InvalidInput([FieldProblem("#/file", verdict.fault.text)])
    if not verdict.effects:
        raise InvalidInput([FieldProblem("#/file", say("没有可写入的编号或确认；与平台一致的行不用再导入"))])
    conflicts, touched = len(verdict.conflicts), _apply(work, verdict.effects)
    assert work.actor.organisation_id is not None  # else it were not permitted
    imported = NationalImport(
        id=new_id(),
        organisation_id=work.actor.organisation_id,
        user_id=work.actor.user_id,
        filename=command.filename[:200],
        file_sha256=hashlib.sha256(command.content).hexdigest(),
        row_count=len(verdict.matches),
        number_count=len(verdict.doing(Effect.NUMBER)),
        confirmed_count=len(verdict.doing(Effect.CONFIRM)),
        conflict_count=conflicts,
        imported_at=work.now,
    )
    work.session.add(imported)
    work.session.flush()
    trace.record(
        work,
        NationalEvent.IMPORTED,
        imported,
        about=touched,
        park_id=work.actor.park_id,
    )
    return imported, verdict


def _apply(work: Work, matches: Sequence[Match]) -> list[Thing]:
    touched: list[Thing] = []
    for match in matches:
        consignment = match.consignment
        assert consignment is not None  # an effect is on one
        if match.effect is Effect.NUMBER:
            _write_number(work, consignment, match.row.national_number)
        else:
            day = match.row.received_on
            assert isinstance(day, date)  # without one it isn't confirmed
            confirm_consignment(work, consignment.id, ConfirmConsignment(day, consignment.version))
        touched.append((consignment.trace_kind, consignment.id))
    return touched


def _write_number(work: Work, consignment: Consignment, number: str) -> None:
    """Before the consignor signs it is entered; what went with a paper manifest is entered afterwards (HWTM 20)."""
    if consignment.paper_number and consignment.departed_at is not None:
        backfill(work, consignment.id, Backfill(number, consignment.version))
    else:
        record_national_number(work, consignment.id, RecordNationalNumber(number, consignment.version))
