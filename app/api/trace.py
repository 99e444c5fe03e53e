"""The trace logs: events of things the caller may see, as they were hashed; their proofs; and for everybody what proves
without showing: checkpoints, consistency proofs, keys."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from app.api.spec import blueprint
from app.entry.guard import public
from app.entry.reply import page_of, reply, reply_json
from app.entry.work import house, reading, unit_of_work
from app.foundation.core.errors import NotFound, NotPermitted
from app.foundation.core.fields import IdField, InputSchema, WholeNumberField, WordsField
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.trace.checkpoints import MAX_PAGE as MAX_CHECKPOINTS
from app.foundation.trace.checkpoints import (
    add_cosignature,
    checkpoints_page,
    cosignatures_of,
    log_keys,
    make_checkpoint,
    note_with,
)
from app.foundation.trace.logs import Log, TraceCheckpoint, TraceCosignature
from app.foundation.trace.notes import verifier_key
from app.foundation.trace.paging import MAX_PAGE, events_page, things_of
from app.foundation.trace.proofs import consistency_of, proof_of
from app.parties.accounts.logs import log_of
from app.parties.accounts.permissions import Permission
from app.waste.consignments.queries import consignment_for
from app.waste.registry.operations.streams import stream_for
from app.waste.registry.policy import ensure_may, site_for
from app.waste.registry.queries import import_for
from app.waste.storage.facts import zone_view
from app.waste.storage.queries import container_for, facility_for

bp = blueprint("trace", "The trace log: who did what, provable")

FINDER_OF: Final[Mapping[str, Callable[[Work, UUID], object]]] = {
    "container": container_for,
    "consignment": consignment_for,
    "facility": facility_for,
    "zone": zone_view,
    "waste_stream": stream_for,
    "ledger_import": import_for,
    "site": site_for,
}
"""The rooms' own queries by the kind of thing, each of which hides what the actor may not know."""
MOST_LEAVES: Final = 2**53 - 1
NOTE_LENGTH: Final = 1_000


class EventsQuerySchema(InputSchema):
    thing = IdField(
        required=True,
        metadata={
            "description": "Id of a container, consignment, facility, zone, stream, ledger import or site"
        },
    )
    limit = WholeNumberField(1, MAX_PAGE, load_default=50)
    cursor = IdField(load_default=None, metadata={"description": "`next_cursor` of the page before"})


