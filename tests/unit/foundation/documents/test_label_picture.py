"""A label on the screen is the label on paper."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from app.foundation.documents.label import LabelIncomplete, TextTooLong
from app.foundation.documents.label_content import L3, LabelContent
from app.foundation.documents.label_picture import label_svg
from tests.unit.foundation.documents.papers import a_label

SVG = "{http://www.w3.org/2000/svg}"
LABEL = a_label(hazards=("T", "C", "I", "R", "In"), harmful_components="H₂S <含量不明>")


def drawn(label: LabelContent, **style) -> ElementTree.Element:
    return ElementTree.fromstring(label_svg(label, **style))


def words(picture: ElementTree.Element) -> str:
    return "".join(text.text or "" for text in picture.iter(f"{SVG}text"))


def test_every_field_stands_on_it():
    shown = words(drawn(LABEL)).replace(" ", "")

    for value in (
        "危险废物",
        "900-402-06",
        "乙酸丁酯、二甲苯",
        "<含量不明>",
        "186.4kg",
        LABEL.digital_code,
        "7H3K-9PX2-8",
    ):
        assert value in shown
    for hazard in ("毒性", "腐蚀性", "易燃性", "反应性", "感染性"):
        assert hazard in shown


def test_nothing_on_it_needs_more_than_a_strict_policy_allows():
    text = label_svg(LABEL)

    assert not re.search(r"\bstyle=|<style|<script|\bon\w+=|href=", text)


def test_text_is_as_wide_as_on_paper_whatever_font_the_reader_has():
    texts = [text for text in drawn(LABEL).iter(f"{SVG}text") if (text.text or "").strip()]

    assert texts
    assert all(float(text.attrib["textLength"]) > 0 for text in texts)


def test_a_demo_label_says_so_and_english_words_are_added():
    assert "演示" in words(drawn(LABEL, is_demo=True))
    assert "演示" not in words(drawn(LABEL)).replace("（演示）", "")
    assert "HAZARDOUS WASTE" in words(drawn(LABEL, language="en"))


def test_a_larger_size_is_drawn_larger_and_never_a_smaller_one():
    def side(label: LabelContent) -> float:
        return float(drawn(label).attrib["viewBox"].split()[2])

    assert side(replace(LABEL, wanted_size=L3)) > side(LABEL)
    assert side(replace(LABEL, volume_ml=1_000_000, wanted_size=LABEL.size)) == side(
        replace(LABEL, wanted_size=L3)
    )


def test_what_may_not_be_printed_is_not_drawn():
    with pytest.raises(LabelIncomplete):
        label_svg(replace(LABEL, precautions=" "))
    with pytest.raises(TextTooLong):
        label_svg(replace(LABEL, precautions="远离火源" * 200))
