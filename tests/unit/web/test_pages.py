"""The pages that need no room: layout, style guide, error pages, sign-in, with values made up here."""

from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, render_template

from app.foundation.core.clock import utc_now
from app.foundation.core.errors import FieldProblem
from app.foundation.core.text import say
from app.parties.accounts.permissions import MATRIX, Role
from app.web import nav
from app.web.forms import FormState
from app.web.style_guide import samples
from tests.unit.web.conftest import bare_app

VIEWER = SimpleNamespace(
    name="陆青岚",
    organisation_name="青梧涂料",
    role_label=say("草稿"),
    park_name="澄湖循环产业园",
    is_demo=True,
)
ENDPOINTS = ("auth.sign_in", "auth.sign_out", "auth.set_language", "home.search", "home.style_guide")


@cache
def app_with_pages(locale: str) -> Flask:
    app = bare_app(locale)
    for name in (*ENDPOINTS, *(item.endpoint for item in (nav.WORKBENCH, nav.LEDGER, nav.SCAN))):
        app.add_url_rule(f"/{name}", endpoint=name, view_func=lambda: "", methods=["GET", "POST"])
    return app


def page(template: str, locale: str = "zh", viewer: Any = None, **values: Any) -> str:
    with app_with_pages(locale).test_request_context("/here"):
        navigation = nav.navigation_for(Role.PRODUCER, MATRIX[Role.PRODUCER], {"todo": 7}) if viewer else None
        return render_template(template, viewer=viewer, navigation=navigation, **values)


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("viewer", [None, VIEWER])
def test_the_style_guide_shows_every_macro_in_both_languages(locale: str, viewer: Any) -> None:
    html = page("style_guide.html", locale, viewer, **samples(utc_now()))

    assert ("<title>Style guide · ParkLoop" in html) == (locale == "en")
    assert html.count("<h1") == 1


def test_the_current_place_is_marked_in_the_navigation() -> None:
    html = page("style_guide.html", viewer=VIEWER, nav_here="registry.ledger", **samples(utc_now()))

    marked = '<a href="/registry.ledger" aria-current="page">'
    assert html.count(marked) == 2  # left navigation and phone bar


@pytest.mark.parametrize("status", [401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429, 500])
@pytest.mark.parametrize("viewer", [None, VIEWER])
def test_every_problem_has_a_friendly_page_with_a_way_on(status: int, viewer: Any) -> None:
    problem = SimpleNamespace(
        status=status, title="没有找到", detail="这里没有<你>能看到的内容", errors=[], findings=[]
    )

    html = page("errors/problem.html", viewer=viewer, problem=problem)

    assert f"{status} · " in html
    assert "这里没有&lt;你&gt;能看到的内容" in html


def test_a_forbidding_rule_is_shown_with_its_source() -> None:
    finding = {
        "outcome": "finding",
        "severity": "violation",
        "message": "A4 现放废碱",
        "clause": "GB 18597-2023 6.1.2",
    }
    problem = SimpleNamespace(
        status=422, title="规则不允许", detail="没有保存", errors=[], findings=[finding]
    )

    html = page("errors/problem.html", viewer=VIEWER, problem=problem)

    assert "未通过：" in html
    assert "GB 18597-2023 6.1.2" in html


def test_a_failed_sign_in_says_why_and_keeps_the_account() -> None:
    form = FormState({"account": "lu@qingwu.example"}, [FieldProblem("#/password", say("账号或密码不正确"))])

    html = page("auth/sign_in.html", form=form, park_name="澄湖", is_demo=False, demo_accounts=[])

    assert "<title>错误：登录" in html
    assert 'value="lu@qingwu.example"' in html
    assert html.count("账号或密码不正确") == 2
    assert "演示账号" not in html


def test_demo_accounts_stand_only_in_a_demo_park() -> None:
    account = {
        "role": say("产废单位"),
        "name": "陆青岚",
        "organisation": "青梧涂料",
        "icon": "recycle",
        "account": "lu",
        "password": "demo",
    }

    html = page("auth/sign_in.html", form=FormState(), is_demo=True, demo_accounts=[account])

    assert 'data-fill-account="lu"' in html
