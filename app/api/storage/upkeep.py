"""Documents of stores, and what is done to keep them in order."""

from datetime import timedelta
from uuid import UUID

from flask import Response

from app.api.storage.blueprint import bp
from app.entry.reply import reply
from app.entry.work import reading, unit_of_work
from app.waste.registry.policy import site_for
from app.waste.storage.policy import ensure_may_read
from app.waste.storage.queries import facility_for
from app.waste.storage.upkeep.commands import FileDocument, RecordUpkeep
from app.waste.storage.upkeep.operations import end_document, file_document, record_upkeep
from app.waste.storage.upkeep.queries import documents_of, due_upkeep, records_of
from app.waste.storage.upkeep.schemas import (
    DocumentSchema,
    DocumentsSchema,
    DueUpkeepsSchema,
    FileDocumentSchema,
    RecordUpkeepSchema,
    UpkeepRecordSchema,
    UpkeepRecordsSchema,
)

SOON = timedelta(days=31)
"""How far the list of what is due looks ahead."""


@bp.route("/sites/<uuid:site_id>/storage-documents")
@bp.response(200, DocumentsSchema)
def list_documents(site_id: UUID) -> Response:
    """The documents on file for a site and its facilities."""
    with reading() as work:
        ensure_may_read(work.actor)
        site = site_for(work, site_id)
        return reply(work, DocumentsSchema, {"items": documents_of(work, site.id)})


@bp.route("/storage-documents", methods=["POST"])
@bp.arguments(FileDocumentSchema)
@bp.response(201, DocumentSchema)
def add_document(command: FileDocument) -> Response:
    """Put a document on file, for a whole site or one facility."""
    with unit_of_work() as work:
        return reply(work, DocumentSchema, file_document(work, command), 201)


@bp.route("/storage-documents/<uuid:document_id>/end", methods=["POST"])
@bp.response(200, DocumentSchema)
@bp.alt_response(409, description="it was ended before")
def end(document_id: UUID) -> Response:
    """Take a document off the file; it stays readable."""
    with unit_of_work() as work:
        return reply(work, DocumentSchema, end_document(work, document_id))


@bp.route("/facilities/<uuid:facility_id>/upkeep")
@bp.response(200, UpkeepRecordsSchema)
def list_records(facility_id: UUID) -> Response:
    """What was recorded of a facility, latest first; at most 100."""
    with reading() as work:
        ensure_may_read(work.actor)
        facility = facility_for(work, facility_id)
        return reply(work, UpkeepRecordsSchema, {"items": records_of(work, facility.id)})


@bp.route("/upkeep", methods=["POST"])
@bp.arguments(RecordUpkeepSchema)
@bp.response(201, UpkeepRecordSchema)
def add_record(command: RecordUpkeep) -> Response:
    """Record a check, sample, drill, training or event."""
    with unit_of_work() as work:
        return reply(work, UpkeepRecordSchema, record_upkeep(work, command), 201)


@bp.route("/upkeep/due")
@bp.response(200, DueUpkeepsSchema)
def list_due() -> Response:
    """What is to be done for the caller's facilities within a month, and what is overdue."""
    with reading() as work:
        ensure_may_read(work.actor)
        return reply(work, DueUpkeepsSchema, {"items": due_upkeep(work, work.today + SOON)})
