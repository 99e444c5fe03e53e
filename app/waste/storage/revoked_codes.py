"""Prints that another print replaced: their QR codes are genuine, and count no more.

Only what no state tells is kept here: that a container is voided or a consignment over, its own row says. Rows are
only ever added, each under the event of the act that replaced the print.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base
from app.foundation.core.work import Work
from app.foundation.documents.qr_revocation import entry_of


class RevokedCode(Base):
    """One replaced print of a container's label or a consignment's manifest."""

    __tablename__ = "revoked_codes"

    thing_kind: Mapped[str] = mapped_column(String(20))
    thing_id: Mapped[UUID] = mapped_column(index=True)
    entry: Mapped[str] = mapped_column(String(16), index=True)
    """What the revocation list says of it, as hex."""
    revoked_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime | None]
    """When the code would end by itself; None: it has no end."""
    event_id: Mapped[UUID]


def revoke_print(
    work: Work,
    kind: str,
    thing_id: UUID,
    printed: str,
    *,
    event_id: UUID,
    expires_at: datetime | None = None,
) -> RevokedCode:
    """Note that a print was replaced by the act of this event. `kind` is "container" or "consignment"; `printed`
    names the print as `qr_revocation.container_print` and `consignment_print` do."""
    revoked = RevokedCode(
        thing_kind=kind,
        thing_id=thing_id,
        entry=entry_of(printed).hex(),
        revoked_at=work.now,
        expires_at=expires_at,
        event_id=event_id,
    )
    work.session.add(revoked)
    return revoked
