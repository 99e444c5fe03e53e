"""Everything that is due, earliest first."""

from datetime import date
from typing import Any

from flask import Response
from marshmallow import Schema, fields

from app.api.spec import blueprint
from app.entry.language import rendered
from app.entry.reply import reply
from app.entry.work import reading
from app.foundation.core.fields import IdField, InputSchema, WholeNumberField
from app.oversight.agenda.queries import HORIZON_DAYS, Entry, agenda

bp = blueprint("agenda", "What is due, for whom, by when")

MAX_DAYS = 400


class AgendaQuerySchema(InputSchema):
    days = WholeNumberField(0, MAX_DAYS, load_default=HORIZON_DAYS, metadata={"description": "How far ahead"})


class DueSchema(Schema):
    """One thing due."""

    kind = fields.String(required=True, metadata={"description": "storage_limit, declaration, upkeep, …"})
    title = fields.String(required=True)
    note = fields.String(required=True)
    on = fields.Date(required=True, metadata={"description": "The last day on which it is in time"})
    opens_on = fields.Date(required=True, metadata={"description": "From this day on it is worth looking at"})
    is_overdue = fields.Boolean(required=True)
    source = fields.String(required=True, metadata={"description": "Rule or calendar row, such as CAL-3"})
    organisation_id = IdField(required=True)
    organisation_name = fields.String(required=True)
    site_id = IdField(required=True, allow_none=True)
    subject_kind = fields.String(required=True)
    subject_id = fields.String(required=True, metadata={"description": "Id or code of what it is about"})


class AgendaSchema(Schema):
    until = fields.Date(required=True)
    waiting = fields.Integer(required=True, metadata={"description": "Overdue, or open by now"})
    items = fields.List(fields.Nested(DueSchema), required=True)


@bp.route("/agenda")
@bp.arguments(AgendaQuerySchema, location="query")
@bp.response(200, AgendaSchema)
def show(query: dict[str, Any]) -> Response:
    """What is due for the caller's role within some days, and what is overdue."""
    with reading() as work:
        found = agenda(work, days=query["days"])
        items = [_plain(entry, found.today) for entry in found.entries]
        shown = {"until": found.until, "waiting": found.waiting_count, "items": items}
        return reply(work, AgendaSchema, shown)


def _plain(entry: Entry, today: date) -> dict[str, Any]:
    due = entry.due
    return {
        "kind": due.kind,
        "title": rendered(due.title),
        "note": rendered(due.note) if due.note else "",
        "on": due.on,
        "opens_on": due.opens_on,
        "is_overdue": entry.is_overdue(today),
        "source": due.source,
        "organisation_id": due.organisation_id,
        "organisation_name": entry.organisation_name,
        "site_id": due.site_id,
        "subject_kind": due.subject_kind,
        "subject_id": str(due.subject_id),
    }
