"""Border shapes of the documents and records of stores."""

from typing import Any, Final

from marshmallow import Schema, fields, post_load

from app.foundation.core.fields import ChoiceField, IdField, InputSchema, WordsField
from app.waste.storage.upkeep.commands import FileDocument, RecordUpkeep
from app.waste.storage.upkeep.models import CheckResult

KIND_LENGTH: Final = 40
NUMBER_LENGTH: Final = 100
REMARKS_LENGTH: Final = 300


class FileDocumentSchema(InputSchema):
    """A document to put on file."""

    kind = WordsField(KIND_LENGTH, blank=False, required=True, metadata={"example": "contingency_plan"})
    site_id = IdField(required=True)
    facility_id = IdField(load_default=None, allow_none=True)
    number = WordsField(NUMBER_LENGTH, load_default="")
    issued_on = fields.Date(load_default=None, allow_none=True)
    valid_to = fields.Date(load_default=None, allow_none=True)
    remarks = WordsField(REMARKS_LENGTH, load_default="")
    file_id = IdField(load_default=None, allow_none=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> FileDocument:
        return FileDocument(**data)


class DocumentSchema(Schema):
    """A document on file."""

    id = IdField(required=True)
    kind = fields.String(required=True)
    site_id = IdField(required=True)
    facility_id = IdField(required=True, allow_none=True)
    number = fields.String(required=True)
    issued_on = fields.Date(required=True, allow_none=True)
    valid_to = fields.Date(required=True, allow_none=True)
    remarks = fields.String(required=True)
    file_id = IdField(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)
    ended_at = fields.DateTime(required=True, allow_none=True)


class DocumentsSchema(Schema):
    items = fields.List(fields.Nested(DocumentSchema), required=True)


class RecordUpkeepSchema(InputSchema):
    """What was done on a day. `readings`: true or false, or a measured value as a decimal string, by item."""

    kind = WordsField(KIND_LENGTH, blank=False, required=True, metadata={"example": "routine_check"})
    site_id = IdField(required=True)
    facility_id = IdField(load_default=None, allow_none=True)
    container_id = IdField(load_default=None, allow_none=True)
    done_on = fields.Date(required=True)
    result = ChoiceField(CheckResult, required=True)
    readings = fields.Dict(
        keys=WordsField(KIND_LENGTH),
        values=fields.Raw(allow_none=False),
        load_default=dict,
        metadata={
            "additionalProperties": {"type": ["boolean", "string"]},
            "example": {"no_leaks": True},
        },
    )
    remarks = WordsField(REMARKS_LENGTH, load_default="")
    file_id = IdField(load_default=None, allow_none=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> RecordUpkeep:
        return RecordUpkeep(**data)


class UpkeepRecordSchema(Schema):
    """Something that was done."""

    id = IdField(required=True)
    kind = fields.String(required=True)
    site_id = IdField(required=True)
    facility_id = IdField(required=True, allow_none=True)
    container_id = IdField(required=True, allow_none=True)
    done_on = fields.Date(required=True)
    result = fields.Enum(CheckResult, by_value=True, required=True)
    readings = fields.Dict(required=True)
    remarks = fields.String(required=True)
    file_id = IdField(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)


class UpkeepRecordsSchema(Schema):
    items = fields.List(fields.Nested(UpkeepRecordSchema), required=True)


class DueUpkeepSchema(Schema):
    """Something to be done for a facility by a day."""

    facility_id = fields.Function(
        lambda item: str(item.facility.id), required=True, metadata={"type": "string", "format": "uuid"}
    )
    kind = fields.Function(lambda item: item.kind.key, required=True, metadata={"type": "string"})
    last_on = fields.Date(required=True, allow_none=True)
    due_on = fields.Date(required=True)


class DueUpkeepsSchema(Schema):
    items = fields.List(fields.Nested(DueUpkeepSchema), required=True)
