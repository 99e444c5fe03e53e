"""Ledger files that came in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation, Site, User
from app.waste.registry.models import LedgerImport
from app.waste.registry.policy import sites_seen
from app.waste.registry.queries.books import ensure_may_read

MAX_PAGE = 100


@dataclass(frozen=True)
class ImportRow:
    """An import as lists show it."""

    imported: LedgerImport
    site_name: str
    organisation_name: str
    user_name: str | None


def imports_page(
    work: Work, *, limit: int = 50, before: UUID | None = None
) -> tuple[Sequence[ImportRow], UUID | None]:
    """A page of the imports the actor may see, newest first, and the cursor of the next page; one statement.

    Raises:
        NotPermitted: the actor may not read ledgers.
    """
    ensure_may_read(work.actor)
    limit = max(1, min(limit, MAX_PAGE))
    chosen = _rows(work).order_by(LedgerImport.id.desc()).limit(limit + 1)
    if before is not None:
        chosen = chosen.where(LedgerImport.id < before)
    rows = [ImportRow(*row) for row in work.session.execute(chosen)]
    more = len(rows) > limit
    return rows[:limit], rows[limit - 1].imported.id if more else None


def import_row(work: Work, import_id: UUID) -> ImportRow:
    """One import the actor may see, with the names of where and who.

    Raises:
        NotPermitted: the actor may not read ledgers.
        NotFound: none such, or not theirs.
    """
    ensure_may_read(work.actor)
    row = work.session.execute(_rows(work).where(LedgerImport.id == import_id)).first()
    if row is None:
        raise NotFound(say("没有这次导入"))
    return ImportRow(*row)


def import_for(work: Work, import_id: UUID) -> LedgerImport:
    """One import the actor may see.

    Raises:
        NotPermitted: the actor may not read ledgers.
        NotFound: none such, or not theirs.
    """
    return import_row(work, import_id).imported


def imports_of_file(work: Work, imported: LedgerImport) -> Sequence[LedgerImport]:
    """All tables that came in with the same file at the same time, this one too; one statement."""
    return work.session.scalars(
        select(LedgerImport)
        .where(
            LedgerImport.site_id == imported.site_id,
            LedgerImport.file_sha256 == imported.file_sha256,
            LedgerImport.imported_at == imported.imported_at,
        )
        .order_by(LedgerImport.id)
    ).all()


def earlier_import(work: Work, site_id: UUID, file_sha256: str) -> LedgerImport | None:
    """The first import of this very file for a site, if it came in before."""
    return work.session.scalar(
        select(LedgerImport)
        .where(LedgerImport.site_id == site_id, LedgerImport.file_sha256 == file_sha256)
        .order_by(LedgerImport.id)
        .limit(1)
    )


def _rows(work: Work) -> Any:
    return (
        select(LedgerImport, Site.name, Organisation.short_name, User.name)
        .join(Site, Site.id == LedgerImport.site_id)
        .join(Organisation, Organisation.id == LedgerImport.organisation_id)
        .outerjoin(User, User.id == LedgerImport.user_id)
        .where(sites_seen(work.actor))
    )
