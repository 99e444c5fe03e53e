"""Border shapes of paper manifests."""

from typing import Any

from marshmallow import post_load

from app.foundation.core.fields import WordsField
from app.waste.consignments.commands import paper as commands
from app.waste.consignments.schemas import RecordNationalNumberSchema
from app.waste.consignments.schemas.base import SeenSchema

MAX_NUMBER = 40
MAX_WHY = 200


class RecordPaperSchema(SeenSchema):
    paper_number = WordsField(
        MAX_NUMBER, blank=False, required=True, metadata={"description": "As printed on the paper manifest"}
    )
    reason = WordsField(MAX_WHY, blank=False, required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.RecordPaper:
        return commands.RecordPaper(**data)


class BackfillSchema(RecordNationalNumberSchema):
    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.Backfill:
        return commands.Backfill(**data)
