"""The printed note of general waste, read back from the PDF."""

from dataclasses import replace

import pytest

from app.foundation.core.units import Grams
from app.foundation.documents.manifest import Watermark
from app.foundation.documents.manifest_words import Language
from app.foundation.documents.transfer_note import transfer_note_pdf
from app.foundation.documents.transfer_note_content import NoteJourney, NoteLine, NoteParty, TransferNote
from tests.unit.foundation.documents.papers import CONSIGNMENT_QR, a_note
from tests.unit.foundation.documents.reading import (
    codes_on,
    is_grey,
    page_image,
    page_sizes_mm,
    pdf_fonts,
    pdf_text,
    squeezed,
)

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


def text_of(note: TransferNote, language: Language = "zh") -> str:
    return squeezed(pdf_text(transfer_note_pdf(note, language)))


@LANGUAGES
def test_one_page_of_a4_with_a_code_that_reads(language: Language) -> None:
    pdf = transfer_note_pdf(a_note(is_demo=True, watermark=Watermark.DRAFT), language)

    assert page_sizes_mm(pdf) == [(210.0, 297.0)]
    assert codes_on(page_image(pdf)) == [CONSIGNMENT_QR]
    assert all(font.embedded and font.subset and font.unicode for font in pdf_fonts(pdf))
    assert is_grey(page_image(pdf, dpi=50))


def test_everything_told_stands_on_it_and_nothing_of_hazardous_waste() -> None:
    text = text_of(a_note())

    for part in (
        "一般工业固体废物转移单",
        "转移单编号M-2611-0409",
        "不适用危险废物转移联单",
        "已接受",
        "2026-11-2020:00前送达",
        "9QK2-TF4M-H",
        "91330100MA2DEMK01D",
        "91339901MA2XDM60X3",
        "91339901MA2XDM903K",
        "000-0000-5678",
        "演A·D0712",
        "石砚秋",
        "900-003-S17散装1850.01812.5-37.5",
        "R15其他利用方式",
        "篷布覆盖",
        "装车时间2026-11-2013:40",
        "起运时间2026-11-2014:11",
        "到达时间2026-11-2015:52",
        "接收时间2026-11-2016:03",
        "差异说明雨水沥出",
        "接收单位签署",
        "7c1e49a0d2f7…e20b",
        "park.example/log",
        "附表3",
        "第1页，共1页",
    ):
        assert part in text, part
    for part in ("联单编号", "国家", "危险特性", "许可证", "押运"):
        assert part not in text


def test_english_has_every_word_of_the_form() -> None:
    text = text_of(a_note(), "en")

    for part in (
        "Transfernoteofgeneralindustrialwaste",
        "一般工业固体废物转移单",
        "nohazardous-wastemanifest",
        "Consignor",
        "Receiver",
        "Sentkg",
        "Departed20Nov2026,14:11",
        "Difference雨水沥出",
        "Page1of1",
    ):
        assert part in text, part


def test_more_than_was_loaded_has_a_plus_and_totals_add_up() -> None:
    lines = [
        NoteLine(1, "废型砂", "900-001-S59", "散装", Grams(9_000_000), Grams(9_120_500)),
        NoteLine(2, "浇冒口", "900-001-S17", "散装", Grams(5_400_000), Grams(5_400_000)),
    ]

    text = text_of(a_note(lines=lines))

    assert "9000.09120.5+120.5" in text
    assert "5400.05400.00.0" in text
    assert "合计14400.014520.5+120.5" in text


def test_of_a_part_that_is_received_no_total_is_printed() -> None:
    first, second = a_note(2).lines
    text = text_of(replace(a_note(), lines=[first, replace(second, received_grams=None)]))

    assert "合计3700.0" in text
    assert "合计3700.01812.5" not in text


def test_a_draft_leaves_lines_to_write_on() -> None:
    draft = a_note(
        carrier=NoteParty(),
        consignee=NoteParty(),
        journey=NoteJourney(),
        planned_method="",
        requirements="",
        difference_note="",
        signatures=(),
        checkpoint=None,
        watermark=Watermark.DRAFT,
    )

    text = text_of(draft)

    assert "None" not in text
    assert text.count("签名") >= 3
    assert "差异说明" not in text and "理由" not in text


def test_a_refused_load_says_why() -> None:
    assert "拒收或作废理由混有泥土" in text_of(a_note(closing_note="混有泥土"))


def test_sheets_of_a_demo_park_say_so() -> None:
    assert "演示数据，非真实转移单" in text_of(a_note(is_demo=True))
    assert "演示数据" not in text_of(a_note())


@LANGUAGES
@pytest.mark.parametrize("lines", [1, 8, 20])
def test_as_many_wastes_as_a_note_may_have_stand_on_one_page(lines: int, language: Language) -> None:
    pdf = transfer_note_pdf(a_note(lines), language)

    assert len(page_sizes_mm(pdf)) == 1
    assert squeezed(pdf_text(pdf)).count("900-003-S17") == lines


@LANGUAGES
def test_long_names_are_wrapped_and_very_many_lines_flow_on(language: Language) -> None:
    long = "某某市高新技术产业开发区循环经济示范基地再生资源综合利用与环境服务（集团）股份有限公司" * 2
    party = NoteParty(long, "91339901MA2XDM903K", f"{long}一号厂区", "000-0000-5678")
    note = a_note(20, consignor=party, carrier=party, consignee=party, requirements="防扬散、" * 90)
    note = replace(note, lines=[replace(line, waste_name=long) for line in note.lines])

    pdf = transfer_note_pdf(note, language)
    text, pages = squeezed(pdf_text(pdf)), len(page_sizes_mm(pdf))

    assert pages > 1
    assert text.count("（集团）") >= 2 * 26  # wrapped, nothing of it cut: 20 wastes, 3 names, 3 addresses
    assert (f"第{pages}页，共{pages}页" if language == "zh" else f"Page{pages}of{pages}") in text
    assert text.count("废物代码" if language == "zh" else "Packaging") >= 2


def test_a_drawn_signature_stands_beside_the_name() -> None:
    drawn = a_note()
    plain = replace(drawn, signatures=[replace(one, drawing="") for one in drawn.signatures])

    assert _black(drawn) > _black(plain)


def _black(note: TransferNote) -> int:
    """How many dark pixels a sheet has."""
    return sum(value < 100 for value in page_image(transfer_note_pdf(note), dpi=60).convert("L").tobytes())
