"""The sample ledgers come out exactly as their expectations say."""

import json
from typing import Any

import pytest

from app.waste.registry.ledger_files.reading import read_ledger
from tests.unit.waste.registry.ledgers import SAMPLES, a_context, file_problems, read_bytes

SAME = ("result", "file_problems", "sheets", "counts", "totals", "warnings", "skipped")


def without_also_fair(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in line.items() if key != "also_fair"} for line in lines]


@pytest.mark.parametrize(
    ("name", "file"),
    [("hw-b1-clean", "hw-b1-clean.xlsx"), ("hw-b1-messy.gb18030", "hw-b1-messy.gb18030.csv")],
)
def test_a_sample_is_judged_as_expected(name: str, file: str) -> None:
    expected = json.loads((SAMPLES / f"{name}.expected.json").read_text(encoding="utf-8"))
    context = a_context(credit_code=expected["organisation"]["credit_code"])

    reading = json.loads(json.dumps(read_ledger(SAMPLES / file, file, context).as_json()))

    assert {key: reading[key] for key in SAME} == {key: expected[key] for key in SAME}
    assert reading["accepted"] == without_also_fair(expected["accepted"])
    assert reading["refused"] == without_also_fair(expected["refused"])


def test_a_name_without_its_suffix_changes_nothing() -> None:
    content = (SAMPLES / "hw-b1-clean.xlsx").read_bytes()

    assert read_bytes(content, "台账.csv") == read_bytes(content, "台账.xlsx")


@pytest.mark.parametrize("file", ["hw-b2-b3-clean.xlsx", "gisw-monthly-clean.xlsx"])
def test_other_tables_are_named_and_not_read(file: str) -> None:
    reading = read_bytes((SAMPLES / file).read_bytes(), file)

    assert file_problems(reading) == ["file_no_table"]
    assert not any(sheet.read for sheet in reading.sheets)
    assert [warning.code for warning in reading.warnings] == ["sheet_ignored", "sheet_ignored"]
