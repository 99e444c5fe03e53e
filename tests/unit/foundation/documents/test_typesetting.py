"""Breaking lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.documents.typesetting import width_of, wrap

SIZE = 10.0
TEXTS = st.text("废有机溶剂，。；（）《》、 abcXYZ019-/.H₂O", max_size=80).map(
    lambda text: " ".join(text.split())
)


@given(text=TEXTS, width=st.floats(40, 300), bold=st.booleans())
def test_lines_fit_and_lose_nothing(text: str, width: float, bold: bool) -> None:
    lines = wrap(text, SIZE, width, bold=bold)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width_of(line, SIZE, bold) <= width + 0.001 for line in lines)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 50, [""]),
        ("废有机溶剂", 30, ["废有机", "溶剂"]),
        ("废有机，溶剂", 30, ["废有", "机，溶", "剂"]),
        ("废有（机溶）", 30, ["废有", "（机", "溶）"]),
        ("waste solvent drum", 70, ["waste solvent", "drum"]),
        ("废酸HW34", 40, ["废酸", "HW34"]),
    ],
)
def test_signs_stay_with_their_words(text: str, width: float, lines: list[str]) -> None:
    assert wrap(text, SIZE, width) == lines


def test_the_first_line_may_have_less_room() -> None:
    assert wrap("废有机溶剂", SIZE, 50, first=20) == ["废有", "机溶剂"]
    assert wrap("solvent", SIZE, 50, first=5) == ["", "solvent"]


def test_an_index_is_narrower_than_a_digit() -> None:
    assert width_of("H₂O", SIZE) < width_of("H2O", SIZE)
