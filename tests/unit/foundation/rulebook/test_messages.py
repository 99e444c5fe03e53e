from io import BytesIO

from app.foundation.rulebook.loader import DATA
from app.foundation.rulebook.messages import extract, texts_of


def test_every_chinese_text_is_extracted_with_its_english_and_line():
    source = 'a = { zh = "甲", en = "A" }\n[[rows]]\nb = { zh = "乙 {x}", en = "B {x}" }\n'

    assert list(extract(BytesIO(source.encode()), {}, [], {})) == [
        (1, "say", "甲", ["A"]),
        (3, "say", "乙 {x}", ["B {x}"]),
    ]


def test_other_tables_are_no_texts():
    assert texts_of({"zh": "甲", "n": 1, "x": {"zh": "乙"}}) == {}


def test_the_rules_file_gives_its_messages():
    with (DATA / "rules.toml").open("rb") as file:
        found = {msgid for _, _, msgid, _ in extract(file, {}, [], {})}

    assert "贮存点实时贮存量 {observed} 吨，超过 {threshold} 吨" in found
