"""The revocation list as it is now: replaced prints are kept, all else follows from states (ADR 0018)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, literal, null, or_, select, union_all

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.documents.qr import Parsed
from app.foundation.documents.qr_revocation import (
    consignment_name,
    container_name,
    container_print,
    entry_of,
    print_name,
    signed_list,
)
from app.foundation.keys.models import KeyPurpose, SigningKey
from app.foundation.keys.operations import Keyring, Signer, signer
from app.oversight.inspection.verdict import ON_THE_WAY, WITH_CARE
from app.waste.consignments.models import Consignment
from app.waste.consignments.workflow import ConsignmentState
from app.waste.storage.models import Container, ContainerState
from app.waste.storage.revoked_codes import RevokedCode

VALID_FOR: Final = timedelta(hours=1)
"""When a scanner fetches the next list."""
SAME_FOR: Final = timedelta(minutes=15)
"""How long a list without news stays the same one for who asks again."""
LABEL_LIFE: Final = timedelta(days=3 * 366)
"""After the day of generation; thrice as long as hazardous waste may be stored (domain-rules 3.4). Older drums
are judged online only."""
LONGEST_DAY: Final = timedelta(days=2)
"""A consignment's code ends with a day of its park; this is later everywhere."""

WITHDRAWN: Final = (ContainerState.VOIDED, ContainerState.DAMAGED)
RUNNING: Final = frozenset({ConsignmentState.LOADING}) | ON_THE_WAY | WITH_CARE
"""States in which a consignment's code is in use, from loading on."""


@dataclass(frozen=True)
class IssuedList:
    """A list fit to be sent: its bytes, and a tag that changes with the content and every quarter of an hour."""

    number: int
    issued_at: datetime
    next_update_at: datetime
    keys: tuple[str, ...]
    entry_count: int
    signed: bytes
    tag: str


def issued_list(work: Work, keyring: Keyring) -> IssuedList:
    """The list as of now, signed with the newest key of purpose "bundle"; three statements whatever it holds.

    Raises:
        Conflict: there is no key to sign lists with.
    """
    entries, keys = revoked_entries(work), _compromised_keys(work)
    by = signer(work, keyring, KeyPurpose.BUNDLE)
    until = work.now + VALID_FOR
    return IssuedList(
        number=int(work.now.timestamp()),
        issued_at=work.now.replace(microsecond=0),
        next_update_at=until.replace(microsecond=0),
        keys=tuple(key.hex() for key in keys),
        entry_count=len(entries),
        signed=signed_list(work.now, until, keys, entries, by),
        tag=_tag(work.now, keys, entries, by),
    )


def revoked_entries(work: Work) -> list[bytes]:
    """Every entry, sorted; one statement."""
    rows = work.session.execute(
        union_all(_voided(work.today), _over(work.now, work.today), _replaced(work.now, work.today))
    ).all()
    named = (_entry(row.kind, row.name, row.entry, row.mass) for row in rows)
    return sorted({entry for entry in named if entry is not None})


def is_replaced(work: Work, claim: Parsed) -> bool:
    """Whether another print took the place of the one with this claim; one statement, none for typed texts."""
    name = print_name(claim)
    if name is None:
        return False
    kept = select(RevokedCode.id).where(RevokedCode.entry == entry_of(name).hex())
    return work.session.scalar(kept.limit(1)) is not None


def _entry(kind: str, name: str | None, entry: str | None, mass: Grams | None) -> bytes | None:
    if entry is not None:
        is_current = kind == "container" and name and entry_of(container_print(name, mass)).hex() == entry
        return None if is_current else bytes.fromhex(entry)
    if name is None:
        return None
    return entry_of(container_name(name) if kind == "container" else consignment_name(name))


def _voided(today: date) -> Select[*tuple[Any, ...]]:
    return select(
        literal("container").label("kind"),
        Container.code.label("name"),
        null().label("entry"),
        Container.label_mass.label("mass"),
    ).where(Container.state.in_(WITHDRAWN), Container.generated_on >= today - LABEL_LIFE)


def _over(now: datetime, today: date) -> Select[*tuple[Any, ...]]:
    recently = now - LONGEST_DAY
    may_run = or_(
        Consignment.due_on >= today - LONGEST_DAY,
        Consignment.departed_at >= recently,
        Consignment.loading_at >= recently,
    )
    return select(literal("consignment"), Consignment.number, null(), null()).where(
        Consignment.loading_at.is_not(None), Consignment.state.not_in(RUNNING), may_run
    )


def _replaced(now: datetime, today: date) -> Select[*tuple[Any, ...]]:
    """A container's replaced print counts again once the same mass is printed again; then it is no entry."""
    is_alive = or_(
        and_(RevokedCode.expires_at.is_(None), Container.generated_on >= today - LABEL_LIFE),
        RevokedCode.expires_at >= now,
    )
    return (
        select(RevokedCode.thing_kind, Container.code, RevokedCode.entry, Container.label_mass)
        .outerjoin(Container, Container.id == RevokedCode.thing_id)
        .where(is_alive)
    )


def _compromised_keys(work: Work) -> Sequence[bytes]:
    revoked = select(SigningKey.key_id).where(
        SigningKey.purpose == KeyPurpose.QR, SigningKey.revoked_at.is_not(None)
    )
    return sorted(bytes.fromhex(key_id) for key_id in work.session.scalars(revoked))


def _tag(now: datetime, keys: Sequence[bytes], entries: Sequence[bytes], by: Signer) -> str:
    period = int(now.timestamp() // SAME_FOR.total_seconds())
    content = b"".join((period.to_bytes(8, "big"), by.key_id, *keys, b"/", *entries))
    return hashlib.sha256(content).hexdigest()[:24]