class EventSchema(Schema):
    """One event. `hash` is SHA-256 of a zero byte and the envelope's UTF-8 bytes."""

    id = IdField(required=True)
    name = fields.String(required=True)
    subject_kind = fields.String(required=True)
    subject_id = IdField(required=True)
    sequence = fields.Integer(required=True, metadata={"description": "In the subject's own chain, from 1"})
    occurred_at = fields.AwareDateTime(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    previous_hash = fields.String(required=True, allow_none=True)
    hash = fields.String(required=True, attribute="own_hash")
    envelope = fields.String(required=True, metadata={"description": "Canonical JSON (RFC 8785), as hashed"})


class EventPageSchema(Schema):
    items = fields.List(fields.Nested(EventSchema), required=True)
    next_cursor = IdField(required=True, allow_none=True)


@bp.route("/trace/events")
@bp.arguments(EventsQuerySchema, location="query")
@bp.response(200, EventPageSchema)
@bp.alt_response(404, description="no such thing that the caller may know of")
def events(query: dict[str, Any]) -> Response:
    """Events of a thing or about it, newest first, with what is needed to check them."""
    with reading() as work:
        ensure_may(work.actor, Permission.TRACE_READ)
        ensure_known(work, query["thing"])
        found, cursor = events_page(work, query["thing"], limit=query["limit"], before=query["cursor"])
        return reply(work, EventPageSchema, page_of(found, str(cursor) if cursor else None))


def ensure_known(work: Work, thing_id: UUID) -> None:
    """Pass if one of the rooms shows this thing to the actor.

    Raises:
        NotFound: none does.
    """
    if not any(_is_known(work, find, thing_id) for find in FINDER_OF.values()):
        raise NotFound(say("没有这个对象，或它不属于你的单位"))


def ensure_event_known(work: Work, event_id: UUID) -> None:
    """Pass if one of the rooms shows the actor the event's subject, or a thing that it is about.

    Raises:
        NotFound: no such event, or none of its things.
    """
    for kind, thing_id in things_of(work, event_id):
        find = FINDER_OF.get(kind)
        if find is not None and _is_known(work, find, thing_id):
            return
    raise NotFound(say("没有这个事件，或它不属于你的单位"))


def _is_known(work: Work, find: Callable[[Work, UUID], object], thing_id: UUID) -> bool:
    try:
        find(work, thing_id)
    except (NotFound, NotPermitted):
        return False
    return True


class LogQuerySchema(InputSchema):
    park = WordsField(
        40,
        load_default="",
        metadata={"description": "Slug of the park; left out: the log of the deployment itself"},
    )


class CheckpointsQuerySchema(LogQuerySchema):
    limit = WholeNumberField(1, MAX_CHECKPOINTS, load_default=50)
    cursor = IdField(load_default=None, metadata={"description": "`next_cursor` of the page before"})


class ConsistencyQuerySchema(LogQuerySchema):
    old = WholeNumberField(1, MOST_LEAVES, required=True, metadata={"description": "Events of the older log"})
    new = WholeNumberField(1, MOST_LEAVES, required=True, metadata={"description": "Events of the newer log"})


class CosignatureInputSchema(InputSchema):
    line = WordsField(
        NOTE_LENGTH,
        blank=False,
        required=True,
        metadata={"description": "The witness's signature line, cosignature/v1"},
    )


class CosignatureSchema(Schema):
    """A witness's signature under a checkpoint."""

    witness = fields.String(required=True, metadata={"description": "Verifier key of the witness"})
    line = fields.String(required=True)
    signed_at = fields.AwareDateTime(required=True, metadata={"description": "As the witness signed it"})


class CheckpointSchema(Schema):
    """What a log signed of itself. `note` is the C2SP signed note with its witnesses' lines."""

    id = IdField(required=True)
    origin = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "Events covered"})
    root_hash = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    note = fields.String(required=True)
    cosignatures = fields.List(fields.Nested(CosignatureSchema), required=True)


class CheckpointPageSchema(Schema):
    items = fields.List(fields.Nested(CheckpointSchema), required=True)
    next_cursor = IdField(required=True, allow_none=True)


class LogKeySchema(Schema):
    """A key of a log, as signed notes write it. What a revoked one signed proves nothing."""

    verifier_key = fields.String(required=True, attribute="verifier")
    key_id = fields.String(
        required=True, attribute="key.key_id", metadata={"description": "As `flask keys` names it"}
    )
    created_at = fields.AwareDateTime(required=True, attribute="key.created_at")
    retired_at = fields.AwareDateTime(required=True, allow_none=True, attribute="key.retired_at")
    revoked_at = fields.AwareDateTime(required=True, allow_none=True, attribute="key.revoked_at")


class LogKeysSchema(Schema):
    origin = fields.String(required=True)
    keys = fields.List(fields.Nested(LogKeySchema), required=True)


class ProofSchema(Schema):
    """A proof file: save it as it is for `parkloop_verify.py proof`."""

    format = fields.String(required=True)
    log = fields.String(required=True)
    event_id = IdField(required=True)
    envelope = fields.String(required=True, metadata={"description": "Canonical JSON (RFC 8785), as hashed"})
    leaf_hash = fields.String(required=True)
    index = fields.Integer(required=True)
    size = fields.Integer(required=True)
    path = fields.List(fields.String(), required=True)
    checkpoint = fields.String(required=True)
    keys = fields.List(fields.String(), required=True)


class ConsistencySchema(Schema):
    """A consistency proof: save it as it is for `parkloop_verify.py consistency`."""

    format = fields.String(required=True)
    log = fields.String(required=True)
    old_size = fields.Integer(required=True)
    old_root = fields.String(required=True)
    new_size = fields.Integer(required=True)
    new_root = fields.String(required=True)
    path = fields.List(fields.String(), required=True)
    old_checkpoint = fields.String(required=True, allow_none=True)
    new_checkpoint = fields.String(required=True, allow_none=True)
    keys = fields.List(fields.String(), required=True)


