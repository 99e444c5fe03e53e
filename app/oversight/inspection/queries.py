"""Verdicts on scanned codes: at most three statements each (design.md 11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from app.foundation.core.errors import NotPermitted
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.foundation.documents.qr import (
    ConsignmentClaim,
    ContainerClaim,
    NotOurs,
    Parsed,
    Seal,
    ShortCodeClaim,
    parse,
    verify,
)
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import public_key_of
from app.foundation.rulebook.loader import rulebook
from app.foundation.rulebook.outcome import UNKNOWN
from app.oversight.inspection.commands import JudgeScan
from app.oversight.inspection.records import Record, Shown, consignment_where, container_where, numbered
from app.oversight.inspection.verdict import (
    Reason,
    ScanFacts,
    SubjectKind,
    VerdictKind,
    WeightLimits,
    decide,
)
from app.parties.accounts.permissions import Permission
from app.waste.consignments.models import Consignment
from app.waste.storage.models import Container, ShortCode


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
    key_id = parsed.seal.key_id.hex() if isinstance(parsed.seal, Seal) else None
    kind, record = _found(work, parsed, key_id)
    judged = decide(
        ScanFacts(
            kind=kind,
            signature=verify(parsed, _key_of(work, parsed, record)),
            now=work.now,
            limits=weight_limits(kind),
            container=record.container if record else None,
            trip=record.trip if record else None,
            claim=parsed.fields if isinstance(parsed, ContainerClaim | ConsignmentClaim) else None,
            place=command.place or UNKNOWN,
            plate_seen=command.plate_seen or UNKNOWN,
        )
    )
    return ScanVerdict(
        verdict=judged.kind,
        headline=judged.headline,
        reasons=judged.reasons,
        subject=Subject(kind, record.id if record else None, record.code if record else None),
        facts=record.shown if record else (),
    )


def _found(work: Work, parsed: Parsed, key_id: str | None) -> tuple[SubjectKind, Record | None]:
    match parsed:
        case ContainerClaim(code):
            return SubjectKind.CONTAINER, container_where(work, Container.code == code, key_id)
        case ConsignmentClaim(number):
            return SubjectKind.CONSIGNMENT, consignment_where(work, numbered(number), key_id)
        case ShortCodeClaim(short_code):
            return _found_by_short_code(work, short_code)
        case NotOurs():
            return SubjectKind.NONE, None


def _found_by_short_code(work: Work, short_code: str) -> tuple[SubjectKind, Record | None]:
    entry = work.session.execute(
        select(ShortCode.thing_kind, ShortCode.thing_id).where(ShortCode.code == short_code)
    ).first()
    if entry is None:
        return SubjectKind.CONTAINER, None
    if entry.thing_kind == SubjectKind.CONSIGNMENT:
        return SubjectKind.CONSIGNMENT, consignment_where(work, Consignment.id == entry.thing_id, None)
    return SubjectKind.CONTAINER, container_where(work, Container.id == entry.thing_id, None)


def _key_of(work: Work, parsed: Parsed, record: Record | None) -> Mapping[bytes, Ed25519PublicKey]:
    """The key that a QR names: it came along with the record, or is looked up where there is none."""
    if not isinstance(parsed.seal, Seal):
        return {}
    key_id = parsed.seal.key_id
    public_key = record.qr_key if record else public_key_of(work, key_id.hex(), KeyPurpose.QR)
    return {key_id: Ed25519PublicKey.from_public_bytes(public_key)} if public_key else {}


def weight_limits(kind: SubjectKind) -> WeightLimits:
    """DISC-1 and DISC-2 for consignments, DISC-C for containers (domain-rules.md 7.6)."""
    if kind is SubjectKind.CONTAINER:
        limits = rulebook().rule("DISC-C").limits
        return WeightLimits(limits["share"], limits["mass"], limits["major_share"], limits["major_mass"])
    minor, major = rulebook().rule("DISC-1").limits, rulebook().rule("DISC-2").limits
    return WeightLimits(minor["share"], minor["mass"], major["share"], major["mass"])
