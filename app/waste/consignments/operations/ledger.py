"""What a consignment writes into the consignor's official ledger: table B.3 when it leaves, B.5 when it is accepted."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.licences.models import OperatingLicence
from app.waste.consignments.queries import Item, Papers
from app.waste.registry.models import LedgerTable
from app.waste.registry.operations.handling import (
    Handled,
    Handling,
    LastRecord,
    record_entrusted,
    record_stock_out,
)
from app.waste.storage.lineage import handed_down_records

LICENSED = "许可证持有单位"
"""Kind of receiver in table B.5; a text of the official table, not of a screen."""


def enter_stock_out(work: Work, papers: Papers, posting_ids: Sequence[UUID]) -> None:
    """A line of table B.3 for every container that leaves, all under one batch number. Three statements."""
    known = _last(work, papers, LedgerTable.STOCK_IN)
    packages = [
        _handled(item, posting_id, item.consigned.sent_mass, known)
        for item, posting_id in zip(papers.items, posting_ids, strict=True)
    ]
    record_stock_out(work, _handling(work, papers), packages)


def enter_entrusted(
    work: Work, papers: Papers, posting_ids: Mapping[UUID, UUID], licence: OperatingLicence | None
) -> None:
    """A line of table B.5 for every container that was accepted, as received; `posting_ids` by container.

    All of one method stand under one batch number. A refused one gets its line of table B.2 when it is back, a missing
    one is a difference to explain. Three statements, two more for every further method.
    """
    known = _last(work, papers, LedgerTable.STOCK_OUT)
    of_method: dict[str, list[Handled]] = {}
    for item in papers.taken:
        method = item.line.method_code or papers.consignment.planned_method
        mass = item.consigned.received_mass or item.consigned.sent_mass
        package = _handled(item, posting_ids[item.container.id], mass, known)
        of_method.setdefault(method, []).append(package)
    for method, packages in of_method.items():
        record_entrusted(work, _handling(work, papers, licence, method), packages)


def _last(work: Work, papers: Papers, table: LedgerTable) -> Mapping[UUID, LastRecord]:
    containers = [item.container for item in papers.items]
    return handed_down_records(work, table, papers.consignor_site.id, containers)


def _handling(
    work: Work, papers: Papers, licence: OperatingLicence | None = None, method: str = ""
) -> Handling:
    consignment, receiver = papers.consignment, papers.consignee
    name = receiver.name if receiver else ""
    return Handling(
        organisation_id=papers.consignor.id,
        site_id=papers.consignor_site.id,
        happened_at=work.now,
        destination=name,
        method_code=method or consignment.planned_method,
        receiver_kind=LICENSED if licence else "",
        receiver_name=name,
        licence_number=licence.number if licence else "",
        details={"consignment": consignment.number, "manifest": consignment.national_number or ""},
    )


def _handled(item: Item, posting_id: UUID, mass: Grams, known: Mapping[UUID, LastRecord]) -> Handled:
    last = known.get(item.container.id)
    return Handled(
        posting_id=posting_id,
        stream_id=item.line.stream_id,
        mass=mass,
        local_name=last.local_name if last else item.line.waste_name,
        waste_name=item.line.waste_name,
        container_id=item.container.id,
        container_code=item.container.code,
        container_kind=item.container.package,
        source_batch=last.batch_number if last else item.container.batch_number,
        facility_code=last.facility_code if last else "",
        facility_type=last.facility_type if last else "",
    )
