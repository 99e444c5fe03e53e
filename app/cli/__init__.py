"""The commands: `flask accounts|licences|keys|trace|catalogue|registry|storage|national|files|retention|tidy|demo|jobs|serve`. One module a room."""

from importlib import import_module

from flask import Flask

MODULES = (
    "accounts",
    "licences",
    "keys",
    "trace",
    "catalogue",
    "registry",
    "storage",
    "national",
    "files",
    "retention",
    "tidy",
    "demo",
    "jobs",
    "serve",
)


def register(app: Flask) -> None:
    """Register every room's command group."""
    for name in MODULES:
        app.cli.add_command(import_module(f"app.cli.{name}").group)
