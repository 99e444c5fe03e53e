"""Our fast QR modules are those of the qrcode package, and they scan."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

from app.foundation.documents.qr_matrix import MASK, qr_modules
from tests.unit.foundation.documents.reading import codes_on

BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567/"
LEVELS = pytest.mark.parametrize("level", [ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q])


def by_the_package(text: str, level: int) -> tuple[int, bytes]:
    code = QRCode(error_correction=level, mask_pattern=MASK, border=0)
    code.add_data(text)
    code.make()
    return code.modules_count, bytes(int(bool(dark)) for line in code.modules for dark in line)


@LEVELS
@settings(max_examples=25, deadline=None)
@given(tail=st.text(BASE32, max_size=300), host=st.sampled_from(["loop.example.cn", "固废.example", "a-b.c"]))
def test_urls_with_base32_are_equal(level: int, tail: str, host: str) -> None:
    text = f"https://{host}/W/{tail}"

    assert qr_modules(text, level) == by_the_package(text, level)


@LEVELS
@pytest.mark.parametrize("length", [1, 14, 47, 190, 191, 500, 1100])
def test_other_segments_and_versions_are_equal(level: int, length: int) -> None:
    for text in ("废物" * (length // 6 + 1), "31415926535897932384626433" * (length // 26 + 1)):
        assert qr_modules(text, level) == by_the_package(text, level)


@pytest.mark.parametrize("level", [ERROR_CORRECT_M, ERROR_CORRECT_Q])
def test_a_picture_of_the_modules_is_read(level: int) -> None:
    text = "https://loop.example.cn/W/91330100MA2DEMK01D9004020620261120088/" + BASE32 * 4

    side, modules = qr_modules(text, level)

    picture = Image.frombytes("L", (side, side), bytes(255 * (1 - dark) for dark in modules))
    framed = Image.new("L", (side + 8, side + 8), 255)
    framed.paste(picture, (4, 4))
    assert codes_on(framed.resize((8 * framed.width, 8 * framed.height), Image.Resampling.NEAREST)) == [text]


def test_a_text_too_long_for_any_code_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        qr_modules("废" * 1000, ERROR_CORRECT_Q)
