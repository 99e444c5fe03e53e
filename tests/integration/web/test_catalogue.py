"""The pages of the waste codes."""

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


def test_a_search_shows_what_it_found(operator):
    page = operator.get("/catalogue/", query_string={"q": "fyjrj"}).text

    assert "900-402-06" in page
    assert "841-001-01" not in page


def test_a_search_without_words_shows_the_list_in_pages(operator):
    page = operator.get("/catalogue/").text

    assert "共 470 条" in page
    assert 'rel="next"' in page


def test_a_search_that_finds_nothing_says_what_to_try(operator):
    page = operator.get("/catalogue/", query_string={"q": "没有这种"}).text

    assert "没有符合的代码" in page


def test_what_is_typed_is_shown_as_text(operator):
    page = operator.get("/catalogue/", query_string={"q": "<script>alert(1)</script>"}).text

    assert "<script>alert" not in page


def test_the_general_list_says_that_the_official_table_is_incomplete(operator):
    assert "官方代码表不完整" in operator.get("/catalogue/general-waste").text


def test_an_operator_adds_a_code_by_form(operator):
    answer = operator.post("/catalogue/general-waste", data={"code": "900-003-s17", "name": "废塑料"})
    page = operator.get("/catalogue/general-waste").text

    assert answer.status_code == 303
    assert "900-003-S17" in page
    assert "废塑料" in page


def test_a_refused_form_keeps_what_was_typed(operator):
    answer = operator.post("/catalogue/general-waste", data={"code": "900-1", "name": "废塑料"})

    assert answer.status_code == 422
    assert 'value="900-1"' in answer.text
    assert "NNN-NNN-SNN" in answer.text


def test_a_code_that_is_there_already_is_told_beside_the_field(operator):
    typed = {"code": "900-003-S17", "name": "废塑料"}
    operator.post("/catalogue/general-waste", data=typed)

    answer = operator.post("/catalogue/general-waste", data=typed)

    assert answer.status_code == 409
    assert "已有代码 900-003-S17" in answer.text


def test_an_inspector_sees_the_list_without_the_form(inspector):
    page = inspector.get("/catalogue/general-waste")

    assert page.status_code == 200
    assert 'name="code"' not in page.text
    assert (
        inspector.post("/catalogue/general-waste", data={"code": "900-003-S17", "name": "x"}).status_code
        == 403
    )


def upload_codes(client, text):
    file = (BytesIO(text.encode()), "代码表.csv")
    return client.post("/catalogue/general-waste/import", data={"file": file}).location


def test_a_file_of_codes_is_looked_at_before_it_is_stored(operator):
    result = upload_codes(operator, "代码,名称\n900-005-S17,废木材\n900-05-S17,废橡胶\n")
    page = operator.get(result).text
    before = operator.get("/catalogue/general-waste").text
    errors = operator.get(f"{result}/errors.xlsx")
    stored = operator.post(result, follow_redirects=True).text

    assert "900-05-S17" in page
    assert "A3" in page
    assert "废木材" not in before
    assert errors.data[:2] == b"PK"
    assert "已添加 1 个代码" in stored
    assert "废木材" in stored
    assert "废橡胶" not in stored


def test_a_file_without_mistakes_has_no_error_file(operator):
    result = upload_codes(operator, "代码,名称\n900-005-S17,废木材\n")

    assert operator.get(f"{result}/errors.xlsx").status_code == 404


def test_no_file_is_told_at_its_field(operator):
    answer = operator.post("/catalogue/general-waste/import", data={})

    assert answer.status_code == 422
    assert "请选择一个文件" in answer.text


def test_an_inspector_brings_in_no_codes(operator, inspector):
    result = upload_codes(operator, "代码,名称\n900-005-S17,废木材\n")

    assert inspector.post(result).status_code == 404  # an operator of their own park would see it
    assert inspector.post("/catalogue/general-waste/import", data={}).status_code == 403
