"""`flask catalogue load` and `flask catalogue search`."""

import json

import pytest


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["catalogue", *words], catch_exceptions=False)


@pytest.mark.parametrize("has_code_lists", [False])
def test_loading_tells_what_it_did(run):
    first = run("load").output
    again = run("load").output

    assert "listed_wastes: 470 rows, 470 added, 0 changed" in first
    assert "listed_wastes: 470 rows, 0 added, 0 changed" in again


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("900-402-06", "900-402-06"),
        ("电镀污泥", "336-052-17"),
        ("fyjrj", "900-401-06"),
        ("900-000-49", "900-000-49"),
    ],
)
def test_a_search_prints_a_json_list(run, text, code):
    run("load")

    found = json.loads(run("search", text, "--json", "--limit", "3").output)

    assert 1 <= len(found) <= 3
    assert found[0]["code"] == code
    assert {"category", "category_name", "name", "hazards", "industry"} <= set(found[0])


def test_a_search_that_finds_nothing_prints_an_empty_list(run):
    run("load")

    assert json.loads(run("search", "没有这种", "--json").output) == []


def test_the_list_of_an_earlier_day_can_be_asked(run):
    run("load")

    assert "336-100-21" in run("search", "336-100-21", "--on", "2024-01-01").output
    assert run("search", "336-100-21", "--on", "2025-01-01").output == ""
