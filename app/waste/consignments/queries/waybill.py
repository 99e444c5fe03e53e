"""What is known of the waybill before anybody types it: the wastes as they went last time."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import func, select

from app.foundation.core.work import Work
from app.waste.consignments.goods import DangerousGoods, goods_of
from app.waste.consignments.models import Consignment, ConsignmentLine


def known_goods(
    work: Work, consignment: Consignment, lines: Iterable[ConsignmentLine]
) -> Mapping[int, DangerousGoods]:
    """How each line goes as dangerous goods, by its number: as it says itself, else as the consignor's last other
    consignment with the same waste stream said. At most one statement; lines that nothing is known of are left out."""
    rows = list(lines)
    own = {line.line_number: line.goods for line in rows}
    last = _last_time(work, consignment, {line.stream_id for line in rows if not line.dangerous_goods})
    found = {line.line_number: own[line.line_number] or last.get(line.stream_id) for line in rows}
    return {number: goods for number, goods in found.items() if goods is not None}


def _last_time(
    work: Work, consignment: Consignment, stream_ids: set[UUID]
) -> Mapping[UUID, DangerousGoods | None]:
    if not stream_ids:
        return {}
    newest_first = func.row_number().over(
        partition_by=ConsignmentLine.stream_id,
        order_by=(ConsignmentLine.consignment_id.desc(), ConsignmentLine.line_number),
    )
    written = (
        select(ConsignmentLine.stream_id, ConsignmentLine.dangerous_goods, newest_first.label("place"))
        .join(Consignment, Consignment.id == ConsignmentLine.consignment_id)
        .where(
            ConsignmentLine.stream_id.in_(stream_ids),
            ConsignmentLine.dangerous_goods["un_number"].as_string() != "",
            Consignment.consignor_id == consignment.consignor_id,
            Consignment.id != consignment.id,
        )
        .subquery()
    )
    chosen = select(written.c.stream_id, written.c.dangerous_goods).where(written.c.place == 1)
    return {stream_id: goods_of(goods) for stream_id, goods in work.session.execute(chosen)}
