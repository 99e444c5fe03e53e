"""A bare Flask with our filters and templates: no rooms, no database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect

import app as parkloop
from app.web import filters

WEB = Path(parkloop.__file__).parent / "web"


def bare_app(locale: str) -> Flask:
    """Templates and filters in one language."""
    flask_app = Flask("app", root_path=str(WEB), template_folder="templates", static_folder="static")
    translations = str(WEB.parent / "translations")
    flask_app.config.update(SECRET_KEY="s", BABEL_TRANSLATION_DIRECTORIES=translations)
    CSRFProtect(flask_app)
    Babel(flask_app, default_locale="zh", locale_selector=lambda: locale)
    filters.register(flask_app)
    return flask_app


@pytest.fixture
def chinese() -> Iterator[Flask]:
    """A request in Chinese."""
    flask_app = bare_app("zh")
    with flask_app.test_request_context():
        yield flask_app


@pytest.fixture
def english() -> Iterator[Flask]:
    """A request in English."""
    flask_app = bare_app("en")
    with flask_app.test_request_context():
        yield flask_app
