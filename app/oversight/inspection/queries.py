"""Verdicts on scanned codes: at most three statements each (design.md 11)."""

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from app.foundation.core.errors import NotPermitted
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.foundation.documents.qr import (
    ConsignmentClaim,
    ContainerClaim,
    FacilityClaim,
    NotOurs,
    Parsed,
    Seal,
    ShortCodeClaim,
    Verification,
    parse,
    verify,
)
from app.foundation.documents.qr_revocation import entry_of, print_name
from app.foundation.keys.models import KeyPurpose, SigningKey
from app.foundation.rulebook.loader import rulebook
from app.foundation.rulebook.outcome import UNKNOWN
from app.oversight.inspection.commands import JudgeScan
from app.oversight.inspection.records import (
    Bearing,
    Record,
    Shown,
    consignment_numbered,
    consignment_short_coded,
    container_coded,
    container_short_coded,
)
from app.oversight.inspection.verdict import (
    Reason,
    ScanFacts,
    SubjectKind,
    VerdictKind,
    WeightLimits,
    decide,
)
from app.parties.accounts.permissions import Permission
from app.waste.storage.models import Facility


@dataclass(frozen=True)
class Subject:
    """What was scanned; without id and code when the record has no such thing."""

    kind: SubjectKind
    id: UUID | None
    code: str | None


@dataclass(frozen=True)
class ScanVerdict:
    """A verdict with the thing it is about."""

    verdict: VerdictKind
    headline: Text
    reasons: tuple[Reason, ...]
    subject: Subject
    facts: tuple[Shown, ...]


def verdict_on(work: Work, command: JudgeScan) -> ScanVerdict:
    """Judge a scanned or typed text. Whoever may scan may know what a label or a manifest in hand shows;
    where a drum stands, and a consignment that has no paper yet, only who may see them anyway.

    Raises:
        NotPermitted: the actor may not scan.
    """
    if not work.actor.may(Permission.SCAN):
        raise NotPermitted(say("没有扫码核验的权限"))
    parsed = parse(command.scanned)
    kind, record = _found(work, parsed)
    judged = decide(
        ScanFacts(
            kind=kind,
            signature=_verified(work, parsed, record),
            now=work.now,
            limits=weight_limits(kind),
            container=record.container if record else None,
            trip=record.trip if record else None,
            claim=parsed.fields if isinstance(parsed, ContainerClaim | ConsignmentClaim) else None,
            place=command.place or UNKNOWN,
            plate_seen=command.plate_seen or UNKNOWN,
            is_replaced=record.is_replaced if record else False,
        )
    )
    return ScanVerdict(
        verdict=judged.kind,
        headline=judged.headline,
        reasons=judged.reasons,
        subject=_subject(work, parsed, kind, record),
        facts=record.shown if record else (),
    )


def _subject(work: Work, parsed: Parsed, kind: SubjectKind, record: Record | None) -> Subject:
    if isinstance(parsed, FacilityClaim):
        return Subject(kind, _facility(work, parsed), parsed.code)
    return Subject(kind, record.id if record else None, record.code if record else None)


def _found(work: Work, parsed: Parsed) -> tuple[SubjectKind, Record | None]:
    match parsed:
        case ContainerClaim(code):
            return SubjectKind.CONTAINER, container_coded(work, code, _bearing(parsed))
        case ConsignmentClaim(number):
            return SubjectKind.CONSIGNMENT, consignment_numbered(work, number, _bearing(parsed))
        case ShortCodeClaim(short_code):
            return _found_by_short_code(work, short_code)
        case FacilityClaim():
            return SubjectKind.FACILITY, None
        case NotOurs():
            return SubjectKind.NONE, None


def _bearing(parsed: Parsed) -> Bearing:
    if not isinstance(parsed.seal, Seal):
        return Bearing()
    printed = print_name(parsed)
    return Bearing(parsed.seal.key_id.hex(), entry_of(printed).hex() if printed else None)


def _found_by_short_code(work: Work, short_code: str) -> tuple[SubjectKind, Record | None]:
    """Containers first: there are many more of them."""
    if record := container_short_coded(work, short_code):
        return SubjectKind.CONTAINER, record
    record = consignment_short_coded(work, short_code)
    return (SubjectKind.CONSIGNMENT, record) if record else (SubjectKind.CONTAINER, None)


def _verified(work: Work, parsed: Parsed, record: Record | None) -> Verification:
    """The key that a QR names came along with the record, or is looked up where there is none."""
    if not isinstance(parsed.seal, Seal):
        return verify(parsed, {})
    key_id = parsed.seal.key_id
    public_key, is_revoked = (record.qr_key, record.is_key_revoked) if record else _key(work, key_id.hex())
    keys = {key_id: Ed25519PublicKey.from_public_bytes(public_key)} if public_key else {}
    return verify(parsed, keys, {key_id} if is_revoked else ())


def _key(work: Work, key_id: str) -> tuple[bytes | None, bool]:
    row = work.session.execute(
        select(SigningKey.public_key, SigningKey.revoked_at).where(
            SigningKey.key_id == key_id, SigningKey.purpose == KeyPurpose.QR
        )
    ).first()
    return (row.public_key, row.revoked_at is not None) if row else (None, False)


def _facility(work: Work, parsed: FacilityClaim) -> UUID | None:
    return work.session.scalar(
        select(Facility.id).where(Facility.id == parsed.id, Facility.code == parsed.code)
    )


@cache
def weight_limits(kind: SubjectKind) -> WeightLimits:
    """DISC-1 and DISC-2 for consignments, DISC-C for containers (domain-rules.md 7.6)."""
    if kind is SubjectKind.CONTAINER:
        limits = rulebook().rule("DISC-C").limits
        return WeightLimits(limits["share"], limits["mass"], limits["major_share"], limits["major_mass"])
    minor, major = rulebook().rule("DISC-1").limits, rulebook().rule("DISC-2").limits
    return WeightLimits(minor["share"], minor["mass"], major["share"], major["mass"])