@bp.route("/trace/events/<uuid:event_id>/proof")
@bp.response(200, ProofSchema)
@bp.alt_response(404, description="no such event that the caller may know of")
@bp.alt_response(409, description="not sealed yet, or no checkpoint covers it yet")
def proof(event_id: UUID) -> Response:
    """Proof that an event is in its log, unchanged: its envelope, its place, the way up and the checkpoint."""
    with reading() as work:
        ensure_may(work.actor, Permission.TRACE_READ)
        ensure_event_known(work, event_id)
        return reply_json(work, proof_of(work, event_id))


@bp.route("/trace/consistency")
@bp.doc(security=[])
@bp.arguments(ConsistencyQuerySchema, location="query")
@bp.response(200, ConsistencySchema)
@bp.alt_response(404, description="no such park")
@public
def consistency(query: dict[str, Any]) -> Response:
    """Proof that an older state of a log is the beginning of a newer one. Open to everybody: it shows hashes only."""
    with reading() as work:
        return reply_json(work, consistency_of(work, _log(work, query), query["old"], query["new"]))


@bp.route("/trace/checkpoints")
@bp.doc(security=[])
@bp.arguments(CheckpointsQuerySchema, location="query")
@bp.response(200, CheckpointPageSchema)
@bp.alt_response(404, description="no such park")
@public
def checkpoints(query: dict[str, Any]) -> Response:
    """Checkpoints of a log, newest first. Open to everybody: keep one, and no event before it can be changed unseen."""
    with reading() as work:
        rows, cursor = checkpoints_page(
            work, _log(work, query).id, limit=query["limit"], before=query["cursor"]
        )
        signed = cosignatures_of(work, [row.id for row in rows])
        items = [_plain(row, signed.get(row.id, ())) for row in rows]
        return reply(work, CheckpointPageSchema, page_of(items, str(cursor) if cursor else None))


@bp.route("/trace/checkpoints", methods=["POST"])
@bp.arguments(LogQuerySchema)
@bp.response(201, CheckpointSchema)
@bp.alt_response(403, description="the log of another park, or of the deployment")
@bp.alt_response(409, description="nothing is sealed yet, or the deployment has no key for its logs")
def make(command: dict[str, Any]) -> Response:
    """Sign a checkpoint of the caller's own park now; the newest one if nothing was sealed since."""
    with unit_of_work() as work:
        ensure_may(work.actor, Permission.TRACE_READ)
        log = _log(work, command)
        if log.park_id is None or log.park_id != work.actor.park_id:
            raise NotPermitted(say("只能为自己所在园区的日志生成检查点"))
        made = make_checkpoint(work, house().keyring, log)
        signed = cosignatures_of(work, [made.id])
        return reply(work, CheckpointSchema, _plain(made, signed.get(made.id, ())), 201)


@bp.route("/trace/checkpoints/<uuid:checkpoint_id>/cosignatures", methods=["POST"])
@bp.arguments(CosignatureInputSchema)
@bp.response(201, CosignatureSchema)
@bp.alt_response(404, description="no such checkpoint")
def cosign(command: dict[str, Any], checkpoint_id: UUID) -> Response:
    """Add a witness's signature under a checkpoint. It must be that of a witness whom this deployment knows."""
    with unit_of_work() as work:
        ensure_may(work.actor, Permission.TRACE_READ)
        witnesses = [verifier_key(text) for text in house().config.witnesses]
        return reply(
            work, CosignatureSchema, add_cosignature(work, checkpoint_id, command["line"], witnesses), 201
        )


@bp.route("/trace/keys")
@bp.doc(security=[])
@bp.arguments(LogQuerySchema, location="query")
@bp.response(200, LogKeysSchema)
@bp.alt_response(404, description="no such park")
@public
def keys(query: dict[str, Any]) -> Response:
    """The keys that sign a log's checkpoints, retired ones included. Open to everybody; compare them with what you got
    another way."""
    with reading() as work:
        origin = _log(work, query).origin
        return reply(work, LogKeysSchema, {"origin": origin, "keys": log_keys(work, origin)})


def _log(work: Work, query: dict[str, Any]) -> Log:
    return log_of(work, house().config.public_url, query["park"] or None)


def _plain(row: TraceCheckpoint, signed: Sequence[TraceCosignature]) -> dict[str, Any]:
    return {
        "id": row.id,
        "origin": row.origin,
        "size": row.size,
        "root_hash": row.root_hash,
        "created_at": row.created_at,
        "note": note_with(row, signed),
        "cosignatures": signed,
    }
