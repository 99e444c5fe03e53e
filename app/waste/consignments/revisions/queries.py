"""Reads of corrections: the open one, those of a consignment, and every version of its document."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation, Site
from app.parties.licences.models import CrewMember
from app.waste.consignments.models import (
    Consignment,
    CorrectionRequest,
    RequestState,
    Revision,
    RevisionConsent,
    RevisionState,
    Signature,
)


def revision_of(work: Work, consignment: Consignment, number: int, *, lock: bool = False) -> Revision:
    """One correction of a consignment the actor has found already.

    Raises:
        NotFound: it has no such correction.
    """
    chosen = select(Revision).where(Revision.consignment_id == consignment.id, Revision.number == number)
    revision = work.session.scalar(chosen.with_for_update() if lock else chosen)
    if revision is None:
        raise NotFound(say("这份联单没有第 {number} 项更正", number=number))
    return revision


def consents_of(work: Work, revision: Revision) -> Sequence[RevisionConsent]:
    """All answers a correction waits for or has, in the order of organisations."""
    return work.session.scalars(
        select(RevisionConsent)
        .where(RevisionConsent.revision_id == revision.id)
        .order_by(RevisionConsent.organisation_id)
    ).all()


@dataclass(frozen=True)
class RevisionStory:
    """A correction with everybody's answers by name of the organisation."""

    revision: Revision
    asked_by: str
    consents: tuple[tuple[RevisionConsent, str], ...]


def revisions_of(work: Work, consignment: Consignment) -> Sequence[RevisionStory]:
    """All corrections of a consignment, newest first, in two statements."""
    rows = work.session.execute(
        select(Revision, Organisation.short_name)
        .outerjoin(Organisation, Organisation.id == Revision.organisation_id)
        .where(Revision.consignment_id == consignment.id)
        .order_by(Revision.number.desc())
    ).all()
    answers: dict[UUID, list[tuple[RevisionConsent, str]]] = {}
    if rows:
        for consent, name in work.session.execute(
            select(RevisionConsent, Organisation.short_name)
            .join(Organisation, Organisation.id == RevisionConsent.organisation_id)
            .where(RevisionConsent.revision_id.in_([revision.id for revision, _ in rows]))
            .order_by(Organisation.short_name)
        ):
            answers.setdefault(consent.revision_id, []).append((consent, name))
    return [RevisionStory(row, name or "", tuple(answers.get(row.id, ()))) for row, name in rows]


def open_requests(work: Work, consignment: Consignment) -> Sequence[CorrectionRequest]:
    """What the park asked for and nobody answered yet, most urgent first."""
    return work.session.scalars(
        select(CorrectionRequest)
        .where(
            CorrectionRequest.consignment_id == consignment.id, CorrectionRequest.state == RequestState.OPEN
        )
        .order_by(CorrectionRequest.due_on, CorrectionRequest.id)
    ).all()


@dataclass(frozen=True)
class Version:
    """The document as it once stood."""

    number: int
    """0 is what was signed first."""
    made_at: datetime
    document: str
    document_hash: str


def versions_of(work: Work, consignment: Consignment) -> Sequence[Version]:
    """Every version of what was signed, oldest first: as first signed, then after each applied correction."""
    first = work.session.scalar(
        select(Signature)
        .where(Signature.consignment_id == consignment.id)
        .order_by(Signature.signed_at)
        .limit(1)
    )
    if first is None:
        return []
    applied = work.session.scalars(
        select(Revision)
        .where(Revision.consignment_id == consignment.id, Revision.state == RevisionState.APPLIED)
        .order_by(Revision.settled_at)
    ).all()
    versions = [Version(0, first.signed_at, first.document, first.document_hash)]
    for number, one in enumerate(applied, start=1):
        assert one.settled_at is not None and one.after_document is not None and one.after_hash is not None
        versions.append(Version(number, one.settled_at, one.after_document, one.after_hash))
    return versions


def names_in(work: Work, documents: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Names for what signed documents hold as codes: firms by credit code, places by id, people by certificate.

    Three statements. Names are as they are now; a document itself holds none, so that people's stay erasable.
    """
    found: dict[str, set[str]] = {key: set() for key in ("firm", "place", "person")}
    for document in documents:
        for kind, keys in (
            ("firm", ("consignor", "carrier", "consignee")),
            ("place", ("consignor_site", "consignee_site")),
            ("person", ("driver", "escort")),
        ):
            found[kind] |= {str(document[key]) for key in keys if document.get(key)}
    firms = select(Organisation.credit_code, Organisation.name).where(
        Organisation.credit_code.in_(found["firm"])
    )
    places = select(Site.id, Site.name, Site.address).where(
        Site.id.in_([UUID(place) for place in found["place"]])
    )
    people = (
        select(CrewMember.certificate, CrewMember.name)
        .join(Organisation, Organisation.id == CrewMember.organisation_id)
        .where(CrewMember.certificate.in_(found["person"]), Organisation.credit_code.in_(found["firm"]))
    )
    return {
        **dict(work.session.execute(firms).all()),
        **{str(id_): f"{name} {address}" for id_, name, address in work.session.execute(places)},
        **dict(work.session.execute(people).all()),
    }
