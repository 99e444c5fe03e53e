"""The scanner's API: verdicts, and the public keys by which QR codes are checked with no network."""

import base64
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.api.spec import blueprint
from app.entry.guard import public
from app.entry.language import rendered
from app.entry.work import reading
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import all_keys
from app.foundation.rulebook.outcome import OutcomeKind
from app.foundation.rulebook.rules import Severity
from app.oversight.inspection.commands import JudgeScan
from app.oversight.inspection.queries import ScanVerdict, verdict_on
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


class QrKeySchema(Schema):
    key_id = fields.String(required=True, metadata={"description": "8 hex digits, as in the QR payload"})
    public_key = fields.Function(
        lambda key: base64.b64encode(key.public_key).decode("ascii"),
        required=True,
        metadata={"type": "string", "description": "Raw Ed25519 public key, base64"},
    )
    retired = fields.Function(
        lambda key: key.retired_at is not None,
        required=True,
        metadata={"type": "boolean", "description": "Signs no more; what it signed is still checked by it"},
    )


class QrKeysSchema(Schema):
    keys = fields.List(fields.Nested(QrKeySchema), required=True)
    generated_at = fields.AwareDateTime(required=True)


@bp.route("/keys/qr")
@bp.doc(security=[])
@bp.response(200, QrKeysSchema)
@public
def qr_keys() -> dict[str, Any]:
    """The public keys that QR codes are signed with. Open to everybody: they prove, they don't sign."""
    with reading() as work:
        return {"keys": all_keys(work, KeyPurpose.QR), "generated_at": work.now}


@bp.route("/verdicts", methods=["POST"])
@bp.arguments(JudgeScanSchema)
@bp.response(200, VerdictSchema)
@bp.alt_response(403, description="no right to scan")
@bp.alt_response(422, description="the body is not as described")
def verdict(command: JudgeScan) -> ScanVerdict:
    """Judge what was scanned: green, amber, red or unknown, with a reason for every check."""
    with reading() as work:
        return verdict_on(work, command)
