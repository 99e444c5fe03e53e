"""Codes of containers: the 37 characters of HJ 1276 and the short code under the QR."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.foundation.catalogue.codes import ContainerCode
from app.foundation.core.bulk import insert_rows, present_in
from app.foundation.core.errors import Conflict
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.documents.short_code import new_short_codes
from app.waste.registry.numbering import next_serial
from app.waste.storage.models import ShortCode

LAST_SERIAL = 999
"""HJ 1276: three digits, so at most 999 containers of one waste on one day."""


def series_of(credit_code: str, waste_code: str, day: date) -> str:
    """The series container serials are drawn from: per credit code, waste code and day."""
    return f"container/{credit_code}/{waste_code}/{day:%Y%m%d}"


def draw_container_code(work: Work, credit_code: str, waste_code: str, day: date) -> ContainerCode:
    """The next code of that waste on that day, never doubled or reused (HJ 1276-2022, 4.4).

    Raises:
        Conflict: all 999 serials of the day are used.
    """
    serial = next_serial(work, series_of(credit_code, waste_code, day))
    if serial > LAST_SERIAL:
        raise Conflict(
            say(
                "{code} 在 {day} 的 999 个容器序号已用完，请改用次日日期",
                code=waste_code,
                day=day.isoformat(),
            )
        )
    return ContainerCode(credit_code, waste_code, day, serial)


def draw_short_code(work: Work, kind: str, thing_id: UUID) -> str:
    """A short code for one thing, unique in the deployment over containers and consignments."""
    return draw_short_codes(work, kind, [thing_id])[0]


def draw_short_codes(work: Work, kind: str, thing_ids: Sequence[UUID]) -> list[str]:
    """A short code for each of many things; forty random bits make a collision a rare second draw."""
    codes: list[str] = []
    taken: set[str] = set()
    while len(codes) < len(thing_ids):
        drawn = set(new_short_codes(len(thing_ids) - len(codes))) - taken
        taken |= drawn
        codes += sorted(drawn - present_in(work.session, ShortCode.code, drawn))
    insert_rows(
        work.session,
        ShortCode,
        ("id", "code", "thing_kind", "thing_id"),
        ((new_id(), code, kind, thing_id) for code, thing_id in zip(codes, thing_ids, strict=True)),
    )
    return codes
