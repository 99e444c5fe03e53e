"""What is on file, what was done last, and what is due."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select

from app.foundation.core.due import Due
from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.models import Site
from app.parties.accounts.permissions import Permission
from app.waste.registry.policy import sites_seen
from app.waste.storage.models import Facility
from app.waste.storage.queries import facilities_seen
from app.waste.storage.rules.makers import last_day
from app.waste.storage.upkeep.kinds import RecordKind, document_kinds, record_kinds
from app.waste.storage.upkeep.models import StorageDocument, UpkeepRecord

LATEST: int = 2
"""Records of each kind that rules look at: the latest and the one before."""
BACKFILL = "backfill_monitoring"
"""Only where mine voids are filled (GB 18599-2020, 8.2)."""
WARN_DAYS = 30
"""A document that ends, or a yearly task, is worth a look this long before; shorter intervals a third of it."""


def document_for(work: Work, document_id: UUID) -> StorageDocument:
    """A document the actor may see.

    Raises:
        NotFound: none such, or not theirs.
    """
    document = work.session.scalar(
        select(StorageDocument)
        .join(Site, Site.id == StorageDocument.site_id)
        .where(StorageDocument.id == document_id, sites_seen(work.actor))
    )
    if document is None:
        raise NotFound(say("没有这份文件"))
    return document


def documents_of(work: Work, site_id: UUID, facility_id: UUID | None = None) -> Sequence[StorageDocument]:
    """The documents on file for a site, or for one facility of it together with those of the whole site; latest first."""
    chosen = (
        select(StorageDocument)
        .join(Site, Site.id == StorageDocument.site_id)
        .where(StorageDocument.site_id == site_id, StorageDocument.ended_at.is_(None), sites_seen(work.actor))
    )
    if facility_id is not None:
        chosen = chosen.where(
            or_(StorageDocument.facility_id == facility_id, StorageDocument.facility_id.is_(None))
        )
    return work.session.scalars(
        chosen.order_by(StorageDocument.kind, StorageDocument.created_at.desc(), StorageDocument.id)
    ).all()


def records_of(work: Work, facility_id: UUID, limit: int = 100) -> Sequence[UpkeepRecord]:
    """What was recorded of a facility, latest first."""
    return work.session.scalars(
        select(UpkeepRecord)
        .join(Facility, Facility.id == UpkeepRecord.facility_id)
        .where(UpkeepRecord.facility_id == facility_id, facilities_seen(work.actor))
        .order_by(UpkeepRecord.done_on.desc(), UpkeepRecord.id.desc())
        .limit(limit)
    ).all()


@dataclass(frozen=True)
class Upkeep:
    """The latest records of a facility, its site's included, latest first by kind."""

    by_kind: Mapping[str, Sequence[UpkeepRecord]]
    is_kept: bool
    """Whether anything at all was ever recorded for the site: else nobody keeps records here yet."""

    def latest(self, kind: str) -> UpkeepRecord | None:
        records = self.by_kind.get(kind)
        return records[0] if records else None


def latest_upkeep(work: Work, facilities: Collection[Facility]) -> dict[UUID, Upkeep]:
    """The latest two records of each kind, by facility; those of the whole site count for each. One statement."""
    place = func.row_number().over(
        partition_by=(UpkeepRecord.site_id, UpkeepRecord.facility_id, UpkeepRecord.kind),
        order_by=(UpkeepRecord.done_on.desc(), UpkeepRecord.id.desc()),
    )
    ranked = (
        select(UpkeepRecord.id, place.label("place"))
        .where(
            UpkeepRecord.site_id.in_({facility.site_id for facility in facilities}),
            UpkeepRecord.container_id.is_(None),
        )
        .subquery()
    )
    rows = work.session.scalars(
        select(UpkeepRecord)
        .join(ranked, ranked.c.id == UpkeepRecord.id)
        .where(ranked.c.place <= LATEST)
        .order_by(UpkeepRecord.done_on.desc(), UpkeepRecord.id.desc())
    ).all()
    found = {}
    for facility in facilities:
        of_site = [record for record in rows if record.site_id == facility.site_id]
        by_kind: dict[str, list[UpkeepRecord]] = defaultdict(list)
        for record in of_site:
            if record.facility_id in (None, facility.id):
                by_kind[record.kind].append(record)
        found[facility.id] = Upkeep(by_kind, bool(of_site))
    return found


