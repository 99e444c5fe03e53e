"""Events can't be erased, so they hold nothing that a person could ask to have erased."""

import re

from sqlalchemy import String, Text

from app.all_models import Base
from app.foundation.trace.rebuilding import traced_models

PERSONAL = re.compile(
    r"name|phone|e?mail|address|contact|keeper|operator|remark|reason|comment|note|text|photo|password|label$|title"
)
"""What columns about persons, and columns that people write freely into, are called."""

CODES = {
    "batch_number", "category", "city", "code", "credit_code", "document_hash", "file_sha256", "locale",
    "national_number", "number", "package", "planned_method", "plate", "province", "rows_sha256", "slug",
    "table_name", "via", "waste_code", "zone",
    "decision_number", "from_province", "receiving_receipt_number", "sending_receipt_number", "to_province",
    "white_list_number",
    "eia_number", "filing_number", "industry_code", "item_number", "kind", "material", "override_document",
    "permit_number", "purpose", "receipt_number", "serial_number",
    "after_hash", "before_hash", "factor", "method_code", "waybill_number", "paper_number",
}  # fmt: skip
"""Text columns that events may carry: codes, numbers of papers, hashes and closed lists."""


def test_no_event_carries_names_phones_or_words_people_wrote():
    carried = {
        f"{model.__name__}.{name}"
        for model in traced_models()
        for name in model.trace_state
        if PERSONAL.search(name) and name not in CODES
    }

    assert carried == set()


def test_every_text_that_events_carry_is_a_code():
    texts = {
        f"{model.__name__}.{column.key}"
        for model in traced_models()
        for column in Base.metadata.tables[model.__tablename__].columns
        if column.key in model.trace_state
        and isinstance(column.type, String | Text)
        and getattr(column.type, "enums", None) is None
        and column.key not in CODES
    }

    assert texts == set()


def test_every_traced_column_exists():
    missing = {
        f"{model.__name__}.{name}"
        for model in traced_models()
        for name in model.trace_state
        if name not in Base.metadata.tables[model.__tablename__].columns
    }

    assert missing == set()
