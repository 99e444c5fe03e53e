"""Who the caller is, and who else is there."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from app.api.spec import blueprint
from app.entry.reply import page_of, reply
from app.entry.work import caller, reading
from app.foundation.core.fields import ChoiceField, IdField, InputSchema, WholeNumberField
from app.parties.accounts.directory import MAX_PAGE, organisations_page, sites_page
from app.parties.accounts.permissions import Role

bp = blueprint("accounts", "The caller, organisations and sites")


class CallerSchema(Schema):
    """The person or machine behind the request, in the one role it acts in."""

    user_id = IdField(required=True, allow_none=True)
    name = fields.String(required=True)
    role = ChoiceField(Role, required=True)
    organisation_id = IdField(required=True, allow_none=True)
    organisation_name = fields.String(required=True)
    park_id = IdField(required=True, allow_none=True)
    park_name = fields.String(required=True)
    is_park_staff = fields.Boolean(required=True)
    permissions = fields.List(fields.String(), required=True)
    via = fields.String(required=True, metadata={"enum": ["web", "api"]})


class OrganisationSchema(Schema):
    id = IdField(required=True)
    credit_code = fields.String(required=True)
    name = fields.String(required=True)
    short_name = fields.String(required=True)
    is_producer = fields.Boolean(required=True)
    is_recycler = fields.Boolean(required=True)
    is_carrier = fields.Boolean(required=True)
    is_suspended = fields.Function(
        lambda organisation: organisation.suspended_at is not None,
        required=True,
        metadata={"type": "boolean"},
    )


class OrganisationPageSchema(Schema):
    items = fields.List(fields.Nested(OrganisationSchema), required=True)
    next_cursor = IdField(required=True, allow_none=True)


class SiteSchema(Schema):
    id = IdField(required=True)
    organisation_id = IdField(required=True)
    park_id = IdField(required=True, allow_none=True)
    name = fields.String(required=True)
    province = fields.String(required=True)
    city = fields.String(required=True)


class SitePageSchema(Schema):
    items = fields.List(fields.Nested(SiteSchema), required=True)
    next_cursor = IdField(required=True, allow_none=True)


class DirectoryQuerySchema(InputSchema):
    limit = WholeNumberField(1, MAX_PAGE, load_default=50)
    cursor = IdField(load_default=None, metadata={"description": "`next_cursor` of the page before"})


class SitesQuerySchema(DirectoryQuerySchema):
    organisation_id = IdField(load_default=None)


@bp.route("/me")
@bp.response(200, CallerSchema)
def me() -> Response:
    """Who the caller is, and what it may do."""
    known = caller()
    assert known is not None  # the guard turned everybody else away
    answer = {
        "user_id": known.actor.user_id,
        "name": known.user_name,
        "role": known.role,
        "organisation_id": known.actor.organisation_id,
        "organisation_name": known.organisation_name,
        "park_id": known.actor.park_id,
        "park_name": known.park_name,
        "is_park_staff": known.actor.is_park_staff,
        "permissions": sorted(known.actor.permissions),
        "via": known.actor.via,
    }
    with reading() as work:
        return reply(work, CallerSchema, answer)


@bp.route("/organisations")
@bp.arguments(DirectoryQuerySchema, location="query")
@bp.response(200, OrganisationPageSchema)
def organisations(query: dict[str, Any]) -> Response:
    """The firms of the caller's park, and all that receive or carry waste."""
    with reading() as work:
        found, cursor = organisations_page(work, limit=query["limit"], after=query["cursor"])
        return reply(work, OrganisationPageSchema, page_of(found, _text(cursor)))


@bp.route("/sites")
@bp.arguments(SitesQuerySchema, location="query")
@bp.response(200, SitePageSchema)
def sites(query: dict[str, Any]) -> Response:
    """The sites of those firms."""
    with reading() as work:
        found, cursor = sites_page(
            work,
            limit=query["limit"],
            after=query["cursor"],
            organisation_id=query["organisation_id"],
        )
        return reply(work, SitePageSchema, page_of(found, _text(cursor)))


def _text(cursor: UUID | None) -> str | None:
    return str(cursor) if cursor else None
