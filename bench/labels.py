"""How fast labels are made on one core, beside bare text pages of the same size (design.md 11).

Every label has its own code, short code and QR text, signed as in the product; no round repeats another's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import count

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from reportlab.pdfgen.canvas import Canvas

from app.foundation.core.units import Grams
from app.foundation.documents.fonts import REGULAR, register_fonts
from app.foundation.documents.label import LabelContent, label_pdf
from app.foundation.documents.qr import Signer, container_url
from app.foundation.documents.typesetting import MM
from bench.figures import Figure, rate

LABELS = 200
SIDE = 150 * MM

_CREDIT_CODE = "91330100MA2DEMK01D"
_HAZARDS = frozenset({"T", "I", "R"})


@dataclass(frozen=True)
class BenchSigner:
    """A signer with a key of its own."""

    key: Ed25519PrivateKey
    key_id: bytes = b"demo"

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message)


def figures() -> Iterator[Figure]:
    """Labels per second in one PDF of 200, and such PDFs per second."""
    register_fonts()
    signer = BenchSigner(Ed25519PrivateKey.generate())
    rounds, bare_rounds = count(), count()
    made = rate(lambda: label_pdf(batch(next(rounds), signer)), seconds=3.0)
    bare = rate(lambda: text_pages(batch_texts(next(bare_rounds))), seconds=3.0)
    name = "text-only pages of the same size and words"
    yield Figure("labels made (signature, QR, Chinese)", made * LABELS, "labels/s/core", name, bare * LABELS)
    yield Figure("PDF of 200 labels", made, "PDF/s/core", name, bare)


def batch(round_: int, signer: Signer) -> list[LabelContent]:
    """Labels of one day, other ones each round."""
    return [label(round_, number, signer) for number in range(1, LABELS + 1)]


def label(round_: int, number: int, signer: Signer) -> LabelContent:
    """One label with a real signature in its QR."""
    code = f"{_CREDIT_CODE}900402062026{round_ % 12 + 1:02d}{round_ // 12 % 28 + 1:02d}{number:03d}"
    weight = Grams(186_400 + number)
    return LabelContent(
        waste_name="废有机溶剂（清洗废液）",
        category="HW06 废有机溶剂与含有机溶剂废物",
        waste_code="900-402-06",
        form="L",
        hazards=_HAZARDS,
        main_components="乙酸丁酯、二甲苯、正丁醇",
        harmful_components="二甲苯",
        precautions="密闭存放，远离火源与氧化剂；泄漏时用惰性吸附材料收集，佩戴防毒面具与耐溶剂手套。",
        digital_code=code,
        unit_name="青梧涂料（演示）有限公司",
        contact="陆青岚 000-0000-1234",
        generated_on=date(2026, 11, 20),
        weight_grams=weight,
        volume_ml=200_000,
        qr_text=container_url("https://loop.example.cn", code, weight, _HAZARDS, signer),
        short_code=f"7H3K-{number:04d}-8",
        remarks=f"1#库 A1 · QW-A{round_}-{number:04d} · 200 L 铁桶",
    )


def batch_texts(round_: int) -> list[list[str]]:
    """The same words as the labels of a round."""
    return [
        [
            "危险废物",
            "废物名称：废有机溶剂（清洗废液）",
            "废物类别：HW06 废有机溶剂与含有机溶剂废物",
            "废物代码：900-402-06　废物形态：液态",
            "主要成分：乙酸丁酯、二甲苯、正丁醇",
            "有害成分：二甲苯",
            "注意事项：密闭存放，远离火源与氧化剂；泄漏时用惰性吸附材料收集，佩戴防毒面具",
            "与耐溶剂手套。",
            f"数字识别码：{_CREDIT_CODE} 90040206 20261120 {number:03d}",
            "产生/收集单位：青梧涂料（演示）有限公司",
            "联系人和联系方式：陆青岚 000-0000-1234",
            "产生日期：2026-11-20　废物重量：186.4 kg",
            f"备注：1#库 A1 · QW-A{round_}-{number:04d} · 200 L 铁桶",
            f"7H3K-{number:04d}-8",
        ]
        for number in range(1, LABELS + 1)
    ]


def text_pages(pages: Sequence[Sequence[str]]) -> bytes:
    """The bare form: pages of the same size with the same words in the same font, nothing else."""
    output = BytesIO()
    canvas = Canvas(output, pagesize=(SIDE, SIDE), pageCompression=1)
    for lines in pages:
        canvas.setFont(REGULAR, 15)
        for number, line in enumerate(lines, start=1):
            canvas.drawString(10, SIDE - 26 * number, line)
        canvas.showPage()
    canvas.save()
    return output.getvalue()
