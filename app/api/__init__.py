"""The JSON border: /api/v1. One thin module a room."""

from importlib import import_module
from typing import Any

from flask import Flask

from app.api.spec import ParkLoopApi
from app.entry.guard import public

MODULES = (
    "accounts",
    "catalogue",
    "code_lists",
    "registry",
    "books",
    "plans",
    "declarations",
    "storage",
    "consignments",
    "general_consignments",
    "road",
    "rounds",
    "national",
    "revisions",
    "signing",
    "clearances",
    "licences",
    "fleets",
    "verdicts",
    "trace",
    "agenda",
    "jobs",
)


def register(api: ParkLoopApi) -> None:
    """Register every room's blueprint."""
    for name in MODULES:
        api.register_blueprint(import_module(f"app.api.{name}").bp)


def publish_document(app: Flask) -> None:
    """Let everybody read the OpenAPI document."""
    document = app.view_functions["api-docs.openapi_json"]

    @public
    def openapi_document() -> Any:
        return document()

    app.view_functions["api-docs.openapi_json"] = openapi_document
