"""The lists of contracts and crossings as spreadsheets: headings as texts, rows as plain values."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Final

from app.foundation.core.text import Text, say
from app.foundation.core.units import tonnes_text
from app.foundation.documents.spreadsheet import Value
from app.waste.clearances.models import (
    CONTRACT_KIND_WORDS,
    CONTRACT_STATE_WORDS,
    CROSSING_KIND_WORDS,
    CROSSING_STATE_WORDS,
)
from app.waste.clearances.queries import ContractRow, CrossingRow

Render = Callable[[Text], str]

CONTRACT_HEADER: Final = (
    say("合同编号"),
    say("移出单位"),
    say("对方单位"),
    say("委托内容"),
    say("废物代码"),
    say("有效期起"),
    say("有效期止"),
    say("状态"),
    say("核实日期"),
    say("签署时间"),
)
CROSSING_HEADER: Final = (
    say("编号"),
    say("类别"),
    say("移出单位"),
    say("接收单位"),
    say("移出省份"),
    say("移入省份"),
    say("废物代码"),
    say("申请量 t"),
    say("批准量 t"),
    say("已转移 t"),
    say("转移次数"),
    say("批准文号"),
    say("有效期止"),
    say("状态"),
)


def contract_rows(rows: Iterable[ContractRow], render: Render) -> Iterator[tuple[Value, ...]]:
    """A row of values for each contract, in the order of `CONTRACT_HEADER`."""
    for row in rows:
        contract = row.contract
        yield (
            contract.number,
            row.producer_name,
            row.partner_name,
            render(CONTRACT_KIND_WORDS[contract.kind]),
            ", ".join(row.waste_codes),
            contract.valid_from,
            contract.valid_to,
            render(CONTRACT_STATE_WORDS[row.state]),
            contract.checked_on,
            contract.signed_at,
        )


def crossing_rows(rows: Iterable[CrossingRow], render: Render) -> Iterator[tuple[Value, ...]]:
    """A row of values for each waste of each crossing, in the order of `CROSSING_HEADER`; tonnes exact."""
    for row in rows:
        crossing = row.crossing
        for code, named in row.cover.wastes.items():
            yield (
                crossing.number,
                render(CROSSING_KIND_WORDS[crossing.kind]),
                row.consignor_name,
                row.consignee_name,
                crossing.from_province,
                crossing.to_province,
                code,
                _tonnes(named.waste.applied),
                _tonnes(named.waste.approved),
                _tonnes(named.drawn),
                row.cover.trips,
                crossing.decision_number,
                crossing.valid_to,
                render(CROSSING_STATE_WORDS[row.state]),
            )


def _tonnes(mass: int | None) -> Decimal | None:
    return None if mass is None else Decimal(tonnes_text(mass))
