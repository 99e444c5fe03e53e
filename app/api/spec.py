"""The API as flask-smorest documents it, with our problems instead of its own errors."""

from typing import Any

from flask_smorest import Api, Blueprint
from marshmallow import Schema, fields

from app.entry.guard import WRITING
from app.entry.reply import MAX_KEY_LENGTH


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


IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH},
    "description": "One key a request: the same request again gets the first answer, for 30 days",
}


class ParkLoopApi(Api):  # type: ignore[misc]
    """Documents problems as application/problem+json; the app's own handlers answer errors."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Errors are answered by `app.entry.problems`, for both borders alike."""

    def register_blueprint(self, blp: Any, **options: Any) -> None:
        """As in flask-smorest; what a group of calls is about stands at the name its blueprint gives it."""
        super().register_blueprint(blp, **options)
        self.spec._tags[-1]["name"] = blp.group  # it was added under the prefix of the endpoints

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


class ProblemBlueprint(Blueprint):  # type: ignore[misc]
    """Documents what every view of ours may answer besides its own: refusals as problems, repeats by key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(self._document_headers)
        self.group = self.name.removeprefix("api_").replace("_", " ")

    def add_url_rule(self, *args: Any, tags: list[str] | None = None, **options: Any) -> None:
        """As in flask-smorest; calls stand together under the blueprint's group."""
        super().add_url_rule(*args, tags=tags or [self.group], **options)

    def alt_response(self, status_code: int, response: Any = None, **documented: Any) -> Any:
        """As in flask-smorest; a refusal without a schema of its own is a problem."""
        if status_code >= 400 and "schema" not in documented:
            documented |= {"schema": ProblemSchema, "content_type": "application/problem+json"}
        return super().alt_response(status_code, response, **documented)

    def _document_headers(self, doc: dict[str, Any], known: dict[str, Any], **context: Any) -> dict[str, Any]:
        """Whatever writes takes an Idempotency-Key; parameters given by `doc` come besides a view's own."""
        given = known.get("manual_doc", {}).pop("parameters", [])
        keys = [IDEMPOTENCY_KEY] if context["method"].upper() in WRITING else []
        if given or keys:
            doc["parameters"] = [*doc.get("parameters", []), *given, *keys]
        return doc


def blueprint(name: str, description: str) -> Any:
    """An API blueprint under /api/v1; its endpoints begin with `api_`, those of the pages don't."""
    return ProblemBlueprint(f"api_{name}", f"app.api.{name}", url_prefix="/api/v1", description=description)
