"""The HTML border: server-rendered pages. One thin module a room."""

from importlib import import_module

from flask import Flask

from app.web import filters, viewer

MODULES = (
    "health",
    "home",
    "auth",
    "account",
    "workbench",
    "agenda",
    "jobs",
    "registry",
    "books",
    "plans",
    "plan_forms",
    "declarations",
    "storage",
    "consignments",
    "rounds",
    "clearances",
    "licences",
    "catalogue",
    "scan",
    "public",
    "signing_links",
    "trace",
    "files",
    "docs",
)


def register(app: Flask) -> None:
    """Register filters, the context every page gets, and every room's blueprint."""
    filters.register(app)
    app.context_processor(viewer.context)
    for name in MODULES:
        app.register_blueprint(import_module(f"app.web.{name}").bp)
