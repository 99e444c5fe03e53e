"""The printed manifest, read back from the PDF."""

from dataclasses import replace

import pytest

from app.foundation.core.units import Grams
from app.foundation.documents.manifest import (
    CarrierPart,
    ConsigneePart,
    Discrepancy,
    GoodsLine,
    GoodsList,
    ManifestContent,
    Opinion,
    ReceiptLine,
    Watermark,
    manifest_pdf,
)
from app.foundation.documents.manifest_words import Language
from tests.unit.foundation.documents.papers import CONSIGNMENT_QR, a_head, a_manifest, a_waste_line, at
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


def text_of(content: ManifestContent, language: Language = "zh") -> str:
    return squeezed(pdf_text(manifest_pdf(content, language)))


@LANGUAGES
def test_one_page_of_a4_with_a_code_that_reads(language: Language) -> None:
    pdf = manifest_pdf(a_manifest(is_demo=True, watermark=Watermark.DRAFT), language)

    assert page_sizes_mm(pdf) == [(210.0, 297.0)]
    assert codes_on(page_image(pdf)) == [CONSIGNMENT_QR]
    assert all(font.embedded and font.subset and font.unicode for font in pdf_fonts(pdf))


def test_the_largest_code_still_reads() -> None:
    longest = "https://loop.example.cn/M/M-2611-0409/" + "A234567B" * 36 + "ABCD"

    pdf = manifest_pdf(a_manifest(head=a_head(qr_text=longest)))

    assert len(longest) == 330
    assert codes_on(page_image(pdf)) == [longest]


def test_all_parts_stand_on_the_sheet() -> None:
    text = text_of(a_manifest())

    for part in (
        "危险废物转移联单",
        "2026-9901-000409",
        "M-2611-0409",
        "过磅接收（第5/6步）",
        "2026-11-2016:12陆青岚第1次",
        "2026-11-2020:00前送达",
        "9QK2-TF4M-H",
        "91330100MA2DEMK01D",
        "T,I,R",
        "液态",
        "1.1182",
        "QW-A1-0080、QW-A1-0081",
        "演交危运0000123",
        "演A·D0712",
        "2026-11-2014:11",
        "演危许2025-006",
        "R2溶剂回收",
        "7c1e49a0d2f7…e20b",
        "第1页，共1页",
        "sha2565d1f03ab…88c2·公钥park-2026-2",
    ):
        assert part in text


def test_english_has_every_word_of_the_form() -> None:
    text = text_of(a_manifest(), "en")

    for part in (
        "HazardousWasteTransferManifest",
        "危险废物转移联单",
        "Consignor",
        "Carrier",
        "Consignee",
        "20Nov2026,14:05",
        "until20Nov2026,20:00",
        "liquid",
        "Accept",
        "Refuse",
        "Page1of1",
        "publickeypark-2026-2",
    ):
        assert part in text


def test_dangerous_goods_have_a_sheet_of_their_own() -> None:
    goods = GoodsList(
        lines=[
            GoodsLine(1, "UN1993", "废弃物，易燃液体，未另作规定的", "3 (6.1)", "II"),
            GoodsLine(2),  # nobody wrote it yet: lines to write on
        ],
        waybill_number="YD-2611-0409",
        shipper="青梧涂料（演示）有限公司",
        phone="000-0000-1199",
        vehicle_permit="演交运管 0712",
        approved_load="4.5 t",
        driver_certificate="演驾 0001",
        escort_certificate="演押 0001",
    )
    content = a_manifest(2, goods=goods)
    text = text_of(content)

    assert len(page_sizes_mm(manifest_pdf(content))) == 2
    for part in (
        "危险货物托运清单",
        "YD-2611-0409",
        "UN1993",
        "3(6.1)",
        "演驾0001",
        "演押0001",
        "演交运管0712",
        "4.5t",
    ):
        assert part in text
    assert "Propershippingname" in text_of(content, "en")
    assert "托运清单" not in text_of(a_manifest(2))


def test_without_a_national_number_the_sheet_says_what_it_is_not() -> None:
    own = a_manifest(head=a_head(national_number=None))

    assert "平台联单，不能替代国家联单" in text_of(own)
    assert "doesnotreplacethenationalmanifest" in text_of(own, "en")
    assert "不能替代" not in text_of(a_manifest())


