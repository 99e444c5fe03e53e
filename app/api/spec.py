"""The API as flask-smorest documents it, with our problems instead of its own errors."""

from typing import Any

from flask_smorest import Api, Blueprint
from marshmallow import Schema, fields


class FieldErrorSchema(Schema):
    pointer = fields.String(required=True, metadata={"description": "JSON pointer of the field"})
    detail = fields.String(required=True)


class ProblemSchema(Schema):
    """RFC 9457 problem details; every refusal has this shape, with all errors at once."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String()
    errors = fields.List(fields.Nested(FieldErrorSchema))
    findings = fields.List(fields.Dict())


class ParkLoopApi(Api):  # type: ignore[misc]
    """Documents problems as application/problem+json; the app's own handlers answer errors."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Errors are answered by `app.entry.problems`, for both borders alike."""

    def _register_responses(self) -> None:
        kept = Api.DEFAULT_RESPONSE_CONTENT_TYPE
        self.DEFAULT_RESPONSE_CONTENT_TYPE = "application/problem+json"
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = kept


def settings() -> dict[str, Any]:
    """Flask settings of the API document. The page that shows it is our own, at /api/docs."""
    return {
        "API_TITLE": "固废一张网 · ParkLoop",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/api",
        "OPENAPI_JSON_PATH": "openapi.json",
        "API_SPEC_OPTIONS": {
            "components": {
                "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            },
            "security": [{"bearer": []}],
        },
    }


def blueprint(name: str, description: str) -> Any:
    """An API blueprint under /api/v1; its endpoints begin with `api_`, those of the pages don't."""
    return Blueprint(f"api_{name}", f"app.api.{name}", url_prefix="/api/v1", description=description)
