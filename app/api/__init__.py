"""The JSON border: /api/v1. One thin module a room."""

from importlib import import_module

from app.api.spec import ParkLoopApi

MODULES = ("accounts", "catalogue", "registry", "storage", "consignments", "verdicts", "trace")


def register(api: ParkLoopApi) -> None:
    """Register every room's blueprint."""
    for name in MODULES:
        api.register_blueprint(import_module(f"app.api.{name}").bp)