@pytest.mark.parametrize(
    ("mark", "chinese", "english"), [(Watermark.DRAFT, "草稿", "DRAFT"), (Watermark.VOID, "作废", "VOID")]
)
def test_drafts_and_void_sheets_are_marked(mark: Watermark, chinese: str, english: str) -> None:
    marked = a_manifest(watermark=mark)

    assert chinese not in text_of(a_manifest())
    assert _on_paper(marked) > _on_paper(a_manifest())


def _on_paper(content: ManifestContent) -> int:
    """How many pixels of the sheet's middle are grey: a watermark adds many."""
    image = page_image(manifest_pdf(content), dpi=40).convert("L")
    return sum(200 < value < 245 for value in image.tobytes())


def test_sheets_of_a_demo_park_say_so() -> None:
    assert "演示数据，非真实联单" in text_of(a_manifest(is_demo=True))
    assert "演示数据" not in text_of(a_manifest())


@pytest.mark.parametrize("lines", range(1, 9))
@LANGUAGES
def test_up_to_eight_wastes_stand_on_the_first_page(lines: int, language: Language) -> None:
    content = a_manifest(lines=lines)
    plain = [replace(line, container_codes=()) for line in content.consignor.lines]
    content = replace(content, consignor=replace(content.consignor, lines=plain))

    assert len(page_sizes_mm(manifest_pdf(content, language))) == 1


def test_many_wastes_flow_on_with_the_heading_repeated() -> None:
    content = a_manifest(lines=60)
    plain = [replace(line, container_codes=()) for line in content.consignor.lines]
    pdf = manifest_pdf(replace(content, consignor=replace(content.consignor, lines=plain)))
    text = squeezed(pdf_text(pdf))

    pages = len(page_sizes_mm(pdf))
    assert pages > 1
    assert f"第{pages}页，共{pages}页" in text
    assert text.count("包装数量") >= 2
    assert "67.0920" in text  # sixty times 1.1182 t


def test_a_text_without_end_is_cut_on_paper() -> None:
    content = a_manifest()
    line = a_waste_line(harmful_components="苯系物、" * 1_000)

    pdf = manifest_pdf(replace(content, consignor=replace(content.consignor, lines=(line,))))

    assert len(page_sizes_mm(pdf)) <= 2
    assert "…" in pdf_text(pdf)
    assert "接受人签署" in text_of(content)


def test_container_codes_that_are_too_many_stand_in_an_annex() -> None:
    codes = tuple(f"91330100MA2DEMK01D9004020620261120{serial:03d}" for serial in range(1, 61))
    content = a_manifest()
    line = a_waste_line(container_codes=codes, pack_count=60)
    pdf = manifest_pdf(replace(content, consignor=replace(content.consignor, lines=(line,))))
    text = squeezed(pdf_text(pdf))

    assert len(page_sizes_mm(pdf)) == 2
    assert "容器60只，容器码见附页" in text
    assert all(text.count(code) == 1 for code in codes)


def test_what_is_not_filled_yet_is_left_to_fill_by_hand() -> None:
    content = a_manifest(carrier=CarrierPart(), consignee=ConsigneePart(), signatures=())
    content = replace(content, consignor=replace(content.consignor, lines=(a_waste_line(sent_grams=None),)))

    text = text_of(content)

    assert "None" not in text
    assert text.count("签名") >= 3
    assert "接受部分拒收" in text


def test_receipts_carry_what_was_found_and_decided() -> None:
    receipt = ReceiptLine(1, Discrepancy.QUANTITY, Opinion.PARTLY, "R2 溶剂回收", Grams(1_100_000))
    content = a_manifest()
    accepted = replace(content.consignee, lines=(receipt,), accepted_at=at(16, 30))

    text = text_of(replace(content, consignee=accepted))

    assert "无有数量" in text
    assert "1.1000" in text
    assert "2026-11-2016:30" in text


def test_characters_without_a_glyph_leave_a_sign() -> None:
    content = a_manifest(carrier=replace(a_manifest().carrier, driver="石\U0001f600秋"))

    assert "石〓秋" in text_of(content)


def test_the_sheet_is_black_white_and_grey_only() -> None:
    image = page_image(manifest_pdf(a_manifest(is_demo=True, watermark=Watermark.VOID)), dpi=50)

    assert is_grey(image)
