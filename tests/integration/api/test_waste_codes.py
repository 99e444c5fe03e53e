"""Waste codes through /api/v1."""

from io import BytesIO

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


@pytest.mark.parametrize("words", ["2641", "264 涂料", "tlzz", "涂料制造", "TLZZ"])
def test_industries_are_found_by_code_words_and_initials(operator, words):
    found = operator.get("/api/v1/industries", query_string={"q": words}).json["items"]

    assert {"code": "2641", "name": "涂料制造", "section": "C"} in found
    assert all(len(one["code"]) == 4 for one in found)


def test_no_more_industries_come_than_asked_for(operator):
    assert len(operator.get("/api/v1/industries", query_string={"limit": 3}).json["items"]) == 3
    assert operator.get("/api/v1/industries", query_string={"q": "没有这行"}).json["items"] == []


def code_file(text, name="codes.csv"):
    return {"file": (BytesIO(text.encode()), name)}


LIST = "固废代码表\n废物代码,废物名称,类别\n900-005-S17,废木材,SW17\n900005S59,废保温材料,\n900-009-S17,,SW16\n900-002-S61,厨余垃圾,SW61\n"


def test_a_file_of_codes_goes_on_the_list_of_the_park(operator):
    answer = operator.post("/api/v1/general-waste-codes/imports", data=code_file(LIST))
    again = operator.post("/api/v1/general-waste-codes/imports", data=code_file(LIST))
    codes = operator.get("/api/v1/general-waste-codes").json["items"]

    assert (answer.status_code, answer.json["stored"], answer.json["not_industrial"]) == (201, 2, 1)
    assert [problem["cell"] for problem in answer.json["refused"][0]["problems"]] == ["B5", "C5"]
    assert [(one["code"], one["name"]) for one in codes] == [
        ("900-005-S17", "废木材"),
        ("900-005-S59", "废保温材料"),
    ]
    assert (again.status_code, again.json["stored"], len(again.json["known"])) == (200, 0, 2)


def test_a_file_of_codes_may_only_be_judged(operator):
    answer = operator.post("/api/v1/general-waste-codes/imports", data={**code_file(LIST), "store": "false"})

    assert (answer.status_code, answer.json["stored"], len(answer.json["accepted"])) == (200, 0, 2)
    assert operator.get("/api/v1/general-waste-codes").json["items"] == []


def test_only_operators_bring_codes_in(inspector):
    answer = inspector.post("/api/v1/general-waste-codes/imports", data=code_file(LIST))

    assert answer.status_code == 403


def test_a_file_without_codes_is_refused_in_words(operator):
    answer = operator.post("/api/v1/general-waste-codes/imports", data=code_file("a,b\n1,2\n"))

    assert answer.status_code == 200
    assert "表头" in answer.json["file_problem"]
