"""Reads printed papers back: text, fonts, sizes, colours and codes, with the tools people have (poppler, zxing)."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from io import BytesIO

import zxingcpp
from PIL import Image
from pypdf import PdfReader

from tests.must_run import cannot_run

MM = 72 / 25.4


@dataclass(frozen=True)
class Font:
    """One line of `pdffonts`."""

    name: str
    embedded: bool
    subset: bool
    unicode: bool


def pdf_text(pdf: bytes) -> str:
    """All text in reading order."""
    return run("pdftotext", "-layout", "-", "-", pdf=pdf).decode()


def squeezed(text: str) -> str:
    """Text without any white space: where lines break does not matter."""
    return re.sub(r"\s+", "", text)


def pdf_fonts(pdf: bytes) -> list[Font]:
    """Every font of the file."""
    lines = run("pdffonts", "-", pdf=pdf).decode().splitlines()[2:]
    fonts = []
    for line in lines:
        fields = line.split()
        embedded, subset, unicode_map = fields[-5:-2]
        fonts.append(Font(fields[0], embedded == "yes", subset == "yes", unicode_map == "yes"))
    return fonts


def page_sizes_mm(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of every page in millimetres, to a hundredth."""
    pages = PdfReader(BytesIO(pdf)).pages
    return [
        (round(float(page.mediabox.width) / MM, 2), round(float(page.mediabox.height) / MM, 2))
        for page in pages
    ]


def text_sizes(pdf: bytes, page: int = 0) -> list[float]:
    """Font sizes set on a page, in points."""
    content = PdfReader(BytesIO(pdf)).pages[page].get_contents()
    assert content is not None
    sizes = re.findall(rb"/F\S+ ([0-9.]+) (?:[0-9.]+ TL )?Tf|/F\S+ ([0-9.]+) Tf", content.get_data())
    return [float(first or second) for first, second in sizes]


def page_image(pdf: bytes, page: int = 1, dpi: int = 200) -> Image.Image:
    """One page as a printer or a phone sees it."""
    number = str(page)
    png = run("pdftoppm", "-r", str(dpi), "-f", number, "-l", number, "-png", "-", pdf=pdf)
    return Image.open(BytesIO(png)).convert("RGB")


def is_grey(image: Image.Image) -> bool:
    """Whether no pixel has a colour."""
    red, green, blue = (channel.tobytes() for channel in image.split())
    return red == green == blue


def codes_on(image: Image.Image) -> list[str]:
    """Texts of all QR codes on a picture."""
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return [code.text for code in found]


def run(tool: str, *arguments: str, pdf: bytes) -> bytes:
    """Run a poppler tool over a PDF given on its standard input."""
    if shutil.which(tool) is None:
        cannot_run(tool, "install poppler-utils")
    return subprocess.run([tool, *arguments], input=pdf, capture_output=True, check=True).stdout
