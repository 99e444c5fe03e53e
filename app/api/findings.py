"""Rule findings as the API gives them: plain data and the sentence in the caller's language."""

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, fields

from app.entry.language import rendered
from app.foundation.core.fields import ChoiceField
from app.foundation.rulebook.assessment import RuleFinding
from app.foundation.rulebook.outcome import OutcomeKind
from app.foundation.rulebook.rules import Severity


class FindingSchema(Schema):
    """The outcome of one rule for one subject."""

    rule_id = fields.String(required=True, metadata={"example": "GB18597-4.3-b"})
    outcome = ChoiceField(OutcomeKind, required=True)
    severity = ChoiceField(Severity, required=True)
    confidence = fields.String(required=True)
    blocks = fields.Boolean(required=True)
    subject_kind = fields.String(required=True)
    subject_id = fields.String(required=True)
    message = fields.String(required=True)
    clause = fields.String(required=True)
    missing = fields.List(fields.String(), required=True)


def findings_json(findings: Iterable[RuleFinding]) -> list[dict[str, Any]]:
    """Findings as `FindingSchema` describes them, with a few values more."""
    return [{**finding.as_json(), "message": rendered(finding.text())} for finding in findings]
