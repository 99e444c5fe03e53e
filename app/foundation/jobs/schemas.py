"""Work in the background, as both borders show it."""

from marshmallow import Schema, fields

from app.foundation.core.fields import ChoiceField, IdField, InputSchema, WholeNumberField
from app.foundation.jobs.models import JobState
from app.foundation.jobs.queries import MAX_PAGE


class JobsQuerySchema(InputSchema):
    limit = WholeNumberField(1, MAX_PAGE, load_default=50)
    cursor = IdField(load_default=None, metadata={"description": "`next_cursor` of the page before"})


class JobProblemSchema(Schema):
    type = fields.String(required=True)
    detail = fields.String(required=True)


class JobSchema(Schema):
    """One piece of work in the background. What `result` holds depends on the kind: for `ledger.import` the counts,
    `stored`, and `import_ids` (one a table) or `errors_id`."""

    id = IdField(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True, metadata={"description": "In the reader's language"})
    state = ChoiceField(JobState, required=True)
    phase = fields.String(
        required=True, metadata={"description": "In the reader's language; empty before any"}
    )
    done = fields.Integer(required=True)
    total = fields.Integer(required=True, allow_none=True, metadata={"description": "Null: not known"})
    seconds_left = fields.Integer(required=True, allow_none=True, metadata={"description": "Of this phase"})
    is_cancel_asked = fields.Boolean(required=True)
    result = fields.Dict(required=True)
    problem = fields.Nested(JobProblemSchema, required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    started_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


class JobPageSchema(Schema):
    items = fields.List(fields.Nested(JobSchema), required=True)
    next_cursor = IdField(required=True, allow_none=True)
