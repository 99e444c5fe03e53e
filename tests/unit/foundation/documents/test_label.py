"""Container labels, read back from the PDF: sizes, texts, fonts, codes, and what is refused (HJ 1276-2022)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.foundation.documents.fonts import HAN_INK
from app.foundation.documents.label import (
    L1,
    L2,
    L3,
    LabelIncomplete,
    LabelSize,
    Paper,
    TextTooLong,
    TextUnprintable,
    label_pdf,
    label_size,
    missing_fields,
)
from app.foundation.documents.qr_drawing import QUIET_ZONE, qr_path
from tests.unit.foundation.documents.papers import CONTAINER_QR, a_label
from tests.unit.foundation.documents.reading import (
    MM,
    codes_on,
    is_grey,
    page_image,
    page_sizes_mm,
    pdf_fonts,
    pdf_text,
    squeezed,
    text_sizes,
)

ORANGE = (255, 150, 0)
VOLUMES = {L1: 25_000, L2: 200_000, L3: 1_000_000}
PIXELS_PER_MM = 10
SIZES = pytest.mark.parametrize("size", [L1, L2, L3], ids=lambda size: size.name)


@pytest.mark.parametrize(
    ("volume_ml", "size"),
    [
        (1, L1),
        (50_000, L1),
        (50_001, L2),
        (50_100, L2),
        (200_000, L2),
        (450_000, L2),
        (450_001, L3),
        (450_100, L3),
        (1_000_000, L3),
    ],
)
def test_the_volume_decides_the_size(volume_ml: int, size: LabelSize) -> None:
    assert label_size(volume_ml) is size


@pytest.mark.parametrize("volume_ml", [0, -1])
def test_a_container_without_volume_has_no_size(volume_ml: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        label_size(volume_ml)


@SIZES
def test_the_page_is_the_label_and_big_containers_get_two(size: LabelSize) -> None:
    pdf = label_pdf([a_label(volume_ml=VOLUMES[size])])

    copies = 2 if size is L3 else 1
    assert page_sizes_mm(pdf) == [(size.side_mm, size.side_mm)] * copies


@SIZES
def test_the_qr_reads_back_from_a_print(size: LabelSize) -> None:
    pdf = label_pdf([a_label(volume_ml=VOLUMES[size])])

    assert codes_on(page_image(pdf, dpi=200)) == [CONTAINER_QR]


@SIZES
def test_qr_modules_are_wide_enough_for_phones(size: LabelSize) -> None:
    modules, _ = qr_path(CONTAINER_QR, size.qr_level)

    assert size.qr_mm / (modules + 2 * QUIET_ZONE) >= 0.4


def test_every_field_is_on_the_label() -> None:
    text = squeezed(pdf_text(label_pdf([a_label()])))

    for part in (
        "危险废物",
        "废物名称：废有机溶剂（清洗废液）",
        "废物类别：HW06废有机溶剂与含有机溶剂废物",
        "废物代码：900-402-06",
        "废物形态：液态",
        "主要成分：乙酸丁酯、二甲苯、正丁醇",
        "有害成分：二甲苯",
        "产生/收集单位：青梧涂料（演示）有限公司",
        "联系人和联系方式：陆青岚000-0000-1234",
        "产生日期：2026-11-20",
        "废物重量：186.4kg",
        "数字识别码：91330100MA2DEMK01D9004020620261120088",
        "毒性",
        "易燃性",
        "反应性",
        "7H3K-9PX2-8",
    ):
        assert part in text


def test_fonts_are_embedded_as_subsets_with_a_character_map() -> None:
    fonts = pdf_fonts(label_pdf([a_label()], language="en", is_demo=True))

    assert fonts
    assert all(font.embedded and font.subset and font.unicode for font in fonts)


@SIZES
@pytest.mark.parametrize("extra", ["", "，运输与装卸时轻拿轻放并远离热源"])
def test_no_text_is_lower_than_the_class_allows(size: LabelSize, extra: str) -> None:
    label = a_label(volume_ml=VOLUMES[size])
    label = a_label(volume_ml=VOLUMES[size], precautions=label.precautions + extra)

    smallest = min(text_sizes(label_pdf([label])))

    assert smallest * HAN_INK / MM >= size.text_mm - 0.001


@SIZES
def test_frame_and_margin_are_as_wide_as_the_standard_asks(size: LabelSize) -> None:
    image = page_image(label_pdf([a_label(volume_ml=VOLUMES[size])]), dpi=254)

    margin, border = _edge(image)

    assert margin >= 3 * PIXELS_PER_MM - 1
    assert border >= 1 * PIXELS_PER_MM - 1


def _edge(image: Image.Image) -> tuple[int, int]:
    """Width of the orange margin and of the black border at the left, in pixels."""
    row = [image.getpixel((x, image.height // 2)) for x in range(200)]
    margin = next(x for x, colour in enumerate(row) if colour != ORANGE)
    border = next(x for x, colour in enumerate(row[margin + 1 :]) if colour == ORANGE)
    return margin, border


def test_text_only_prints_no_coloured_ground() -> None:
    image = page_image(label_pdf([a_label(hazards=("T", "C", "I", "R", "In"))], text_only=True), dpi=60)

    assert is_grey(image)


def test_text_only_labels_can_be_read_too() -> None:
    assert codes_on(page_image(label_pdf([a_label()], text_only=True))) == [CONTAINER_QR]


def test_a4_holds_one_label_a_page() -> None:
    pdf = label_pdf([a_label(), a_label(volume_ml=1_000_000)], paper=Paper.A4)

    assert page_sizes_mm(pdf) == [(210.0, 297.0)] * 3
    assert "第2张，共2张" in squeezed(pdf_text(pdf))
    assert codes_on(page_image(pdf, page=3)) == [CONTAINER_QR]


def test_labels_of_a_demo_park_say_so() -> None:
    real, demo = (
        label_pdf([a_label(unit_name="青梧涂料")]),
        label_pdf([a_label(unit_name="青梧涂料")], is_demo=True),
    )

    assert "演示" not in pdf_text(real)
    assert "演示" in pdf_text(demo)


def test_an_unweighed_container_has_a_line_for_its_weight() -> None:
    assert "废物重量：________kg" in squeezed(pdf_text(label_pdf([a_label(weight_grams=None)])))


def test_a_reprint_counts_itself() -> None:
    assert "第2次打印" in squeezed(pdf_text(label_pdf([a_label(print_number=2)])))


def test_english_stands_beside_the_chinese() -> None:
    text = squeezed(pdf_text(label_pdf([a_label(volume_ml=1_000_000)], language="en")))

    for word in ("HAZARDOUSWASTE", "Name", "Category", "Ignitable", "废物名称", "易燃性"):
        assert word in text


@pytest.mark.parametrize(
    "hazards", [("T",), ("T", "C"), ("C", "T", "R", "I"), ("T", "C", "I", "R", "In"), ("In",)]
)
@SIZES
def test_every_combination_of_hazards_is_printed(size: LabelSize, hazards: tuple[str, ...]) -> None:
    words = {"T": "毒性", "C": "腐蚀性", "I": "易燃性", "R": "反应性", "In": "感染性"}

    text = pdf_text(label_pdf([a_label(hazards=hazards, volume_ml=VOLUMES[size])]))

    assert {code for code, word in words.items() if word in text} == set(hazards)


@pytest.mark.parametrize(
    "field",
    [
        "waste_name",
        "category",
        "waste_code",
        "form",
        "main_components",
        "harmful_components",
        "precautions",
        "digital_code",
        "unit_name",
        "contact",
        "qr_text",
        "short_code",
    ],
)
def test_a_blank_field_stops_the_print(field: str) -> None:
    label = a_label(**{field: ""})

    assert missing_fields(label) == [field]
    with pytest.raises(LabelIncomplete) as refused:
        label_pdf([a_label(), label])
    assert refused.value.fields == (field,)
    assert refused.value.problems[0].pointer == f"#/{field}"


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, []),
        ({"remarks": ""}, []),
        ({"hazards": ()}, ["hazards"]),
        ({"hazards": ("T", "X")}, ["hazards"]),
        ({"generated_on": None}, ["generated_on"]),
        ({"volume_ml": 0}, ["volume_ml"]),
        ({"waste_name": " ", "contact": "\n"}, ["waste_name", "contact"]),
    ],
)
def test_missing_fields_are_named_in_the_order_of_the_label(
    changes: dict[str, object], missing: list[str]
) -> None:
    assert missing_fields(a_label(**changes)) == missing


def test_the_weight_is_missing_only_once_the_container_is_sealed() -> None:
    label = a_label(weight_grams=None)

    assert missing_fields(label) == []
    assert missing_fields(label, sealed=True) == ["weight_grams"]
    assert missing_fields(a_label(), sealed=True) == []


def test_a_text_that_cannot_fit_is_named() -> None:
    with pytest.raises(TextTooLong) as refused:
        label_pdf([a_label(precautions="远离火源。" * 80)])

    assert refused.value.field == "precautions"


def test_characters_without_a_glyph_are_named() -> None:
    with pytest.raises(TextUnprintable) as refused:
        label_pdf([a_label(remarks="当心 🔥")])

    assert refused.value.fields == ("remarks",)
    assert "🔥" in str(refused.value.text)


@settings(max_examples=40, deadline=None)
@given(
    name=st.text("废有机溶剂矿物油（）、HW08 ", min_size=1, max_size=60),
    precautions=st.text("密闭存放远离火源，；。", min_size=1, max_size=150),
    size=st.sampled_from([L1, L2, L3]),
)
def test_a_label_is_printed_lawfully_or_not_at_all(name: str, precautions: str, size: LabelSize) -> None:
    label = a_label(waste_name=f"废{name}", precautions=precautions, volume_ml=VOLUMES[size])

    try:
        pdf = label_pdf([label])
    except TextTooLong as refused:
        assert refused.field in ("waste_name", "precautions")
    else:
        assert min(text_sizes(pdf)) * HAN_INK / MM >= size.text_mm - 0.001


def test_no_labels_are_no_document() -> None:
    with pytest.raises(ValueError, match="no labels"):
        label_pdf([])
