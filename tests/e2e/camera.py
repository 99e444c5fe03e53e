"""Films for the browser's fake camera: a printed label, held at an angle in front of it."""

import subprocess
from io import BytesIO
from math import hypot
from pathlib import Path

import zxingcpp
from PIL import Image

FRAME = (1280, 720)
BACKGROUND = (120, 118, 114)
PICTURES = 10
"""Chromium plays them over and over."""


def film_of_paper(pdf: Path, film: Path, *, page: int = 1, turn: float = 9.0, qr_pixels: int = 330) -> Path:
    """Film a page of a PDF with its QR code in the middle, turned by `turn` degrees.

    Raises:
        AssertionError: no QR code can be read from the page.
    """
    return film_of_picture(picture_of_page(pdf, page), film, turn=turn, qr_pixels=qr_pixels)


def film_of_picture(picture: Image.Image, film: Path, *, turn: float = 9.0, qr_pixels: int = 330) -> Path:
    """Film a picture with its QR code in the middle, about `qr_pixels` wide. `film` ends in `.mjpeg`."""
    centre, width = _qr_code_in(picture)
    scale = qr_pixels / width
    scaled = picture.convert("RGB").resize((round(picture.width * scale), round(picture.height * scale)))
    at = (round(centre[0] * scale), round(centre[1] * scale))
    frame = Image.new("RGB", FRAME, BACKGROUND)
    frame.paste(scaled, (FRAME[0] // 2 - at[0], FRAME[1] // 2 - at[1]))
    turned = frame.rotate(turn, resample=Image.Resampling.BICUBIC, fillcolor=BACKGROUND)
    film.write_bytes(_jpeg(turned) * PICTURES)
    return film


def picture_of_page(pdf: Path, page: int = 1, dpi: int = 300) -> Image.Image:
    """One page of a PDF as a picture, drawn by poppler."""
    drawn = subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-png", str(pdf)],
        check=True,
        capture_output=True,
    )
    return Image.open(BytesIO(drawn.stdout))


def text_of_qr(picture: Image.Image) -> str:
    """The text of the QR code in a picture."""
    return _read(picture).text


def _qr_code_in(picture: Image.Image) -> tuple[tuple[float, float], float]:
    place = _read(picture).position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    centre = (sum(corner.x for corner in corners) / 4, sum(corner.y for corner in corners) / 4)
    return centre, hypot(place.top_right.x - place.top_left.x, place.top_right.y - place.top_left.y)


def _read(picture: Image.Image) -> zxingcpp.Barcode:
    found = zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    assert found, "there is no QR code in this picture"
    return found[0]


def _jpeg(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=88)
    return file.getvalue()
