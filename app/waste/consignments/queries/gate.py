"""The third weight of a consignment: the consignee's weighbridge, beside what its scale said container by container."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.foundation.core.clock import instant_at, local_day
from app.foundation.core.text import say
from app.foundation.core.units import Grams, kg_text
from app.foundation.core.work import Work
from app.foundation.rulebook.loader import limits_of
from app.waste.consignments.models import Consignment, ConsignmentLine
from app.waste.registry.declaring.models import DifferenceKind
from app.waste.registry.models import WasteStream
from app.waste.registry.queries import Books
from app.waste.storage.differences import Difference

TOLERANCE = "DISC-1"
"""What a weighbridge may err: 3 % or 50 kg, the larger (domain-rules 7.6)."""


def gate_net(consignment: Consignment) -> Grams | None:
    """What the vehicle left at the consignee's, by its weighbridge; None until the empty vehicle was weighed."""
    if consignment.gate_gross is None or consignment.gate_tare is None:
        return None
    return Grams(consignment.gate_gross - consignment.gate_tare)


def gate_difference(consignment: Consignment) -> Grams | None:
    """By how much the weighbridge's net mass differs from what was weighed one by one, beyond what it may err."""
    net, received = gate_net(consignment), consignment.received_mass
    if net is None or not received:
        return None
    limits = limits_of(TOLERANCE)
    allowed = max(limits["share"].share_of(received), limits["mass"].grams)
    return Grams(net - received) if abs(net - received) > allowed else None


def gate_differences(work: Work, books: Books, since: date) -> Iterator[Difference]:
    """Where the weighbridge said otherwise than the scale, for the consignee to explain; a source of `differences`.

    One statement.
    """
    first = aliased(ConsignmentLine)
    number = (
        select(func.min(first.line_number))
        .where(first.consignment_id == Consignment.id)
        .correlate(Consignment)
        .scalar_subquery()
    )
    rows = work.session.execute(
        select(Consignment, WasteStream, Consignment.consignee_site_id)
        .join(ConsignmentLine, ConsignmentLine.consignment_id == Consignment.id)
        .join(WasteStream, WasteStream.id == ConsignmentLine.stream_id)
        .where(
            ConsignmentLine.line_number == number,
            Consignment.consignee_site_id.in_(books.sites),
            Consignment.gate_gross.is_not(None),
            Consignment.gate_tare.is_not(None),
            Consignment.received_mass > 0,
            Consignment.closed_at >= instant_at(since, 0, zone=work.actor.zone),
        )
    )
    for consignment, stream, site_id in rows:
        mass = gate_difference(consignment)
        if mass is not None and site_id is not None:
            yield _difference(work, consignment, stream, site_id, mass)


def _difference(
    work: Work, consignment: Consignment, stream: WasteStream, site_id: UUID, mass: Grams
) -> Difference:
    net, received = gate_net(consignment), consignment.received_mass
    return Difference(
        kind=DifferenceKind.WEIGHING,
        site_id=site_id,
        stream_id=stream.id,
        waste_code=stream.waste_code,
        local_name=stream.local_name,
        waste_kind=stream.kind,
        on=local_day(consignment.closed_at or work.now, work.actor.zone),
        mass=mass,
        about_id=consignment.id,
        title=say(
            "联单 {number}：地磅净重 {gate} kg，逐件过磅合计 {received} kg",
            number=consignment.number,
            gate=kg_text(net or 0),
            received=kg_text(received or 0),
        ),
    )
