import re
import tomllib

from app.foundation.rulebook.clauses import WORDS
from app.foundation.rulebook.loader import DATA
from app.foundation.rulebook.messages import texts_of


def test_texts_are_found_at_any_depth():
    table = {"a": {"zh": "甲", "en": "A"}, "rows": [{"b": {"zh": "乙 {x}", "en": "B {x}"}}]}

    assert texts_of(table) == {"甲": "A", "乙 {x}": "B {x}"}


def test_other_tables_are_no_texts():
    assert texts_of({"zh": "甲", "n": 1, "x": {"zh": "乙"}}) == {}


def test_the_rules_file_gives_its_messages():
    found = texts_of(tomllib.loads((DATA / "rules/storage.toml").read_text("utf-8")))

    assert found["贮存点实时贮存量 {observed} 吨，超过 {threshold} 吨"].startswith("Storage point would hold")


def test_every_clause_named_by_words_is_told_in_both_languages():
    rules = (
        rule
        for file in (DATA / "rules").glob("*.toml")
        for rule in tomllib.loads(file.read_text("utf-8")).get("rule", [])
    )
    clauses = {clause for rule in rules for clause in rule["clause"].split("、")}

    named = {clause for clause in clauses if re.search("[\u4e00-\u9fff]", clause)}
    assert named
    assert named <= WORDS.keys()
