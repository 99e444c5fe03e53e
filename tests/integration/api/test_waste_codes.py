"""Waste codes through /api/v1."""

import pytest

from app.foundation.catalogue.loading import load_catalogue
from app.foundation.core.work import Actor
from tests.integration.people import staff_of_a_park


@pytest.fixture
def operator(client_of, database):
    with database.writing(Actor.system()) as work:
        load_catalogue(work)
    return client_of(staff_of_a_park(database, "park_operator"))


@pytest.fixture
def inspector(client_of, database, operator):
    return client_of(staff_of_a_park(database, "inspector"))


def test_a_search_answers_what_a_combobox_needs(operator):
    answer = operator.get("/api/v1/waste-codes", query_string={"q": "HW06 废活性炭"})

    assert answer.status_code == 200
    assert answer.json["items"][0] == {
        "code": "900-405-06",
        "category": "HW06",
        "category_name": "废有机溶剂与含有机溶剂废物",
        "category_name_en": "organic solvent",
        "name": "900-401-06、900-402-06、900-404-06中所列废有机溶剂再生处理过程中产生的废活性炭及其他过滤吸附介质",
        "hazards": ["T", "I", "R"],
        "hazard_expression": "T，I，R",
        "industry": "非特定行业",
        "is_by_identification": False,
    }
    assert answer.json["next_cursor"] is None


def test_pages_are_followed_by_their_cursor(operator):
    first = operator.get("/api/v1/waste-codes", query_string={"q": "污泥", "limit": 2}).json
    second = operator.get(
        "/api/v1/waste-codes", query_string={"q": "污泥", "limit": 2, "cursor": first["next_cursor"]}
    ).json

    codes = [item["code"] for item in first["items"] + second["items"]]
    assert len(set(codes)) == 4


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"limit": "0"}, "#/limit"),
        ({"limit": "x"}, "#/limit"),
        ({"q": "x" * 101}, "#/q"),
        ({"q": "污泥", "cursor": "zz"}, "#/cursor"),
    ],
)
def test_a_wrong_query_is_told_which_part_is_wrong(operator, query, pointer):
    answer = operator.get("/api/v1/waste-codes", query_string=query)

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_code_is_answered_in_any_spelling(operator):
    assert operator.get("/api/v1/waste-codes/90040206").json["code"] == "900-402-06"
    assert operator.get("/api/v1/waste-codes/900-000-49").json["is_by_identification"]


def test_a_code_that_was_removed_names_what_it_is_now(operator):
    answer = operator.get("/api/v1/waste-codes/336-100-21")

    assert answer.status_code == 404
    assert "336-100-17" in answer.json["detail"]


def test_exemptions_of_a_code(operator):
    answer = operator.get("/api/v1/waste-codes/900-006-09/exemptions")

    assert [(item["item"], item["stage"]) for item in answer.json["items"]] == [(9, "利用")]


def test_the_classes_say_that_the_table_is_incomplete(operator):
    answer = operator.get("/api/v1/general-waste-classes").json

    assert answer["official_table"] == "incomplete"
    assert {"code": "SW59", "name": "其他工业固体废物"} in answer["items"]


def test_an_operator_adds_a_general_waste_code(operator):
    answer = operator.post("/api/v1/general-waste-codes", json={"code": "900-003-S17", "name": "废塑料"})
    listed = operator.get("/api/v1/general-waste-codes").json

    assert answer.status_code == 201
    assert answer.json["class_code"] == "SW17"
    assert listed == {"items": [answer.json], "official_table": "incomplete"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"code": "900-003-17", "name": "废塑料"}, 422),
        ({"code": 5, "name": "废塑料"}, 422),
        ({"name": "废塑料"}, 422),
        ({"code": "900-003-S17", "name": "废塑料", "park_id": "other"}, 422),
    ],
)
def test_a_wrong_code_is_refused(operator, body, status):
    answer = operator.post("/api/v1/general-waste-codes", json=body)

    assert answer.status_code == status
    assert answer.json["errors"]


def test_an_inspector_may_not_add_codes(inspector):
    answer = inspector.post("/api/v1/general-waste-codes", json={"code": "900-003-S17", "name": "废塑料"})

    assert answer.status_code == 403


def test_the_same_code_again_is_a_conflict(operator):
    body = {"code": "900-003-S17", "name": "废塑料"}
    operator.post("/api/v1/general-waste-codes", json=body)

    assert operator.post("/api/v1/general-waste-codes", json=body).status_code == 409


def test_the_same_request_again_gets_the_first_answer(operator):
    body, key = {"code": "900-003-S17", "name": "废塑料"}, {"Idempotency-Key": "once"}
    first = operator.post("/api/v1/general-waste-codes", json=body, headers=key)
    again = operator.post("/api/v1/general-waste-codes", json=body, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json


def test_strangers_are_turned_away(client):
    assert client.get("/api/v1/waste-codes").status_code == 401
