"""The sample ledgers come out exactly as their expectations say."""

import json
from typing import Any

import pytest

from app.waste.registry.ledger_files.ledger import LedgerContext, LedgerRow
from app.waste.registry.ledger_files.reading import read_ledger
from tests.unit.waste.registry.ledgers import SAMPLES, a_context, read_bytes, reasons, sources_in

SAME = ("result", "file_problems", "sheets", "counts", "totals", "warnings", "skipped", "stock_left")
FILES = {
    "hw-b1-clean": "hw-b1-clean.xlsx",
    "hw-b1-messy.gb18030": "hw-b1-messy.gb18030.csv",
    "hw-b2-b3-clean": "hw-b2-b3-clean.xlsx",
    "gisw-monthly-clean": "gisw-monthly-clean.xlsx",
}


def without_also_fair(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in line.items() if key != "also_fair"} for line in lines]


def expected_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / f"{name}.expected.json").read_text(encoding="utf-8"))
    return found


def context_of(expected: dict[str, Any]) -> LedgerContext:
    """The ledger as it is once the files that `requires` names are in it."""
    firm = expected["organisation"]["credit_code"]
    before: list[LedgerRow] = []
    for file in expected["requires"]:
        before += read_ledger(SAMPLES / file, file, a_context(credit_code=firm)).accepted
    return a_context(credit_code=firm, sources=sources_in(before), facilities=expected["facilities"] or None)


def test_every_sample_is_compared() -> None:
    there = {path.name.removesuffix(".expected.json") for path in SAMPLES.glob("*.expected.json")}

    assert there == FILES.keys()


@pytest.mark.parametrize("name", FILES)
def test_a_sample_is_judged_as_expected(name: str) -> None:
    expected = expected_of(name)

    verdict = read_ledger(SAMPLES / FILES[name], FILES[name], context_of(expected))

    reading = json.loads(json.dumps(verdict.as_json()))
    assert {key: reading.get(key) for key in SAME} == {key: expected.get(key) for key in SAME}
    assert reading["accepted"] == without_also_fair(expected["accepted"])
    assert reading["refused"] == without_also_fair(expected["refused"])


def test_stock_books_without_the_generation_before_them_are_refused_row_by_row() -> None:
    reading = read_bytes((SAMPLES / FILES["hw-b2-b3-clean"]).read_bytes())

    assert not reading.accepted
    assert {reason for _, _, reason in reasons(reading)} == {"batch_unknown"}


def test_a_name_without_its_suffix_changes_nothing() -> None:
    content = (SAMPLES / "hw-b1-clean.xlsx").read_bytes()

    assert read_bytes(content, "台账.csv") == read_bytes(content, "台账.xlsx")