@dataclass(frozen=True)
class DueUpkeep:
    """Something to be done for a facility by a day."""

    facility: Facility
    kind: RecordKind
    last_on: date | None
    due_on: date


def due_upkeep(work: Work, until: date) -> Sequence[DueUpkeep]:
    """What is to be done for the facilities the actor sees up to a day, by the national intervals; two statements.

    What was never done is due on the day that the facility's records began, or today where there are none.
    """
    facilities = work.session.scalars(
        select(Facility)
        .where(facilities_seen(work.actor), Facility.ended_at.is_(None))
        .order_by(Facility.code, Facility.id)
    ).all()
    found = [item for item in _due(work, facilities) if item.due_on <= until] if facilities else []
    return sorted(found, key=lambda item: (item.due_on, item.facility.code, item.kind.key))


def _due(work: Work, facilities: Sequence[Facility]) -> Iterator[DueUpkeep]:
    upkeep = latest_upkeep(work, facilities)
    for facility in facilities:
        for kind in record_kinds().values():
            if kind.interval is None or facility.type not in kind.types:
                continue
            if kind.key == BACKFILL and facility.register.get("is_backfill") is not True:
                continue
            record = upkeep[facility.id].latest(kind.key)
            if record is not None:
                yield DueUpkeep(facility, kind, record.done_on, last_day(record.done_on, kind.interval))
            elif upkeep[facility.id].is_kept:
                yield DueUpkeep(facility, kind, None, work.today)


def due(work: Work, until: date) -> Sequence[Due]:
    """What is to be done and what documents end up to a day, for the agenda; three statements."""
    return [*_due_records(work, until), *_ending_documents(work, until)]


def _due_records(work: Work, until: date) -> Iterator[Due]:
    for item in due_upkeep(work, until):
        facility, interval = item.facility, item.kind.interval
        assert interval is not None  # only what comes again is due
        days = 2 if interval.unit == "d" else WARN_DAYS // 3 if interval.unit == "month" else WARN_DAYS
        yield Due(
            kind=f"upkeep_{item.kind.key}",
            title=say("{kind}：{facility}", kind=item.kind.name, facility=facility.name),
            note=say("最近一次 {day}", day=item.last_on.isoformat()) if item.last_on else say("尚无记录"),
            on=item.due_on,
            opens_on=item.due_on - timedelta(days=days),
            permission=Permission.STORAGE_MANAGE,
            organisation_id=facility.organisation_id,
            site_id=facility.site_id,
            subject_kind="facility",
            subject_id=facility.id,
            source=item.kind.rule_id or "",
        )


def _ending_documents(work: Work, until: date) -> Iterator[Due]:
    documents = work.session.scalars(
        select(StorageDocument)
        .join(Site, Site.id == StorageDocument.site_id)
        .where(sites_seen(work.actor), StorageDocument.ended_at.is_(None), StorageDocument.valid_to <= until)
        .order_by(StorageDocument.valid_to, StorageDocument.id)
    )
    for document in documents:
        assert document.valid_to is not None  # a comparison with nothing is never true
        yield Due(
            kind="document_ends",
            title=say("{document} 到期", document=document_kinds()[document.kind].name),
            note=say("编号 {number}", number=document.number) if document.number else None,
            on=document.valid_to,
            opens_on=document.valid_to - timedelta(days=WARN_DAYS),
            permission=Permission.STORAGE_MANAGE,
            organisation_id=document.organisation_id,
            site_id=document.site_id,
            subject_kind="storage_document",
            subject_id=document.id,
        )
