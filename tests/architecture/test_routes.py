"""The door: no route lets anybody in who is not signed in, but for those named here."""

import re

import pytest
from flask import Flask

from app.entry.guard import is_public
from app.factory import create_app
from tests.conftest import a_config

PUBLIC = {
    "account.accept",
    "account.invited",
    "agenda.feed",
    "api-docs.openapi_json",
    "auth.code",
    "auth.code_now",
    "auth.set_language",
    "auth.sign_in",
    "auth.sign_in_now",
    "auth.sign_out",
    "docs.show",
    "health.healthz",
    "health.readyz",
    "home.index",
    "home.problem",
    "home.style_guide",
    "public.consignment",
    "public.container",
    "public.facility",
    "scan.service_worker",
    "scan.worker",
    "signing.open_page",
    "signing.send",
    "signing.sign",
    "static",
    "trace.checkpoints",
    "trace.note",
    "api_trace.checkpoints",
    "api_trace.consistency",
    "api_trace.keys",
    "api_verdicts.qr_keys",
    "api_verdicts.revocations",
}
"""Endpoints that need no sign-in; the list is here so that a new one is a decision somebody reads."""


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return create_app(a_config("sqlite://", tmp_path_factory.mktemp("files")))


def test_only_the_listed_routes_are_public(app):
    found = {rule.endpoint for rule in app.url_map.iter_rules() if is_public(app, rule.endpoint)}

    assert found == PUBLIC


def test_every_other_route_turns_strangers_away(app):
    let_in = [
        f"{method} {path} answered {status}"
        for endpoint, method, path in _calls(app)
        if endpoint not in PUBLIC
        for status in [app.test_client().open(path, method=method).status_code]
        if status not in (302, 401)
    ]

    assert let_in == []


def _calls(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, path) of every route, with something that fits in place of each parameter."""
    return [
        (rule.endpoint, method, _filled(rule.rule))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def _filled(rule: str) -> str:
    values = {"uuid": "01890000-0000-7000-8000-000000000000", "int": "1"}
    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda found: values.get(found[1] or "", "x"), rule)
