"""Corrections of signed consignments: asked for, agreed to or refused, and every version of the document."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Response

from app.api.consignments import versioned
from app.api.spec import blueprint
from app.entry.prints import printed
from app.entry.reply import reply, seen_version
from app.entry.work import reading, unit_of_work
from app.foundation.core.work import Work
from app.waste.consignments.models import Consignment, Revision, RevisionConsent
from app.waste.consignments.queries import consignment_for
from app.waste.consignments.revisions import operations, queries, schemas
from app.waste.consignments.revisions.commands import (
    AnswerRevision,
    RequestCorrection,
    RequestRevision,
    WithdrawCorrectionRequest,
    WithdrawRevision,
)
from app.waste.consignments.revisions.queries import RevisionStory
from app.waste.consignments.revisions.showing import shown_changes

bp = blueprint("revisions", "Corrections of consignments after signing")
PATH = "/consignments/<uuid:consignment_id>"


@dataclass(frozen=True)
class _Consent:
    consent: RevisionConsent
    name: str


@dataclass(frozen=True)
class _Shown:
    """What `RevisionSchema` dumps."""

    revision: Revision
    asked_by: str
    changes: list[dict[str, Any]]
    consents: list[_Consent]
    consignment_version: int


def _shown(story: RevisionStory, consignment: Consignment) -> _Shown:
    return _Shown(
        story.revision,
        story.asked_by,
        shown_changes(story.revision),
        [_Consent(consent, name) for consent, name in story.consents],
        consignment.version,
    )


def _seen(command: Any) -> Any:
    return replace(command, seen_version=seen_version(command.seen_version))


def _replied(work: Work, consignment_id: UUID, revision: Revision, status: int = 200) -> Response:
    consignment = consignment_for(work, consignment_id)
    stories = queries.revisions_of(work, consignment)
    story = next(one for one in stories if one.revision.id == revision.id)
    return reply(work, schemas.RevisionSchema, _shown(story, consignment), status)


@bp.route(f"{PATH}/revisions")
@bp.response(200, schemas.RevisionsSchema)
def index(consignment_id: UUID) -> Response:
    """All corrections, what the park asked for, and every version of the document, as first signed first."""
    with reading() as work:
        consignment = consignment_for(work, consignment_id)
        found = {
            "items": [_shown(story, consignment) for story in queries.revisions_of(work, consignment)],
            "requests": queries.open_requests(work, consignment),
            "versions": queries.versions_of(work, consignment),
        }
        return reply(work, schemas.RevisionsSchema, found)


@bp.route(f"{PATH}/revisions", methods=["POST"])
@versioned
@bp.arguments(schemas.RequestRevisionSchema)
@bp.response(201, schemas.RevisionSchema)
def request_revision(command: RequestRevision, consignment_id: UUID) -> Response:
    """Ask for other values of what was signed; applied at once where nobody else has to agree."""
    with unit_of_work() as work:
        revision = operations.request_revision(work, consignment_id, _seen(command), printed(work))
        return _replied(work, consignment_id, revision, 201)


@bp.route(f"{PATH}/revisions/<int:number>/answer", methods=["POST"])
@versioned
@bp.arguments(schemas.AnswerRevisionSchema)
@bp.response(200, schemas.RevisionSchema)
def answer_revision(command: AnswerRevision, consignment_id: UUID, number: int) -> Response:
    """Agree to a correction or refuse it, for the caller's organisation."""
    with unit_of_work() as work:
        revision = operations.answer_revision(work, consignment_id, number, _seen(command), printed(work))
        return _replied(work, consignment_id, revision)


@bp.route(f"{PATH}/revisions/<int:number>/withdrawal", methods=["POST"])
@versioned
@bp.arguments(schemas.WithdrawRevisionSchema)
@bp.response(200, schemas.RevisionSchema)
def withdraw_revision(command: WithdrawRevision, consignment_id: UUID, number: int) -> Response:
    """Take back a correction that the caller's organisation asked for."""
    with unit_of_work() as work:
        revision = operations.withdraw_revision(work, consignment_id, number, _seen(command))
        return _replied(work, consignment_id, revision)


@bp.route(f"{PATH}/correction-requests", methods=["POST"])
@versioned
@bp.arguments(schemas.RequestCorrectionSchema)
@bp.response(201, schemas.CorrectionRequestSchema)
def request_correction(command: RequestCorrection, consignment_id: UUID) -> Response:
    """The park asks a party to correct something by a day."""
    with unit_of_work() as work:
        request = operations.request_correction(work, consignment_id, _seen(command))
        return reply(work, schemas.CorrectionRequestSchema, request, 201)


@bp.route(f"{PATH}/correction-requests/<uuid:request_id>/withdrawal", methods=["POST"])
@versioned
@bp.arguments(schemas.WithdrawCorrectionRequestSchema)
@bp.response(200, schemas.CorrectionRequestSchema)
def withdraw_correction_request(
    command: WithdrawCorrectionRequest, consignment_id: UUID, request_id: UUID
) -> Response:
    """The park takes back what it asked for."""
    with unit_of_work() as work:
        request = operations.withdraw_correction_request(work, consignment_id, request_id, _seen(command))
        return reply(work, schemas.CorrectionRequestSchema, request)
