"""What goes wrong is said in one form, and nothing of it stays."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.entry.work import unit_of_work
from app.foundation.core.errors import (
    Conflict,
    FieldProblem,
    InvalidInput,
    NotFound,
    NotPermitted,
    VersionConflict,
)
from app.foundation.core.text import say
from app.parties.accounts.models import Park
from app.waste.storage.models import Facility
from tests.factories import a_park


def failing_with(app, monkeypatch, error):
    """The problem page of a type, for once a view that stores something and then fails."""

    def view(**_):
        with unit_of_work() as work:
            work.session.add(a_park(slug="half-done"))
            work.session.flush()
            raise error

    view.is_public = True
    monkeypatch.setitem(app.view_functions, "home.problem", view)
    monkeypatch.setitem(app.config, "ANSWER_UNEXPECTED", True)


def parks(session):
    session.expire_all()
    return session.scalars(select(Park.slug).where(Park.slug == "half-done")).all()


ERRORS = [
    (NotFound(say("没有这个容器")), 404),
    (NotPermitted(say("不能这样做")), 403),
    (Conflict(say("已封装")), 409),
    (VersionConflict(say("刚被修改")), 409),  # a form's stale version (design.md 9)
    (InvalidInput([FieldProblem("#/a", say("甲错了")), FieldProblem("#/b", say("乙错了"))]), 422),
    (IntegrityError("INSERT", {}, Exception("UNIQUE constraint failed")), 409),
    (StaleDataError("version"), 409),
    (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"), 422),
    (ZeroDivisionError("secret detail"), 500),
]


@pytest.mark.parametrize(("error", "status"), ERRORS, ids=lambda value: type(value).__name__)
def test_an_act_that_fails_leaves_nothing_and_says_why(app, client, session, monkeypatch, error, status):
    failing_with(app, monkeypatch, error)

    answer = client.get("/problems/any")

    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert parks(session) == []
    if hasattr(error, "text"):
        assert str(error.text) in answer.text


def test_an_unexpected_error_gives_a_reference_and_no_secret(app, client, session, monkeypatch, capfd):
    failing_with(app, monkeypatch, ZeroDivisionError("secret detail"))

    answer = client.get("/problems/any")

    reference = answer.headers["X-Request-Id"]
    assert answer.status_code == 500
    assert reference in answer.text
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


def test_machines_get_problem_details(producer):
    answer = producer.post("/api/v1/facilities", json={"code": "X", "capacity_kg": 5})

    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    problem = answer.json
    assert problem["type"] == "/problems/invalid-input"
    assert problem["instance"] == "/api/v1/facilities"
    pointers = {error["pointer"] for error in problem["errors"]}
    assert {"#/site_id", "#/name", "#/type", "#/capacity_kg"} <= pointers
    assert all(error["detail"] for error in problem["errors"])


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": b"{", "content_type": "application/json"}, (400, 422)),
        ({"data": b"\xff\xfe", "content_type": "application/json"}, (400, 422)),
        ({"data": b"[]", "content_type": "application/json"}, (422,)),
        ({"data": b"null", "content_type": "application/json"}, (422,)),
        ({"data": b"<a/>", "content_type": "text/xml"}, (415, 422)),
        ({"data": b'{"name": "\\ud800"}', "content_type": "application/json"}, (422,)),
        ({"data": b"[" * 100_000, "content_type": "application/json"}, (400, 422)),
        ({"data": b'{"name": ' + b"9" * 5_000 + b"}", "content_type": "application/json"}, (400, 422)),
    ],
)
def test_bodies_that_are_none_are_refused(producer, session, sent, status):
    answer = producer.post("/api/v1/facilities", **sent)

    assert answer.status_code in status, answer.text
    assert answer.content_type == "application/problem+json"
    assert session.scalar(select(func.count(Facility.id))) == 0


def test_too_much_is_told_before_it_is_read(app, producer, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1_000)

    answer = producer.post("/api/v1/facilities", data=b"x" * 1_001, content_type="application/json")

    assert (answer.status_code, answer.json["type"]) == (413, "/problems/too-large")


@pytest.mark.parametrize(("path", "status"), [("/api/v1/nowhere", 404), ("/api/v1/me", 405)])
def test_wrong_addresses_and_methods(producer, path, status):
    answer = producer.delete(path)

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_characters_that_no_column_holds_are_refused_in_words(client, producer):
    """A NUL in an account, an address or a search: PostgreSQL stores none."""
    sign_in = client.post("/sign-in", data={"account": "a\x00b", "password": "x\x00"})
    search = producer.get("/search?q=a%00b")

    assert sign_in.status_code == 422
    assert search.status_code in (302, 422)
