"""Codes of general waste that a park adds, because the official table is not complete.

The code itself is the catalogue's; adding one is an act with an event, and so lives above the trace log.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.foundation import trace
from app.foundation.catalogue.codes import (
    general_waste_class_of,
    general_waste_code_problem,
    is_industrial_general_waste_code,
    tidy,
)
from app.foundation.catalogue.models import GeneralWasteCode
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput, NotPermitted
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Actor, Work
from app.foundation.trace.models import Traced
from app.parties.accounts.permissions import Permission
from app.waste.registry.code_list import CodeListReading, ListedCode, name_problem, read_code_list


@dataclass(frozen=True)
class AddGeneralWasteCode:
    """A park wants to use a code of general waste."""

    code: str
    name: str


class TracedGeneralWasteCode(Traced):
    """A general-waste code as the trace log sees it; its name is text that people wrote and stays out."""

    trace_kind = "general_waste_code"
    trace_state = ("park_id", "code", "class_code")
    trace_starts_in_bulk = True  # the official table comes in without an event for each row
    trace_of = GeneralWasteCode

    def __init__(self, code: GeneralWasteCode) -> None:
        self.id = code.id
        self.park_id = code.park_id
        self.code = code.code
        self.class_code = code.class_code


class CodeList(Traced):
    """A list of codes brought in at once, as the trace log sees it: how many, and a SHA-256 over them."""

    trace_kind = "general_waste_code_list"
    trace_state = ("park_id", "codes", "codes_sha256")

    def __init__(self, park_id: UUID, codes: Sequence[ListedCode]) -> None:
        self.id = new_id()
        self.park_id = park_id
        self.codes = len(codes)
        self.codes_sha256 = hashlib.sha256("\n".join(sorted(one.code for one in codes)).encode()).hexdigest()


def may_add_general_waste_codes(actor: Actor) -> bool:
    """Park operators keep their park's list."""
    return actor.park_id is not None and actor.is_park_staff and actor.may(Permission.CATALOGUE_MANAGE)


def add_general_waste_code(work: Work, command: AddGeneralWasteCode) -> GeneralWasteCode:
    """Put a code of industrial general waste on the list of the actor's park.

    Raises:
        NotPermitted: the actor is no operator of a park.
        InvalidInput: the code's form is wrong (14.6), it isn't industrial waste, or the name is missing or long.
        Conflict: the park has the code already.
    """
    ensure_may_add_codes(work.actor)
    code, name = tidy(command.code), command.name.strip()
    if problems := [*_code_problems(code), *_name_problems(name)]:
        raise InvalidInput(problems)
    _ensure_new(work, code)
    added = _new_code(work, code, name)
    work.session.add(added)
    trace.record(work, "general_waste_code.added", TracedGeneralWasteCode(added))
    return added


def judge_code_list(work: Work, content: bytes, filename: str) -> CodeListReading:
    """The verdict on a file of codes; nothing is stored. One statement.

    Raises:
        NotPermitted: the actor is no operator of a park.
    """
    ensure_may_add_codes(work.actor)
    return read_code_list(content, filename, _codes_of(work))


def import_general_waste_codes(work: Work, reading: CodeListReading) -> int:
    """Put the right rows of a read list on the list of the actor's park, one event; gives how many were new.

    Raises:
        NotPermitted: the actor is no operator of a park.
        InvalidInput: the file can't be read, or holds no code that the park doesn't have.
    """
    ensure_may_add_codes(work.actor)
    assert work.actor.park_id is not None
    if reading.file_problem:
        raise InvalidInput([FieldProblem("#/file", reading.file_problem)])
    known = _codes_of(work)
    new = [one for one in reading.accepted if one.code not in known]
    if not new:
        raise InvalidInput([FieldProblem("#/file", say("文件里没有园区清单还没有的代码"))])
    added = [_new_code(work, one.code, one.name) for one in new]
    work.session.add_all(added)
    trace.record(
        work,
        "general_waste_codes.imported",
        CodeList(work.actor.park_id, new),
        changed=[TracedGeneralWasteCode(code) for code in added],
    )
    return len(new)


def _new_code(work: Work, code: str, name: str) -> GeneralWasteCode:
    return GeneralWasteCode(
        id=new_id(),
        park_id=work.actor.park_id,
        code=code,
        class_code=general_waste_class_of(code),
        name=name,
        created_at=work.now,
    )


def ensure_may_add_codes(actor: Actor) -> None:
    """Pass for operators of a park.

    Raises:
        NotPermitted: the actor is none.
    """
    if not may_add_general_waste_codes(actor):
        raise NotPermitted(say("只有园区管理员可以维护一般固体废物代码"))


def _codes_of(work: Work) -> set[str]:
    return set(
        work.session.scalars(
            select(GeneralWasteCode.code).where(GeneralWasteCode.park_id == work.actor.park_id)
        )
    )


def _code_problems(code: str) -> list[FieldProblem]:
    if problem := general_waste_code_problem(code):
        return [FieldProblem("#/code", problem)]
    if not is_industrial_general_waste_code(code):
        return [
            FieldProblem(
                "#/code", say("S60 及以后是生活、建筑、农业等固体废物，这里只登记工业固体废物（S01-S59）")
            )
        ]
    return []


def _name_problems(name: str) -> list[FieldProblem]:
    text = name_problem(name)
    return [FieldProblem("#/name", text)] if text else []


def _ensure_new(work: Work, code: str) -> None:
    same = select(GeneralWasteCode.id).where(
        GeneralWasteCode.park_id == work.actor.park_id, GeneralWasteCode.code == code
    )
    if work.session.scalar(same) is not None:
        raise Conflict(say("园区清单中已有代码 {code}", code=code))
