"""The list of containers as a spreadsheet: headings as texts, rows as plain values."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Final

from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams, kg_text
from app.foundation.documents.spreadsheet import Value
from app.waste.storage.models import STATE_WORDS
from app.waste.storage.queries import ContainerRow

HEADER: Final = (
    say("数字识别码"),
    say("短码"),
    say("自编号"),
    say("废物代码"),
    say("废物类别"),
    say("俗称"),
    say("形态"),
    say("危险特性"),
    say("包装"),
    say("容积 L"),
    say("毛重 kg"),
    say("皮重 kg"),
    say("净重 kg"),
    say("产生日期"),
    say("产生批次编码"),
    say("状态"),
    say("贮存设施"),
    say("分区"),
    say("入库时间"),
    say("标签打印次数"),
)


def export_rows(rows: Iterable[ContainerRow], render: Callable[[Text], str]) -> Iterator[tuple[Value, ...]]:
    """A row of values for each container, in the order of `HEADER`; masses are exact kilograms."""
    for row in rows:
        item = row.container
        yield (
            item.code,
            item.short_code,
            item.local_label,
            item.waste_code,
            row.stream.category,
            row.stream.local_name,
            item.form.value if item.form else "",
            ", ".join(item.hazards),
            item.package,
            Decimal(item.volume_ml) / 1000 if item.volume_ml is not None else None,
            _kg(item.gross),
            _kg(item.tare),
            _kg(item.net),
            item.generated_on,
            item.batch_number,
            render(STATE_WORDS[item.state]),
            row.facility.name if row.facility else "",
            f"{row.zone.code} {row.zone.name}" if row.zone else "",
            item.stored_at,
            item.label_prints,
        )


def _kg(mass: Grams | None) -> Decimal | None:
    return None if mass is None else Decimal(kg_text(mass))
