"""Codes of general waste that a park adds, because the official table is not complete.

The code itself is the catalogue's; adding one is an act with an event, and so lives above the trace log.
"""

from dataclasses import dataclass
from typing import Final

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

MAX_NAME: Final = 100


@dataclass(frozen=True)
class AddGeneralWasteCode:
    """A park wants to use a code of general waste."""

    code: str
    name: str


class TracedGeneralWasteCode(Traced):
    """A general-waste code as the trace log sees it; its name is text that people wrote and stays out."""

    trace_kind = "general_waste_code"
    trace_state = ("park_id", "code", "class_code")

    def __init__(self, code: GeneralWasteCode) -> None:
        self.id = code.id
        self.park_id = code.park_id
        self.code = code.code
        self.class_code = code.class_code


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
    if not may_add_general_waste_codes(work.actor):
        raise NotPermitted(say("只有园区管理员可以维护一般固体废物代码"))
    code, name = tidy(command.code), command.name.strip()
    if problems := [*_code_problems(code), *_name_problems(name)]:
        raise InvalidInput(problems)
    _ensure_new(work, code)
    added = GeneralWasteCode(
        id=new_id(),
        park_id=work.actor.park_id,
        code=code,
        class_code=general_waste_class_of(code),
        name=name,
        created_at=work.now,
    )
    work.session.add(added)
    trace.record(work, "general_waste_code.added", TracedGeneralWasteCode(added))
    return added


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
    if not name:
        return [FieldProblem("#/name", say("请填写废物名称"))]
    if not name.isprintable():
        return [FieldProblem("#/name", say("废物名称里有无法显示的字符，请删去后重填"))]
    if len(name) > MAX_NAME:
        return [FieldProblem("#/name", say("废物名称最多 {limit} 个字", limit=MAX_NAME))]
    return []


def _ensure_new(work: Work, code: str) -> None:
    same = select(GeneralWasteCode.id).where(
        GeneralWasteCode.park_id == work.actor.park_id, GeneralWasteCode.code == code
    )
    if work.session.scalar(same) is not None:
        raise Conflict(say("园区清单中已有代码 {code}", code=code))
