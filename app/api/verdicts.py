"""The scanner's API: verdicts, and what codes are checked with where there is no network: keys and the revocation list."""

import base64
import json
from typing import Any

from flask import Response, request
from marshmallow import Schema, fields, post_load, validate

from app.api.spec import blueprint
from app.entry.guard import public
from app.entry.language import rendered, renderer
from app.entry.reply import reply_json
from app.entry.work import glance, house, reading
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.rotation import keys_for
from app.foundation.rulebook.outcome import OutcomeKind
from app.foundation.rulebook.rules import Severity
from app.oversight.inspection.commands import JudgeScan
from app.oversight.inspection.queries import ScanVerdict, verdict_on
from app.oversight.inspection.revocations import issued_list
from app.oversight.inspection.verdict import PlaceKind, PlaceScanned, SubjectKind, VerdictKind

bp = blueprint("verdicts", "Verdicts on scanned codes, and the keys to check them with")

MAX_SCANNED = 1000


class TextField(fields.String):
    """A room's text in the reader's language."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else rendered(value)


class PlaceSchema(Schema):
    kind = fields.Enum(PlaceKind, by_value=True, required=True)
    id = fields.UUID(load_default=None, metadata={"description": "Of the zone or facility"})

    @post_load
    def to_place(self, data: dict[str, Any], **_: Any) -> PlaceScanned:
        return PlaceScanned(**data)


class JudgeScanSchema(Schema):
    scanned = fields.String(
        required=True,
        validate=validate.Length(max=MAX_SCANNED),
        metadata={
            "description": "What the camera saw or a person typed: our URL, a 37-character container code, "
            "a consignment number or a short code"
        },
    )
    place = fields.Nested(PlaceSchema, load_default=None, metadata={"description": "Where it was scanned"})
    plate_seen = fields.String(
        load_default=None, validate=validate.Length(max=20), metadata={"description": "On the vehicle"}
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> JudgeScan:
        return JudgeScan(**data)


class ReasonSchema(Schema):
    code = fields.String(required=True, metadata={"description": "R0 to R11, domain-rules.md 7.10"})
    outcome = fields.Enum(OutcomeKind, by_value=True, required=True)
    severity = fields.Enum(
        Severity, by_value=True, required=True, metadata={"description": "Of a finding; else without meaning"}
    )
    text = TextField(required=True)
    note = TextField(required=True, allow_none=True)


class SubjectSchema(Schema):
    kind = fields.Enum(SubjectKind, by_value=True, required=True)
    id = fields.UUID(required=True, allow_none=True)
    code = fields.String(required=True, allow_none=True)


class ShownSchema(Schema):
    name = TextField(required=True)
    value = TextField(required=True)


class VerdictSchema(Schema):
    """What to do with what was scanned, and every reason."""

    verdict = fields.Enum(VerdictKind, by_value=True, required=True)
    headline = TextField(required=True)
    reasons = fields.List(fields.Nested(ReasonSchema), required=True)
    subject = fields.Nested(SubjectSchema, required=True)
    facts = fields.List(fields.Nested(ShownSchema), required=True)


class PublicKeySchema(Schema):
    key_id = fields.String(required=True, metadata={"description": "8 hex digits, as in the QR payload"})
    public_key = fields.Function(
        lambda key: base64.b64encode(key.public_key).decode("ascii"),
        required=True,
        metadata={"type": "string", "description": "Raw Ed25519 public key, base64"},
    )
    valid_from = fields.AwareDateTime(attribute="created_at", required=True)
    retired_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "Signs no more since then; what it signed is still checked by it"},
    )
    revoked_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "Compromised: nothing it ever signed can be told from a forgery"},
    )
    retired = fields.Function(
        lambda key: key.retired_at is not None,
        required=True,
        metadata={"type": "boolean", "description": "Whether retired_at is set"},
    )


class QrKeysSchema(Schema):
    keys = fields.List(fields.Nested(PublicKeySchema), required=True)
    list_keys = fields.List(
        fields.Nested(PublicKeySchema),
        required=True,
        metadata={"description": "Those that sign the revocation list; they sign no codes"},
    )
    generated_at = fields.AwareDateTime(required=True)


class RevocationsSchema(Schema):
    """What stands in the signed bytes is what counts; the rest repeats it for people."""

    number = fields.Integer(required=True, metadata={"description": "Greater than that of any earlier list"})
    issued_at = fields.AwareDateTime(required=True)
    next_update_at = fields.AwareDateTime(
        required=True, metadata={"description": "When to ask again; the list itself has no end"}
    )
    keys = fields.List(fields.String(), required=True, metadata={"description": "Ids of compromised keys"})
    entry_count = fields.Integer(required=True)
    signed = fields.Function(
        lambda issued: base64.b64encode(issued.signed).decode("ascii"),
        required=True,
        metadata={
            "type": "string",
            "description": "The list in bytes with its signature, base64 (docs/qr.md)",
        },
    )


@bp.route("/keys/qr")
@bp.doc(security=[])
@bp.response(200, QrKeysSchema)
@public
def qr_keys() -> dict[str, Any]:
    """The public keys that QR codes and revocation lists are signed with. Open to everybody: they prove, they don't
    sign."""
    with reading() as work:
        keys = keys_for(work, (KeyPurpose.QR, KeyPurpose.BUNDLE))
        return {
            "keys": [key for key in keys if key.purpose is KeyPurpose.QR],
            "list_keys": [key for key in keys if key.purpose is KeyPurpose.BUNDLE and key.revoked_at is None],
            "generated_at": work.now,
        }


@bp.route("/revocations")
@bp.doc(security=[])
@bp.response(200, RevocationsSchema)
@bp.alt_response(409, description="the deployment has no key to sign lists with")
@public
def revocations() -> Response:
    """Genuine codes that count no more: small, signed, open to everybody. With the ETag of the list you have, the answer
    is 304 while it is still the same."""
    with reading() as work:
        issued = issued_list(work, house().keyring)
        response = reply_json(work, RevocationsSchema().dump(issued))
    response.set_etag(issued.tag, weak=True)
    response.headers["Cache-Control"] = "public, max-age=60"
    response.make_conditional(request)
    return response


@bp.route("/verdicts", methods=["POST"])
@bp.arguments(JudgeScanSchema())
@bp.response(200, VerdictSchema)
@bp.alt_response(403, description="no right to scan")
@bp.alt_response(422, description="the body is not as described")
def verdict(command: JudgeScan) -> Response:
    """Judge what was scanned: green, amber, red or unknown, with a reason for every check."""
    with glance() as work:
        judged = verdict_on(work, command)
    return Response(json.dumps(_as_json(judged), ensure_ascii=False), content_type="application/json")


def _as_json(judged: ScanVerdict) -> dict[str, Any]:
    """As `VerdictSchema` describes it, written out: this answer is waited for at a gate."""
    words, subject = renderer(), judged.subject
    return {
        "verdict": judged.verdict.value,
        "headline": words(judged.headline),
        "reasons": [
            {
                "code": reason.code,
                "outcome": reason.outcome.value,
                "severity": reason.severity.value,
                "text": words(reason.text),
                "note": words(reason.note) if reason.note is not None else None,
            }
            for reason in judged.reasons
        ],
        "subject": {
            "kind": subject.kind.value,
            "id": str(subject.id) if subject.id else None,
            "code": subject.code,
        },
        "facts": [{"name": words(shown.name), "value": words(shown.value)} for shown in judged.facts],
    }
