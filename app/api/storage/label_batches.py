"""Labels of several containers in one PDF."""

from typing import Any

from flask import Response
from marshmallow import fields, validate

from app.api.storage.blueprint import bp
from app.entry.reply import reply_file
from app.entry.work import caller, house, unit_of_work
from app.foundation.core.fields import ChoiceField, InputSchema, WordsField
from app.foundation.documents.label import Paper, label_pdf
from app.waste.storage.commands import PrintLabel
from app.waste.storage.operations.label_batches import MOST_LABELS, print_labels
from app.waste.storage.schemas import LABEL_LENGTH, REASON_LENGTH, Language

BINARY = {"type": "string", "format": "binary"}


class PrintLabelsSchema(InputSchema):
    """Whose labels; the reason counts for those printed before."""

    containers = fields.List(
        WordsField(LABEL_LENGTH, blank=False), required=True, validate=validate.Length(1, MOST_LABELS)
    )
    reason = WordsField(REASON_LENGTH, load_default="")
    paper = ChoiceField(Paper, load_default=Paper.EXACT)
    lang = ChoiceField(Language, load_default=Language.ZH)


@bp.route("/labels", methods=["POST"])
@bp.arguments(PrintLabelsSchema)
@bp.response(200, BINARY, content_type="application/pdf")
@bp.alt_response(409, description="a container is voided or used up")
@bp.alt_response(422, description="names each label that can't be printed, and why; then none is")
def print_many(asked: dict[str, Any]) -> Response:
    """Print the labels of some containers, one PDF; all are noted as printed, or none."""
    with unit_of_work() as work:
        contents = print_labels(
            work,
            asked["containers"],
            PrintLabel(asked["reason"]),
            keyring=house().keyring,
            public_url=house().config.public_url,
        )
        known = caller()
        pdf = label_pdf(
            contents,
            paper=asked["paper"],
            is_demo=known.is_demo if known else False,
            language=asked["lang"].value,
        )
        return reply_file(work, pdf, "application/pdf", "labels.pdf")
